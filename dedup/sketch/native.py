"""The native core of this room: makes the arrays that the C code fills."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from dedup import _native
from dedup.sketch import unicode_table
from dedup.sketch.kernels import I64, U32, U64, Bool, Fingerprints, Packed, Rows, Tokens

_native.open(unicode_table.PATH.read_bytes(), None)

# Fresh memory costs as much as a fifth of the pass, so that the room for fingerprints is kept, a
# thread; what an unusually long text needed is given back.
_room = threading.local()
_ROOM_KEPT = 1 << 18  # fingerprints


def pack(texts: Sequence[str]) -> Packed:
    """See `Kernels.pack`."""
    data, offsets = _native.pack(texts)
    return Packed(np.frombuffer(data, np.uint8), np.frombuffer(offsets, np.int64))


def tokens(packed: Packed, *, places: bool) -> Tokens:
    """See `Kernels.tokens`."""
    n = len(packed.offsets) - 1
    most = len(packed.data) // 2 + n  # a token takes two bytes with what separates it
    hashes: U64 = np.empty(most, np.uint64)
    capitals: Bool = np.empty(most, np.bool_)
    quoted: Bool = np.empty(most, np.bool_)
    begins: I64 = np.empty(most if places else 0, np.int64)
    ends: I64 = np.empty(most if places else 0, np.int64)
    offsets: I64 = np.zeros(n + 1, np.int64)
    total = _native.tokens(
        packed.data, packed.offsets, hashes, capitals, quoted, begins, ends, offsets[1:]
    )
    np.cumsum(offsets, out=offsets)
    return Tokens(
        hashes[:total], capitals[:total], quoted[:total], begins[:total], ends[:total], offsets
    )


def sketch(packed: Packed, a: U32, b: U32, rows: Rows) -> Fingerprints:
    """See `Kernels.sketch`."""
    n = len(packed.offsets) - 1
    values = _fingerprint_room(len(packed.data) // 2 + n)
    offsets: I64 = np.empty(n + 1, np.int64)
    _native.sketch(packed.data, packed.offsets, a, b, *rows, values, offsets)
    return Fingerprints(values[: offsets[-1]].copy(), offsets)


def _fingerprint_room(most: int) -> U64:
    """An array of at least `most` values to fill and copy from."""
    room: U64 | None = getattr(_room, "fingerprints", None)
    if room is None or len(room) < most:
        room = np.empty(most, np.uint64)
        if most <= _ROOM_KEPT:
            _room.fingerprints = room
    return room
