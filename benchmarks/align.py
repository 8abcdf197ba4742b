"""Two texts beside one another: what was taken over, beside the peers.

Everyone gives stretches of the one text and of the other; all are scored as passages are in PAN: by
the characters that they cover, in both texts. On the pair that was read by hand, the cases are the
sentences that a person linked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import gold, ours, pan13, peers, plagdet
from benchmarks.measure import interleave
from benchmarks.peers import MATCHERS, Match, Peer
from benchmarks.plagdet import Passage, Span
from benchmarks.report import Report, heading, note, number, progress, table
from benchmarks.texts import SEED, each, whole
from benchmarks.worker import LIMIT_SECONDS, Run, Task, Worker, WorkerFailedError

REPETITIONS = 3
PAIRS = 100  # of PAN-13, about
_LINKS = "dedup, sentences"
_PASSAGES = "dedup, passages"
_NATO = Path(__file__).parents[1] / "examples" / "nato"
_PAN = "pan13-text-alignment"


def run(
    corpora: Path | None,
    *,
    rivals: Sequence[Peer] = MATCHERS,
    pan: int = PAIRS,
    repetitions: int = REPETITIONS,
    limit_seconds: float = LIMIT_SECONDS,
) -> Report:
    """Measures and prints.

    Args:
        corpora: folder of the texts; without it only the pair read by hand is measured.
        rivals: the peers.
        pan: about so many pairs of PAN-13.
        repetitions: rounds that count.
        limit_seconds: how long a contestant may take for all pairs of a corpus.
    """
    report = Report("align", SEED, repetitions)
    report.begin()
    here = []
    for peer in rivals:
        if reason := peer.absent():
            report.fail(peer.name, reason, own=False)
        else:
            here.append(peer)
    reading = gold.read()
    read = [
        (
            whole(_NATO / f"{reading.a.removesuffix('.txt')}.txt"),
            whole(_NATO / f"{reading.b.removesuffix('.txt')}.txt"),
        )
    ]
    cases = [
        Passage("0", reading.sentences_a[source], reading.sentences_b[made])
        for source, made in reading.edges
    ]
    _race(report, "read by hand", read, cases, here, limit_seconds)

    def pan13_pairs(folder: Path) -> None:
        pairs = pan13.subset(pan13.read(folder / "train"), pan)
        texts = [(whole(pair.source), whole(pair.suspicious)) for pair in pairs]
        cases = [
            Passage(str(number), case.a, case.b)
            for number, pair in enumerate(pairs)
            for case in pair.cases
        ]
        _race(report, "PAN-13", texts, cases, here, limit_seconds)

    each(report, corpora, {_PAN: pan13_pairs})
    for peer in here:
        note(f"{peer.name}: {peer.says}")
    return report


def _race(
    report: Report,
    name: str,
    texts: Sequence[tuple[str, str]],
    cases: Sequence[Passage],
    rivals: Sequence[Peer],
    limit_seconds: float,
) -> None:
    """Everyone on the same pairs of texts."""
    report.corpus(name, [text for pair in texts for text in pair])
    contestants: dict[str, tuple[Callable[..., Task], tuple[object, ...]]] = {
        _LINKS: (ours.matching, (texts, "links")),
        _PASSAGES: (ours.matching, (texts, "passages")),
        **{peer.name: (peers.matching, (peer.adapter, texts)) for peer in rivals},
    }
    workers: dict[str, Worker] = {}
    failures: dict[str, str] = {}
    for who, (build, arguments) in contestants.items():
        progress(f"{name}: preparing {who}")
        try:
            workers[who] = Worker(build, *arguments, limit_seconds=limit_seconds)
        except WorkerFailedError as error:
            failures[who] = str(error)
    try:
        runs, failed = interleave(workers, report.repetitions, progress)
    finally:
        for worker in workers.values():
            worker.close()
    failures |= failed
    for who, reason in failures.items():
        report.fail(f"{name}, {who}", reason, own=who in {_LINKS, _PASSAGES})
    _table(report, name, texts, cases, runs, failures)


def _table(
    report: Report,
    name: str,
    texts: Sequence[tuple[str, str]],
    cases: Sequence[Passage],
    runs: Mapping[str, Sequence[Run]],
    failures: Mapping[str, str],
) -> None:
    """Time and truth."""
    rows = []
    for who, its in runs.items():
        matches: list[list[Match]] = its[-1].value
        score = plagdet.score(
            cases,
            [
                Passage(str(pair), Span(*a), Span(*b))
                for pair, found in enumerate(matches)
                for a, b in found
            ],
        )
        cpu = report.figure(f"{name}, {who}, CPU", "s", *(run.cpu_seconds for run in its))
        peak = report.figure(
            f"{name}, {who}, peak memory", "bytes", *(run.peak_bytes for run in its)
        )
        values = {
            measure: report.figure(f"{name}, {who}, {measure}", "", getattr(score, measure)).median
            for measure in ("plagdet", "precision", "recall", "granularity")
        }
        rows.append(
            [
                who,
                f"{cpu.median:.3f}",
                number(peak.median / 1e6),
                *(f"{value:.3f}" for value in values.values()),
            ]
        )
    rows += [[who, reason] for who, reason in failures.items()]
    heading(f"{name}: {len(texts):,} pairs of texts, {len(cases):,} cases")
    table(["", "CPU s", "MB", "plagdet", "precision", "recall", "gran."], rows)
    ours_best = max(
        (
            report.figures[f"{name}, {who}, plagdet"].median
            for who in runs
            if who in {_LINKS, _PASSAGES}
        ),
        default=None,
    )
    others = [
        report.figures[f"{name}, {who}, plagdet"].median
        for who in runs
        if who not in {_LINKS, _PASSAGES}
    ]
    if others:
        report.at_least(f"{name}, plagdet, not below any peer", ours_best, max(others))
