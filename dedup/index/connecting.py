"""The connection to the SQLite file of an index; for reading only where it cannot be written.

With its log, SQLite needs a file of locks. Where this is not there and cannot be made, the SQLite
file is read as it stands, without locks: what is read is of one moment if the file was not written
meanwhile, which is looked at before and after.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dedup.errors import DamagedError, StoreError

APPLICATION = 0x64647570  # "ddup", in the header of the file
FORMAT = 2
_TRIES = 25  # to begin without the right to write, while those who have it come and go
_PAUSE_SECONDS = 0.01
_TICK_SECONDS = 0.02  # no file system is coarser than this with times, but for old ones


class _UnreadLogError(StoreError):
    """SQLite's log cannot be read from here; so it is for a moment, too, when a writer closes."""


class Connection:
    """An open SQLite file, that is the one of an index.

    Args:
        path: the file.
        timeout: seconds to wait for another process that writes.

    Attributes:
        base: SQLite's connection.
        opened: how often it was made.
        writable: whether the index can be written.

    Raises:
        StoreError: it is not an index, or not one that can be read from here.
        sqlite3.Error: SQLite cannot open it.
    """

    base: sqlite3.Connection

    def __init__(self, path: Path, timeout: float) -> None:
        self._path, self._timeout = path, timeout
        self.writable = _writable(path)
        self.opened = self._turn = 0
        if not self.writable:
            for file in _files(path):
                if not os.access(file, os.R_OK):
                    raise StoreError(f"{file}: {os.strerror(errno.EACCES)}")
        self._stale = True
        self._file, self._log_file = _identity(path), None
        try:
            with self.reading():
                self._check_header()
        except BaseException:
            if self.opened:
                self.base.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction, kept as a whole.

        Raises:
            StoreError: where it cannot be written: others wrote what was read without locks.
        """
        self._begin()
        try:
            with self._inside():
                yield
        except (DamagedError, sqlite3.DatabaseError):
            self._refuse_changed()
            raise
        self._refuse_changed()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that shuts out others that write, kept as a whole."""
        self._refuse_another()
        self._end()
        self.base.execute("begin immediate")
        with self._inside():
            yield

    def empty_log(self) -> None:
        """Moves the log into the file, outside of transactions; as far as others let it."""
        self._refuse_another()
        self._end()
        self.base.execute("pragma busy_timeout=0")  # others must not wait while this one waits
        try:
            self.base.execute("pragma wal_checkpoint(truncate)")
        finally:
            self.base.execute(f"pragma busy_timeout={int(self._timeout * 1000)}")

    def rewrite(self) -> None:
        """Makes the file anew from its rows, outside of transactions; needs room for it twice."""
        self._refuse_another()
        self._end()
        self.base.execute("pragma temp_store=file")  # it may be larger than memory
        self.base.execute("vacuum")

    @contextmanager
    def _inside(self) -> Iterator[None]:
        self._turn += 1
        turn = self._turn
        try:
            yield
            self.base.execute("commit")
        except BaseException:
            # One that was interrupted may be ended by the garbage collector, amid another.
            if turn == self._turn:
                self._end()
            raise

    def _end(self) -> None:
        """Ends a transaction that an error, or an interruption where nobody saw it, has left."""
        if self.base.in_transaction:
            self.base.execute("rollback")

    def _begin(self) -> None:
        """Begins; where it cannot be written, with the connection that is right by now."""
        for left in reversed(range(1 if self.writable else _TRIES)):
            try:
                self._refuse_another()
                if self._is_stale():
                    self._connect()
                self._end()
                self.base.execute("begin")
                if not self.writable:
                    self.base.execute("pragma data_version")  # what can fail does so here
            except (sqlite3.OperationalError, _UnreadLogError):
                self._stale = True
                if not left:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def _connect(self) -> None:
        """Makes the connection anew, of the kind that is right by now."""
        path = self._path
        self._stamp: tuple[int, ...] | None = None  # of the file, when it is read without locks
        how = "mode=rw"
        if not self.writable:
            how = "mode=ro"
            if not (_log(path).exists() and locks(path).exists()):
                how, self._stamp = "mode=ro&immutable=1", _stamp(path)
                if _logged(path):
                    raise _UnreadLogError(
                        f"{path.parent}: cannot be written, and what was added last is in "
                        f"{_log(path).name}, without {locks(path).name} beside it: open it once "
                        "where it can be written, as with `dedup index stats`"
                    )
        if self.opened:
            self.base.close()
        self.base = sqlite3.connect(
            f"{path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        self.opened, self._stale = self.opened + 1, False
        for pragma in ("synchronous=full", "cell_size_check=on", "temp_store=memory"):
            self.base.execute(f"pragma {pragma}")
        self.base.execute("pragma data_version")  # opens the log
        self._log_file = None if self._stamp else _identity(_log(path))

    def _refuse_another(self) -> None:
        """Raises when the folder has other files by now: what is added would be in none of them."""
        if self._file != _identity(self._path) or (
            self._log_file and self._log_file != _identity(_log(self._path))
        ):
            raise StoreError(
                f"{self._path.parent}: moved, deleted or replaced since it was opened; open "
                "it again"
            )

    def _refuse_changed(self) -> None:
        if self._changed():
            raise StoreError(
                f"{self._path.parent}: another process wrote while it was read without locks, "
                "since it cannot be written from here; ask again"
            )

    def _changed(self) -> bool:
        return self._stamp is not None and self._stamp != _stamp(self._path)

    def _is_stale(self) -> bool:
        """Whether somebody has written what it does not see."""
        return self._stale or (self._stamp is not None and (_logged(self._path) or self._changed()))

    def _check_header(self) -> None:
        """That it is an index of this format."""
        (application,) = self.base.execute("pragma application_id").fetchone()
        if application != APPLICATION:
            raise StoreError(f"{self._path}: not the file of an index")
        (version,) = self.base.execute("pragma user_version").fetchone()
        if version != FORMAT:
            raise StoreError(
                f"{self._path.parent}: an index of format {version}; this version of dedup reads "
                f"and writes format {FORMAT}"
            )


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def locks(path: Path) -> Path:
    """The file that SQLite keeps beside its own while somebody has it open."""
    return path.with_name(f"{path.name}-shm")


def _files(path: Path) -> list[Path]:
    """The file, and those of its log and locks that there are."""
    return [path, *(file for file in (_log(path), locks(path)) if file.exists())]


def _writable(path: Path) -> bool:
    """Whether SQLite can take part in everything."""
    return all(os.access(file, os.W_OK) for file in (path.parent, *_files(path)))


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is; None when it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when the file is written."""
    while 0 <= time.time() - (status := path.stat()).st_mtime < _TICK_SECONDS:
        time.sleep(_TICK_SECONDS)  # or it could change again, and its time would not
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _logged(path: Path) -> bool:
    """Whether something may be in the log that is not in the file."""
    try:
        return _log(path).stat().st_size > 0
    except FileNotFoundError:
        return False
