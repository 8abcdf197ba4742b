"""The peers, from text to signatures of 128 permutations on word 5-grams.

An adapter is a module here with a class for each way of using its peer. The class takes the texts,
signs them (this is timed) and estimates the similarity of pairs of them. Only the peer's own
process imports it.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

NUM_PERM = 128
SHINGLE_WORDS = 5
ENVIRONMENT = {"RAYON_NUM_THREADS": "1"}  # one thread, where that can be said
BATCH_CHARS = 4_000_000  # what a pipeline hands over at once


class Signer(Protocol):
    """One way of using one peer."""

    def sign(self) -> None:
        """Text to signatures, all texts; what is timed."""

    def estimates(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Estimated Jaccard of pairs of the texts that were signed."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a peer is found, and what is asked of it.

    Attributes:
        name: as it stands in the table.
        adapter: ``module:class``.
        package: what is imported and what pip installs.
        megabytes: of text to sign, so that a run takes a moment and not a minute.
        bar: how many times faster than it we must be; None when nothing was promised.
        says: what it is given and what it does besides.
    """

    name: str
    adapter: str
    package: str
    megabytes: float
    bar: float | None
    says: str

    def absent(self) -> str | None:
        """How to install it, when it is not there."""
        if importlib.util.find_spec(self.package) is not None:
            return None
        return f"not installed: pip install {self.package}"


PEERS = (
    Peer(
        "daft",
        "benchmarks.peers.daft:FromText",
        "daft",
        8,
        7,
        "minhash() over a DataFrame that is in memory already, of words in lower case with one "
        "space between, made outside the timed part because it does neither itself. Its CPU time "
        "is that of all its threads.",
    ),
    Peer(
        "gaoya",
        "benchmarks.peers.gaoya:FromText",
        "gaoya",
        8,
        12,
        "insert_document(), which signs and inserts; one band, so that it inserts as little as it "
        "can. Words prepared as for daft.",
    ),
    Peer(
        "rensa R",
        "benchmarks.peers.rensa:FromText",
        "rensa",
        4,
        50,
        "RMinHash.update() of 5-grams that Python makes from the text as it is: re.findall, "
        "lower, ' '.join over zip, the fastest way we know.",
    ),
    Peer(
        "rensa R, from hashes",
        "benchmarks.peers.rensa:FromHashes",
        "rensa",
        8,
        None,
        "digest_matrix_from_flat_token_hashes() of 64-bit hashes made outside the timed part: no "
        "text is read, so this row is no race from text.",
    ),
    Peer(
        "datasketch",
        "benchmarks.peers.datasketch:FromText",
        "datasketch",
        2,
        100,
        "MinHash.bulk() of 5-grams made as for rensa, and encoded; SHA-1.",
    ),
    Peer(
        "datasketch, xxhash",
        "benchmarks.peers.datasketch:FromTextXxhash",
        "xxhash",
        2,
        None,
        "the same with hashfunc=xxhash.xxh32_intdigest.",
    ),
)


def signing(adapter: str, texts: Sequence[str]) -> Callable[[], None]:
    """The task that signs texts, for a worker."""
    return _open(adapter, texts).sign


def estimating(
    adapter: str, texts: Sequence[str], pairs: Sequence[tuple[int, int]]
) -> Callable[[], list[float]]:
    """The task that estimates similarities, for a worker."""
    signer = _open(adapter, texts)

    def estimate() -> list[float]:
        signer.sign()
        return signer.estimates(pairs)

    return estimate


def batches(texts: Sequence[str]) -> list[list[str]]:
    """Texts as a pipeline hands them over: lists of about 4 MB."""
    found: list[list[str]] = [[]]
    chars = 0
    for text in texts:
        if chars >= BATCH_CHARS:
            found.append([])
            chars = 0
        found[-1].append(text)
        chars += len(text)
    return found


def _open(adapter: str, texts: Sequence[str]) -> Signer:
    """An adapter's class, given the texts."""
    module, _, name = adapter.partition(":")
    signer: Signer = getattr(importlib.import_module(module), name)(texts)
    return signer
