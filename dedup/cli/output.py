"""Where output goes: data to standard output or a file, whole or not at all; the rest to stderr."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

import click

from dedup.errors import DedupError

if TYPE_CHECKING:
    from dedup.report import Style

_WIDEST = 100  # columns; longer lines are hard to read
_EVERY_SECONDS = 0.1


def style(color: Literal["auto", "always", "never"], output: str | None) -> Style:
    """How text output looks there where it goes."""
    from dedup.report import Style

    to_terminal = output is None and sys.stdout.isatty()
    if color == "auto":
        colored = bool(os.environ.get("FORCE_COLOR")) or (
            to_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )
    else:
        colored = color == "always"
    width = shutil.get_terminal_size().columns if to_terminal else 80
    return Style(min(max(width, 40), _WIDEST), colored)


def write(parts: Iterable[str], output: str | None) -> None:
    """Writes to a file, or to standard output when that is None.

    Always UTF-8, so that the result is the same everywhere; what has no UTF-8, a lone surrogate,
    as its escape, which JSON reads back.

    A closed pipe is no error: whoever read it has seen enough.

    Raises:
        OutputError: it cannot be written; what was in the file before is still there.
    """
    try:
        if output is None:
            _write_stdout(parts)
        else:
            _write_file(parts, Path(output))
    except OSError as error:
        raise OutputError(f"cannot write {output or 'the result'}: {error.strerror}") from error


class OutputError(DedupError):
    """The result could not be written."""


def _write_stdout(parts: Iterable[str]) -> None:
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    try:
        sys.stdout.writelines(parts)
        sys.stdout.flush()
    except OSError as error:
        # Or Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def _write_file(parts: Iterable[str], path: Path) -> None:
    """Beside it first, then renamed: nobody ever sees half a file."""
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        # A device or a pipe, which renaming would replace.
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.writelines(parts)
        return
    path = path.resolve()  # a symlink stays one
    beside = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below, before the renaming
        "w",
        encoding="utf-8",
        errors="backslashreplace",
        newline="\n",
        dir=path.parent,
        prefix=f".{path.name}.",
        delete=False,
    )
    try:
        with beside:
            beside.writelines(parts)
            beside.flush()
            os.fsync(beside.fileno())
        Path(beside.name).chmod(_mode(path))
        Path(beside.name).replace(path)
    except BaseException:
        Path(beside.name).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new one would get."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


class Progress:
    """A line on the terminal that says what is going on; nothing where there is no terminal."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._next = 0.0

    def __call__(self, name: str, taken: int) -> None:
        """Shows a step, but not too often."""
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next = now + _EVERY_SECONDS
            click.echo(f"\r\033[K{name}: {taken:,}", nl=False, err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
