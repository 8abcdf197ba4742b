"""Text of others made safe to show."""

from __future__ import annotations

import re
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


_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NOT_SHOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def inert(text: str) -> str:
    """The text with its lines, and as long as it was: controls, surrogates and bidi controls as �.

    One code point stays one, so that places in the text stay what they are.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub(lambda end: " \n" if len(end[0]) == 2 else "\n", text)
    return _NOT_SHOWN.sub("�", text)
