"""Where data goes: to standard output or a file, whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

import click

from dedup.errors import DedupError

if TYPE_CHECKING:
    from dedup.report import Style

_WIDEST = 100  # columns; longer lines are hard to read


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
    if output is None:
        with standard_output() as stream:
            stream.writelines(parts)
        return
    try:
        _write_file(parts, Path(output))
    except OSError as error:
        raise OutputError(f"cannot write {output}: {error.strerror}") from error


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output in UTF-8; a closed pipe ends the block, and is no error.

    Raises:
        OutputError: it cannot be written.
    """
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        # Or Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise OutputError(f"cannot write the result: {error.strerror}") from error


def write_report(files: Iterable[tuple[str, str]], output: str) -> str:
    """Writes a report that is one file there, and one that is several as a folder of that name.

    A report that stands there is replaced, once the new one is whole; nothing else is.

    Args:
        files: names and texts; `html.INDEX` first when it is the only one.
        output: the file; of a folder's name its ``.html`` is left out.

    Returns:
        What was written: the file, or the page in the folder.

    Raises:
        OutputError: it cannot be written, or another folder stands there.
    """
    from dedup.report.html import INDEX

    files = iter(files)
    name, text = next(files)
    if name == INDEX:
        write([text], output)
        return output
    folder = Path(output).with_suffix("") if output.endswith(".html") else Path(output)
    try:
        _write_folder(chain([(name, text)], files), folder.resolve())
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror}") from error
    return str(folder / INDEX)


def check_output(output: str | None, sources: Iterable[str], option: str) -> None:
    """Refuses, before any work is done, what cannot be written, and to write to what is read.

    A source may have any name; ``-`` is standard input.

    Raises:
        OutputError: its folder is not there, or nothing may be written to it.
        UsageError: it is one of the sources.
    """
    if output is None:
        return
    folder = Path(output).resolve().parent
    if not folder.is_dir():
        raise OutputError(f"cannot write {output}: {os.strerror(errno.ENOENT)}")
    if not Path(output).exists() and not os.access(folder, os.W_OK):
        raise OutputError(f"cannot write {output}: {os.strerror(errno.EACCES)}")
    if not Path(output).is_file():
        return
    for source in sources:
        try:
            read = os.fstat(sys.stdin.fileno()) if source == "-" else Path(source).stat()
        except (OSError, ValueError):
            continue  # reading it will say so
        if os.path.samestat(read, Path(output).stat()):
            raise click.UsageError(f"{option} {output}: is read too, and would be overwritten.")


class OutputError(DedupError):
    """The result could not be written."""


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


def _write_folder(files: Iterable[tuple[str, str]], folder: Path) -> None:
    """Beside it first, then renamed, as a file is."""
    from dedup.report.html import INDEX, MARK

    if folder.exists():
        index = folder / INDEX
        if not index.is_file() or MARK not in index.read_text("utf-8", "replace")[:4096]:
            raise OutputError(f"{folder} is there and is no report: name another with -o")
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for name, text in files:
            path = beside / "new" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_file([text], path)
        if folder.exists():
            folder.rename(beside / "old")
        (beside / "new").rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new one would get."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
