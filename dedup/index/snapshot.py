"""The word model in a file, so that a process need not count the whole index anew.

    "dedup words 1\\n\\0\\0"  16 bytes
    length of the header   uint64
    header                 JSON, padded to whole 8 bytes
    words, pairs, triples  the tables, little-endian

Memory-mapped, with changes kept to the process: several share what none has changed.
"""

from __future__ import annotations

import json
import mmap
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
    tables = (model.words.astype("<u4"), model.pairs.astype("<u2"), model.triples.astype("<u2"))
    parts: list[bytes | memoryview] = [_HEAD.pack(_MAGIC, len(text)), text]
    parts += [memoryview(table.view(np.uint8)) for table in tables]
    beside = path.with_suffix(".new")
    size = crc = 0
    try:
        with beside.open("wb") as file:
            for part in parts:
                file.write(part)
                size += len(part)
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
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    if zlib.crc32(data) != checksum:
        raise DamagedError(path, "not its checksum")
    _, length = _HEAD.unpack_from(data)
    at = _HEAD.size + length
    header: dict[str, Any] = json.loads(data[_HEAD.size : at])
    words, runs = header["words"], header["runs"]
    model = WordModel(
        np.frombuffer(data, "<u4", words, at),
        np.frombuffer(data, "<u2", runs, at + 4 * words),
        np.frombuffer(data, "<u2", runs, at + 4 * words + 2 * runs),
        header["total"],
    )
    return model, header
