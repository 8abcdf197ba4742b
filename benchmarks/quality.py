"""How good alignments are, and what they cost.

They are set beside one pair that was read by hand, the pairs of the same folder that share
nothing, answers that students gave with and without their sources, and PAN-13. The two corpora
are taken from the folder when they are there:

- ``clough-stevenson/pairs.jsonl``, made of the corpus of plagiarised short answers of the
  University of Sheffield (Clough and Stevenson 2011): ``text1`` is an answer, ``text2`` what it may
  have been made from, ``raw`` how much it was (non, heavy revision, light revision, cut).
- ``pan13-text-alignment/train``, the training part of PAN-13, from zenodo.org/records/3715980.
"""

from __future__ import annotations

import functools
import itertools
import json
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import gold, ours, pan13, plagdet, ranking, truth
from benchmarks.measure import LIMIT_SECONDS, Run, Worker, WorkerFailedError, once
from benchmarks.ours import Aligner, FoundAlignment
from benchmarks.pan13 import TextPair
from benchmarks.plagdet import Passage, Score
from benchmarks.report import Report, heading, note, number, progress, spread, table
from benchmarks.texts import SEED, English, english, head, whole

REPETITIONS = 101
SETTINGS = {"default": False, "sensitive": True}
"""What is measured, and whether it is sensitive."""

_NATO = Path(__file__).parents[1] / "examples" / "nato"
_UNRELATED = "links, passages in the others"
_LEAST_NATO = {
    "precision": 0.98,
    "recall": 0.95,
    "labels right": 0.90,
    "moved link flagged": 1.0,
    "source recognised": 1.0,
}
_ANSWERS = "clough-stevenson"
_LEVELS = ("non", "heavy", "light", "cut")
_PAN = "pan13-text-alignment"
_BATCH = 50  # pairs of files in one run of the worker
_KINDS = ("all", "verbatim", "random", "back-translation", pan13.SUMMARY)
_MEASURES = ("plagdet", "precision", "recall", "granularity")
# Sanchez-Perez, Sidorov and Gelbukh 2014; the kinds are of the test part.
_PUBLISHED = dict(zip(_KINDS, (0.877, 0.900, 0.884, 0.887, 0.561), strict=True))
_LEAST_PLAGDET = dict(zip(_KINDS, (0.935, 0.985, 0.92, 0.915, 0.78), strict=True))
_LARGE_MEGABYTES = 1.0
_LARGE_SIMILARITY = 1 / 3  # which is one word in ten


class Trials:
    """Runs the aligner, and notes when it fails."""

    def __init__(self, report: Report, aligner: Aligner, limit_seconds: float) -> None:
        self.report = report
        self._aligner = aligner
        self._limit_seconds = limit_seconds

    def alignments(
        self, what: str, pairs: Sequence[tuple[str, str]]
    ) -> dict[str, list[FoundAlignment]]:
        """The alignments of pairs of texts, for every setting that does not fail."""
        found = {}
        for setting, sensitive in SETTINGS.items():
            progress(f"aligning {what}, {setting}: {len(pairs):,} pairs")
            try:
                run = once(
                    ours.aligning,
                    self._aligner,
                    pairs,
                    sensitive,
                    limit_seconds=self._limit_seconds,
                )
            except WorkerFailedError as error:
                self.report.fail(f"{what}, {setting}", str(error), own=True)
                continue
            found[setting] = run.value
        return found

    def passages(
        self, setting: str, pairs: Sequence[TextPair]
    ) -> tuple[dict[str, list[Passage]], float] | None:
        """The passages of every pair by its name, and CPU seconds; None when it failed.

        One process does it all, and loads the library and the texts in the time that counts.
        """
        found: dict[str, list[Passage]] = {}
        cpu_seconds = 0.0
        try:
            with Worker(
                ours.aligning_files,
                self._aligner,
                pairs,
                SETTINGS[setting],
                _BATCH,
                limit_seconds=self._limit_seconds,
            ) as worker:
                for first in range(0, len(pairs), _BATCH):
                    progress(f"aligning {_PAN}, {setting}: {first:,} of {len(pairs):,} pairs")
                    run = worker.run()
                    cpu_seconds += run.cpu_seconds
                    for pair, spans in zip(pairs[first : first + _BATCH], run.value, strict=True):
                        found[pair.name] = [Passage(pair.name, *both) for both in spans]
        except WorkerFailedError as error:
            reason = f"{error}, in one of the {_BATCH} pairs from {pairs[len(found)].name} on"
            self.report.fail(f"{_PAN}, {setting}", reason, own=True)
            return None
        return found, cpu_seconds

    def runs(self, what: str, source: str, derived: str, *, repetitions: int) -> list[Run]:
        """One pair, again and again in one process; nothing when it failed."""
        progress(f"aligning {what}")
        try:
            with Worker(
                ours.aligning_one,
                self._aligner,
                source,
                derived,
                limit_seconds=self._limit_seconds,
            ) as worker:
                return [worker.run() for _ in range(repetitions)]
        except WorkerFailedError as error:
            self.report.fail(what, str(error), own=True)
            return []


def run(
    corpora: Path | None,
    *,
    pan: int | None = None,
    aligner: Aligner = ours.align,
    limit_seconds: float = LIMIT_SECONDS,
) -> Report:
    """Measures and prints.

    Args:
        corpora: folder of the texts; without it, only what needs none is measured.
        pan: take about so many pairs of PAN-13, and judge nothing by them; None takes all.
        aligner: what aligns.
        limit_seconds: how long aligning may take at a time: one large pair, or many small ones.
    """
    report = Report("quality", SEED, REPETITIONS)
    report.begin()
    trials = Trials(report, aligner, limit_seconds)
    _nato(trials)
    _large(trials, english(corpora))
    for name, measure in ((_ANSWERS, _answers), (_PAN, functools.partial(_pan, count=pan))):
        if corpora is None:
            report.fail(name, "no --corpora", own=False)
        elif not (corpora / name).is_dir():
            report.fail(name, f"{corpora / name} is not there", own=False)
        else:
            measure(trials, corpora / name)
    return report


def _nato(trials: Trials) -> None:
    """The pair that was read by hand, how fast it is, and the pairs that share nothing."""
    report = trials.report
    reading = gold.read()
    seeds = {path.stem: whole(path) for path in sorted(_NATO.glob("*.txt"))}
    report.corpus("examples/nato", list(seeds.values()))
    read = (reading.a, reading.b)
    others = [pair for pair in itertools.combinations(seeds, 2) if set(pair) != set(read)]
    texts = [(seeds[a], seeds[b]) for a, b in (read, *others)]
    columns = {}
    for setting, (alignment, *rest) in trials.alignments("examples/nato", texts).items():
        agreement = gold.compare(reading, alignment)
        report.details[f"nato {setting}"] = asdict(agreement)
        columns[setting] = {
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
    _columns(report, "nato", columns)
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


def _answers(trials: Trials, folder: Path) -> None:
    """Answers by how much was reused: whether the share that is found tells them apart."""
    report = trials.report
    with (folder / "pairs.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    texts = [(record["text2"], record["text1"]) for record in records]
    report.corpus(_ANSWERS, [text for pair in texts for text in pair])
    levels = [record["raw"] for record in records]
    reused = [level != "non" for level in levels]
    columns = {}
    for setting, alignments in trials.alignments(_ANSWERS, texts).items():
        shares = [alignment.reuse_of_b for alignment in alignments]
        by_level = {
            level: [share for share, its in zip(shares, levels, strict=True) if its == level]
            for level in _LEVELS
            if level in levels
        }
        best, threshold = ranking.best_f1(reused, shares)
        columns[setting] = {
            **{f"mean reuse, {level}": statistics.fmean(of) for level, of in by_level.items()},
            "AUC": ranking.auc(reused, shares),
            "best F1": best,
            "which is at reuse of": threshold,
        }
    heading(f"{len(records)} answers, made from an article or not: reuse found")
    _columns(report, _ANSWERS, columns)
    note(
        "AUC and F1 are of telling the answers made without the article (non) from the others. "
        "The share of an answer's word 3-grams that stand in the article has an AUC of .963."
    )


def _pan(trials: Trials, folder: Path, *, count: int | None) -> None:
    """PAN-13, both settings, all pairs or about so many."""
    report = trials.report
    pairs = pan13.read(folder / "train")
    if count:
        pairs = pan13.subset(pairs, count)
    paths = {path for pair in pairs for path in (pair.source, pair.suspicious)}
    report.corpus(_PAN, [whole(path) for path in sorted(paths)])
    for setting in SETTINGS:
        found = trials.passages(setting, pairs)
        if found is not None:
            _pan_table(report, setting, pairs, *found)
    note(
        "Halves have no text in common; theirs is plagdet. 2014 is the plagdet of Sanchez-Perez "
        "and others, the best published, on all of these pairs and, by kind, on the test part."
    )
    if count is None:
        _pan_bars(report)


def _pan_table(
    report: Report,
    setting: str,
    pairs: Sequence[TextPair],
    found: Mapping[str, Sequence[Passage]],
    cpu_seconds: float,
) -> None:
    """The scores of a setting by kind, and where something was detected that nobody planted."""
    rows = []
    for kind in _KINDS:
        of_kind = [pair for pair in pairs if kind in {"all", pair.kind}]
        score = _score(of_kind, found)
        halves = [_score([p for p in of_kind if p.half == half], found) for half in (1, 2)]
        for part, one in zip((kind, f"half 1, {kind}", f"half 2, {kind}"), (score, *halves)):
            for measure in _MEASURES:
                report.figure(f"pan13 {setting}, {part}, {measure}", "", getattr(one, measure))
        rows.append(
            [
                kind,
                f"{score.cases:,}",
                *(f"{getattr(score, measure):.3f}" for measure in _MEASURES),
                *(f"{half.plagdet:.3f}" for half in halves),
                f"{_PUBLISHED[kind]:.3f}",
            ]
        )
    heading(f"PAN-13, {setting}: {len(pairs):,} pairs in {cpu_seconds:.1f} CPU s, with loading")
    table(
        ["", "cases", "plagdet", "prec.", "recall", "gran.", "half 1", "half 2", "2014"],
        rows,
    )
    report.figure(f"pan13 {setting}, all pairs", "CPU s", cpu_seconds)
    words = []
    for where, kind in (
        ("pairs without reuse", pan13.CLEAN),
        ("summaries without a case", pan13.SUMMARY),
    ):
        empty = [pair.name for pair in pairs if pair.kind == kind and not pair.cases]
        detected = [name for name in empty if found[name]]
        report.figure(f"pan13 {setting}, detected in {where}", "pairs", len(detected))
        report.details[f"pan13 {setting}, detected in {where}"] = detected
        words.append(f"in {len(detected):,} of {len(empty):,} {where}")
    note(f"Something was detected {' and '.join(words)}.")


def _score(pairs: Sequence[TextPair], found: Mapping[str, Sequence[Passage]]) -> Score:
    """The score over these pairs."""
    return plagdet.score(
        [case for pair in pairs for case in pair.cases],
        [passage for pair in pairs for passage in found[pair.name]],
    )


def _pan_bars(report: Report) -> None:
    """What must hold on all pairs: in the setting with the better plagdet, and in the default."""
    figures = report.figures
    measured = [name for name in SETTINGS if f"pan13 {name}, all, plagdet" in figures]
    best = max(
        measured, key=lambda name: figures[f"pan13 {name}, all, plagdet"].median, default="default"
    )
    for kind, least in _LEAST_PLAGDET.items():
        value = figures.get(f"pan13 {best}, {kind}, plagdet")
        report.at_least(f"pan13 better, {kind}, plagdet", value, least, truth=True)
    for what, most in (("all, granularity", 1.01), ("detected in pairs without reuse", 3)):
        value = figures.get(f"pan13 {best}, {what}")
        report.at_most(f"pan13 better, {what}", value, most, truth=True)
    name = "pan13 default, all, plagdet"
    report.at_least(name, figures.get(name), 0.90, truth=True)
    for setting in SETTINGS:
        name = f"pan13 {setting}, all pairs"
        report.at_most(f"{name}, CPU s", figures.get(name), 120)


def _columns(report: Report, what: str, columns: Mapping[str, Mapping[str, float]]) -> None:
    """Keeps the figures of every setting, and prints them side by side."""
    for setting, values in columns.items():
        for name, value in values.items():
            report.figure(f"{what} {setting}, {name}", "" if name == _UNRELATED else "share", value)
    names = next(iter(columns.values()), {})
    table(
        ["", *columns],
        [[name, *(number(values[name]) for values in columns.values())] for name in names],
    )
