"""What a process holds of an index: the postings in files and in memory, and what was removed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedup.index.postings import (
    Hits,
    Postings,
    Source,
    digest_keys,
    lookup,
    member_keys,
    name_keys,
    pushed,
)
from dedup.index.rows import Row, State
from dedup.index.segment import Segment
from dedup.index.store import Store
from dedup.sketch.kernels import I64, U64, Bool


class View:
    """An index as of the transaction in which it was refreshed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forgets everything."""
        self.state = State()
        self._segments: dict[str, Segment] = {}
        self._runs: list[Postings] = []
        self._removed_documents: I64 = np.empty(0, np.int64)
        self._removed_contents: I64 = np.empty(0, np.int64)
        self._version: tuple[int, int] | None = None

    def refresh(self) -> None:
        """Follows what was committed since; inside a transaction.

        Raises:
            FileNotFoundError: a file of postings was replaced meanwhile: begin again.
        """
        version = self.store.version()
        if version == self._version:
            return
        state, before = self.store.state(), self.state
        opened = {
            name: self._segments.get(name) or Segment(self.store.folder / name, checksum)
            for name, _, checksum in state.segments
        }
        runs, after = self._runs, before.seq
        if state.flushed != before.flushed:
            runs, after = [], state.flushed
        for new in self.store.log(after, state.seq):
            runs = pushed(runs, new)
        documents, contents = self._removed_documents, self._removed_contents
        after = before.removals
        if state.purged != before.purged:
            documents, contents = documents[:0], contents[:0]
            after = state.purged
        if state.removals > after:
            gone = np.array(self.store.removed(after, state.removals), np.int64)
            documents = np.union1d(documents, gone[:, 0])
            contents = np.union1d(contents, gone[gone[:, 1] > 0, 1])
        self.state, self._segments, self._runs = state, opened, runs
        self._removed_documents, self._removed_contents = documents, contents
        self._version = version

    def forget(self) -> None:
        """Makes the next `refresh` look again: this connection has committed."""
        self._version = None

    @property
    def segments(self) -> dict[str, Segment]:
        """The open files, by name."""
        return self._segments

    @property
    def hot(self) -> list[Postings]:
        """The postings that are in no file yet."""
        return self._runs

    @property
    def removed(self) -> tuple[I64, I64]:
        """Documents and contents that were removed and not dropped yet; ascending."""
        return self._removed_documents, self._removed_contents

    def contents(self, keys: I64, new: Sequence[Source] = (), most: I64 | None = None) -> Hits:
        """The contents that have each key.

        Of a key that more than its `most` contents have, some or none are given; `totals` may count
        what was removed.
        """
        removed = self._removed_contents
        most = None if most is None else most + len(removed)
        return _without(lookup([*self._sources(), *new], keys, most), removed)

    def members(self, contents: I64) -> Hits:
        """The documents that have each content."""
        hits = lookup(self._sources(), member_keys(contents))
        return _without(hits, self._removed_documents)

    def live_contents(self, numbers: I64) -> I64:
        """Those that were not removed."""
        return numbers[~_among(numbers, self._removed_contents)]

    def named(self, names: Sequence[bytes]) -> list[Row | None]:
        """The document of each id, where there is one."""
        hits = _without(lookup(self._sources(), name_keys(names)), self._removed_documents)
        rows = {row.number: row for row in self.store.documents(np.unique(hits.owners).tolist())}
        found: list[Row | None] = [None] * len(names)
        for asked, owner in zip(hits.asked.tolist(), hits.owners.tolist(), strict=True):
            if rows[owner].id == names[asked]:
                found[asked] = rows[owner]
        return found

    def originals(self, contents: I64) -> dict[int, Row]:
        """Of each content the document that was added first."""
        if not len(contents):
            return {}
        hits = self.members(contents)
        first = np.full(len(contents), np.iinfo(np.int64).max)
        np.minimum.at(first, hits.asked, hits.owners)
        rows = {row.number: row for row in self.store.documents(np.unique(first).tolist())}
        return {
            content: rows[number]
            for content, number in zip(contents.tolist(), first.tolist(), strict=True)
        }

    def with_digests(self, digests: U64) -> dict[int, Row]:
        """For each digest, counted from 0, the first document that has it, where there is one."""
        hits = self.contents(digest_keys(digests))
        originals = self.originals(np.unique(hits.owners))
        found = {}
        for asked, content in zip(hits.asked.tolist(), hits.owners.tolist(), strict=True):
            if originals[content].digest == digests[asked].astype("<u8").tobytes():
                found[asked] = originals[content]
        return found

    def _sources(self) -> list[Source]:
        return [*self._segments.values(), *self._runs]


def _among(numbers: I64, removed: I64) -> Bool:
    """Which of the numbers were removed; these are sorted."""
    if not len(removed):
        return np.zeros(len(numbers), np.bool_)
    places = np.minimum(np.searchsorted(removed, numbers), len(removed) - 1)
    found: Bool = removed[places] == numbers
    return found


def _without(hits: Hits, removed: I64) -> Hits:
    """The hits that were not removed."""
    gone = _among(hits.owners, removed)
    return Hits(hits.totals, hits.asked[~gone], hits.owners[~gone]) if gone.any() else hits
