"""Postings from memory to files, many files to few, and what was removed out of them.

All writing of files happens outside of transactions; a short one then swaps them in. Files that
belong to the index no more are deleted after it, when readers may still have them mapped. One
process does this at a time; the others go on adding and asking.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from dedup.errors import StoreError
from dedup.find.counting import halvings
from dedup.find.verify import weighs
from dedup.index.postings import NAME, Postings
from dedup.index.rows import ModelName, SegmentName, State
from dedup.index.segment import Sorted, merged, write
from dedup.index.session import Session
from dedup.sketch.kernels import I64

HOT_POSTINGS = 1 << 20  # in memory and in the log, before they become a file: 12 MB
SUFFIX = ".postings"
WORDS_SUFFIX = ".words"
_LOCK = "maintenance.lock"
_TOGETHER = 4  # files of one size that become one
_MOST_UNCOUNTED, _MOST_UNCOUNTED_WORDS = 1 << 15, 1 << 23  # half a second to count
_PURGED_AT_ONCE = 5_000  # documents: a fraction of a second of the write lock
_GIVEN_BACK_AT_ONCE = 4_096  # pages: likewise
_POLL_SECONDS = 0.05


class Maintenance:
    """Keeps the files of an index few and small."""

    def __init__(self, session: Session) -> None:
        self._session, self._store, self._view = session, session.store, session.view

    def tend(self) -> None:
        """After a commit: a file when the log is long, fewer files when there are many of a size.

        Does nothing when another process is at it.
        """
        if sum(run.size for run in self._view.hot) < HOT_POSTINGS:
            return
        with alone(self._store.folder, 0.0) as is_alone:
            if not is_alone:
                return
            self._swap((), keep_log=False)
            if _outgrown(self._view.state):
                self._save_words()
            while crowd := _crowded(self._view.state.segments):
                self._swap(crowd, keep_log=True)

    def compact(self) -> None:
        """Everything into one file, without what was removed.

        Raises:
            StoreError: another process is at it for longer than the timeout, or it cannot be
            written.
        """
        self._store.refuse_reader()
        with self._session.moment():
            pass  # or a folder that is gone would be one without the file of the lock
        with alone(self._store.folder, self._session.timeout) as is_alone:
            if not is_alone:
                raise StoreError(f"{self._store.folder}: another process is compacting it")
            self._save_words()
            with self._session.moment() as state:
                gone = self._view.removed
            self._swap(state.segments, keep_log=False, gone=gone)
            self._purge(state.removals)
            self._give_back()

    def _swap(
        self,
        old: Sequence[SegmentName],
        *,
        keep_log: bool,
        gone: tuple[I64, I64] = (np.empty(0, np.int64), np.empty(0, np.int64)),
    ) -> None:
        """Some files, and unless it is kept the log, become one file."""
        with self._session.moment() as state:
            sources: list[Sorted] = [self._view.segments[segment.name] for segment in old]
            if not keep_log:
                sources += self._view.hot
        path = self._store.folder / f"{state.next_file:08d}{SUFFIX}"
        new: list[SegmentName] = []
        if sources:
            with self._store.errors():
                n, checksum = write(path, without(merged(sources), *gone))
            new = [SegmentName(path.name, n, checksum)] if n else []
        with self._session.change() as now:
            kept = [segment for segment in now.segments if segment not in old]
            changed = replace(now, segments=(*kept, *new), next_file=state.next_file + 1)
            if not keep_log:
                self._store.tables.drop_upto("log", state.seq)
                changed = replace(changed, flushed=state.seq)
            self._session.publish(changed)
        with self._session.moment() as changed, self._store.errors():
            sweep(self._store.folder, changed)

    def _save_words(self) -> None:
        """Writes the word model, so that no process counts all texts."""
        terms, words = self._session.terms, self._session.matcher.words
        if not terms.keep_text or not weighs(terms.settings):
            return
        with self._session.moment() as state, self._store.errors():
            words.follow(self._view)
            path = self._store.folder / f"{state.next_file:08d}{WORDS_SUFFIX}"
            saved = ModelName(path.name, *words.save(path), state.next_document, state.words)
        with self._session.change() as now:
            self._session.publish(replace(now, model=saved, next_file=state.next_file + 1))
        with self._session.moment() as changed, self._store.errors():
            sweep(self._store.folder, changed)

    def _purge(self, upto: int) -> None:
        """Deletes the rows of what was removed; a little at a time, so that nobody waits long."""
        tables, done = self._store.tables, False
        while not done:
            with self._session.change() as state:
                last = min(upto, state.purged + _PURGED_AT_ONCE)
                gone = self._store.removed(state.purged, last)
                tables.drop("document", (document for document, _ in gone))
                tables.drop("content", (content for _, content in gone if content))
                tables.drop_upto("removed", last)
                self._session.publish(replace(state, purged=last))
                done = last == upto

    def _give_back(self) -> None:
        """Takes out of the SQLite file the pages that are free; a little at a time, too.

        Removed documents that lie scattered leave pages half full, and these stay.
        """
        more = True
        while more:
            with self._session.moment(write=True):
                more = self._store.tables.give_back(_GIVEN_BACK_AT_ONCE)
        self._session.empty_log()


def _outgrown(state: State) -> bool:
    """Whether a process that begins with the word model on disk has long to count what is new."""
    saved = state.model
    if saved is None or halvings(saved.words) != halvings(state.words):
        return True
    return (
        state.next_document > saved.documents + min(saved.documents, _MOST_UNCOUNTED)
        or state.words > saved.words + _MOST_UNCOUNTED_WORDS
    )


def sweep(folder: Path, state: State) -> None:
    """Deletes files that no state names; a crash may have left some. Others must be shut out."""
    named = {segment.name for segment in state.segments} | {state.model and state.model.name}
    for path in folder.iterdir():
        if path.suffix in (SUFFIX, WORDS_SUFFIX, ".new", ".owners") and path.name not in named:
            path.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path, timeout: float) -> Iterator[bool]:
    """Whether this process is the only one that changes the files, until the end of the block."""
    path = folder / _LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    try:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(_POLL_SECONDS)
            else:
                break
        yield True
    finally:
        os.close(handle)


def _crowded(segments: Sequence[SegmentName]) -> list[SegmentName]:
    """The files of one size, when they are too many."""
    sizes: dict[int, list[SegmentName]] = {}
    for segment in segments:
        size = max(0, segment.postings // HOT_POSTINGS).bit_length() // 2
        sizes.setdefault(size, []).append(segment)
    return next((crowd for crowd in sizes.values() if len(crowd) >= _TOGETHER), [])


def without(chunks: Iterator[Postings], documents: I64, contents: I64) -> Iterator[Postings]:
    """The postings without those of some documents and contents."""
    for chunk in chunks:
        of_documents = chunk.keys >> 32 >= NAME
        gone = np.where(
            of_documents, np.isin(chunk.owners, documents), np.isin(chunk.owners, contents)
        )
        yield Postings(chunk.keys[~gone], chunk.owners[~gone])
