"""What the two cores of this room promise: the arrays that go in and come out."""

from __future__ import annotations

from typing import NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from dedup import core
from dedup.sketch.kernels import I64, U32, Bool, Tokens

I32 = npt.NDArray[np.int32]
U16 = npt.NDArray[np.uint16]

RUN_WORDS = 3  # shortest shared run that is looked at
TILE_WORDS = 4  # shortest that counts as shared words
BIT = 1024  # evidence is counted in 1/1024 bits, in integers, so that every platform agrees

# log2 of m = 0.5 + i / 8192, in 1/1024 bits.
LOG2: I32 = np.round(BIT * np.log2(0.5 + np.arange(4096) / 8192)).astype(np.int32)


class Postings(NamedTuple):
    """Which documents have each fingerprint.

    Attributes:
        groups: fingerprint g stands in documents[groups[g - 1]:groups[g]], with 0 before the first;
            int64, shape (g,).
        documents: ascending within a group; uint32.
        common: fingerprints left out because more than `most` documents have them.
    """

    groups: I64
    documents: U32
    common: int


class WordModel(NamedTuple):
    """How often runs of one, two and three words occur in a sample, counted by hash.

    Attributes:
        words: counts of words; uint32, a power of two long.
        pairs: counts of runs of two, 65535 for that and more; uint16, a power of two long.
        triples: counts of runs of three; likewise, as long as pairs.
        total: words in the sample.
        words_fold: 2**fold neighbouring cells of words are read as one, so that a table with room
            to grow answers as a smaller one would.
        runs_fold: likewise of pairs and triples.
    """

    words: U32
    pairs: U16
    triples: U16
    total: float
    words_fold: int = 0
    runs_fold: int = 0


class Full(NamedTuple):
    """Cells at 65535 that were to be changed, as often as that happened; uint32.

    They stay as they are, so that who keeps their true counts can take words out again.
    """

    pairs: U32
    triples: U32


class Comparisons(NamedTuple):
    """What a comparison of two documents gives; int64 columns, shape (m,).

    Attributes:
        shingles_a: distinct word 5-grams of a.
        shingles_b: of b.
        shingles_shared: of both.
        shared_words: words in shared runs of four and more, each word used once.
        quoted_in_a: of these, how many stand between quotation marks in a.
        quoted_in_b: in b.
        longest: words in the longest shared run.
        longest_begin: the token of a with which it begins.
        evidence: how unlikely the shared runs are, in 1/1024 bits, before the correction for the
            number of document pairs.
        cut: 1 where the search for shared runs was cut short.
    """

    shingles_a: I64
    shingles_b: I64
    shingles_shared: I64
    shared_words: I64
    quoted_in_a: I64
    quoted_in_b: I64
    longest: I64
    longest_begin: I64
    evidence: I64
    cut: I64


class Kernels(Protocol):
    """The functions that both cores have."""

    def postings(self, fingerprints: U32, offsets: I64, chosen: Bool, most: int) -> Postings:
        """Those of 2..most chosen documents; d has fingerprints[offsets[d]:offsets[d + 1]]."""

    def pairs(self, postings: Postings, n: int, least: int) -> U32:
        """Pairs a < b of n documents that share `least` fingerprints; ascending, shape (m, 2)."""

    def count(self, model: WordModel, tokens: Tokens, times: int = 1) -> tuple[WordModel, Full]:
        """The model with these texts counted too, or with times=-1 no more; changed in place."""

    def compare(self, model: WordModel, tokens: Tokens, sampled: Bool, pairs: U32) -> Comparisons:
        """Compares the texts of every pair; sampled says which texts the model counted."""


def kernels() -> Kernels:
    """The core that runs."""
    return cast("Kernels", core.kernels("find"))
