"""What the two cores of this room promise: the arrays that go in and come out."""

from __future__ import annotations

from typing import NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from dedup import core
from dedup.sketch.kernels import I64, U8

I32 = npt.NDArray[np.int32]
F64 = npt.NDArray[np.float64]


class Tiles(NamedTuple):
    """Runs of stems that two sentences share, for many pairs of sentences.

    Attributes:
        runs: where each begins in a, where in b, and its length, in tokens of the whole texts;
            int32, shape (r, 3).
        offsets: pair p has runs[offsets[p]:offsets[p + 1]]; int64, shape (n + 1,).
    """

    runs: I32
    offsets: I64


class Kernels(Protocol):
    """The functions that both cores have."""

    def tiles(
        self,
        stems: tuple[I32, I32],
        firsts: tuple[I64, I64],
        light: U8,
        used: U8,
        pairs: I32,
    ) -> Tiles:
        """Greedy string tiling of pairs of sentences.

        First runs of two stems and more, the longest first and of several the first in b, then in
        a; then single stems that are not light (or the only one of their sentence in b), in order
        of b, each with the first in a. Nothing is used twice.

        Args:
            stems: of both texts.
            firsts: of both texts; sentence i is stems[firsts[i]:firsts[i + 1]].
            light: of each stem, whether it is too common to count by itself.
            used: of each token of b, whether it is taken already.
            pairs: a sentence of a and one of b; int32, shape (n, 2).

        Source: Wise 1993, "String similarity via greedy string tiling".
        """

    def runs(self, a: I32, b: I32, least: int) -> I32:
        """Maximal runs of `least` words and more that a and b share.

        Rows (length, place in a, place in b), ascending by place in b, then in a; shape (r, 3).
        Of a run's first words, no more than the first 32 places in a are tried, and the words
        compared are bounded: what recurs without end is found in part.
        """

    def segments(self, gains: I64, least: int) -> I64:
        """Disjoint stretches of maximal sum, all of those with `least` and more; shape (k, 2).

        Each begins and ends where a longer or shorter one would not sum up to more, as by taking
        out the stretch of greatest sum and looking again on both sides of it.

        Source: Ruzzo and Tompa 1999.
        """

    def partners(
        self,
        stems_a: I32,
        firsts_a: I64,
        stems_b: I32,
        firsts_b: I64,
        weights: I64,
        *,
        least: float,
    ) -> I32:
        """Which token of a each token of b has for a partner: equal stems, in sentences alike.

        Pairs of sentences by descending cosine of their stems' weights, as long as it is `least` or
        more; in each, the tokens of b without a partner get the first token of a with the same
        stem, from left to right. A token is partner once.

        Sentence i of a has stems_a[firsts_a[i]:firsts_a[i + 1]], likewise b. A stem that more than
        256 sentences of a have says nothing about which are alike. weights: of each stem, 0..1024.

        Returns:
            Index into stems_a, -1 for none; shape of stems_b.
        """


def kernels() -> Kernels:
    """The core that runs."""
    return cast("Kernels", core.kernels("aligner"))
