"""Text to signatures: ours against the machine's limits, other scripts, and the peers."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import ours, peers, scripts, truth
from benchmarks.measure import Figure, interleave, once
from benchmarks.peers import PEERS, Peer
from benchmarks.report import Report, heading, note, number, progress, spread, table
from benchmarks.texts import SEED, english, head, utf8_bytes
from benchmarks.worker import LIMIT_SECONDS, Run, Task, Worker, WorkerFailedError

REPETITIONS = 7
_PAIRS = 300
_SIMILARITIES = (0.2, 0.95)
_LEAST_WORDS = 60  # of a text that pairs are made from: shorter ones have no Jaccard in between
_SIGMAS = 5.0  # an estimate further off than this is wrong, and not unlucky
_ENGLISH_MEGABYTES = 32.0
_SCRIPT_MEGABYTES = 16.0  # half of it reads a fifth slower: a run must not be over in no time
_REFERENCE_MEGABYTES = 2.0

_COPY = "memory copy"
_TOKENS = "tokens and hashes, with places"
_HASHES = "tokens and hashes, no places"
_DEDUP = "dedup"
_ONE = "dedup, 1 thread"
_TWO = "dedup, 2 threads"
_ONE_AT_ONCE = "dedup, 1 thread, one list"
_TWO_AT_ONCE = "dedup, 2 threads, one list"
_REFERENCE = "dedup, reference core"
_ASCII = "ASCII"
_TYPESET = "curly quotes, dashes, accents"
_LATIN = "Declaration, Latin"


@dataclass(frozen=True)
class Contestant:
    """A row of the table.

    Attributes:
        name: as it stands there.
        texts: what it is given.
        build: makes its task of the texts and the arguments.
        arguments: of build, after the texts.
        environment: variables of its process.
    """

    name: str
    texts: Sequence[str]
    build: Callable[..., Task]
    arguments: tuple[object, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """Whether it is dedup that runs, and not a peer."""
        return self.build is not _signing

    @property
    def megabytes(self) -> float:
        """Size of its texts."""
        return sum(map(utf8_bytes, self.texts)) / 1e6


def run(
    corpora: Path | None,
    *,
    rivals: Sequence[Peer] = PEERS,
    repetitions: int = REPETITIONS,
    limit_seconds: float = LIMIT_SECONDS,
) -> Report:
    """Measures and prints.

    Args:
        corpora: folder of the texts; synthetic text when None.
        rivals: the peers to race.
        repetitions: rounds that count.
        limit_seconds: how long a contestant may take for anything.
    """
    report = Report("speed", SEED, repetitions)
    report.begin()
    source = english(report, corpora)
    texts = head(source.texts, _ENGLISH_MEGABYTES)
    report.corpus(source.name, texts)
    here = []
    for peer in rivals:
        reason = peer.absent()
        if reason:
            report.fail(peer.name, reason, own=False)
        else:
            here.append(peer)
    _race(report, texts, here, limit_seconds)
    _scripts(report, texts, limit_seconds)
    agreement(report, texts, here, ours.estimating, limit_seconds)
    return report


def _race(report: Report, texts: list[str], rivals: Sequence[Peer], limit_seconds: float) -> None:
    """Everyone on the same English text."""
    native = {"DEDUP_CORE": "auto"}
    contestants = [
        Contestant(_COPY, texts, ours.copying),
        Contestant(_TOKENS, texts, ours.tokenising_with_places, environment=native),
        Contestant(_HASHES, texts, ours.tokenising_without_places, environment=native),
        Contestant(_ONE, texts, ours.sketching, (1,), native),
        Contestant(_TWO, texts, ours.sketching, (2,), native),
        Contestant(_ONE_AT_ONCE, texts, ours.sketching_at_once, (1,), native),
        Contestant(_TWO_AT_ONCE, texts, ours.sketching_at_once, (2,), native),
        Contestant(
            _REFERENCE,
            head(texts, _REFERENCE_MEGABYTES),
            ours.sketching,
            (1,),
            {"DEDUP_CORE": "reference"},
        ),
    ]
    contestants += [
        Contestant(
            peer.name,
            head(texts, peer.megabytes),
            _signing,
            (peer.adapter,),
            peers.ENVIRONMENT,
        )
        for peer in rivals
    ]
    runs = _measure(report, contestants, limit_seconds)
    heading(f"From text to 128 permutations on word 5-grams; median of {report.repetitions}")
    speeds = _speeds(report, contestants, runs)
    ratios = {
        c.name: ratio
        for c in contestants
        if c.name != _ONE and (ratio := _ratio(report, contestants, runs, _ONE, c.name))
    }
    _table(report, contestants, speeds, ratios, "dedup /")
    note(
        "MB is 10^6 bytes of UTF-8 of the text as given, per second of CPU time of the process, "
        "all its threads together; (lowest–highest). Every row runs in a process of its own, "
        "rounds interleaved. “dedup /”: the speed of dedup with 1 thread over that of the row, "
        "median of the rounds. Slow rows are given the first part of the same texts."
    )
    for peer in rivals:
        note(f"{peer.name}: {peer.says}")
    batched = _scaling(report, runs, _ONE, _TWO, "batches of 4 MB")
    at_once = _scaling(report, runs, _ONE_AT_ONCE, _TWO_AT_ONCE, "one list")
    if batched and at_once:
        note(
            f"Two threads by the clock: {number(at_once.median)} times one {spread(at_once)} "
            f"with all texts in one list, {number(batched.median)} {spread(batched)} in batches of "
            "4 MB, which are over before a second processor is awake. Needs two idle processors."
        )

    for name in (_TOKENS, _HASHES):
        report.at_least(f"sketch / {name}", ratios.get(name), 0.4)
    report.at_least("sketch, 1 thread, MB per CPU second", speeds.get(_ONE), 400)
    report.at_least("two threads / one, one list, by the clock", at_once, 1.8)
    for peer in PEERS:
        if peer.bar is not None:
            report.at_least(f"sketch / {peer.name}", ratios.get(peer.name), peer.bar)


def _scaling(
    report: Report, runs: Mapping[str, Sequence[Run]], one: str, two: str, how: str
) -> Figure | None:
    """How much faster two threads are by the clock, round by round."""
    if not {one, two} <= runs.keys():
        return None
    return report.figure(
        f"dedup, 2 threads / 1 thread, {how}, by the clock",
        "times",
        *(
            alone.wall_seconds / both.wall_seconds
            for alone, both in zip(runs[one], runs[two], strict=True)
        ),
    )


def _scripts(report: Report, texts: list[str], limit_seconds: float) -> None:
    """The whole sketch on text that is not plain ASCII."""
    plain = scripts.ascii_only(head(texts, _SCRIPT_MEGABYTES))
    samples = {_ASCII: plain, _TYPESET: scripts.typeset(plain, SEED)}
    megabytes = sum(map(utf8_bytes, plain)) / 1e6
    samples |= {
        _LATIN if script == "Latin" else script: scripts.declaration(script, megabytes, SEED)
        for script in scripts.DECLARATION
    }
    contestants = [
        Contestant(name, sample, ours.sketching, (1,)) for name, sample in samples.items()
    ]
    runs = _measure(report, contestants, limit_seconds)
    heading("dedup, 1 thread, on other text")
    speeds = _speeds(report, contestants, runs)
    shares = {
        name: share
        for name in samples
        if name != _ASCII and (share := _ratio(report, contestants, runs, name, _ASCII))
    }
    _table(report, contestants, speeds, shares, "/ ASCII")
    note(
        f"ASCII is the English text without its other characters. “{_TYPESET}” is the same with "
        "straight quotes, apostrophes, --, - between spaces and ... made typographic, and then "
        "random vowels accented until 1.5% of the characters of every text are not ASCII. The "
        "others are sentences of the Universal Declaration of Human Rights at random, half of "
        "them cut somewhere; the Latin row shows what that does by itself."
    )
    for name in samples:
        if name not in (_ASCII, _LATIN):
            least = 0.8 if name == _TYPESET else 0.3
            report.at_least(f"{name} / ASCII", shares.get(name), least)


def agreement(
    report: Report,
    texts: list[str],
    rivals: Sequence[Peer],
    estimate: Callable[..., Task],
    limit_seconds: float,
) -> None:
    """Whether the estimates, ours and the peers', are estimates of the exact Jaccard."""
    documents, pairs = _planted(texts)
    exact = [truth.jaccard(documents[i], documents[j]) for i, j in pairs]
    tasks: dict[str, tuple[Callable[..., Task], tuple[object, ...]]] = {
        _DEDUP: (estimate, (documents, pairs))
    }
    for peer in rivals:
        if peer.name not in report.failures:
            tasks[peer.name] = (peers.estimating, (peer.adapter, documents, pairs))
    sigma = truth.standard_error(exact, peers.NUM_PERM)
    expected = statistics.fmean(
        0.8 * truth.standard_error([similarity], peers.NUM_PERM) for similarity in exact
    )
    heading(f"Estimated against exact Jaccard, {len(pairs)} pairs")
    rows = []
    for name, (build, arguments) in tasks.items():
        progress(f"estimates: {name}")
        try:
            estimates = once(build, *arguments, limit_seconds=limit_seconds).value
        except WorkerFailedError as error:
            report.fail(f"{name}, estimates", str(error), own=name == _DEDUP)
            continue
        errors = [found - true for found, true in zip(estimates, exact, strict=True)]
        mean_error = statistics.fmean(map(abs, errors))
        bias = statistics.fmean(errors)
        report.figure(f"{name}, mean absolute error of the estimate", "Jaccard", mean_error)
        report.figure(f"{name}, bias of the estimate", "Jaccard", bias)
        agrees = abs(bias) <= _SIGMAS * sigma and mean_error <= 1.5 * expected
        rows.append([name, f"{mean_error:.4f}", f"{bias:+.4f}", "agrees" if agrees else "DEVIATES"])
        if name == _DEDUP:
            report.at_most("bias of dedup's estimate", abs(bias), _SIGMAS * sigma, truth=True)
            report.at_most("mean error of dedup's estimate", mean_error, 1.5 * expected, truth=True)
    table(["", "mean error", "bias", ""], rows)
    note(
        f"Copies with words changed, exact Jaccard {min(exact):.2f} to {max(exact):.2f}. A MinHash "
        f"of 128 values errs by {expected:.4f} on average; the bias of {len(pairs)} pairs has a "
        f"standard error of {sigma:.4f}. Agrees: bias within {_SIGMAS:g} of these, error within "
        "1.5 times that."
    )


def _planted(texts: Sequence[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """Texts and copies of them at similarities from low to high, and which belong together."""
    long = [text for text in texts if len(text.split()) >= _LEAST_WORDS][:_PAIRS]
    vocabulary = [word for text in long for word in truth.words(text)]
    low, high = _SIMILARITIES
    documents: list[str] = []
    pairs = []
    for i, text in enumerate(long):
        similarity = low + (high - low) * i / len(long)
        copy = truth.near_duplicate(text, similarity, vocabulary, SEED + i)
        pairs.append((len(documents), len(documents) + 1))
        documents += [text, copy]
    return documents, pairs


def _signing(texts: Sequence[str], adapter: str) -> Task:
    """A peer's task, with the arguments of every other contestant's."""
    return peers.signing(adapter, texts)


def _measure(
    report: Report, contestants: Sequence[Contestant], limit_seconds: float
) -> dict[str, list[Run]]:
    """The runs of all contestants that do not fail."""
    workers: dict[str, Worker] = {}
    with ExitStack() as stack:
        for contestant in contestants:
            progress(f"preparing {contestant.name}")
            try:
                worker = Worker(
                    contestant.build,
                    contestant.texts,
                    *contestant.arguments,
                    environment=contestant.environment,
                    limit_seconds=limit_seconds,
                )
            except WorkerFailedError as error:
                report.fail(contestant.name, str(error), own=contestant.own)
                continue
            workers[contestant.name] = stack.enter_context(worker)
        runs, failures = interleave(workers, report.repetitions, progress)
    for contestant in contestants:
        if contestant.name in failures:
            report.fail(contestant.name, failures[contestant.name], own=contestant.own)
    return runs


def _speeds(
    report: Report, contestants: Sequence[Contestant], runs: Mapping[str, Sequence[Run]]
) -> dict[str, Figure]:
    """MB per CPU second of every contestant that ran."""
    return {
        c.name: report.figure(
            c.name, "MB per CPU second", *(c.megabytes / run.cpu_seconds for run in runs[c.name])
        )
        for c in contestants
        if c.name in runs
    }


def _ratio(
    report: Report,
    contestants: Sequence[Contestant],
    runs: Mapping[str, Sequence[Run]],
    first: str,
    second: str,
) -> Figure | None:
    """How many times as fast as the second the first is, round by round."""
    if first not in runs or second not in runs:
        return None
    size = {c.name: c.megabytes for c in contestants}
    return report.figure(
        f"{first} / {second}",
        "times",
        *(
            (size[first] / a.cpu_seconds) / (size[second] / b.cpu_seconds)
            for a, b in zip(runs[first], runs[second], strict=True)
        ),
    )


def _table(
    report: Report,
    contestants: Sequence[Contestant],
    speeds: Mapping[str, Figure],
    ratios: Mapping[str, Figure],
    ratio_head: str,
) -> None:
    """Speeds and ratios."""
    rows = []
    for contestant in contestants:
        name = contestant.name
        if name not in speeds:
            rows.append([name, report.failures[name]])
            continue
        rows.append(
            [
                name,
                f"{len(contestant.texts):,}",
                number(contestant.megabytes),
                number(speeds[name].median),
                spread(speeds[name]),
                f"{number(ratios[name].median)} ×" if name in ratios else "",
            ]
        )
    table(["", "texts", "MB", "MB/s", "", ratio_head], rows)
