"""What is said beside the data, on stderr: what could not be read, and how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from dedup.printable import one_line

if TYPE_CHECKING:
    from dedup.records import Unreadable

_EVERY_SECONDS = 0.1
_NAMED = 100  # unreadable sources; a wrong --text-field makes one of every line


class Complaints:
    """Names what could not be read, as it comes: never silently, and not without end."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, record: Unreadable) -> None:
        """One more."""
        self.count += 1
        if self.count <= _NAMED:
            click.echo(f"dedup: {one_line(record.source)}: {one_line(record.reason)}", err=True)

    def end(self, where: str = "") -> None:
        """Says how many were not named."""
        if self.count > _NAMED:
            click.echo(f"dedup: and {self.count - _NAMED:,} more{where}", err=True)


def complain(records: Iterable[Unreadable]) -> None:
    """Names what a scan could not read."""
    complaints = Complaints()
    for record in records:
        complaints.add(record)
    complaints.end(", which --format json lists")


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
