"""Sources to documents: the one function that holds this room together.

Takes what a person names: files, folders, ``-``. Gives a document for each text in them, and an
``Unreadable`` for each that could not be had; nothing that a source contains stops the rest.
"""

# ruff: noqa: PTH116, PTH118 - strings: a Path for every file costs more than the walk

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Literal, get_args

from dedup.read.decode import BINARY_HEAD_BYTES, binary_at, byte_order_mark, decode
from dedup.read.files import open_bytes, printable, reason
from dedup.read.jsonl import begins_record, read_jsonl
from dedup.read.walk import Globs, Skipped, Walk
from dedup.records import Document, Unreadable

InputFormat = Literal["auto", "text", "jsonl"]

_STDIN = "-"
_JSONL_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What to read, and as what.

    Attributes:
        hidden: in folders, also hidden files and folders (but never ``.git``).
        no_ignore: in folders, also what a ``.gitignore`` or ``.ignore`` leaves out. Both count
            in any folder, be it in a git repository or not.
        globs: in folders, only the files that match, relative to the folder, in the syntax of
            gitignore; one that begins with ``!`` leaves out, and the last that matches decides.
            They narrow what the other options leave.
        input_format: ``text`` and ``jsonl`` hold for every source. ``auto`` takes JSONL for
            what is named .jsonl or .ndjson, and, from stdin or a pipe, for what begins with a
            JSON object on a line.
        text_field: the field of a JSONL record that holds its text.
        id_field: the field that holds its id.
        records: whether the document of a JSONL record carries all of it, as ``record`` in its
            meta.
        pipes_as_jsonl: whether ``auto`` takes stdin and pipes for JSONL however they begin.

    Raises:
        ValueError: ``input_format`` is none of the three.
    """

    hidden: bool = False
    no_ignore: bool = False
    globs: tuple[str, ...] = ()
    input_format: InputFormat = "auto"
    text_field: str = "text"
    id_field: str = "id"
    records: bool = False
    pipes_as_jsonl: bool = False

    def __post_init__(self) -> None:
        if self.input_format not in get_args(InputFormat):
            raise ValueError(f"input_format must be auto, text or jsonl, not {self.input_format!r}")


_DEFAULTS = ReadOptions()


def read(
    sources: Iterable[str | os.PathLike[str]],
    options: ReadOptions = _DEFAULTS,
    *,
    stdin: BinaryIO | None = None,
    skipped: Skipped | None = None,
) -> Iterator[Document | Unreadable]:
    """The documents in files and folders, one after the other, in a reproducible order.

    A file is read whatever its name, a folder by the rules of ``options``. A file met twice is
    read once. Only one text, or one line of JSONL, is held at a time.

    Args:
        sources: files, folders, and ``-`` for stdin. Pipes are read too.
        options: what to read, and as what.
        stdin: what ``-`` stands for; ``sys.stdin.buffer`` unless given. It is not closed.
        skipped: where to count what is passed over on purpose in folders.

    Returns:
        Documents and ``Unreadable``s as they come. The id of a file is its path as given; in a
        folder, the path relative to it if it is the only source, else joined to it as given; of
        stdin, ``-``; of a JSONL record, what its id field says, else ``file:line``. Bytes of a
        path that are no UTF-8 are escaped (``\\xff``). Ids may repeat. The source of an
        ``Unreadable`` is always a path that can be opened from here.

    Raises:
        TypeError: ``sources`` is a single path.
    """
    if isinstance(sources, str | bytes | os.PathLike):
        raise TypeError(f"sources must be several paths, not one: {sources!r}")
    walk = Walk(
        hidden=options.hidden,
        no_ignore=options.no_ignore,
        globs=Globs(options.globs),
        skipped=Skipped() if skipped is None else skipped,
    )
    return _read([os.fspath(source) for source in sources], options, walk, stdin)


def read_list(stream: BinaryIO) -> list[str]:
    """The paths in a list of files.

    Args:
        stream: one path a line, or, if there is a NUL in it, NUL after each (``find -print0``).

    Returns:
        The paths that are not blank, in order; bytes that are no text in the file system's
        encoding are kept as ``os.fsdecode`` keeps them.
    """
    data = stream.read()
    if b"\0" in data:
        lines = data.split(b"\0")
    else:
        lines = [line.removesuffix(b"\r") for line in data.split(b"\n")]
    return [os.fsdecode(line) for line in lines if line.strip()]


@dataclass(frozen=True, slots=True)
class _File:
    """Something to open.

    Attributes:
        path: where it is, ``-`` for stdin.
        place: the same for every path that leads to it.
        id: what its document is called.
        walked: met in a folder, where what is binary is passed over.
        nameless: stdin or a pipe, whose name says nothing of its format.
    """

    path: str
    place: str
    id: str
    walked: bool = False
    nameless: bool = False


def _read(
    sources: list[str], options: ReadOptions, walk: Walk, stdin: BinaryIO | None
) -> Iterator[Document | Unreadable]:
    """``read``, once its arguments are what they should be."""
    seen: set[str] = set()
    for file in chain.from_iterable(_find(source, walk, len(sources)) for source in sources):
        if isinstance(file, Unreadable):
            yield file
            continue
        # One walk meets nothing twice, and may be of millions of files.
        if len(sources) > 1:
            if file.place in seen:
                continue
            seen.add(file.place)
        try:
            if file.path == _STDIN:
                yield from _documents(stdin or sys.stdin.buffer, file, options, walk.skipped)
            else:
                with open_bytes(file.path) as stream:
                    yield from _documents(stream, file, options, walk.skipped)
        except OSError as error:
            yield Unreadable(printable(file.path), reason(error))


def _find(source: str, walk: Walk, n_sources: int) -> Iterator[_File | Unreadable]:
    """The files that a source stands for."""
    name = printable(source)
    if source == _STDIN:
        yield _File(source, source, name, nameless=True)
        return
    try:
        mode = os.stat(source).st_mode
    except OSError as error:
        yield Unreadable(name, reason(error))
        return
    place = os.path.realpath(source)
    if stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
        yield _File(source, place, name, nameless=stat.S_ISFIFO(mode))
    elif stat.S_ISDIR(mode):
        prefix = os.path.join(name, "").replace(os.sep, "/") if n_sources > 1 else ""
        for path in walk.files(source):
            if isinstance(path, Unreadable):
                yield path
            else:
                full, real = os.path.join(source, path), os.path.join(place, path)
                yield _File(full, real, prefix + printable(path), walked=True)
    else:
        yield Unreadable(name, "not a regular file")


def _documents(
    stream: BinaryIO, file: _File, options: ReadOptions, skipped: Skipped
) -> Iterator[Document | Unreadable]:
    """What an open file contains: one text, or the records of its lines."""
    source = printable(file.path)
    begun: list[bytes] = []
    is_jsonl = options.input_format == "jsonl"
    if options.input_format == "auto":
        is_jsonl = file.path.lower().endswith(_JSONL_SUFFIXES) or (
            file.nameless and options.pipes_as_jsonl
        )
        if file.nameless and not is_jsonl:
            begun = _to_first_line(stream)
            is_jsonl = bool(begun) and begins_record(begun[-1])
    if is_jsonl:
        begun = begun or [stream.readline()]
    else:
        begun.append(stream.read(BINARY_HEAD_BYTES))
    head = b"".join(begun)
    if file.nameless and not head:
        return  # nobody sent anything
    # The first line of a stream of records may be as broken as any other.
    binary = None if is_jsonl and file.nameless else binary_at(head)
    if binary is not None and file.walked:
        skipped.add_binary(file.id)
    elif binary is not None:
        yield Unreadable(source, f"binary file (NUL byte at offset {binary})")
    elif not is_jsonl:
        text, meta = decode(head + stream.read())
        yield Document(file.id, text, {"path": file.path, **meta})
    elif (mark := byte_order_mark(head)) and mark[1] != "utf-8":
        yield Unreadable(source, f"JSONL must be UTF-8, and this is {mark[1]}")
    else:
        yield from read_jsonl(
            chain(begun, stream),
            name=file.id,
            source=source,
            text_field=options.text_field,
            id_field=options.id_field,
            records=options.records,
        )


def _to_first_line(stream: BinaryIO) -> list[bytes]:
    """The lines up to and with the first that is not blank."""
    lines = []
    for line in stream:
        lines.append(line)
        if line.strip():
            break
    return lines
