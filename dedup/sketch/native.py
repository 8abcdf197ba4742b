"""The native core of this room: makes the arrays that the C code fills."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from dedup import _native
from dedup.sketch import unicode_table
from dedup.sketch.kernels import I64, U32, U64, Bool, Fingerprints, Packed, Rows, Tokens

_native.open(unicode_table.PATH.read_bytes(), None)

_ROOM_KEPT_BYTES = 1 << 22  # what an unusually long text needed is given back


class _Room(threading.local):
    """Memory that a thread keeps from call to call."""

    def __init__(self) -> None:
        self.texts = bytearray()
        self.fingerprints = bytearray()


_room = _Room()


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
    values: U64 = np.empty(len(packed.data) // 2 + n, np.uint64)
    offsets: I64 = np.empty(n + 1, np.int64)
    _native.sketch(packed.data, packed.offsets, values, a, b, *rows, offsets)
    return Fingerprints(values[: offsets[-1]].copy(), offsets)


def sketch_texts(texts: Sequence[str], a: U32, b: U32, rows: Rows) -> Fingerprints:
    """See `Kernels.sketch_texts`."""
    offsets: I64 = np.empty(len(texts) + 1, np.int64)
    _native.sketch_texts(texts, _room.texts, _room.fingerprints, a, b, *rows, offsets)
    values = np.frombuffer(_room.fingerprints, np.uint64, offsets[-1]).copy()
    if len(_room.fingerprints) > _ROOM_KEPT_BYTES:
        _room.texts, _room.fingerprints = bytearray(), bytearray()
    return Fingerprints(values, offsets)
