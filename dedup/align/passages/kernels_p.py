"""What the two cores of this room promise: the arrays that go in and come out."""

from __future__ import annotations

from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from dedup import core
from dedup.sketch.kernels import I64

I32 = npt.NDArray[np.int32]


class Kernels(Protocol):
    """The functions that both cores have."""

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

    def cover(
        self,
        stems_a: I32,
        firsts_a: I64,
        stems_b: I32,
        firsts_b: I64,
        weights: I64,
        *,
        least: float,
        lock_a: bool,
    ) -> I32:
        """Which token of a each token of b has for a partner: equal stems, in sentences alike.

        Pairs of sentences by descending cosine of their stems' weights, as long as it is `least` or
        more; in each, the tokens of b
        without a partner get the first token of a with the same stem, from left to right. With
        `lock_a` a token of a is partner once; without it, once in each pair of sentences.

        Sentence i of a has stems_a[firsts_a[i]:firsts_a[i + 1]], likewise b. A stem that more than
        256 sentences of a have says nothing about which are alike. weights: of each stem, 0..1024.

        Returns:
            Index into stems_a, -1 for none; shape of stems_b.
        """


def kernels() -> Kernels:
    """The core that runs."""
    return cast("Kernels", core.kernels("align"))
