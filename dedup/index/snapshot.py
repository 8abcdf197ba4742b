"""The word model in a file, so that a process need not count the whole index anew.

    "dedup words 1\\n\\0\\0"  16 bytes
    length of the header   uint64
    header                 JSON, padded to whole 8 bytes
    cells, counts          of each table those that are not 0: uint32, and uint32 or uint16

All little-endian. It is read and not mapped: a tenth of the size of the tables, which every
question writes all over.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dedup.errors import DamagedError
from dedup.find.kernels import U16, WordModel
from dedup.index.deflate import crc32
from dedup.index.segment import sync_folder
from dedup.sketch.kernels import U32

_MAGIC = b"dedup words 1\n\0\0"
_HEAD = struct.Struct("<16sQ")
_CHUNK = 1 << 22  # cells looked at together: NumPy takes 8 bytes for the place of each
_KINDS = ("<u4", "<u2", "<u2")  # of the counts in words, pairs and triples


def save(path: Path, model: WordModel, header: dict[str, Any]) -> tuple[int, int]:
    """Writes a model and what is to be known of it; returns its size and checksum."""
    tables: list[U32 | U16] = [model.words, model.pairs, model.triples]
    sizes = [[len(table), int(np.count_nonzero(table))] for table in tables]
    text = json.dumps(header | {"total": model.total, "sizes": sizes}).encode()
    text += b" " * (-len(text) % 8)
    beside = path.with_suffix(".new")
    size = crc = 0
    try:
        with beside.open("wb") as file:
            for part in _parts(_HEAD.pack(_MAGIC, len(text)) + text, tables):
                file.write(part)
                size += memoryview(part).nbytes
                crc = crc32(part, crc)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)
    return size, crc


def _parts(head: bytes, tables: Sequence[U32 | U16]) -> Iterator[bytes | memoryview]:
    """What the file consists of."""
    yield head
    for table, kind in zip(tables, _KINDS, strict=True):
        cells = []
        for first in range(0, len(table), _CHUNK):
            filled = np.flatnonzero(
                table[first : first + _CHUNK] != 0
            )  # of bool: five times as fast
            cells.append((filled + first).astype("<u4"))
        yield from (chunk.data for chunk in cells)
        yield from (table[chunk].astype(kind).data for chunk in cells)


def load(path: Path, size: int, checksum: int) -> tuple[WordModel, dict[str, Any]]:
    """What `save` wrote; the arrays can be changed, which the file does not see.

    Raises:
        DamagedError: it is not what was written.
        FileNotFoundError: it is not there.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != size:
            raise DamagedError(path, "not its length")
        head = file.read(_HEAD.size)
        _, length = _HEAD.unpack(head)
        text = file.read(min(length, size))
        crc = crc32(text, crc32(head))
        tables = []
        try:
            header: dict[str, Any] = json.loads(text)
            for (cells, filled), kind in zip(header["sizes"], _KINDS, strict=True):
                at, counts = np.empty(filled, "<u4"), np.empty(filled, kind)
                for column in (at, counts):
                    file.readinto(column.data)
                    crc = crc32(column.data, crc)
                table = np.zeros(cells, kind)
                for first in range(0, filled, _CHUNK):
                    part = slice(first, first + _CHUNK)
                    table[at[part]] = counts[part]
                tables.append(table)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DamagedError(path, "not what was written") from error
    if crc != checksum:
        raise DamagedError(path, "not its checksum")
    return WordModel(tables[0], tables[1], tables[2], header["total"]), header
