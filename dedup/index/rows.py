"""What an index keeps in rows: documents, sketches, counters; and how these become bytes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from dedup.index.deflate import compress, crc32, decompress
from dedup.index.postings import Postings
from dedup.sketch.kernels import I64, U32

Table = Literal["document", "content", "log", "removed"]

_JSON = json.JSONEncoder(allow_nan=False)  # made once: it takes longer than a small meta
_LEVEL = 1  # of zlib: 6 makes texts 3% smaller in a fifth more time


class ModelName(NamedTuple):
    """The file of the word model, and what the index held when it was written."""

    name: str
    bytes: int
    checksum: int
    documents: int
    words: int


class SegmentName(NamedTuple):
    """A file of postings that belongs to the index."""

    name: str
    postings: int
    checksum: int


@dataclass(frozen=True, slots=True)
class State:
    """What every commit writes.

    Attributes:
        seq: commits that brought postings.
        flushed: up to which of them the postings are in segments.
        removals: documents removed, ever.
        purged: up to which of them compacting has dropped them.
        documents: that are in the index.
        contents: distinct ones of them, with words.
        words: of the contents.
        next_document: number of the next.
        next_content: likewise; 0 is no content.
        next_file: number of the next file.
        segments: the files of postings.
        model: the file of the word model, as it was once.
    """

    seq: int = 0
    flushed: int = 0
    removals: int = 0
    purged: int = 0
    documents: int = 0
    contents: int = 0
    words: int = 0
    next_document: int = 1
    next_content: int = 1
    next_file: int = 1
    segments: tuple[SegmentName, ...] = ()
    model: ModelName | None = None


def state_of(text: str) -> State:
    """What `state_json` wrote."""
    values = json.loads(text)
    segments = tuple(SegmentName(*segment) for segment in values.pop("segments"))
    model = values.pop("model")
    return State(**values, segments=segments, model=ModelName(*model) if model else None)


def state_json(state: State) -> str:
    """The state as it is stored."""
    return json.dumps({name: getattr(state, name) for name in State.__slots__})


class Row(NamedTuple):
    """A document as it is kept.

    Attributes:
        number: of the document; in the order of adding.
        id: UTF-8.
        content: its number; 0 when it has no words.
        words: its tokens.
        digest: of these; two uint64.
        added: seconds since 1970.
        meta: JSON.
        text: zlib's; None when texts are not kept.
    """

    number: int
    id: bytes
    content: int
    words: int
    digest: bytes
    added: float
    meta: str
    text: bytes | None

    def plain(self) -> bytes:
        """The text as UTF-8."""
        return decompress(self.text or b"")

    @property
    def metadata(self) -> dict[str, Any]:
        """The meta."""
        values: dict[str, Any] = json.loads(self.meta)
        return values

    @property
    def name(self) -> str:
        """The id."""
        return self.id.decode("utf-8", "surrogatepass")


class Sketch(NamedTuple):
    """The sketch of a content.

    Attributes:
        number: of the content.
        signature: uint32, shape (num_perm,).
        fingerprints: distinct, ascending; uint32.
    """

    number: int
    signature: U32
    fingerprints: U32


def compressed(text: bytes) -> bytes:
    """As it is stored."""
    return compress(text, _LEVEL)


def meta_json(meta: Mapping[str, Any]) -> str:
    """As it is stored.

    Raises:
        TypeError, ValueError, RecursionError: JSON cannot hold it.
    """
    written = _JSON.encode(dict(meta))
    _check_keys(meta)
    return written


def _check_keys(value: Any) -> None:
    """Refuses keys that would come back as something else: JSON has strings only."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"keys must be str, not {key!r:.200}")
            _check_keys(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_keys(inner)


def checksum(*values: Any) -> int:
    """CRC-32 of values that SQLite keeps."""
    # What stands between them keeps a value that moves into its neighbour from going unnoticed.
    parts = [value if type(value) is bytes else repr(value).encode() for value in values]
    return crc32(b"\0".join(parts))


def sketch_of(number: int, signature: bytes, fingerprints: bytes) -> Sketch:
    """What `sketch_row` gave."""
    return Sketch(
        number,
        np.frombuffer(signature, "<u4").astype(np.uint32),
        np.frombuffer(fingerprints, "<u4").astype(np.uint32),
    )


def sketch_row(sketch: Sketch) -> tuple[int, bytes, bytes]:
    """A sketch as it is stored."""
    signature, fingerprints = (column.astype("<u4").tobytes() for column in sketch[1:])
    return sketch.number, signature, fingerprints


def sketch_rows(
    numbers: I64, signatures: U32, fingerprints: U32, offsets: I64
) -> Iterator[tuple[int, bytes, bytes]]:
    """`sketch_row` of many; the one with numbers[k] has fingerprints[offsets[k]:offsets[k + 1]]."""
    rows, prints = (column.astype("<u4").tobytes() for column in (signatures, fingerprints))
    size = 4 * signatures.shape[1]
    ends = (4 * offsets).tolist()
    for k, number in enumerate(numbers.tolist()):
        yield number, rows[k * size : (k + 1) * size], prints[ends[k] : ends[k + 1]]


def _postings(seq: int, postings: bytes) -> tuple[int, Postings]:
    return seq, Postings.from_bytes(postings)


def _removed(_seq: int, document: int, content: int) -> tuple[int, int]:
    return document, content


KINDS: dict[Table, Callable[..., Any]] = {
    "document": Row,
    "content": sketch_of,
    "log": _postings,
    "removed": _removed,
}
"""What a row of each table stands for, given without its checksum."""


def now() -> float:
    """When a document is added."""
    return time.time()
