"""What text for a person has in common, whatever it tells."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """How text output looks.

    Attributes:
        width: columns, at least 40.
        color: whether ANSI colours are used.
    """

    width: int = 80
    color: bool = False

    def paint(self, text: str, *codes: int) -> str:
        """The text in colours or weights, where there are colours."""
        if not self.color or not codes:
            return text
        return f"\033[{';'.join(map(str, codes))}m{text}\033[0m"


def indented(text: str, style: Style) -> Iterator[str]:
    """Lines below a heading."""
    for line in textwrap.wrap(text, style.width - 4):
        yield "    " + line


def percent(share: float) -> str:
    """Rounded down, so that 100% means all of it."""
    return f"{int(share * 100)}%"


def counted(number: int, noun: str) -> str:
    """A number and what it counts."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
