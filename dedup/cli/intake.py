"""What goes into an index: sources, the ids that documents keep for good, and the index itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO

import click

from dedup.cli import options
from dedup.records import Document, Unreadable
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.index import Index
    from dedup.records import Added, Queried


def sources(paths: tuple[str, ...], files_from: BinaryIO | None) -> list[str]:
    """What is named.

    Raises:
        UsageError: nothing is.
    """
    from dedup.read import read_list

    named = [*paths, *(read_list(files_from) if files_from else ())]
    if not named and not files_from:
        raise click.UsageError("Nothing to read: name a file, a folder, or - for standard input.")
    return named


def opened(
    place: str,
    settings: Settings,
    names: Sequence[str] = options.JUDGING,
    *,
    keep_text: bool = True,
) -> Index:
    """The index, made if there is none.

    Args:
        place: its folder.
        settings: what a new one is made with.
        names: of the settings that this call has options for.
        keep_text: whether a new one keeps texts.

    Raises:
        SchemeMismatch: it is there, and was made otherwise than this call asks for.
    """
    from dedup.index import Index

    if not is_there(place):
        return Index.open(place, create=True, settings=settings, keep_text=keep_text)
    index = Index.open(place)
    try:
        options.require(place, index.settings, settings, names)
        if index.keep_text and not keep_text:
            options.mismatch(place, "its texts kept", "--no-text asks for none")
    except BaseException:
        index.close()
        raise
    return index


def is_there(place: str) -> bool:
    """Whether there is an index already."""
    from dedup.index.opening import is_index

    return is_index(Path(place))


def awaited(
    records: Iterator[Document | Unreadable],
) -> tuple[list[Unreadable], Iterator[Document | Unreadable]]:
    """What is unreadable, if there is nothing else; and all records, from the first on."""
    unreadable: list[Unreadable] = []
    for record in records:
        if isinstance(record, Document):
            return [], chain(unreadable, [record], records)
        unreadable.append(record)
    return unreadable, iter(unreadable)


def by_path(record: Document | Unreadable) -> Document | Unreadable:
    """A file under its path, the folder that was named included: the same however it was named."""
    from dedup.read.files import printable

    if isinstance(record, Document) and "path" in record.meta:
        return replace(record, id=printable(str(PurePath(record.meta["path"]))))
    return record


def by_words(record: Document | Unreadable, id_field: str) -> Document | Unreadable:
    """A record that has no id under one made of its text: its line is another every day."""
    if isinstance(record, Document) and "record" in record.meta:
        ident = record.meta["record"].get(id_field)
        # As in reading, where true is no integer.
        if type(ident) is not int and (type(ident) is not str or not ident):
            import hashlib  # brings OpenSSL, which no other command needs

            digest = hashlib.sha256(record.text.encode("utf-8", "surrogatepass")).hexdigest()
            return replace(record, id=f"sha256:{digest[:16]}")
    return record


def traced(
    record: Document | Unreadable, result: Added | Queried | Unreadable
) -> Added | Queried | Unreadable:
    """The result; what cannot be kept, by its line: no id tells where it is in a large file."""
    if isinstance(result, Unreadable) and isinstance(record, Document) and "line" in record.meta:
        return Unreadable(record.meta["line"], f"{record.id}: {result.reason}")
    return result


def with_fields(
    records: Iterable[Document | Unreadable], text_field: str, id_field: str
) -> Iterator[Document | Unreadable]:
    """Documents of records with the other fields as meta."""
    for record in records:
        if isinstance(record, Document) and "record" in record.meta:
            fields = record.meta["record"]
            meta = {k: v for k, v in fields.items() if k not in (text_field, id_field)}
            yield Document(record.id, record.text, meta)
        else:
            yield record
