"""How many commits were acknowledged, noted beside the SQLite file.

The note survives the process and not the machine; then it says less than what is there. SQLite
takes a damaged end of its log for one that was not written, which this gives away.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from dedup.errors import DamagedError
from dedup.index.rows import checksum

ACKNOWLEDGED = "acknowledged"
_NOTE = struct.Struct("<QI")


class Mark:
    """The open file.

    Args:
        folder: of the index.
        writable: whether commits will be noted.

    Raises:
        DamagedError: it is missing and cannot be made.
        OSError: it cannot be opened.
    """

    def __init__(self, folder: Path, *, writable: bool) -> None:
        path = folder / ACKNOWLEDGED
        how = os.O_RDWR | os.O_CREAT if writable else os.O_RDONLY
        try:
            self._file = os.open(path, how, 0o666)
        except FileNotFoundError as error:
            raise DamagedError(path, "it is missing") from error

    @staticmethod
    def create(folder: Path) -> None:
        """Makes the file of an empty index."""
        (folder / ACKNOWLEDGED).write_bytes(_note(0))

    def write(self, commits: int) -> None:
        """Notes how many there are."""
        os.pwrite(self._file, _note(commits), 0)

    def read(self) -> int | None:
        """What was noted; None when it is damaged."""
        note = os.pread(self._file, _NOTE.size + 1, 0)
        if len(note) != _NOTE.size or note != _note(_NOTE.unpack(note)[0]):
            return None
        return int(_NOTE.unpack(note)[0])

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._file)


def _note(commits: int) -> bytes:
    """A number with its checksum."""
    return _NOTE.pack(commits, checksum(commits))
