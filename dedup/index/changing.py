"""Adding documents to an index and removing them: each a commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dedup.errors import StoreError
from dedup.index.batch import Batch
from dedup.index.matches import Answer, Known
from dedup.index.rows import Row
from dedup.index.session import Session, name_of
from dedup.index.texts import Sketched, sketched
from dedup.records import Added, Document, Unreadable
from dedup.settings import Relation
from dedup.sketch.kernels import I64

_MOST_NUMBERS = 1 << 32  # of documents and of contents, ever
_OTHER_WORDS = "its id is in the index with other words; remove that document first"
_OTHER_WORDS_BEFORE = "a document before it has its id and other words"


class Judged(NamedTuple):
    """What becomes of documents that are added together.

    Attributes:
        results: of each, in their order.
        new: those that are to be written.
        batch: the same as they would stand in the index; None without any.
    """

    results: list[Added | Unreadable]
    new: list[Document]
    batch: Batch | None


def add(
    session: Session,
    documents: Sequence[Document],
    unless: Collection[Relation],
    *,
    rename: bool,
) -> list[Added | Unreadable]:
    """Adds documents with one commit; those that are there already are left as they are.

    So are those that have one of the relations of `unless` to one that is there. Those whose id
    other words have go by another, or are refused.
    """
    texts = _sketched(session, documents)
    session.count_words()
    with session.change():
        judged = _judged(session, documents, texts, unless, rename=rename)
        if judged.batch:
            write(session, judged.batch, judged.new)
    return judged.results


def judge(session: Session, documents: Sequence[Document], unless: Collection[Relation]) -> Judged:
    """What `add` would do, renaming, so that `accept` may do it.

    Raises:
        StoreError: nothing can be added here, which who passes documents on must know before.
    """
    session.store.refuse_reader()
    texts = _sketched(session, documents)
    with session.moment():
        try:
            return _judged(session, documents, texts, unless, rename=True)
        finally:
            session.matcher.words.settle()


def accept(session: Session, judged: Judged) -> None:
    """Adds with one commit what was judged to be new, whatever others added since."""
    if not judged.batch:
        return
    texts = judged.batch.texts
    with session.change():
        documents, holders = _named(session, judged.new, texts, rename=True)
        own = _own(holders)
        if len(own):
            write(session, Batch(session.view, texts.only(own)), [documents[d] for d in own])


def _judged(
    session: Session,
    documents: Sequence[Document],
    texts: Sketched,
    unless: Collection[Relation],
    *,
    rename: bool,
) -> Judged:
    """What becomes of documents, in a moment; the word model counts those that are new."""
    documents, holders = _named(session, documents, texts, rename=rename)
    others = _with_other_words(texts, holders)
    results: dict[int, Added | Unreadable] = {}
    for d, holder in enumerate(holders):
        if d in others:
            reason = _OTHER_WORDS if isinstance(holder, Row) else _OTHER_WORDS_BEFORE
            results[d] = Unreadable(documents[d].id, reason)
        elif isinstance(holder, Row):
            answer = session.matcher.of_document(holder)
            session.matcher.words.settle()
            results[d] = Added(documents[d].id, new=False, there=True, **answer._asdict())
    own = _own(holders)
    new = [documents[d] for d in own]
    batch, added = _matched(session, new, texts.only(own), unless) if new else (None, [])
    results |= zip(own.tolist(), added, strict=True)
    for d, holder in enumerate(holders):
        if d not in results and isinstance(holder, int):
            results[d] = _unchanged(results[holder])
    new = [document for document, result in zip(new, added, strict=True) if result.new]
    return Judged([results[d] for d in range(len(documents))], new, batch if new else None)


def remove(session: Session, document_ids: Sequence[str]) -> int:
    """Removes documents with one commit; returns how many were there."""
    with session.change() as state:
        names = [name_of(one) for one in dict.fromkeys(document_ids)]
        rows = [row for row in session.view.named(names) if row is not None]
        if rows:
            gone = _contents_without(session, rows)
            last_of = {row.content: row.number for row in rows if row.content in gone}
            session.store.remove(
                state.removals,
                (
                    (row.number, row.content if last_of.get(row.content) == row.number else 0)
                    for row in rows
                ),
            )
            words = {row.content: row.words for row in rows if row.content in gone}
            session.publish(
                replace(
                    state,
                    removals=state.removals + len(rows),
                    documents=state.documents - len(rows),
                    contents=state.contents - len(words),
                    words=state.words - sum(words.values()),
                )
            )
    return len(rows)


def _contents_without(session: Session, rows: Sequence[Row]) -> set[int]:
    """The contents that no document has when these are removed."""
    contents: I64 = np.unique([row.content for row in rows if row.content])
    hits = session.view.members(contents.astype(np.int64))
    stays = ~np.isin(hits.owners, [row.number for row in rows])
    return set(contents.tolist()) - set(contents[hits.asked[stays]].tolist())


def _sketched(session: Session, documents: Sequence[Document]) -> Sketched:
    texts = [document.text for document in documents]
    return sketched(session.sketcher, session.bands, texts)


def _named(
    session: Session, documents: Sequence[Document], texts: Sketched, *, rename: bool
) -> tuple[Sequence[Document], list[Row | int]]:
    """The documents by the ids they go by, and who has each id."""
    holders = _holders(session, documents)
    while rename and (others := _with_other_words(texts, holders)):
        documents = [
            replace(document, id=f"{document.id}#{texts.digest(d)}") if d in others else document
            for d, document in enumerate(documents)
        ]
        holders = _holders(session, documents)
    return documents, holders


def _own(holders: Sequence[Row | int]) -> I64:
    """The documents that nobody before them has the id of."""
    return np.array([d for d, holder in enumerate(holders) if holder == d], np.int64)


def _matched(
    session: Session, documents: Sequence[Document], texts: Sketched, unless: Collection[Relation]
) -> tuple[Batch, list[Added]]:
    """What becomes of documents whose ids are new, and those of them that are to be written."""
    batch = Batch(session.view, texts)
    told = {
        number: Known(document.id, words, dict(document.meta))
        for number, words, document in zip(
            batch.documents.tolist(), texts.rows.token_counts.tolist(), documents, strict=True
        )
    }
    results = _wanted(documents, session.matcher.of_batch(batch, told), unless)
    chosen = np.array([d for d, result in enumerate(results) if result.new], np.int64)
    if len(chosen) < len(documents):
        session.matcher.words.settle()
        batch = Batch(session.view, texts.only(chosen))
    return batch, results


def write(session: Session, batch: Batch, documents: Sequence[Document]) -> None:
    """Writes a batch and publishes the state with it, inside a change."""
    state = session.view.state
    if state.next_document + len(documents) >= _MOST_NUMBERS:
        raise StoreError(f"{session.folder}: full: {_MOST_NUMBERS:,} documents were added to it")
    names = [name_of(document.id) for document in documents]
    rows = batch.rows(
        names, [document.meta for document in documents], keep_text=session.terms.keep_text
    )
    session.store.add(rows, batch.sketch_rows(), state.seq + 1, batch.postings(names))
    session.publish(
        replace(
            state,
            seq=state.seq + 1,
            documents=state.documents + len(rows),
            contents=state.contents + len(batch.fresh),
            words=state.words + batch.words,
            next_document=state.next_document + len(rows),
            next_content=state.next_content + len(batch.fresh),
        )
    )


def _wanted(
    documents: Sequence[Document],
    answers: Sequence[Answer],
    unless: Collection[Relation],
) -> list[Added]:
    """Which documents are to be added: those that none before them, which was, makes needless."""
    dropped: dict[str, Added] = {}
    results = []
    for document, (found, limits, words) in zip(documents, answers, strict=True):
        standing = [match for match in found if match.id not in dropped]
        # A copy is told of its original only: it goes the way that this one went.
        originals = [m.id for m in found if m.relation == "identical" and m.id in dropped]
        if originals:
            standing = [*dropped[originals[0]].matches]
        new = not originals and not any(match.relation in unless for match in standing)
        result = Added(document.id, new=new, matches=tuple(standing), limits=limits, words=words)
        if not new:
            dropped[document.id] = result
        results.append(result)
    return results


def _holders(session: Session, documents: Sequence[Document]) -> list[Row | int]:
    """Who has the id of each: a document that is there, or the first of these."""
    names = [name_of(document.id) for document in documents]
    first: dict[bytes, int] = {}
    for d, name in enumerate(names):
        first.setdefault(name, d)
    present = session.view.named(names)
    return [first[name] if row is None else row for name, row in zip(names, present, strict=True)]


def _with_other_words(texts: Sketched, holders: Sequence[Row | int]) -> set[int]:
    """The texts whose words are not those of the holder of their id."""
    digests = texts.rows.digests.astype("<u8")
    return {
        d
        for d, holder in enumerate(holders)
        if holder != d
        and digests[d].tobytes()
        != (holder.digest if isinstance(holder, Row) else digests[holder].tobytes())
    }


def _unchanged(before: Added | Unreadable) -> Added | Unreadable:
    """What was said of the same document before, which is there now, if it was added."""
    if not isinstance(before, Added):
        return before
    return replace(before, new=False, there=before.new or before.there)
