"""The SQLite file of an index: documents, sketches, what is newest, and which files belong to it.

Every row carries a checksum, and rows are asked for by number only: what is looked up by content or
name is looked up in postings, which carry checksums too. A row that is missing is noticed because
numbers have no gaps that the state does not know of.

    meta      what the index was made with; one row
    state     counters, and the files that belong to it; one row, written by every commit
    document  everything that was added, until compacting drops what was removed
    content   sketches of distinct texts, likewise
    log       the postings of a commit that are in no file yet
    removed   documents, and contents that no document has any more, until compacting
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

from dedup.errors import DamagedError, StoreError
from dedup.index.connecting import APPLICATION, FORMAT, Connection
from dedup.index.postings import Postings
from dedup.index.rows import (
    KINDS,
    Row,
    Sketch,
    State,
    Table,
    checksum,
    sketch_of,
    sketch_row,
    state_json,
    state_of,
)

DATABASE = "index.sqlite"
ACKNOWLEDGED = "acknowledged"
_MARK = struct.Struct("<QI")

_SCHEMA = f"""
pragma application_id = {APPLICATION};
pragma user_version = {FORMAT};
create table meta(one integer primary key, value text not null, crc integer not null);
create table state(one integer primary key, value text not null, crc integer not null);
create table document(number integer primary key, id blob not null, content integer not null,
    words integer not null, digest blob not null, added real not null, meta text not null,
    text blob, crc integer not null);
create table content(number integer primary key, signature blob not null,
    fingerprints blob not null, crc integer not null);
create table log(seq integer primary key, postings blob not null, crc integer not null);
create table removed(seq integer primary key, document integer not null,
    content integer not null, crc integer not null);
"""


class Store:
    """An open SQLite file; used by one thread at a time.

    Args:
        folder: of the index.
        timeout: seconds to wait for another process that writes.

    Attributes:
        writable: False where it can only be read.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self.folder = folder
        self.path = folder / DATABASE
        self._timeout = timeout
        with self.errors():
            self._connection = Connection(self.path, timeout)
            self.writable = self._connection.writable
            try:
                self._mark = self._open_mark()
            except BaseException:
                self._base.close()
                raise
        self._floor = 0

    @staticmethod
    def create(folder: Path, meta: Mapping[str, Any]) -> None:
        """Makes the file of an empty index."""
        base = sqlite3.connect(folder / DATABASE, isolation_level=None)
        try:
            base.execute("pragma journal_mode=wal")
            base.executescript(f"begin; {_SCHEMA} commit;")
            for table, text in (("meta", json.dumps(meta)), ("state", state_json(State()))):
                base.execute(f"insert into {table} values(1, ?, ?)", (text, checksum(text)))
        finally:
            base.close()
        (folder / ACKNOWLEDGED).write_bytes(_mark(0))

    @property
    def _base(self) -> sqlite3.Connection:
        return self._connection.base

    def _open_mark(self) -> int:
        path = self.folder / ACKNOWLEDGED
        if self.writable:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            return os.open(path, os.O_RDONLY)
        except FileNotFoundError as error:
            raise DamagedError(path, "it is missing") from error

    def close(self) -> None:
        """Lets go of the files."""
        self._base.close()
        os.close(self._mark)

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
            raise DamagedError(self.path, str(error)) from error
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

    def refuse_reader(self) -> None:
        """Raises `StoreError` where it can only be read."""
        if not self.writable:
            raise StoreError(f"{self.folder}: cannot be written from here, only asked")

    def version(self) -> tuple[int, int]:
        """Another one when another connection has committed."""
        return self._connection.opened, int(self._base.execute("pragma data_version").fetchone()[0])

    def meta(self) -> dict[str, Any]:
        """What the index was made with."""
        values: dict[str, Any] = json.loads(self._text("meta"))
        return values

    def state(self) -> State:
        """As of this moment."""
        state = state_of(self._text("state"))
        if state.seq + state.removals < self._floor:
            raise DamagedError(
                self.path,
                f"commits that were acknowledged are missing; was {DATABASE}-wal lost or cut?",
            )
        return state

    def write_state(self, state: State) -> None:
        """Replaces the state."""
        text = state_json(state)
        self._base.execute("replace into state values(1, ?, ?)", (text, checksum(text)))

    def acknowledge(self, state: State) -> None:
        """Notes beside the SQLite file how far it is, after a commit.

        It survives the process and not the machine; then it says less than what is there. SQLite
        takes a damaged end of its log for one that was not written, which this gives away.
        """
        os.pwrite(self._mark, _mark(state.seq + state.removals), 0)

    def acknowledged(self) -> int | None:
        """What `acknowledge` noted; None when it is damaged."""
        mark = os.pread(self._mark, _MARK.size + 1, 0)
        if len(mark) != _MARK.size or mark != _mark(_MARK.unpack(mark)[0]):
            return None
        return int(_MARK.unpack(mark)[0])

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
        rows = self._rows("document", numbers)
        return [Row(*row) for row in rows]

    def documents_from(self, number: int) -> Iterator[Row]:
        """All documents from this one on, ascending; those that were removed too."""
        for row in self._base.execute("select * from document where number >= ?", (number,)):
            yield Row(*self._checked("document", row))

    def sketches(self, numbers: Sequence[int]) -> list[Sketch]:
        """The sketches of some contents, ascending by number.

        Raises:
            DamagedError: one is missing, or is not what was written.
        """
        return [sketch_of(*row) for row in self._rows("content", numbers)]

    def log(self, after: int, upto: int) -> list[Postings]:
        """The postings of the commits after one, up to another."""
        rows = self._numbered("log", after, upto)
        return [Postings.from_bytes(postings) for _, postings in rows]

    def removed(self, after: int, upto: int) -> list[tuple[int, int]]:
        """Documents removed, and the contents that went with them or 0."""
        rows = self._numbered("removed", after, upto)
        return [(document, content) for _, document, content in rows]

    def add(
        self,
        rows: Iterable[Row],
        sketches: Iterable[tuple[int, bytes, bytes]],
        seq: int,
        new: Postings,
    ) -> None:
        """Writes what one commit brings; sketches as `sketch_row` gives them."""
        self._insert("document", rows)
        self._insert("content", sketches)
        self._insert("log", [(seq, new.to_bytes())])

    def remove(self, after: int, gone: Iterable[tuple[int, int]]) -> None:
        """Writes that documents, and contents or 0, are removed."""
        self._insert("removed", ((after + k, *pair) for k, pair in enumerate(gone, 1)))

    def drop(self, table: str, column: str, numbers: Iterable[int]) -> None:
        """Deletes rows."""
        self._base.executemany(
            f"delete from {table} where {column} = ?",  # noqa: S608
            ((number,) for number in numbers),
        )

    def replace_sketches(self, sketches: Iterable[Sketch]) -> None:
        """Writes sketches anew."""
        sketches = list(sketches)
        self.drop("content", "number", (sketch.number for sketch in sketches))
        self._insert("content", map(sketch_row, sketches))

    def keep_only(self, table: Literal["document", "content"], numbers: Container[int]) -> None:
        """Deletes the other rows."""
        found = self._base.execute(f"select number from {table}")  # noqa: S608
        self.drop(table, "number", [number for (number,) in found if number not in numbers])

    def scan(self, table: Table) -> Iterator[Any]:
        """Every row of a table, ascending; a `DamagedError` in place of one that is not sound."""
        for row in self._base.execute(f"select * from {table} order by 1"):  # noqa: S608
            try:
                yield KINDS[table](*self._checked(table, row))
            except DamagedError as error:
                yield error

    def structure(self) -> list[str]:
        """What SQLite finds wrong with its file."""
        try:
            found = self._base.execute("pragma integrity_check").fetchall()
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return [text for (text,) in found if text != "ok"]

    def execute(self, sql: str, *values: Any) -> list[Any]:
        """Runs a statement of this package."""
        return self._base.execute(sql, values).fetchall()

    def _text(self, table: str) -> str:
        """The one value of a table."""
        row = self._base.execute(f"select value, crc from {table}").fetchone()  # noqa: S608
        if row is None or checksum(row[0]) != row[1]:
            raise DamagedError(self.path, f"its {table}")
        return str(row[0])

    def _insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Rows with their checksums."""
        marks = {"document": 9, "content": 4, "log": 3, "removed": 4}[table] * ",?"
        self._base.executemany(
            f"insert into {table} values({marks[1:]})",
            ((*row, checksum(*row)) for row in rows),
        )

    def _rows(self, table: str, numbers: Sequence[int]) -> list[Sequence[Any]]:
        """Rows by number, all of them there and sound."""
        if not numbers:
            return []
        found = self._base.execute(
            f"select * from {table} where number in (select value from json_each(?))",  # noqa: S608
            (json.dumps(numbers),),
        ).fetchall()
        rows = sorted((self._checked(table, row) for row in found), key=itemgetter(0))
        if len(rows) != len(set(numbers)):
            missing = min(set(numbers) - {row[0] for row in rows})
            raise DamagedError(self.path, f"{table} {missing} is missing")
        return rows

    def _numbered(self, table: str, after: int, upto: int) -> list[Sequence[Any]]:
        """Rows of a table that has no gaps."""
        found = self._base.execute(
            f"select * from {table} where seq > ? and seq <= ? order by seq",  # noqa: S608
            (after, upto),
        )
        rows = [self._checked(table, row) for row in found]
        if [row[0] for row in rows] != list(range(after + 1, upto + 1)):
            raise DamagedError(self.path, f"rows of its {table} are missing")
        return rows

    def _checked(self, table: str, row: Sequence[Any]) -> Sequence[Any]:
        """The row without its checksum, which holds."""
        if checksum(*row[:-1]) != row[-1]:
            raise DamagedError(self.path, f"{table} {row[0]!r}")
        return row[:-1]


def _mark(number: int) -> bytes:
    """A number with its checksum."""
    return _MARK.pack(number, checksum(number))
