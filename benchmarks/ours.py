"""What is measured of dedup itself; each function makes a task for a worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import dedup
from benchmarks.pan13 import TextPair
from benchmarks.peers import NUM_PERM, batches
from benchmarks.plagdet import Span
from benchmarks.texts import whole
from dedup import Document, Settings, Sketcher, scan
from dedup.find.lsh import band_keys, choose_bands
from dedup.settings import RELATIONS
from dedup.sketch.kernels import kernels

if TYPE_CHECKING:
    from dedup import Alignment

Aligner = Callable[..., "Alignment"]
"""Takes a source, a text derived from it, and ``sensitive``."""

_SETTINGS = Settings(num_perm=NUM_PERM)
_CORE_CHARS = 1 << 18  # what the sketcher gives the core at once


class FoundPair(NamedTuple):
    """A pair that a scan reported, by the places of its documents."""

    a: int
    b: int
    relation: str
    jaccard: float
    evidence_bits: float | None


class FoundPairs(NamedTuple):
    """What a scan found.

    Attributes:
        pairs: all of them.
        limits: what was capped, and how often.
        kept: how many texts remain when one a cluster is kept.
        redundant: how many texts can go without a loss.
    """

    pairs: list[FoundPair]
    limits: dict[str, int]
    kept: int
    redundant: int


class FoundLink(NamedTuple):
    """Sentences that an alignment links, by their places."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    relation: str
    flags: tuple[str, ...]
    score: float


class FoundAlignment(NamedTuple):
    """What an alignment found.

    Attributes:
        sentences_a: where those of the source stand.
        sentences_b: where those of the other text stand.
        links: between them.
        passages: where they stand in the source and in the other text.
        reuse_of_b: share of the other text that was reused, 0..1.
        direction: ``a`` or ``b``, which was probably the source; None where nothing says so.
        evidence_bits: how surprising the links are.
    """

    sentences_a: list[Span]
    sentences_b: list[Span]
    links: list[FoundLink]
    passages: list[tuple[Span, Span]]
    reuse_of_b: float
    direction: str | None
    evidence_bits: float


class FileScan(NamedTuple):
    """What a scan of a file found.

    Attributes:
        documents: how many were read.
        identical: the groups of identical documents, by id.
        pairs: how many there are of each relation.
        stages: name and wall-clock seconds of each step.
    """

    documents: int
    identical: list[list[str]]
    pairs: dict[str, int]
    stages: list[tuple[str, float]]


def copying(texts: Sequence[str]) -> Callable[[], None]:
    """UTF-8 to UTF-8 in batches: no program that reads the text can be faster."""
    packed = [bytearray("".join(batch), "utf-8") for batch in batches(texts)]

    def copy() -> None:
        for batch in packed:
            bytes(batch)

    return copy


def tokenising(texts: Sequence[str], *, places: bool) -> Callable[[], None]:
    """Words to 64-bit hashes and nothing else, in the batches in which the sketcher does it."""
    parts: list[list[str]] = [[]]
    chars = 0
    for text in texts:
        parts[-1].append(text)
        chars += len(text)
        if chars >= _CORE_CHARS:
            parts.append([])
            chars = 0

    def tokenise() -> None:
        core = kernels()
        for part in parts:
            core.tokens(core.pack(part), places=places)

    return tokenise


def tokenising_with_places(texts: Sequence[str]) -> Callable[[], None]:
    """Hashes and where each token stands."""
    return tokenising(texts, places=True)


def tokenising_without_places(texts: Sequence[str]) -> Callable[[], None]:
    """Hashes alone."""
    return tokenising(texts, places=False)


def sketching(texts: Sequence[str], threads: int, *, at_once: bool = False) -> Callable[[], None]:
    """The whole sketch: signature, fingerprints, content hash, count; in batches, or at once."""
    lists = [texts] if at_once else batches(texts)
    sketcher = Sketcher(_SETTINGS, threads=threads)

    def sketch() -> None:
        for batch in lists:
            sketcher.sketch(batch)

    return sketch


def sketching_at_once(texts: Sequence[str], threads: int) -> Callable[[], None]:
    """`sketching` of one list: what two threads do with it is not over before both are awake."""
    return sketching(texts, threads, at_once=True)


def estimating(texts: Sequence[str], pairs: Sequence[tuple[int, int]]) -> Callable[[], list[float]]:
    """Estimated Jaccard of pairs of texts."""

    def estimate() -> list[float]:
        sketches = Sketcher(_SETTINGS).sketch(texts)
        return [sketches.jaccard_estimate(i, sketches, j) for i, j in pairs]

    return estimate


def finding(texts: Sequence[str]) -> Callable[[], list[FoundPair]]:
    """All pairs that a scan of these texts reports."""
    scan_texts = scanning(texts)
    return lambda: scan_texts().pairs


def scanning(texts: Sequence[str]) -> Callable[[], FoundPairs]:
    """A scan of these texts."""

    def scan_texts() -> FoundPairs:
        result = scan(Document(str(i), text) for i, text in enumerate(texts))
        pairs = [
            FoundPair(int(p.a), int(p.b), p.relation, p.jaccard, p.evidence_bits)
            for p in result.pairs
        ]
        return FoundPairs(pairs, dict(result.limits), len(result.keep), len(result.redundant))

    return scan_texts


def finding_pairs(texts: Sequence[str], copies: bool) -> Callable[[], list[tuple[int, int]]]:
    """All pairs that a scan of these texts reports, or only the copies and near-duplicates."""
    settings = Settings(relations=("identical", "near-duplicate") if copies else RELATIONS)
    scan([], settings)  # loads what it needs: the peers too are loaded before their time counts

    def find() -> list[tuple[int, int]]:
        documents = (Document(str(i), text) for i, text in enumerate(texts))
        return [(int(pair.a), int(pair.b)) for pair in scan(documents, settings).pairs]

    return find


def meeting(pairs: Sequence[tuple[str, str]], threshold: float) -> Callable[[], list[bool]]:
    """Whether the signatures of two texts agree on a band, for pairs of texts."""

    def meet() -> list[bool]:
        bands = choose_bands(threshold, NUM_PERM)
        sketcher = Sketcher(_SETTINGS)
        a, b = (
            band_keys(sketcher.sketch(texts).signatures, bands)
            for texts in zip(*pairs, strict=True)
        )
        return [bool(hit) for hit in (a == b).any(axis=1)]

    return meet


def scanning_file(path: Path) -> Callable[[], FileScan]:
    """A scan of a JSONL file, as a person would run it."""

    def scan_file() -> FileScan:
        result = scan([path])
        counts: dict[str, int] = {}
        identical: dict[str, list[str]] = {}
        for pair in result.pairs:
            counts[pair.relation] = counts.get(pair.relation, 0) + 1
            if pair.relation == "identical":
                identical.setdefault(pair.a, [pair.a]).append(pair.b)
        stages = [(stage.name, stage.seconds) for stage in result.stages]
        return FileScan(len(result.ids), list(identical.values()), counts, stages)

    return scan_file


def align(source: str, derived: str, *, sensitive: bool) -> Alignment:
    """The aligner; it is loaded when it is first called, so that loading is measured too."""
    return dedup.align(source, derived, sensitive=sensitive)


def aligning(
    aligner: Aligner, pairs: Sequence[tuple[str, str]], sensitive: bool
) -> Callable[[], list[FoundAlignment]]:
    """The alignments of pairs of texts, the source first."""

    def align_all() -> list[FoundAlignment]:
        return [_found(aligner(a, b, sensitive=sensitive)) for a, b in pairs]

    return align_all


def matching(
    pairs: Sequence[tuple[str, str]], what: str
) -> Callable[[], list[list[tuple[Span, Span]]]]:
    """The ``links`` or the ``passages`` between pairs of texts, as stretches of both."""

    def match_all() -> list[list[tuple[Span, Span]]]:
        found = [_found(align(a, b, sensitive=False)) for a, b in pairs]
        if what == "passages":
            return [one.passages for one in found]
        return [
            [
                (one.sentences_a[i], one.sentences_b[j])
                for link in one.links
                for i in link.a
                for j in link.b
            ]
            for one in found
        ]

    return match_all


def aligning_files(
    aligner: Aligner, pairs: Sequence[TextPair], sensitive: bool, batch: int
) -> Callable[[], list[list[tuple[Span, Span]]]]:
    """The passages of the next so many pairs of files, which are read first."""
    waiting = iter(pairs)

    def align_next() -> list[list[tuple[Span, Span]]]:
        return [
            _passages(aligner(whole(pair.source), whole(pair.suspicious), sensitive=sensitive))
            for pair in itertools.islice(waiting, batch)
        ]

    return align_next


def aligning_one(aligner: Aligner, source: str, derived: str) -> Callable[[], float]:
    """The alignment of two texts and nothing else; gives the share of the second that is reuse."""

    def align_one() -> float:
        share: float = aligner(source, derived, sensitive=False).reuse_of_b
        return share

    return align_one


def _found(alignment: Alignment) -> FoundAlignment:
    """An alignment as records that any process can read."""
    return FoundAlignment(
        [Span(one.start, one.end) for one in alignment.a.sentences],
        [Span(one.start, one.end) for one in alignment.b.sentences],
        [FoundLink(one.a, one.b, one.relation, one.flags, one.score) for one in alignment.links],
        _passages(alignment),
        alignment.reuse_of_b,
        alignment.direction.source,
        alignment.evidence_bits,
    )


def _passages(alignment: Alignment) -> list[tuple[Span, Span]]:
    """Where the passages stand in the source and in the other text."""
    return [(Span(p.a_start, p.a_end), Span(p.b_start, p.b_end)) for p in alignment.passages]
