"""How right `dedup` is, beside texts whose reuse is known, and what alignments cost.

One pair that was read by hand, and the pairs beside it that share nothing, need no corpora.
The others are taken from the folder when they are there:

- ``clough-stevenson``, answers of students; see `benchmarks.answers`.
- ``pan13-text-alignment/train``, the training part of PAN-13, from zenodo.org/records/3715980.
- ``license-texts``, licences and rules that are whole licence texts, of ScanCode (CC BY 4.0,
  github.com/aboutcode-org/scancode-toolkit), as ``docs.jsonl`` (id, text) and ``groups.jsonl``
  (doc, group: the licence).
- ``lid-policy-diffusion``, bills, from github.com/dssg/policy_diffusion (MIT); see
  `benchmarks.bills`.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks import answers, bills, gold, licences, ours, pan13_quality, truth
from benchmarks.licences import Finder
from benchmarks.ours import Aligner
from benchmarks.report import Report, heading, note, number, spread, table
from benchmarks.texts import SEED, English, each, english, head, whole
from benchmarks.trials import Trials, columns
from benchmarks.worker import LIMIT_SECONDS

REPETITIONS = 101

_NATO = Path(__file__).parents[1] / "examples" / "nato"
_UNRELATED = "links, passages in the others"
_LEAST_NATO = {
    "precision": 0.98,
    "recall": 0.95,
    "labels right": 0.90,
    "moved link flagged": 1.0,
    "source recognised": 1.0,
}
_LARGE_MEGABYTES = 1.0
_LARGE_SIMILARITY = 1 / 3  # which is one word in ten


def run(
    corpora: Path | None,
    *,
    pan: int | None = None,
    aligner: Aligner = ours.align,
    find: Finder = ours.scanning,
    limit_seconds: float = LIMIT_SECONDS,
) -> Report:
    """Measures and prints.

    Args:
        corpora: folder of the texts; without it, only what needs none is measured.
        pan: take about so many pairs of PAN-13, and judge nothing by them; None takes all.
        aligner: what aligns.
        find: what finds the pairs of a corpus.
        limit_seconds: how long aligning may take at a time, one large pair or many small ones, and
            how long a scan.
    """
    report = Report("quality", SEED, REPETITIONS)
    report.begin()
    trials = Trials(report, aligner, limit_seconds)
    _nato(trials)
    _large(trials, english(report, corpora))
    each(report, corpora, measures(trials, pan, find, limit_seconds))
    return report


def measures(
    trials: Trials, pan: int | None, find: Finder, limit_seconds: float
) -> dict[str, Callable[[Path], None]]:
    """What is done with each corpus, by the name of its folder; arguments as of `run`."""
    report = trials.report

    def bills_of_states(folder: Path) -> None:
        bills.passages(folder, trials)
        bills.groups(folder, report, find, limit_seconds)

    return {
        answers.CORPUS: partial(answers.measure, trials=trials),
        pan13_quality.CORPUS: partial(pan13_quality.measure, trials=trials, count=pan),
        licences.CORPUS: partial(
            licences.measure, report=report, find=find, limit_seconds=limit_seconds
        ),
        bills.CORPUS: bills_of_states,
    }


def _nato(trials: Trials) -> None:
    """The pair that was read by hand, how fast it is, and the pairs that share nothing."""
    report = trials.report
    reading = gold.read()
    seeds = {path.stem: whole(path) for path in sorted(_NATO.glob("*.txt"))}
    report.corpus("examples/nato", list(seeds.values()))
    read = (reading.a, reading.b)
    others = [pair for pair in itertools.combinations(seeds, 2) if set(pair) != set(read)]
    texts = [(seeds[a], seeds[b]) for a, b in (read, *others)]
    shown = {}
    for setting, (alignment, *rest) in trials.alignments("examples/nato", texts).items():
        agreement = gold.compare(reading, alignment)
        report.details[f"nato {setting}"] = asdict(agreement)
        shown[setting] = {
            "precision": agreement.precision,
            "recall": agreement.recall,
            "F1": agreement.f1,
            "labels right": agreement.labels,
            "moved link flagged": float(agreement.moved),
            "source recognised": float(alignment.direction == "a"),
            "sentences cut alike": agreement.alike,
            _UNRELATED: float(sum(len(one.links) + len(one.passages) for one in rest)),
        }
    heading(f"{reading.a} → {reading.b} as a person read it, and {len(others)} unrelated pairs")
    columns(report, "nato", shown, counts=[_UNRELATED])
    runs = trials.runs("003-001", *texts[0], repetitions=REPETITIONS + 1)[1:]
    milliseconds = None
    if runs:
        milliseconds = report.figure("003-001", "CPU ms", *(1e3 * one.cpu_seconds for one in runs))
        note(
            f"{reading.a} → {reading.b} once loaded: {number(milliseconds.median)} CPU ms, median "
            f"of {len(runs)} {spread(milliseconds)}."
        )
    for what, least in _LEAST_NATO.items():
        name = f"nato default, {what}"
        report.at_least(name, report.figures.get(name), least, truth=True)
    name = f"nato default, {_UNRELATED}"
    report.at_most(name, report.figures.get(name), 0, truth=True)
    report.at_most("003-001, CPU ms", milliseconds, 10)


def _large(trials: Trials, reviews: English) -> None:
    """Two texts of 1 MB, one of them half made from the other."""
    report = trials.report
    source, derived = _large_pair(reviews)
    report.corpus(f"A large pair from {reviews.name}", [source, derived])
    seconds = megabytes = None
    for run in trials.runs("the large pair", source, derived, repetitions=1):
        seconds = report.figure("large pair", "CPU s", run.cpu_seconds)
        megabytes = report.figure("large pair, peak memory", "MB", run.peak_bytes / 1e6)
        reuse = report.figure("large pair, reuse found", "share", run.value)
        heading("A large pair, half of it reused, there one word in ten replaced; with loading")
        table(
            ["", "CPU s", "peak MB", "reuse found"],
            [["large pair", *(number(one.median) for one in (seconds, megabytes, reuse))]],
        )
    report.at_most("large pair, CPU s", seconds, 10)
    report.at_most("large pair, peak MB", megabytes, 1000)


def _large_pair(reviews: English) -> tuple[str, str]:
    """Documents one after another, and every second of them edited among as much that is new."""
    documents = list(dict.fromkeys(reviews.texts))
    middle = len(documents) // 2
    source = head(documents[:middle], _LARGE_MEGABYTES)
    vocabulary = [word for text in source for word in truth.words(text)]
    derived = [
        truth.near_duplicate(text, _LARGE_SIMILARITY, vocabulary, seed)
        for seed, text in enumerate(source[::2], SEED)
    ]
    derived += head(documents[middle:], _LARGE_MEGABYTES / 2)
    random.Random(SEED).shuffle(derived)
    return "\n\n".join(source), "\n\n".join(derived)
