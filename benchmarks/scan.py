"""What a scan finds of what was planted and of what is known, what it costs, beside the peers."""

from __future__ import annotations

import dataclasses
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks import families, ours, planted, race, texts, truth
from benchmarks.measure import once
from benchmarks.ours import FileScan, FoundPair
from benchmarks.peers import FINDERS, Peer
from benchmarks.planting import Copy, Drawn, Grid, plant
from benchmarks.report import Report, heading, note, number, progress, table
from benchmarks.texts import SEED, English, english
from benchmarks.truth import share
from benchmarks.worker import Task, WorkerFailedError
from dedup import Settings
from dedup.find import choose_bands

THRESHOLD = Settings().threshold
REPETITIONS = 3
LIMIT_SECONDS = 600.0  # a scan of 100,000 texts takes the slowest peer minutes
_BASE_DOCUMENTS = 15_000
_SHORT_DOCUMENTS = 6_000
_LEAST_RATIO = 8.0  # of the CPU time of the fastest good peer, on the whole file
_CURVE_PAIRS = 1000  # a tenth of them in a cell: standard error at most .05
_CURVE_WORDS = 60
_ARTICLES = "minhash-articles"

Finder = Callable[[Sequence[str]], Task]
"""Makes the task that gives every `FoundPair` of some texts, in a process of its own."""


class Scans:
    """Runs the finder, and notes when it fails."""

    def __init__(self, report: Report, find: Finder, limit_seconds: float) -> None:
        self.report = report
        self._find = find
        self._limit_seconds = limit_seconds

    def pairs(self, what: str, documents: Sequence[str]) -> list[FoundPair] | None:
        """What the finder finds; None when it failed, which is noted."""
        progress(f"scanning {what}: {len(documents):,} documents")
        try:
            run = once(self._find, documents, limit_seconds=self._limit_seconds)
        except WorkerFailedError as error:
            self.report.fail(what, str(error), own=True)
            return None
        found: list[FoundPair] = run.value
        return found


def run(
    corpora: Path | None,
    *,
    rivals: Sequence[Peer] = FINDERS,
    short: bool = False,
    find: Finder = ours.finding,
    limit_seconds: float = LIMIT_SECONDS,
) -> Report:
    """Measures and prints.

    Args:
        corpora: folder of the texts; synthetic text when None.
        rivals: the peers to race.
        short: race once, over fewer texts.
        find: what finds the pairs.
        limit_seconds: how long one scan may take.
    """
    report = Report("scan", SEED, 1 if short else REPETITIONS)
    report.begin()
    source = english(report, corpora)
    if short:
        source = dataclasses.replace(source, path=None, texts=source.texts[:_SHORT_DOCUMENTS])
    report.corpus(source.name, source.texts)
    scans = Scans(report, find, limit_seconds)
    tracks = [*_plant(scans, source)]
    if source.path is not None:
        tracks.append(race.Track(source.name, source.texts, least_ratio=_LEAST_RATIO))
    for track in tracks:
        race.run(
            report,
            track,
            rivals,
            repetitions=report.repetitions,
            limit_seconds=limit_seconds,
        )
    _curve(report, source, limit_seconds)
    texts.each(report, corpora, {_ARTICLES: partial(articles, scans)})
    _shuffled(scans, source)
    if source.path is not None:
        _whole_file(report, source, source.path, limit_seconds)
    return report


def _plant(scans: Scans, source: English) -> Iterator[race.Track]:
    """Near-duplicates and derivations among unrelated documents; what there is to race over."""
    report = scans.report
    different = list(dict.fromkeys(source.texts))
    base = different[: min(_BASE_DOCUMENTS, len(different) * 4 // 5)]
    pool = different[: 2 * _BASE_DOCUMENTS]
    before = scans.pairs("base", base)
    around = scans.pairs("base and what is mixed in", pool)
    if before is None or around is None:
        return
    related = {place for pair in before + around for place in (pair.a, pair.b)}
    documents, made = plant(base, pool[len(base) :], related)
    found = scans.pairs("base and planted", documents)
    if found is None:
        return
    planted.near_duplicates(report, documents, made, found)
    planted.derivations(report, len(base), made, found)
    known = {(pair.a, pair.b) for pair in before} | {p.pair for p in made}
    unrelated = [pair for pair in found if (pair.a, pair.b) not in known]
    note(
        f"Of {len(found):,} pairs reported, {len(unrelated)} are neither planted nor found "
        "in the same documents without what was planted."
    )
    report.figure("unrelated pairs reported", "pairs", len(unrelated))
    report.details["unrelated"] = [pair._asdict() for pair in unrelated]
    report.at_most("unrelated pairs reported", len(unrelated), 0, truth=True)
    yield race.Track(
        "planted",
        documents,
        copies=[p.pair for p in made if isinstance(p.kind, Copy)],
        derived=[p.pair for p in made if isinstance(p.kind, Drawn)],
        other=[p.pair for p in made if isinstance(p.kind, Grid)],
    )


def _curve(report: Report, source: English, limit_seconds: float) -> None:
    """How often a pair becomes a candidate by its similarity, against what theory says."""
    long = [text for text in source.texts if len(text.split()) >= _CURVE_WORDS][:_CURVE_PAIRS]
    vocabulary = [word for text in long for word in truth.words(text)]
    pairs = [
        (text, truth.near_duplicate(text, (i + 0.5) / len(long), vocabulary, SEED + i))
        for i, text in enumerate(long)
    ]
    progress("the S-curve")
    try:
        hits = once(ours.meeting, pairs, THRESHOLD, limit_seconds=limit_seconds).value
    except WorkerFailedError as error:
        report.fail("S-curve", str(error), own=True)
        return
    bands = choose_bands(THRESHOLD, Settings().num_perm)
    cells: dict[int, list[tuple[float, bool]]] = {}
    for (a, b), hit in zip(pairs, hits, strict=True):
        exact = truth.jaccard(a, b)
        cells.setdefault(min(9, int(exact * 10)), []).append((exact, hit))
    points = []
    for _, cell in sorted(cells.items()):
        expected = [bands.recall(exact) for exact, _ in cell]
        points.append(
            {
                "jaccard": statistics.fmean(exact for exact, _ in cell),
                "measured": statistics.fmean(hit for _, hit in cell),
                "theory": statistics.fmean(expected),
                "pairs": len(cell),
            }
        )
    report.details["s-curve"] = points
    report.details["bands"] = bands._asdict()
    heading(f"The S-curve of {bands.bands} bands of {bands.rows} rows")
    table(
        ["mean Jaccard", "pairs", "candidates", "by theory"],
        [
            [
                f"{point['jaccard']:.2f}",
                f"{point['pairs']:.0f}",
                f"{point['measured']:.3f}",
                f"{point['theory']:.3f}",
            ]
            for point in points
        ],
    )
    worst = max((abs(point["measured"] - point["theory"]) for point in points), default=0.0)
    report.figure("S-curve, furthest from theory", "share", worst)
    if len(long) == _CURVE_PAIRS:
        report.at_most("S-curve, furthest from theory", worst, 0.2, truth=True)


def articles(scans: Scans, folder: Path) -> None:
    """Labelled news articles, every size that is there."""
    rows = []
    sizes = [path for path in folder.iterdir() if path.is_dir()]
    for size in sorted(sizes, key=lambda path: path.name.zfill(9)):
        name = f"{_ARTICLES}/{size.name}"
        try:
            labelled = families.read(size)
        except texts.CorpusError as error:
            scans.report.unreadable(name, str(error))
            continue
        gold = labelled.pairs()
        found = scans.pairs(name, labelled.texts)
        if found is None:
            continue
        copies = {(p.a, p.b) for p in found if p.relation in planted.COPIES}
        precision = share(len(copies & gold), len(copies))
        recall = share(len(copies & gold), len(gold))
        count = f"{len(labelled.ids):,}"
        rows.append([size.name, count, str(len(gold)), f"{precision:.4f}", f"{recall:.4f}"])
        scans.report.figure(f"{name}, precision", "share", precision)
        scans.report.figure(f"{name}, recall", "share", recall)
        scans.report.at_least(f"{name}, precision", precision, 1.0, truth=True)
        scans.report.at_least(f"{name}, recall", recall, 1.0, truth=True)
    heading(f"Labelled articles, {_ARTICLES}: {' and '.join(planted.COPIES)}")
    table(["size", "documents", "true pairs", "precision", "recall"], rows)


def _shuffled(scans: Scans, source: English) -> None:
    """The same words in random order: nothing that is found here is reuse."""
    draw = random.Random(SEED)
    shuffled = []
    for text in source.texts:
        # Here too: a chain that two texts share would stay whole.
        words = truth.words(text)
        draw.shuffle(words)
        shuffled.append(" ".join(words))
    found = scans.pairs("shuffled words", shuffled)
    if found is None:
        return
    heading("Shuffle test")
    note(
        f"The words of each of {len(shuffled):,} documents in random order: {len(found)} pairs "
        "reported."
    )
    scans.report.figure("shuffle test, pairs", "pairs", len(found))
    scans.report.details["shuffled"] = [pair._asdict() for pair in found]
    scans.report.at_most("shuffle test, pairs", len(found), 0, truth=True)


def _whole_file(report: Report, source: English, path: Path, limit_seconds: float) -> None:
    """The whole file, read from disk, as a person would scan it."""
    progress(f"scanning {path.name}")
    try:
        run = once(ours.scanning_file, path, limit_seconds=limit_seconds)
    except WorkerFailedError as error:
        report.fail(path.name, str(error), own=True)
        return
    result: FileScan = run.value
    by_text: dict[str, list[str]] = {}
    for record in texts.parsed(path, id=str, text=str):
        if not isinstance(record, texts.CorpusError):
            by_text.setdefault(record["text"], []).append(record["id"])
    groups = [names for names in by_text.values() if len(names) > 1]
    found = {name: i for i, group in enumerate(result.identical) for name in group}
    whole = sum(len({found.get(name, -1 - i) for i, name in enumerate(g)}) == 1 for g in groups)
    heading(f"{path.name}, read and scanned on all processors")
    table(
        ["documents", "wall s", "CPU s", "peak MB", "equal texts", "found"],
        [
            [
                f"{result.documents:,}",
                f"{run.wall_seconds:.2f}",
                f"{run.cpu_seconds:.2f}",
                number(run.peak_bytes / 1e6),
                f"{len(groups):,} groups",
                f"{whole:,} groups",
            ]
        ],
    )
    pairs = Counter(result.pairs)
    note("Pairs: " + ", ".join(f"{count:,} {name}" for name, count in pairs.most_common()) + ".")
    note("Wall: " + ", ".join(f"{name} {value:.2f} s" for name, value in result.stages) + ".")
    report.figure("whole file, wall", "s", run.wall_seconds)
    report.figure("whole file, CPU", "s", run.cpu_seconds)
    report.figure("whole file, peak memory", "bytes", run.peak_bytes)
    report.details["whole file"] = {"pairs": result.pairs, "stages": result.stages}
    report.at_most("whole file, wall s", run.wall_seconds, 10)
    report.at_most("whole file, peak MB", run.peak_bytes / 1e6, 1500)
    report.at_least("groups of equal texts found", share(whole, len(groups)), 1.0, truth=True)
    report.at_least("documents read", share(result.documents, len(source.texts)), 1, truth=True)
