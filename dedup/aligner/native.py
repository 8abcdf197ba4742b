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


def runs(a: I32, b: I32, least: int) -> I32:
    """See `Kernels.runs`."""
    found = _native.runs(np.ascontiguousarray(a), np.ascontiguousarray(b), least)
    return np.frombuffer(found, np.int32).reshape(-1, 3)


def segments(gains: I64, least: int) -> I64:
    """See `Kernels.segments`."""
    found = _native.segments(np.ascontiguousarray(gains), least)
    return np.frombuffer(found, np.int64).reshape(-1, 2)


def partners(
    stems_a: I32,
    firsts_a: I64,
    stems_b: I32,
    firsts_b: I64,
    weights: I64,
    *,
    least: float,
) -> I32:
    """See `Kernels.partners`."""
    found = np.empty(len(stems_b), np.int32)
    _native.partners(
        np.ascontiguousarray(stems_a),
        np.ascontiguousarray(firsts_a),
        np.ascontiguousarray(stems_b),
        np.ascontiguousarray(firsts_b),
        weights,
        least,
        found,
    )
    return found
