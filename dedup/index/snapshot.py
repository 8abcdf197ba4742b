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
_KINDS = ("<u4", "<u2", "<u2")  # of the counts in words, pairs and triples


def save(path: Path, model: WordModel, header: dict[str, Any]) -> tuple[int, int]:
    """Writes a model and what is to be known of it; returns its size and checksum."""
    tables: list[U32 | U16] = [model.words, model.pairs, model.triples]
    cells = [np.flatnonzero(table != 0) for table in tables]  # of bool it is five times as fast
    sizes = [[len(table), len(at)] for table, at in zip(tables, cells, strict=True)]
    text = json.dumps(header | {"total": model.total, "sizes": sizes}).encode()
    text += b" " * (-len(text) % 8)
    parts: list[bytes | memoryview] = [_HEAD.pack(_MAGIC, len(text)), text]
    for table, at, kind in zip(tables, cells, _KINDS, strict=True):
        parts += [at.astype("<u4").data, table[at].astype(kind).data]
    beside = path.with_suffix(".new")
    size = crc = 0
    try:
        with beside.open("wb") as file:
            for part in parts:
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
                table[at] = counts
                tables.append(table)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DamagedError(path, "not what was written") from error
    if crc != checksum:
        raise DamagedError(path, "not its checksum")
    return WordModel(tables[0], tables[1], tables[2], header["total"]), header
