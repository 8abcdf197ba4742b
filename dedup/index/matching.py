"""The documents of an index that a text has to do with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from dedup.find.lsh import Bands, band_keys
from dedup.find.verify import weighs
from dedup.index.batch import Batch
from dedup.index.candidates import Asked, candidates
from dedup.index.estimating import estimate
from dedup.index.judging import Question, judged
from dedup.index.matches import Answer, Known, estimated, exact, ranked
from dedup.index.rows import Row, Sketch
from dedup.index.view import View
from dedup.index.words import Words
from dedup.records import Match, Pair
from dedup.settings import Settings

_Seen = tuple[int, int, Callable[[Known, str], Match]]
"""Two documents, and how to tell the second what the first is to it ("a"), or the other way."""


class Matcher:
    """Finds matches in an index, inside a transaction in which its view is fresh."""

    def __init__(self, view: View, settings: Settings, bands: Bands, *, keep_text: bool) -> None:
        self._view, self._settings, self._bands = view, settings, bands
        self._keep_text = keep_text
        self.words = Words()

    def of_batch(self, batch: Batch, told: Mapping[int, Known]) -> list[Answer]:
        """What each text of a batch has to do with documents before it.

        Args:
            batch: the texts.
            told: what to tell of each text, by its number, when another matches it; of a text that
                is not there others are told nothing.
        """
        question, rows = self._question(batch, among_themselves=bool(told))
        row_of = {row.number: row for row in rows}
        matches: dict[int, list[tuple[int, Match]]] = {}
        for a, b, tell in self._seen(question, rows, batch):
            known = told[a] if a in told else Known.of(row_of[a])
            matches.setdefault(b, []).append((a, tell(known, "a")))
        fresh = batch.fresh.tolist()
        capped = dict(zip(fresh, question.capped.of_each(len(fresh)), strict=True))
        words = batch.texts.rows.token_counts.tolist()
        return [
            Answer(ranked(matches.get(number, ())), capped.get(d, {}), words[d])
            for d, number in enumerate(batch.documents.tolist())
        ]

    def pairs(
        self, batch: Batch, *, among_themselves: bool, threads: int
    ) -> tuple[list[Pair], list[Row], dict[str, int]]:
        """The pairs of a batch with documents before them, what the index has of these, and limits.

        The ids of a pair are numbers of documents.
        """
        question, rows = self._question(batch, among_themselves=among_themselves)
        pairs, cut_short = self._judged(question, rows, batch, threads=threads)
        return pairs, rows, question.capped.limits() | {"pairs_cut_short": cut_short}

    def of_document(self, row: Row) -> Answer:
        """What a document that is in the index has to do with others."""
        if not row.content:
            return Answer((), {}, row.words)
        view, content = self._view, np.array([row.content])
        members = np.sort(view.members(content).owners).tolist()
        if row.number != members[0]:
            question = Question([], self._copies(members[0], [row.number]))
        else:
            (sketch,) = view.store.sketches([row.content])
            asked = Asked(
                content,
                band_keys(sketch.signature[None], self._bands),
                sketch.fingerprints,
                np.array([0, len(sketch.fingerprints)]),
            )
            found = candidates(view, self._settings, asked)
            others = view.originals(found.others).values()
            pairs = [(row.number, other.number) for other in others]
            question = Question(pairs, self._copies(members[0], members[1:]), found.capped)
        rows = view.store.documents(sorted(question.documents()))
        row_of = {other.number: other for other in rows}
        matches = ranked(
            (other, tell(Known.of(row_of[other]), side))
            for a, b, tell in self._seen(question, rows, None)
            for other, side in [(a, "a") if b == row.number else (b, "b")]
        )
        (capped,) = question.capped.of_each(1)
        return Answer(matches, capped, row.words)

    def _copies(self, original: int, copies: Sequence[int]) -> list[tuple[int, int]]:
        """Copies with their original, when they are asked for."""
        wanted = "identical" in self._settings.relations
        return [(original, copy) for copy in copies] if wanted else []

    def _question(self, batch: Batch, *, among_themselves: bool) -> tuple[Question, list[Row]]:
        """What of a batch may be a pair, and the rows that the index has of it."""
        view, fresh = self._view, batch.fresh
        document, content = view.state.next_document, view.state.next_content
        asked = batch.asked
        places, others, capped = candidates(view, self._settings, asked, [batch.content_postings])
        older = others < (asked.contents[places] if among_themselves else content)
        places, others = places[older], others[older]
        originals = view.originals(np.unique(others[others < content]))
        number_of = {of: row.number for of, row in originals.items()}
        numbers = batch.documents[fresh].tolist()
        number_of |= zip(batch.contents[fresh].tolist(), numbers, strict=True)
        pairs = [
            (number_of[other], numbers[place])
            for place, other in zip(places.tolist(), others.tolist(), strict=True)
        ]
        copies = [
            pair
            for d, original in batch.originals.items()
            if among_themselves or original < document
            for pair in self._copies(original, [int(batch.documents[d])])
        ]
        question = Question(pairs, copies, capped)
        rows = {row.number: row for row in (*originals.values(), *batch.known)}
        return question, [rows[n] for n in sorted(question.documents()) if n < document]

    def _seen(
        self, question: Question, rows: Sequence[Row], batch: Batch | None
    ) -> Iterator[_Seen]:
        """What holds of a question; the first of two documents has the smaller number."""
        if self._keep_text:
            for pair in self._judged(question, rows, batch)[0]:
                yield int(pair.a), int(pair.b), partial(exact, pair)
            return
        sketch_of = self._sketches(rows, batch)
        for pairs, same in ((question.pairs, False), (question.copies, True)):
            for a, b in map(sorted, pairs):
                found = estimate(self._settings, sketch_of[a], sketch_of[b], same=same)
                if found is not None:
                    yield a, b, partial(estimated, found)

    def _sketches(self, rows: Sequence[Row], batch: Batch | None) -> dict[int, Sketch]:
        """The sketches of documents, by their numbers."""
        contents = sorted({row.content for row in rows})
        of_content = {sketch.number: sketch for sketch in self._view.store.sketches(contents)}
        found = {row.number: of_content[row.content] for row in rows}
        if batch is not None:
            of_content |= {sketch.number: sketch for sketch in batch.sketches()}
            numbers, of = batch.documents.tolist(), batch.contents.tolist()
            found |= {n: of_content[c] for n, c in zip(numbers, of, strict=True) if c in of_content}
        return found

    def _judged(
        self, question: Question, rows: Sequence[Row], batch: Batch | None, *, threads: int = 1
    ) -> tuple[list[Pair], int]:
        if not question.pairs and not question.copies:
            return [], 0
        if weighs(self._settings):
            self.words.follow(self._view, batch.words if batch else 0)
        words = self.words
        return judged(self._view, self._settings, words, question, rows, batch, threads=threads)
