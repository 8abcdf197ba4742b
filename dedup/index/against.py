"""New documents against those of an index: the pairs of a scan over both."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import NamedTuple

from dedup.index.batch import Batch
from dedup.index.session import Session
from dedup.index.texts import sketched
from dedup.records import Document, Pair


class Against(NamedTuple):
    """The pairs of documents with those of an index.

    Attributes:
        pairs: a is in the index, or came first.
        known: ids of the documents of the index that are in them.
        names: what the documents are called; one whose id is among `known` gets ``#2`` and so on.
        texts: of what is in pairs, by id.
    """

    pairs: tuple[Pair, ...]
    known: tuple[str, ...]
    names: tuple[str, ...]
    texts: dict[str, str]


def against(session: Session, documents: Sequence[Document], *, among_themselves: bool) -> Against:
    """See `Index.pairs`."""
    texts = sketched(session.sketcher, session.bands, [document.text for document in documents])
    with session.moment() as state:
        try:
            batch = Batch(session.view, texts)
            pairs, rows = session.matcher.pairs(batch, among_themselves=among_themselves)
        finally:
            session.matcher.words.settle()
    wanted = {number for pair in pairs for number in (pair.a, pair.b)}
    rows = [row for row in rows if str(row.number) in wanted]
    name_of = {str(row.number): row.name for row in rows}
    found = {row.name: row.plain().decode("utf-8", "surrogatepass") for row in rows}
    known = tuple(name_of.values())
    names = []
    for number, document in enumerate(documents, state.next_document):
        names.append(_beside(document.id, found))
        name_of[str(number)] = names[-1]
        if str(number) in wanted:
            found[names[-1]] = document.text
    told = (
        replace(
            pair,
            a=name_of[pair.a],
            b=name_of[pair.b],
            source=None if pair.source is None else name_of[pair.source],
        )
        for pair in pairs
    )
    return Against(tuple(told), known, tuple(names), found)


def _beside(name: str, taken: Container[str]) -> str:
    """A name that is not taken: itself, or with a number."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}#{number}"
    return free
