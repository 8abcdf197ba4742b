"""Bytes to text.

Takes the bytes of one file, gives its text and how it was found. Newlines and everything else
stay as they are, since offsets point into this text. Does not open files.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

BINARY_HEAD_BYTES = 8192
"""How far into a file a NUL byte makes it binary; git and ripgrep look about as far."""

_SAMPLE_BYTES = 1 << 16

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Bytes that are never the second half of a character in the encodings of East Asia, so that a
# sample cut beside one is whole.
_SAFE_CUT = re.compile(rb"[\x00-\x2f]")


def byte_order_mark(head: bytes) -> tuple[bytes, str] | None:
    """The mark ``head`` begins with and the encoding it stands for, or None."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return mark, encoding
    return None


def binary_at(head: bytes) -> int | None:
    """The offset of the NUL byte that makes a file binary, or None.

    Args:
        head: its first bytes; only ``BINARY_HEAD_BYTES`` of them count, and none after a mark of
            UTF-16 or UTF-32, where NUL is a half of a character.
    """
    offset = head.find(0, 0, BINARY_HEAD_BYTES)
    if offset < 0:
        return None
    mark = byte_order_mark(head)
    return offset if mark is None or mark[1] == "utf-8" else None


def decode(data: bytes) -> tuple[str, dict[str, Any]]:
    """The text of ``data``, whatever its encoding.

    A byte-order mark decides; without one it is UTF-8 if it can be, then what charset-normalizer
    holds likeliest, then cp1252.

    Args:
        data: the bytes of a whole file.

    Returns:
        The text, without its mark, and what is worth knowing: nothing for plain UTF-8, otherwise
        ``encoding``; ``encoding_guessed`` (True) when no mark said so; ``replaced``, the number of
        U+FFFD put where bytes were no text.
    """
    found = byte_order_mark(data)
    if found is not None:
        mark, encoding = found
        meta: dict[str, Any] = {"encoding": "utf-8-sig" if encoding == "utf-8" else encoding}
        return _decode_leniently(data[len(mark) :], encoding, meta)
    try:
        return data.decode(), {}
    except UnicodeDecodeError as error:
        first_odd = error.start
    for encoding in _guesses(data, first_odd):
        try:
            return data.decode(encoding), {"encoding": encoding, "encoding_guessed": True}
        except UnicodeDecodeError:
            continue
    return _decode_leniently(data, "cp1252", {"encoding": "cp1252", "encoding_guessed": True})


def _decode_leniently(
    data: bytes, encoding: str, meta: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Decode with replacement, adding the number of replacements to ``meta``."""
    try:
        return data.decode(encoding), meta
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    # A U+FFFD may stand in the file as well.
    genuine = data.decode(encoding, "ignore").count("\ufffd")
    return text, {**meta, "replaced": text.count("\ufffd") - genuine}


def _guesses(data: bytes, first_odd: int) -> Iterator[str]:
    """Encodings to try, likeliest first, from a sample: a guess on all of it would take minutes.

    The sample is taken from just before the first byte that is not UTF-8, where the evidence
    begins, and from the middle of what follows.
    """
    # Imported here because it takes 30 ms, and hardly a file needs it.
    from charset_normalizer import from_bytes

    start = max(0, first_odd - _SAMPLE_BYTES // 8)
    middle = (start + len(data)) // 2
    sample = _whole(data, start, _SAMPLE_BYTES)
    if middle > start + _SAMPLE_BYTES:
        sample += _whole(data, middle, _SAMPLE_BYTES // 4)
    # UTF-16 and UTF-32 without a mark are full of NUL: here they would be a wrong guess.
    matches = [m for m in from_bytes(sample, enable_fallback=False) if m.encoding[:4] != "utf_"]
    if matches:
        # Of guesses that are as good as equal the list has the alphabetically first in front,
        # which made Polish letters of French ones; Western European text is by far the commonest.
        best = matches[0]
        matches.sort(
            key=lambda m: (
                not (
                    m.encoding == "cp1252"
                    and m.chaos <= best.chaos + 0.01
                    and m.coherence >= best.coherence
                )
            )
        )
    for match in matches:
        yield codecs.lookup(match.encoding).name


def _whole(data: bytes, start: int, size: int) -> bytes:
    """``size`` bytes from ``start``, less what may be a part of a character at either end."""
    piece = data[start : start + size]
    if start > 0 and (cut := _SAFE_CUT.search(piece)):
        piece = piece[cut.end() :]
    if start + size < len(data) and (cut := _SAFE_CUT.search(piece[::-1])):
        piece = piece[: len(piece) - cut.start()]
    return piece
