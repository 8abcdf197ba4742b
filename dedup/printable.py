"""Text of others made safe to show."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # format characters that words in some scripts need
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def one_line(text: str) -> str:
    """The text on one line, with what would steer a terminal (escapes, bidi controls) as �."""
    folded = " ".join(text.split())
    if folded.isascii() and folded.isprintable():
        return folded
    return "".join(
        "�" if unicodedata.category(c) in _STEERING and c not in _JOINERS else c for c in folded
    )
