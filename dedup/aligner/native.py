"""The native core of this room: makes the arrays that the C code fills."""

from __future__ import annotations

import numpy as np

from dedup import _native
from dedup.aligner.kernels import I32, Tiles
from dedup.sketch.kernels import I64, U8


def tiles(
    stems: tuple[I32, I32], firsts: tuple[I64, I64], light: U8, used: U8, pairs: I32
) -> Tiles:
    """See `Kernels.tiles`."""
    offsets: I64 = np.zeros(len(pairs) + 1, np.int64)
    runs = _native.tiles(*stems, *firsts, light, used, pairs, offsets)
    return Tiles(np.frombuffer(runs, np.int32).reshape(-1, 3), offsets)
