"""The native core of this room: makes the arrays that the C code fills."""

from __future__ import annotations

import numpy as np

from dedup import _native
from dedup.align.kernels import I32
from dedup.sketch.kernels import I64


def runs(a: I32, b: I32, least: int) -> I32:
    """See `Kernels.runs`."""
    found = _native.align_runs(np.ascontiguousarray(a), np.ascontiguousarray(b), least)
    return np.frombuffer(found, np.int32).reshape(-1, 3)


def segments(gains: I64, least: int) -> I64:
    """See `Kernels.segments`."""
    found = _native.align_segments(np.ascontiguousarray(gains), least)
    return np.frombuffer(found, np.int64).reshape(-1, 2)


def cover(
    stems_a: I32,
    firsts_a: I64,
    stems_b: I32,
    firsts_b: I64,
    weights: I64,
    *,
    least: float,
    lock_a: bool,
) -> I32:
    """See `Kernels.cover`."""
    partners = np.empty(len(stems_b), np.int32)
    _native.align_cover(
        np.ascontiguousarray(stems_a),
        np.ascontiguousarray(firsts_a),
        np.ascontiguousarray(stems_b),
        np.ascontiguousarray(firsts_b),
        weights,
        least,
        lock_a,
        partners,
    )
    return partners
