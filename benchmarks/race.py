"""From texts to pairs, beside the peers: time, memory, and how much of it is true.

Everyone is given the same texts and the same threshold. What is true is found out by counting word
5-grams: every pair that anyone reports is checked so, and those of them that are as similar as the
threshold, with the planted ones, are the pairs that there are to find. So that dedup does not judge
itself, and what it misses and another finds counts against it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from benchmarks import ours, peers, truth
from benchmarks.measure import once
from benchmarks.peers import THRESHOLD, Peer
from benchmarks.report import Report, heading, note, number, progress, table
from benchmarks.worker import Run, WorkerFailedError

DEDUP = "dedup"
COPIES = "dedup, copies"
_LEAST_RECALL = 0.95  # of a peer whose time counts
_LONG_SECONDS = 60.0  # a run that takes longer is not repeated

Pair = tuple[int, int]


@dataclass(frozen=True)
class Track:
    """What is raced over.

    Attributes:
        name: of the texts.
        documents: the texts.
        copies: pairs that were planted as near-duplicates, whatever their similarity came to.
        derived: pairs that were planted and are no near-duplicates, to be found.
        other: such pairs that nobody is judged by.
        least_ratio: how many times our CPU time the fastest good peer was promised to take.
    """

    name: str
    documents: Sequence[str]
    copies: Collection[Pair] = ()
    derived: Collection[Pair] = ()
    other: Collection[Pair] = ()
    least_ratio: float | None = None


@dataclass
class Entry:
    """A contestant and what it did.

    Attributes:
        name: as it stands in the table.
        build: one run in a process of its own.
        own: whether it is dedup.
        runs: one for each repetition; what the last found counts.
    """

    name: str
    build: Callable[..., Run]
    own: bool = False
    runs: list[Run] = field(default_factory=list)


def run(
    report: Report,
    track: Track,
    rivals: Sequence[Peer],
    *,
    repetitions: int,
    limit_seconds: float,
) -> None:
    """Measures, prints, and keeps the figures below the track's name.

    Args:
        report: takes them.
        track: what is raced over.
        rivals: the peers; those that are absent are said to be.
        repetitions: of everyone, interleaved; the first counts too, as a scan is done once. Who
            takes longer than a minute runs once.
        limit_seconds: how long one run may take.
    """
    entries = [
        Entry(DEDUP, partial(once, ours.finding_pairs, track.documents, False), own=True),  # noqa: FBT003
        Entry(COPIES, partial(once, ours.finding_pairs, track.documents, True), own=True),  # noqa: FBT003
    ]
    for peer in rivals:
        if reason := peer.absent():
            report.fail(peer.name, reason, own=False)
        else:
            entries.append(
                Entry(peer.name, partial(once, peers.finding, track.documents, peer.adapter))
            )
    failed: dict[str, str] = {}
    for repetition in range(repetitions):
        for entry in entries:
            if entry.name in failed or (entry.runs and entry.runs[-1].wall_seconds > _LONG_SECONDS):
                continue
            progress(f"{track.name}: {entry.name}, round {repetition + 1} of {repetitions}")
            try:
                entry.runs.append(entry.build(limit_seconds=limit_seconds))
            except WorkerFailedError as error:
                failed[entry.name] = str(error)
                report.fail(f"{track.name}, {entry.name}", str(error), own=entry.own)
    ran = [entry for entry in entries if entry.name not in failed]
    _judge(report, track, ran, failed)
    for entry in ran:
        for peer in rivals:
            if peer.name == entry.name and f"says {peer.name}" not in report.details:
                report.details[f"says {peer.name}"] = peer.says
                note(f"{peer.name}: {peer.says}")
    _bars(report, track, ran)


class Judge:
    """Which pairs are near-duplicates, by counting.

    Args:
        documents: the texts. Of those with equal words each stands for the first.
    """

    def __init__(self, documents: Sequence[str]) -> None:
        self._documents = documents
        first: dict[tuple[str, ...], int] = {}
        self._first = [
            first.setdefault(tuple(truth.words(one)), i) for i, one in enumerate(documents)
        ]
        self._known: dict[Pair, bool] = {}

    def pairs(self, pairs: Iterable[Pair]) -> set[Pair]:
        """Pairs of different texts; those of equal texts are what nobody is judged by."""
        met = {tuple(sorted((self._first[a], self._first[b]))) for a, b in pairs}
        return {(a, b) for a, b in met if a != b}

    def true(self, pair: Pair) -> bool:
        """Whether a pair is as similar as the threshold."""
        if pair not in self._known:
            a, b = pair
            exact = truth.jaccard(self._documents[a], self._documents[b])
            self._known[pair] = exact >= THRESHOLD
        return self._known[pair]


def _judge(
    report: Report, track: Track, entries: Sequence[Entry], failed: Mapping[str, str]
) -> None:
    """The table."""
    judge = Judge(track.documents)
    progress(f"{track.name}: counting")
    flags = {
        entry.name: {a for a, b in entry.runs[-1].value if a == b}
        for entry in entries
        if not entry.own and entry.runs[-1].value and all(a == b for a, b in entry.runs[-1].value)
    }
    other = judge.pairs(track.other)
    reported = {entry.name: judge.pairs(entry.runs[-1].value) - other for entry in entries}
    derived = judge.pairs(track.derived)
    # All that dedup reports besides copies is derived and not meant to be as similar.
    pool = judge.pairs(track.copies).union(*reported.values()) - derived
    due = {pair for pair in pool if judge.true(pair)}
    texts = {text for pair in due for text in pair}
    rows = []
    base = next((entry for entry in entries if entry.name == COPIES), None)
    for entry in entries:
        if entry.name in flags:
            flagged = flags[entry.name]
            recall = truth.share(len(flagged & texts), len(texts))
            precision = truth.share(len(flagged & texts), len(flagged))
            reused = {copy for pair in derived for copy in pair[1:]}
            share = truth.share(len(flagged & reused), len(reused))
        else:
            found = reported[entry.name]
            recall = truth.share(len(found & due), len(due))
            precision = truth.share(sum(map(judge.true, found)), len(found))
            share = truth.share(len(found & derived), len(derived))
        cpu = report.figure(
            f"{track.name}, {entry.name}, CPU", "s", *(r.cpu_seconds for r in entry.runs)
        )
        wall = report.figure(
            f"{track.name}, {entry.name}, wall", "s", *(r.wall_seconds for r in entry.runs)
        )
        peak = report.figure(
            f"{track.name}, {entry.name}, peak memory", "bytes", *(r.peak_bytes for r in entry.runs)
        )
        report.figure(f"{track.name}, {entry.name}, recall", "share", recall)
        if entry.name != DEDUP:
            report.figure(f"{track.name}, {entry.name}, precision", "share", precision)
        if derived:
            report.figure(f"{track.name}, {entry.name}, derived found", "share", share)
        times = "1"
        if base is not None and base is not entry:
            ratio = report.figure(
                f"{track.name}, {entry.name} / {COPIES}",
                "times",
                *(
                    a.cpu_seconds / b.cpu_seconds
                    for a, b in zip(entry.runs, base.runs, strict=False)
                ),
            )
            times = number(ratio.median)
        rows.append(
            [
                entry.name + (" *" if entry.name in flags else ""),
                f"{cpu.median:.2f}",
                f"{wall.median:.2f}",
                number(peak.median / 1e6),
                _rounded(recall),
                "" if entry.name == DEDUP else _rounded(precision),
                _rounded(share) if derived else "",
                times,
            ]
        )
    rows += [[name, reason] for name, reason in failed.items()]
    heading(f"{track.name}: {len(track.documents):,} texts to pairs at a Jaccard of {THRESHOLD}")
    table(["", "CPU s", "wall s", "MB", "recall", "precision", "derived", "× CPU"], rows)
    note(
        f"Recall is of {len(due):,} pairs that count as {THRESHOLD} or more alike, planted or "
        "reported by anyone; precision is the share of what is reported that does"
        + (
            f"; derived is the share of {len(derived):,} planted derivations that is reported"
            * bool(derived)
        )
        + f". {COPIES}: only what the peers look for; {DEDUP}: derived texts and quotations too. "
        "× CPU: time over that of the former. Each in a process of its own; MB is its peak with "
        "the texts in it. The clock is kinder to dedup, which uses all processors."
        + (" *: which texts have a partner, not which." if flags else "")
    )
    report.details[f"{track.name}, texts"] = len(track.documents)
    report.details[f"{track.name}, pairs to find"] = len(due)


def _bars(report: Report, track: Track, entries: Sequence[Entry]) -> None:
    """What was promised of this track."""
    figures = report.figures
    rivals = [entry.name for entry in entries if not entry.own]

    def of(name: str, what: str) -> float:
        found = figures.get(f"{track.name}, {name}, {what}")
        return found.median if found else 0.0

    recall = figures.get(f"{track.name}, {COPIES}, recall")
    best = max((of(name, "recall") for name in rivals), default=0.0)
    report.at_least(f"{track.name}, recall", recall, max(0.99, best), truth=True)
    precision = figures.get(f"{track.name}, {COPIES}, precision")
    report.at_least(f"{track.name}, precision", precision, 1.0, truth=True)
    good = [name for name in rivals if of(name, "recall") >= _LEAST_RECALL]
    if good and track.least_ratio is not None:
        # There are none when dedup itself failed, which is told elsewhere.
        ratios = (figures.get(f"{track.name}, {name} / {COPIES}") for name in good)
        least = min((ratio.median for ratio in ratios if ratio), default=None)
        report.at_least(f"{track.name}, fastest peer / {COPIES}", least, track.least_ratio)
    if track.derived:
        found = figures.get(f"{track.name}, {DEDUP}, derived found")
        report.at_least(f"{track.name}, derived found", found, 0.97)


def _rounded(share: float) -> str:
    """Three digits, and never rounded up to all."""
    return f"{int(share * 1000) / 1000:.3f}"
