"""Candidates to pairs, by the very steps of a scan: exact comparison, and evidence in bits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from dedup.find.corpus import Texts
from dedup.find.counting import empty_model, model_size
from dedup.find.packing import pack
from dedup.find.verify import judge, weighs
from dedup.index.batch import Batch
from dedup.index.candidates import Capped
from dedup.index.rows import Row
from dedup.index.texts import packed_of, text_of
from dedup.index.view import View
from dedup.index.words import Words
from dedup.records import Pair
from dedup.settings import Settings
from dedup.sketch.kernels import U64, Packed


class Question(NamedTuple):
    """What may be a pair, by numbers of documents.

    Attributes:
        pairs: documents that are the first with their words, and may have something in common.
        copies: the first with its words, and another document with them.
        capped: what made no pairs, or few, since too many have it; asked by place.
    """

    pairs: list[tuple[int, int]]
    copies: list[tuple[int, int]]
    capped: Capped = Capped(np.empty(0, np.int64), np.empty(0, np.int64))

    def documents(self) -> set[int]:
        """All of them."""
        return {number for pair in (*self.pairs, *self.copies) for number in pair}


class _Local(NamedTuple):
    """A document of a question."""

    number: int
    words: int
    digest: bytes
    text: bytes


def judged(
    view: View,
    settings: Settings,
    words: Words,
    question: Question,
    rows: Iterable[Row],
    batch: Batch | None = None,
    *,
    threads: int = 1,
) -> tuple[list[Pair], int]:
    """What holds of a question, and of how much of it the comparison was cut short.

    The ids of a pair are the numbers of its documents.

    Args:
        view: of the index.
        settings: what to report.
        words: the word model, followed already.
        question: what may be a pair.
        rows: those of its documents that the index has.
        batch: the others, and everything that counts as if it were in the index.
        threads: how many to use.
    """
    compared = {n for pair in question.pairs for n in pair} | {a for a, _ in question.copies}
    locals_ = [
        _Local(r.number, r.words, r.digest, r.plain() if r.number in compared else b"")
        for r in rows
    ]
    if batch is not None:
        locals_ += _of_batch(batch, question)
    if not locals_:
        return [], 0
    locals_.sort()
    place = {local.number: k for k, local in enumerate(locals_)}
    digests = np.frombuffer(b"".join(d.digest for d in locals_), "<u8").astype(np.uint64)
    texts = Texts(
        [str(local.number) for local in locals_],
        packed_of([local.text for local in locals_]),
        digests.reshape(-1, 2),
        np.array([local.words for local in locals_], np.int64),
    )
    model, sampled = empty_model(model_size(0)), np.zeros(len(locals_), np.bool_)
    if weighs(settings):
        model, sampled = words.count_in(*_fresh(batch)), words.sampled(texts.digests)
    pairs, copies = (
        pack(*(np.array([place[n] for n in side], np.int64) for side in sides))
        for sides in (_columns(question.pairs), _columns(question.copies))
    )
    found, cut_short = judge(
        texts,
        pairs,
        np.sort(copies),
        settings,
        model,
        sampled,
        documents=view.state.documents + (0 if batch is None else len(batch.documents)),
        threads=threads,
    )
    return list(found), cut_short


def _columns(pairs: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [a for a, _ in pairs], [b for _, b in pairs]


def _of_batch(batch: Batch, question: Question) -> list[_Local]:
    """The documents of a question that are in the batch."""
    wanted = question.documents()
    rows = batch.texts.rows
    first = int(batch.documents[0])
    return [
        _Local(
            number,
            int(rows.token_counts[number - first]),
            rows.digests[number - first].astype("<u8").tobytes(),
            batch.texts.text(number - first),
        )
        for number in batch.documents.tolist()
        if number in wanted
    ]


def _fresh(batch: Batch | None) -> tuple[Packed, U64]:
    """The texts that the batch brings to the word model, and their digests."""
    if batch is None:
        return packed_of([]), np.empty((0, 2), np.uint64)
    fresh = [text_of(batch.texts.packed, d) for d in batch.fresh.tolist()]
    return packed_of(fresh), batch.texts.rows.digests[batch.fresh]
