"""What the two cores of this room promise: the arrays that go in and come out."""

from __future__ import annotations

from typing import NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from dedup import core
from dedup.sketch.kernels import I64, U8

I32 = npt.NDArray[np.int32]


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


def kernels() -> Kernels:
    """The core that runs."""
    return cast("Kernels", core.kernels("aligner"))
