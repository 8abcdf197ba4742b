"""The word model of what is in an index: counted once, then followed.

Exactly the counts of a scan over the same documents: what is added is counted, what is removed is
taken out again. Cells that are full keep their true count beside the table, so that this holds for
them too. Tables have room for four times as many words; a smaller model is read out of a larger one
by adding up neighbours. What counts for one question only is taken out after it.

Memory: tables of 24 bytes a word and more, at most 272 MB; while they may still grow 10 bytes a
word more, at most 40 MB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from dedup.errors import DamagedError
from dedup.find import counting
from dedup.find.kernels import U16, WordModel, kernels
from dedup.index import snapshot
from dedup.index.rows import Row, State
from dedup.index.texts import packed_of, text_of
from dedup.index.view import View
from dedup.sketch import kernels as sketch
from dedup.sketch.kernels import U32, U64, Bool, Packed, Tokens

_FULL = 65535
_ROOM = 4  # times the words that there are: what outgrows its tables is counted once more
_BATCH_BYTES = 1 << 22  # texts counted at once


class Words:
    """The word model of an index, as far as this process has followed it."""

    def __init__(self) -> None:
        self._room = counting.model_size(0)  # the binary logarithm of the tables
        self._model = counting.empty_model(self._room)
        self._begun = False
        self._halved = 0
        self._documents = 0  # the last document looked at
        self._contents = 0  # the last content that may be counted
        self._removals = 0
        self._full: tuple[dict[int, int], dict[int, int]] = ({}, {})
        # All that was counted for good, for larger tables; None when it must be read again.
        self._counted: list[Tokens] | None = None
        self._provisional: list[Tokens] = []
        self._counted_in = 0  # texts of these, be they in the sample or not

    def follow(self, view: View, more: int = 0) -> None:
        """Counts what was added and takes out what was removed, inside a transaction.

        Args:
            view: of the index, fresh.
            more: words that will be counted on top, for a while.
        """
        state = view.state
        halved = counting.halvings(state.words)
        if not self._begun or halved != self._halved or self._removals < state.purged:
            self._begin(view, halved, more)
            self._load(view)
        self._catch_up(view)
        if counting.model_size(int(self._model.total) + more) > self._room:
            self._grow(view, more)

    def count_in(self, texts: Packed, digests: U64) -> WordModel:
        """The model with some texts counted too, if the sample has them, until `settle`."""
        chosen = np.flatnonzero(counting.in_sample(digests, self._halved))
        self._provisional.append(_tokens([text_of(texts, d) for d in chosen.tolist()]))
        self._counted_in += len(digests)
        self._count(self._provisional[-1], 1)
        return counting.folded(self._model, counting.model_size(int(self._model.total)))

    def settle(self, kept: State | None = None) -> None:
        """Takes out what `count_in` counted; keeps it when it is what the index has now, too."""
        # A change may ask for more than it adds, and add what nothing asked to be counted.
        if kept is not None and self._counted_in == kept.next_content - 1 - self._contents:
            for tokens in self._provisional:
                self._keep(tokens)
            self._documents, self._contents = kept.next_document - 1, kept.next_content - 1
        else:
            for tokens in self._provisional:
                self._count(tokens, -1)
        self._provisional, self._counted_in = [], 0

    def sampled(self, digests: U64) -> Bool:
        """Which documents the model counts."""
        return counting.in_sample(digests, self._halved)

    def _begin(self, view: View, halved: int, more: int) -> None:
        """Forgets everything."""
        self._begun = True
        self._clear((view.state.words >> halved) + more)
        self._halved = halved
        self._documents = self._contents = 0
        self._removals = view.state.removals

    def _clear(self, words: int) -> None:
        """Empty tables with room for so many words and more."""
        self._room = counting.model_size(_ROOM * words)
        self._model = counting.empty_model(self._room)
        self._full = ({}, {})
        self._counted = [] if self._room < counting.LOG2_RUNS else None
        self._provisional, self._counted_in = [], 0

    def _grow(self, view: View, more: int) -> None:
        """Counts everything once more, in larger tables."""
        counted = self._counted
        if counted is None:
            self._begin(view, self._halved, more)
            self._catch_up(view)
            return
        self._clear(int(self._model.total) + more)
        for tokens in counted:
            self._count(tokens, 1)
            self._keep(tokens)

    def save(self, path: Path) -> tuple[int, int]:
        """Writes the model as it is; returns the size and checksum of the file."""
        return snapshot.save(
            path,
            self._model,
            {
                "room": self._room,
                "halved": self._halved,
                "documents": self._documents,
                "contents": self._contents,
                "removals": self._removals,
                "full": [sorted(true.items()) for true in self._full],
            },
        )

    def _load(self, view: View) -> None:
        """Begins with what was saved, where that is of use; a damaged file is not."""
        saved = view.state.model
        if saved is None:
            return
        try:
            model, known = snapshot.load(
                view.store.folder / saved.name, saved.bytes, saved.checksum
            )
        except (DamagedError, FileNotFoundError):
            return  # everything is counted anew: slower, and as right
        if known["halved"] != self._halved or known["removals"] < view.state.purged:
            return
        self._model, self._room = model, known["room"]
        self._documents, self._contents = known["documents"], known["contents"]
        self._removals = known["removals"]
        pairs, triples = (dict(map(tuple, true)) for true in known["full"])
        self._full = (pairs, triples)
        self._counted = None

    def _catch_up(self, view: View) -> None:
        state, store = view.state, view.store
        known = self._contents
        if (self._removals, self._documents) == (state.removals, state.next_document - 1):
            return
        gone = [
            document
            for document, content in store.removed(self._removals, state.removals)
            if 0 < content <= known
        ]
        if gone:
            self._counted = None
        self._count_rows(iter(store.documents(gone)), -1)
        self._removals = state.removals
        if state.next_document - 1 > self._documents:
            self._count_rows(_first_of_each(view, self._documents + 1, known), 1)
            self._documents = state.next_document - 1
            self._contents = state.next_content - 1

    def _count_rows(self, rows: Iterable[Row], times: int) -> None:
        """Counts documents, a batch at a time."""
        batch: list[bytes] = []
        size = 0
        for row in rows:
            if self._halved and not self._samples(row):
                continue
            batch.append(row.plain())
            size += len(batch[-1])
            if size >= _BATCH_BYTES:
                self._count_texts(batch, times)
                batch, size = [], 0
        if batch:
            self._count_texts(batch, times)

    def _samples(self, row: Row) -> bool:
        digest = np.frombuffer(row.digest, "<u8").astype(np.uint64)[None]
        return bool(counting.in_sample(digest, self._halved)[0])

    def _count_texts(self, texts: list[bytes], times: int) -> None:
        tokens = _tokens(texts)
        self._count(tokens, times)
        self._keep(tokens)

    def _keep(self, tokens: Tokens) -> None:
        """Notes what was counted for good."""
        if self._counted is not None:
            self._counted.append(tokens)

    def _count(self, tokens: Tokens, times: int) -> None:
        self._model, full = kernels().count(self._model, tokens, times)
        for table, true, cells in zip(
            (self._model.pairs, self._model.triples), self._full, full, strict=True
        ):
            if len(cells):
                _settle(table, true, cells, times)


def _settle(table: U16, true: dict[int, int], cells: U32, times: int) -> None:
    """Keeps the true counts of full cells; they are less than one in 65535 words."""
    for cell, hits in zip(*(a.tolist() for a in np.unique(cells, return_counts=True)), strict=True):
        true[cell] = true.get(cell, _FULL) + times * hits
        if true[cell] <= _FULL:
            table[cell] = true.pop(cell)


def _first_of_each(view: View, document: int, known: int) -> Iterator[Row]:
    """A document for every content above `known` that was not removed."""
    first = known + 1
    size = view.state.next_content - first
    wanted = np.zeros(size, np.bool_)
    wanted[view.live_contents(np.arange(first, first + size)) - first] = True
    for row in view.store.documents_from(document):
        if row.content > known and wanted[row.content - first]:
            wanted[row.content - first] = False
            yield row


def _tokens(texts: list[bytes]) -> Tokens:
    return sketch.kernels().tokens(packed_of(texts), places=False)
