"""Pairs of documents as single numbers, which sort and compare as fast as numbers do."""

from __future__ import annotations

import numpy as np

from dedup.sketch.kernels import I64, U64


def pack(first: I64, second: I64) -> U64:
    """First << 32 | second."""
    packed: U64 = first.astype(np.uint64) << np.uint64(32) | second.astype(np.uint64)
    return packed


def unpack(pairs: U64) -> tuple[I64, I64]:
    """What `pack` took."""
    return (pairs >> np.uint64(32)).astype(np.int64), pairs.astype(np.uint32).astype(np.int64)
