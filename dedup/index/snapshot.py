"""The word model in a file, so that a process need not count the whole index anew.

    "dedup words 1\\n\\0\\0"  16 bytes
    length of the header   uint64
    header                 JSON, padded to whole 8 bytes
    words, pairs, triples  the tables, little-endian

Read into memory as a whole: every question writes all over the tables, so that mapping the file
would copy it page by page, and its pages are small ones.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from dedup.errors import DamagedError
from dedup.find.kernels import WordModel
from dedup.index.segment import sync_folder

_MAGIC = b"dedup words 1\n\0\0"
_HEAD = struct.Struct("<16sQ")


def save(path: Path, model: WordModel, header: dict[str, Any]) -> tuple[int, int]:
    """Writes a model and what is to be known of it; returns its size and checksum."""
    about = header | {"total": model.total, "words": len(model.words), "runs": len(model.pairs)}
    text = json.dumps(about).encode()
    text += b" " * (-len(text) % 8)
    kinds = ((model.words, "<u4"), (model.pairs, "<u2"), (model.triples, "<u2"))
    tables = (table.astype(kind, copy=False).data for table, kind in kinds)
    parts: list[bytes | memoryview] = [_HEAD.pack(_MAGIC, len(text)), text, *tables]
    beside = path.with_suffix(".new")
    size = crc = 0
    try:
        with beside.open("wb") as file:
            for part in parts:
                file.write(part)
                size += memoryview(part).nbytes
                crc = zlib.crc32(part, crc)
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
        crc = zlib.crc32(text, zlib.crc32(head))
        try:
            header: dict[str, Any] = json.loads(text)
            tables = [
                np.empty(header[name], kind)
                for name, kind in (("words", "<u4"), ("runs", "<u2"), ("runs", "<u2"))
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError(path, "not its header") from error
        for table in tables:
            file.readinto(table.data)
            crc = zlib.crc32(table.data, crc)
    if crc != checksum:
        raise DamagedError(path, "not its checksum")
    return WordModel(tables[0], tables[1], tables[2], header["total"]), header
