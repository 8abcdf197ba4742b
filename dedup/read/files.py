"""What the operating system gives: folders, open files, names and errors, each made usable."""

from __future__ import annotations

import errno
import os
import sys
from typing import BinaryIO, Literal

Kind = Literal["file", "folder", "symlink", "special"]

_STEP_CHARS = 1000
"""Of a path too long for the system, what is opened at once: 4 bytes a character fit in 4,096."""

_BUFFER_BYTES = 1 << 16


def list_folder(path: str) -> list[tuple[str, Kind]]:
    """Names and kinds of what is in a folder, sorted by name.

    Raises:
        OSError: it cannot be listed.
    """
    try:
        entries = os.scandir(path)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        descriptor = _open_in_steps(path, os.O_RDONLY)
        try:
            with os.scandir(descriptor) as entries:
                return sorted((entry.name, _kind(entry)) for entry in entries)
        finally:
            os.close(descriptor)
    with entries:
        return sorted((entry.name, _kind(entry)) for entry in entries)


def open_bytes(path: str) -> BinaryIO:
    """``open(path, "rb")`` for a path of any length.

    Raises:
        OSError: it cannot be opened.
    """
    # Not Path.open: this is done for every file, and a Path costs as much again.
    return open(path, "rb", buffering=_BUFFER_BYTES, opener=_open)


def printable(name: str) -> str:
    r"""A file name as text for any output; a byte that is no UTF-8 becomes ``\xff``."""
    if name.isascii():
        return name
    return name.encode("utf-8", sys.getfilesystemencodeerrors()).decode("utf-8", "backslashreplace")


def reason(error: OSError) -> str:
    """What went wrong, in lower case and without the path."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return (error.strerror or str(error)).lower()


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir():
        return "folder"
    return "file" if entry.is_file() else "special"


def _open(path: str, flags: int) -> int:
    try:
        return os.open(path, flags)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
    return _open_in_steps(path, flags)


def _open_in_steps(path: str, flags: int) -> int:
    """``os.open`` for a path longer than the system takes, from folder to folder."""
    rest = path.lstrip("/")
    folder = os.open("." if rest == path else "/", os.O_RDONLY)
    try:
        while len(rest) > _STEP_CHARS:
            cut = rest.rfind("/", 0, _STEP_CHARS)
            deeper = os.open(rest[:cut], os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = deeper
            rest = rest[cut:].lstrip("/")
        return os.open(rest, flags, dir_fd=folder)
    finally:
        os.close(folder)
