"""What an index keeps in its SQLite file: documents, sketches, what is newest, and its state."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dedup.errors import DamagedError, StoreError
from dedup.index.connecting import Connection
from dedup.index.mark import ACKNOWLEDGED, Mark
from dedup.index.postings import Postings
from dedup.index.rows import Row, Sketch, State, sketch_of, sketch_row, state_json, state_of
from dedup.index.tables import Tables

DATABASE = "index.sqlite"


class Store:
    """An open SQLite file; used by one thread at a time.

    Args:
        folder: of the index.
        timeout: seconds to wait for another process that writes.

    Attributes:
        writable: False where it can only be read.
        tables: its rows.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self.folder = folder
        self.path = folder / DATABASE
        self._timeout = timeout
        with self.errors():
            self._connection = Connection(self.path, timeout)
            self.writable = self._connection.writable
            try:
                self._mark = Mark(folder, writable=self.writable)
            except BaseException:
                self._base().close()
                raise
        self.tables = Tables(self.path, self._base)
        self._floor = 0

    @staticmethod
    def create(folder: Path, meta: Mapping[str, Any]) -> None:
        """Makes the files of an empty index."""
        Tables.create(folder / DATABASE, json.dumps(meta), state_json(State()))
        Mark.create(folder)

    def close(self) -> None:
        """Lets go of the files."""
        self._base().close()
        self._mark.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Errors of SQLite and of the disk as the package's own, with the name of the index."""
        try:
            yield
        except sqlite3.OperationalError as error:
            text = str(error)
            if "locked" in text or "busy" in text:
                text = f"another process is writing to it; waited {self._timeout:g} s"
            raise StoreError(f"{self.folder}: {text}") from error
        except sqlite3.DatabaseError as error:
            raise DamagedError(self.path, f"SQLite cannot read it: {error}") from error
        except OSError as error:
            raise StoreError(f"{error.filename or self.folder}: {error.strerror}") from error

    @contextmanager
    def transaction(self, *, write: bool = False, trusted: bool = True) -> Iterator[None]:
        """Everything inside is of one moment, and is kept as a whole or not at all.

        Args:
            write: shut out others that write.
            trusted: raise when it is known that something is missing.
        """
        if write:
            self.refuse_reader()
        with self.errors():
            # Before the moment begins, or others could acknowledge what is not in it.
            floor = self.acknowledged()
            if floor is None and trusted:
                raise DamagedError(self.folder / ACKNOWLEDGED, "not what was written")
            self._floor = floor or 0
            with self._connection.writing() if write else self._connection.reading():
                yield

    def empty_log(self) -> None:
        """Moves SQLite's log into its file, outside of transactions; as far as others let it."""
        with self.errors():
            self._connection.empty_log()

    def rewrite_unsound(self) -> None:
        """Makes the SQLite file anew where SQLite finds a fault in it, outside of transactions."""
        with self.errors():
            if self.tables.faults():
                self._connection.rewrite()

    def refuse_reader(self) -> None:
        """Raises `StoreError` where it can only be read."""
        if not self.writable:
            raise StoreError(f"{self.folder}: cannot be written from here, only asked")

    def version(self) -> tuple[int, int]:
        """Another one when another connection has committed."""
        (version,) = self._base().execute("pragma data_version").fetchone()
        return self._connection.opened, int(version)

    def meta(self) -> dict[str, Any]:
        """What the index was made with."""
        values: dict[str, Any] = json.loads(self.tables.value("meta"))
        return values

    def state(self) -> State:
        """As of this moment."""
        state = state_of(self.tables.value("state"))
        if state.seq + state.removals < self._floor:
            raise DamagedError(
                self.path,
                f"commits that were acknowledged are missing; was {DATABASE}-wal lost or cut?",
            )
        return state

    def write_state(self, state: State) -> None:
        """Replaces the state."""
        self.tables.put("state", state_json(state))

    def acknowledge(self, state: State) -> None:
        """Notes how far it is, after a commit."""
        self._mark.write(state.seq + state.removals)

    def acknowledged(self) -> int | None:
        """What `acknowledge` noted; None when it is damaged."""
        return self._mark.read()

    def last_state(self) -> State | None:
        """The state, even if commits are missing; None when it is damaged."""
        self._floor = 0
        try:
            return self.state()
        except DamagedError:
            return None

    def documents(self, numbers: Sequence[int]) -> list[Row]:
        """Some documents, ascending by number.

        Raises:
            DamagedError: one is missing, or is not what was written.
        """
        return [Row(*row) for row in self.tables.rows("document", numbers)]

    def documents_from(self, number: int) -> Iterator[Row]:
        """All documents from this one on, ascending; those that were removed too."""
        return (Row(*row) for row in self.tables.documents_from(number))

    def sketches(self, numbers: Sequence[int]) -> list[Sketch]:
        """The sketches of some contents, ascending by number.

        Raises:
            DamagedError: one is missing, or is not what was written.
        """
        return [sketch_of(*row) for row in self.tables.rows("content", numbers)]

    def log(self, after: int, upto: int) -> list[Postings]:
        """The postings of the commits after one, up to another."""
        rows = self.tables.rows_after("log", after, upto)
        return [Postings.from_bytes(postings) for _, postings in rows]

    def removed(self, after: int, upto: int) -> list[tuple[int, int]]:
        """Documents removed, and the contents that went with them or 0."""
        rows = self.tables.rows_after("removed", after, upto)
        return [(document, content) for _, document, content in rows]

    def add(
        self,
        rows: Iterable[Row],
        sketches: Iterable[tuple[int, bytes, bytes]],
        seq: int,
        new: Postings,
    ) -> None:
        """Writes what one commit brings; sketches as `sketch_row` gives them."""
        self.tables.insert("document", rows)
        self.tables.insert("content", sketches)
        self.tables.insert("log", [(seq, new.to_bytes())])

    def remove(self, after: int, gone: Iterable[tuple[int, int]]) -> None:
        """Writes that documents, and contents or 0, are removed."""
        self.tables.insert("removed", ((after + k, *pair) for k, pair in enumerate(gone, 1)))

    def replace_sketches(self, sketches: Sequence[Sketch]) -> None:
        """Writes sketches anew."""
        self.tables.drop("content", (sketch.number for sketch in sketches))
        self.tables.insert("content", map(sketch_row, sketches))

    def _base(self) -> sqlite3.Connection:
        return self._connection.base
