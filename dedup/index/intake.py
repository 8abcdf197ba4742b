"""Documents on their way to an index: in batches, checked, what is unreadable passed on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from dedup.index.rows import meta_json
from dedup.records import Document, Unreadable

_BATCH_DOCUMENTS = 1000  # committed at once
_BATCH_CHARS = 3 << 19  # likewise: texts from templates take a second a megabyte, under the lock
_Result = TypeVar("_Result")


def batches(documents: Iterable[Document | Unreadable]) -> Iterator[list[Document | Unreadable]]:
    """Documents, so many at a time as `Index.add_many` adds with one commit.

    Raises:
        TypeError: one is no document, its id or its text is no str, or its meta no mapping.
    """
    if isinstance(documents, (str, bytes, os.PathLike, Document)):
        raise TypeError(f"documents must be several: add_many([{documents!r:.200}]) for one")
    batch: list[Document | Unreadable] = []
    chars = 0
    for document in documents:
        check(document)
        if not isinstance(document, Unreadable):
            chars += len(document.text)
        batch.append(document)
        if len(batch) >= _BATCH_DOCUMENTS or chars >= _BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def check(document: Document | Unreadable) -> None:
    """Raises TypeError when it is not what its type says."""
    if isinstance(document, Unreadable):
        return
    if not isinstance(document, Document):
        raise TypeError(f"a document must be a Document, not {type(document).__name__}")
    if not isinstance(document.id, str) or not isinstance(document.text, str):
        raise TypeError(f"id and text of a document must be str: {document!r:.200}")
    if not isinstance(document.meta, Mapping):
        raise TypeError(f"{document.id!r}: meta must be a mapping: {document.meta!r:.200}")


def storable(record: Document | Unreadable) -> Document | Unreadable:
    """The record, or why its meta cannot be kept: what comes from outside may hold anything."""
    if isinstance(record, Document):
        try:
            meta_json(record.meta)
        except (TypeError, ValueError, RecursionError) as error:
            return Unreadable(record.id, f"its meta is not what JSON can hold: {error}")
    return record


def documents_of(batch: Iterable[Document | Unreadable]) -> list[Document]:
    """What is not unreadable."""
    return [one for one in batch if isinstance(one, Document)]


def in_order(
    batch: Sequence[Document | Unreadable], results: Iterable[_Result]
) -> Iterator[_Result | Unreadable]:
    """The results of the documents of a batch, with what is unreadable at its place."""
    of_documents = iter(results)
    for one in batch:
        yield one if isinstance(one, Unreadable) else next(of_documents)
