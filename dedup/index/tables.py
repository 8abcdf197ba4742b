"""The tables of an index in SQLite.

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
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

from dedup.errors import DamagedError
from dedup.index.connecting import APPLICATION, FORMAT
from dedup.index.rows import KINDS, Table, checksum

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
_COLUMNS = {"document": 9, "content": 4, "log": 3, "removed": 4}


class Tables:
    """Rows of an open SQLite file, inside a transaction.

    Args:
        path: the file.
        base: gives SQLite's connection, as it is by now.
    """

    def __init__(self, path: Path, base: Callable[[], sqlite3.Connection]) -> None:
        self._path, self._base = path, base

    @staticmethod
    def create(path: Path, meta: str, state: str) -> None:
        """Makes the file of an empty index."""
        base = sqlite3.connect(path, isolation_level=None)
        try:
            base.execute("pragma auto_vacuum=incremental")  # only before there is anything
            base.execute("pragma journal_mode=wal")
            base.executescript(f"begin; {_SCHEMA} commit;")
            tables = Tables(path, lambda: base)
            tables.put("meta", meta)
            tables.put("state", state)
        finally:
            base.close()

    def value(self, table: Literal["meta", "state"]) -> str:
        """The one value of a table.

        Raises:
            DamagedError: it is not what was written.
        """
        row = self._base().execute(f"select value, crc from {table}").fetchone()  # noqa: S608
        if row is None or checksum(row[0]) != row[1]:
            raise DamagedError(self._path, f"its {table}")
        return str(row[0])

    def put(self, table: Literal["meta", "state"], text: str) -> None:
        """Replaces the one value of a table."""
        self._base().execute(
            f"replace into {table} values(1, ?, ?)",
            (text, checksum(text)),
        )

    def insert(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Writes rows, with their checksums."""
        marks = _COLUMNS[table] * ",?"
        self._base().executemany(
            f"insert into {table} values({marks[1:]})",
            ((*row, checksum(*row)) for row in rows),
        )

    def rows(
        self, table: Literal["document", "content"], numbers: Sequence[int]
    ) -> list[Sequence[Any]]:
        """Rows by number, ascending.

        Raises:
            DamagedError: one is missing, or is not what was written.
        """
        if not numbers:
            return []
        found = self._base().execute(
            f"select * from {table} where number in (select value from json_each(?))",  # noqa: S608
            (json.dumps(numbers),),
        )
        rows = sorted((self._checked(table, row) for row in found), key=itemgetter(0))
        if len(rows) != len(set(numbers)):
            missing = min(set(numbers) - {row[0] for row in rows})
            raise DamagedError(self._path, f"{table} {missing} is missing")
        return rows

    def documents_from(self, number: int) -> Iterator[Sequence[Any]]:
        """All documents from this one on, ascending."""
        found = self._base().execute(
            "select * from document where number >= ? order by number", (number,)
        )
        return (self._checked("document", row) for row in found)

    def rows_after(
        self, table: Literal["log", "removed"], after: int, upto: int
    ) -> list[Sequence[Any]]:
        """The rows after one, up to another.

        Raises:
            DamagedError: one is missing, or is not what was written.
        """
        found = self._base().execute(
            f"select * from {table} where seq > ? and seq <= ? order by seq",  # noqa: S608
            (after, upto),
        )
        rows = [self._checked(table, row) for row in found]
        if [row[0] for row in rows] != list(range(after + 1, upto + 1)):
            raise DamagedError(self._path, f"rows of its {table} are missing")
        return rows

    def scan(self, table: Table) -> Iterator[Any]:
        """Every row of a table, ascending; a `DamagedError` in place of one that is not sound."""
        for row in self._base().execute(f"select * from {table} order by 1"):  # noqa: S608
            try:
                yield KINDS[table](*self._checked(table, row))
            except DamagedError as error:
                yield error

    def drop(self, table: Literal["document", "content"], numbers: Iterable[int]) -> None:
        """Deletes rows."""
        self._base().executemany(
            f"delete from {table} where number = ?",  # noqa: S608
            ((number,) for number in numbers),
        )

    def drop_upto(self, table: Literal["log", "removed"], seq: int | None = None) -> None:
        """Deletes the rows up to one, or all."""
        self._base().execute(
            f"delete from {table} where seq <= coalesce(?, seq)",  # noqa: S608
            (seq,),
        )

    def keep_only(self, table: Literal["document", "content"], numbers: Container[int]) -> None:
        """Deletes the other rows."""
        found = self._base().execute(f"select number from {table}")  # noqa: S608
        self.drop(table, [number for (number,) in found if number not in numbers])

    def give_back(self, pages: int) -> bool:
        """Takes free pages out of the file, so many at most; returns whether there are others."""
        before = self._free_pages()
        for _ in range(min(pages, before)):
            # One at a time: sqlite3 stops after the first page of however many.
            self._base().execute("pragma incremental_vacuum(1)")
        return 0 < self._free_pages() < before  # of a file that was made otherwise none goes

    def _free_pages(self) -> int:
        return int(self._base().execute("pragma freelist_count").fetchone()[0])

    def faults(self) -> list[str]:
        """What SQLite finds wrong with its file."""
        found = self._base().execute("pragma integrity_check").fetchall()
        return [line for (text,) in found if text != "ok" for line in text.splitlines()]

    def _checked(self, table: str, row: Sequence[Any]) -> Sequence[Any]:
        """The row without its checksum, which holds."""
        if checksum(*row[:-1]) != row[-1]:
            raise DamagedError(self._path, f"{table} {row[0]!r}")
        return row[:-1]
