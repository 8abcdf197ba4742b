"""The native core of this room: makes the arrays that the C code fills."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedup import _native
from dedup.sketch import unicode_table
from dedup.sketch.kernels import I64, U32, U64, Packed, SketchArrays, Tokens

_native.open(unicode_table.PATH.read_bytes(), None)


def pack(texts: Sequence[str]) -> Packed:
    """See `Kernels.pack`."""
    data, offsets = _native.pack(texts)
    return Packed(np.frombuffer(data, np.uint8), np.frombuffer(offsets, np.int64))


def tokens(packed: Packed, *, places: bool) -> Tokens:
    """See `Kernels.tokens`."""
    n = len(packed.offsets) - 1
    most = len(packed.data) // 2 + n  # a token takes two bytes with what separates it
    hashes: U64 = np.empty(most, np.uint64)
    begins: I64 = np.empty(most if places else 0, np.int64)
    ends: I64 = np.empty(most if places else 0, np.int64)
    offsets: I64 = np.zeros(n + 1, np.int64)
    total = _native.tokens(packed.data, packed.offsets, hashes, begins, ends, offsets[1:])
    np.cumsum(offsets, out=offsets)
    return Tokens(hashes[:total], begins[:total], ends[:total], offsets)


def sketch(packed: Packed, a: U32, b: U32) -> SketchArrays:
    """See `Kernels.sketch`."""
    n = len(packed.offsets) - 1
    signatures: U32 = np.empty((n, len(a)), np.uint32)
    digests: U64 = np.empty((n, 2), np.uint64)
    counts: I64 = np.empty(n, np.int64)
    fingerprints: U64 = np.empty(len(packed.data) // 2 + n, np.uint64)
    offsets: I64 = np.empty(n + 1, np.int64)
    _native.sketch(
        packed.data, packed.offsets, a, b, signatures, digests, counts, fingerprints, offsets
    )
    # A copy, so that the room for the most that there could have been is given back.
    return SketchArrays(signatures, digests, counts, fingerprints[: offsets[-1]].copy(), offsets)
