"""An open index: its store, what this process knows of it, and moments in which both agree."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dedup.errors import DamagedError, StoreError
from dedup.find.lsh import choose_bands
from dedup.find.verify import weighs
from dedup.index.matching import Matcher
from dedup.index.opening import Terms
from dedup.index.rows import Row, State
from dedup.index.store import Store
from dedup.index.view import View
from dedup.index.words import Words
from dedup.sketch import Sketcher

_TRIES = 20  # to find all files, while others replace them


class Session:
    """What all operations on an open index share.

    Attributes:
        store: the SQLite file.
        view: postings and counters, of the last moment.
        terms: what the index was made with.
        bands: how signatures are cut.
        sketcher: of its settings.
        matcher: finds matches, inside a moment.
        timeout: seconds to wait for another process.
    """

    def __init__(self, store: Store, terms: Terms, timeout: float) -> None:
        settings = terms.settings
        self.store, self.terms, self.timeout = store, terms, timeout
        self.view = View(store)
        self.bands = choose_bands(settings.threshold, settings.num_perm)
        self.sketcher = Sketcher(settings, threads=1)
        self.matcher = Matcher(self.view, settings, self.bands, keep_text=terms.keep_text)
        self._lock = threading.RLock()
        self._process: int | None = os.getpid()

    @property
    def folder(self) -> Path:
        """Of the index."""
        return self.store.folder

    @contextmanager
    def moment(self, *, write: bool = False) -> Iterator[State]:
        """A transaction in which the view is fresh; threads take turns.

        What is written inside is on disk when it ends, or, after an error, not at all.
        """
        with self._lock, self._all_or_nothing_known():
            if self._process is None:
                raise StoreError(f"{self.folder}: this index was closed")
            if self._process != os.getpid():
                raise StoreError(f"{self.folder}: opened before this process was forked; open it")
            with ExitStack() as transaction:
                for left in reversed(range(_TRIES)):
                    transaction.enter_context(self.store.transaction(write=write))
                    try:
                        self.view.refresh()
                    except FileNotFoundError as error:
                        transaction.close()
                        if not left:
                            name = error.filename
                            raise DamagedError(name, "it is missing") from error
                    else:
                        break
                yield self.view.state

    @contextmanager
    def change(self) -> Iterator[State]:
        """A moment that commits; `publish` must have been given the new state inside."""
        with self._lock, self._all_or_nothing_known():
            self._published: State | None = None
            try:
                with self.moment(write=True) as state:
                    yield state
            except BaseException:
                self.matcher.words.settle()
                raise
            self.matcher.words.settle(self._published)
            if self._published is not None:
                self.store.acknowledge(self._published)
                self.view.forget()

    @contextmanager
    def _all_or_nothing_known(self) -> Iterator[None]:
        """After an interruption this process begins anew: what it knows may be half of something.

        Of a commit whose end it has not seen, or of texts of which some were counted.
        """
        try:
            yield
        except GeneratorExit:  # by the garbage collector, perhaps in the midst of another moment
            raise
        except BaseException as error:
            if isinstance(error, (DamagedError, MemoryError)) or not isinstance(error, Exception):
                self.view.begin_anew()
                self.matcher.words = Words()
            raise

    def count_words(self) -> None:
        """Brings the word model up to date, which may take long, while others can still write."""
        if self.terms.keep_text and weighs(self.terms.settings):
            with self.moment():
                self.matcher.words.follow(self.view)

    def empty_log(self) -> None:
        """Makes SQLite's log empty, unless others read what was before it."""
        with self._lock:
            self.store.empty_log()

    def publish(self, state: State) -> None:
        """Writes the state that a change leaves."""
        self.store.write_state(state)
        self._published = state

    def row(self, document_id: str) -> Row:
        """A document of the index, inside a moment.

        Raises:
            KeyError: there is none of this id.
        """
        (row,) = self.view.named([name_of(document_id)])
        if row is None:
            raise KeyError(document_id)
        return row

    def close(self) -> None:
        """Lets go of the files; again does nothing."""
        with self._lock:
            if self._process == os.getpid():
                self.store.close()
            self._process = None


def name_of(document_id: str) -> bytes:
    """An id as it is stored.

    Raises:
        TypeError: it is no str.
    """
    if not isinstance(document_id, str):
        raise TypeError(f"an id must be a str, not {type(document_id).__name__}")
    return document_id.encode("utf-8", "surrogatepass")
