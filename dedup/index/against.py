"""New documents against those of an index: the pairs of a scan over both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from dedup.index.batch import Batch
from dedup.index.session import Session
from dedup.index.texts import sketched
from dedup.records import Document, Pair, Reference


class Against(NamedTuple):
    """The pairs of documents with those of an index.

    Attributes:
        pairs: a is in the index, or came first.
        reference: the index. Its documents go by their ids and its name, as in ``x (in news)``,
            and, should a document of that id be given, by another one.
        limits: what was capped, as in a scan, of what the documents given have.
        texts: of what is in pairs, by id.
    """

    pairs: tuple[Pair, ...]
    reference: Reference
    limits: dict[str, int]
    texts: dict[str, str]


def against(
    session: Session, documents: Sequence[Document], *, among_themselves: bool, threads: int
) -> Against:
    """See `Index.pairs`."""
    texts = sketched(session.sketcher, session.bands, [document.text for document in documents])
    with session.moment() as state:
        try:
            batch = Batch(session.view, texts)
            pairs, rows, limits = session.matcher.pairs(
                batch, among_themselves=among_themselves, threads=threads
            )
        finally:
            session.matcher.words.settle()
    if not among_themselves:
        pairs += _of_copies(pairs, batch)
    pairs.sort(key=lambda pair: (int(pair.a), int(pair.b)))
    wanted = {int(number) for pair in pairs for number in (pair.a, pair.b)}
    names, found, known = {}, {}, {}
    for number, document in enumerate(documents, state.next_document):
        names[str(number)] = document.id
        if number in wanted:
            found[document.id] = document.text
    taken = set(names.values())
    for row in rows:
        if row.number in wanted:
            name = _beside(f"{row.name} (in {session.folder.resolve().name})", taken)
            names[str(row.number)], known[name] = name, row.name
            found[name] = row.plain().decode("utf-8", "surrogatepass")
    told = (
        replace(
            pair,
            a=names[pair.a],
            b=names[pair.b],
            source=None if pair.source is None else names[pair.source],
        )
        for pair in pairs
    )
    reference = Reference(str(session.folder), state.documents, known)
    return Against(tuple(told), reference, limits, found)


def _of_copies(pairs: Sequence[Pair], batch: Batch) -> Iterator[Pair]:
    """The pairs of documents whose original, of which no pair tells, is one of those given too."""
    of: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        of[int(pair.b)].append(pair)
    for d, original in batch.copies():
        copy = str(batch.documents[d])
        for pair in of.get(int(batch.documents[original]), ()):
            yield replace(pair, b=copy, source=copy if pair.source == pair.b else pair.source)


def _beside(name: str, taken: set[str]) -> str:
    """A name that is not taken, and is now: itself, or with a number."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}#{number}"
    taken.add(free)
    return free
