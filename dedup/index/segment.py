"""Postings in a file that never changes: sorted, memory-mapped, every block with a checksum.

    "dedup postings\\n\\0"  16 bytes
    number of postings, postings a block   two uint64
    keys                  int64, ascending
    owners                uint32
    checksums             uint32: CRC-32 of each block of keys, then of owners

All little-endian. A block is checked before anything that it says is believed, once by a process:
opening reads the checksums only, and a damaged block is an error and never an answer.
"""

from __future__ import annotations

import mmap
import os
import shutil
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from dedup.errors import DamagedError
from dedup.index.deflate import crc32
from dedup.index.postings import Postings
from dedup.sketch.kernels import I64, U32, Bool

_MAGIC = b"dedup postings\n\0"
_HEADER = struct.Struct("<16sQQ")
_BLOCK = 512  # postings: a page of keys
_CHUNK = 1 << 21  # postings that are merged at once


class Sorted(Protocol):
    """Postings that can be read one part after the other."""

    @property
    def size(self) -> int:
        """How many."""

    def chunk(self, first: int, stop: int) -> Postings:
        """Neighbours."""


class Segment:
    """An open file of postings.

    Args:
        path: the file.
        checksum: CRC-32 of its header and checksums.

    Raises:
        DamagedError: it is not what was written.
        FileNotFoundError: it is not there.
    """

    def __init__(self, path: Path, checksum: int) -> None:
        self.path = path
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEADER.size:
                raise self._damaged("too short")
            # What is mapped stays readable when the file is unlinked.
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = self._data[: _HEADER.size]
        magic, n, block = _HEADER.unpack(head)
        blocks = -(-n // block) if block else 0
        sums_at = _HEADER.size + 12 * n
        if magic != _MAGIC or not block or size != sums_at + 8 * blocks:
            raise self._damaged("not its header, or not its length")
        sums = self._data[sums_at:]
        if crc32(sums, crc32(head)) != checksum:
            raise self._damaged("not its checksums")
        self._block = block
        self.keys: I64 = np.frombuffer(self._data, "<i8", n, _HEADER.size)
        self._owners: U32 = np.frombuffer(self._data, "<u4", n, _HEADER.size + 8 * n)
        self._sums = np.frombuffer(sums, "<u4").reshape(2, blocks)
        self._checked: Bool = np.zeros((2, blocks), np.bool_)

    @property
    def size(self) -> int:
        """See `Sorted`."""
        return len(self.keys)

    def ranges(self, keys: I64) -> tuple[I64, I64]:
        """See `Source`."""
        first = np.searchsorted(self.keys, keys)
        at = np.minimum(first, self.size - 1)
        there = self.keys[at] == keys
        stop = first.copy()
        stop[there] = np.searchsorted(self.keys, keys[there], "right")
        # On its way the search reads what nobody checked. But a place between two neighbours that
        # are as they were written, the one below the key and the other not, is the right one.
        below, last = np.maximum(first - 1, 0), np.maximum(stop - 1, 0)
        after = np.minimum(stop, self.size - 1)
        self._check(0, np.concatenate([below, at, last, after]))
        sorted_there = (self.keys[below] < keys) | (first == 0)
        sorted_there &= (self.keys[after] > keys) | (stop == self.size)
        sorted_there &= (self.keys[last] == keys) | ~there
        if not sorted_there.all():
            raise self._damaged("not sorted")
        return first, stop

    def owners_at(self, places: I64) -> I64:
        """See `Source`."""
        self._check(1, places)
        return self._owners[places].astype(np.int64)

    def chunk(self, first: int, stop: int) -> Postings:
        """Neighbouring postings, checked."""
        places = np.arange(first, stop, self._block)
        places = np.append(places, stop - 1) if stop > first else places
        self._check(0, places)
        self._check(1, places)
        return Postings(self.keys[first:stop], self._owners[first:stop])

    def damaged_blocks(self) -> int:
        """How many blocks are not what was written, now."""
        wrong = 0
        for part in range(2):
            for block in range(self._sums.shape[1]):
                wrong += crc32(self._bytes(part, block)) != self._sums[part, block]
        return wrong

    def _check(self, part: int, places: I64) -> None:
        blocks = places // self._block
        new = ~self._checked[part, blocks]
        for block in np.unique(blocks[new]).tolist() if new.any() else ():
            if crc32(self._bytes(part, block)) != self._sums[part, block]:
                raise self._damaged(f"block {block} of its {('keys', 'owners')[part]}")
            self._checked[part, block] = True

    def _bytes(self, part: int, block: int) -> memoryview:
        size = 4 if part else 8
        first = _HEADER.size + part * 8 * self.size + block * self._block * size
        stop = first + min(self._block, self.size - block * self._block) * size
        return memoryview(self._data)[first:stop]

    def _damaged(self, what: str) -> DamagedError:
        return DamagedError(self.path, what)


def write(path: Path, chunks: Iterable[Postings]) -> tuple[int, int]:
    """Writes postings, that come sorted, as a segment; returns how many, and its checksum.

    Beside it first, then renamed, both on disk before this returns.
    """
    beside, owners = path.with_suffix(".new"), path.with_suffix(".owners")
    sums: tuple[list[int], list[int]] = ([], [])
    n = 0
    try:
        with beside.open("wb") as file, owners.open("w+b") as second:
            file.seek(_HEADER.size)
            for chunk in _in_blocks(chunks):
                n += len(chunk.keys)
                for part, stream, data in (
                    (0, file, chunk.keys.astype("<i8")),
                    (1, second, chunk.owners.astype("<u4")),
                ):
                    stream.write(data.tobytes())
                    for first in range(0, len(data), _BLOCK):
                        sums[part].append(crc32(data[first : first + _BLOCK].tobytes()))
            second.seek(0)
            shutil.copyfileobj(second, file, 1 << 20)
            checksums = np.array(sums, "<u4").tobytes()
            file.write(checksums)
            header = _HEADER.pack(_MAGIC, n, _BLOCK)
            file.seek(0)
            file.write(header)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)
        owners.unlink(missing_ok=True)
    return n, crc32(checksums, crc32(header))


def _in_blocks(chunks: Iterable[Postings]) -> Iterator[Postings]:
    """The same postings in chunks of whole blocks, the last one apart."""
    left = Postings(np.empty(0, np.int64), np.empty(0, np.uint32))
    for chunk in chunks:
        keys: I64 = np.concatenate([left.keys, chunk.keys])
        owners: U32 = np.concatenate([left.owners, chunk.owners])
        whole = len(keys) // _BLOCK * _BLOCK
        yield Postings(keys[:whole], owners[:whole])
        left = Postings(keys[whole:], owners[whole:])
    yield left


def merged(segments: Sequence[Sorted]) -> Iterator[Postings]:
    """All postings of some, sorted, a part at a time.

    Memory: _CHUNK postings in all and as many for sorting them, however many there are.
    """
    share = max(1, _CHUNK // max(1, len(segments)))
    at = [0] * len(segments)
    while any(i < segment.size for i, segment in zip(at, segments, strict=True)):
        # Up to the least key that ends a chunk, no segment can have more to say.
        ends = [min(i + share, segment.size) for i, segment in zip(at, segments, strict=True)]
        parts = [segment.chunk(i, end) for segment, i, end in zip(segments, at, ends, strict=True)]
        last = [
            part.keys[-1] if end < segment.size else None
            for segment, part, end in zip(segments, parts, ends, strict=True)
        ]
        bound = min((key for key in last if key is not None), default=None)
        taken = []
        for s, part in enumerate(parts):
            stop = len(part.keys)
            if bound is not None:
                # A key with more postings than a chunk is its own bound: all of it is taken.
                stop = int(np.searchsorted(part.keys, bound, "left"))
                if stop == 0 and last[s] == bound and part.keys[0] == bound:
                    stop = len(part.keys)
            taken.append(Postings(part.keys[:stop], part.owners[:stop]))
            at[s] += stop
        yield Postings.of(taken)


def sync_folder(folder: Path) -> None:
    """Makes what was renamed in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
