"""The table that says what each code point is to a tokeniser, and what it folds to.

Takes `unicodedata`; gives `unicode.bin`, which both cores read, so that they cannot disagree and
a result does not depend on the Unicode version of the Python that runs. Run
``python -m dedup.sketch.unicode_table`` with Python 3.11 to write it anew.

What a code point folds to is ``D(c) = NFKD(casefold(NFKD(casefold(NFD(c)))))``, and the key of a
token is ``NFC`` of the ``D(c)`` of its code points, without the default-ignorable ones: Unicode's
compatibility caseless match (The Unicode Standard §3.13, D146) taken one code point at a time.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]

PATH = Path(__file__).with_name("unicode.bin")
UNICODE_VERSION = "14.0.0"  # of Python 3.11; characters assigned later separate tokens
MAGIC = 0x01_55_44_44  # "DDU", table format 1

# Classes: how a code point takes part in a token.
SEPARATOR, WORD, SINGLE, MARK, IGNORABLE = range(5)

# An entry: 21 bits of folded code point, then:
CLASS_SHIFT = 21
SLOW = 1 << 24  # folds to several code points, or may combine with the one before
COMBINING = 1 << 25  # two of these in a row may have to change places
SAME = 1 << 26  # folds to itself, and the low 21 bits are 0
CODE_POINT = (1 << CLASS_SHIFT) - 1

# Scripts written without spaces: one token a code point. unicodedata has no script property,
# but names begin with it.
_UNSPACED = (
    "CJK ",
    "IDEOGRAPHIC CLOSING ",
    "IDEOGRAPHIC ITERATION ",
    "HIRAGANA ",
    "KATAKANA",
    "HENTAIGANA",
    "THAI ",
    "LAO ",
    "KHMER ",
    "MYANMAR ",
)
# Default_Ignorable_Code_Point, which unicodedata does not have either: invisible, and usable to
# hide a copy (soft hyphens, zero-width spaces and joiners, variation selectors, bidi controls).
_IGNORABLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)


class UnicodeTable(NamedTuple):
    """The parts of `unicode.bin`.

    Attributes:
        blob: the whole file, as the native core takes it.
        pages: which block holds the entries of code points p·256 …; uint16, shape (4352,).
        entries: one a code point, in blocks of 256; uint32.
        decomposed: code points whose D(c) is not themselves, ascending, without Hangul syllables
            (they decompose by rule) and the ignorable; uint32, shape (d,).
        decomposed_at: D(decomposed[i]) is expansions[decomposed_at[i]:decomposed_at[i + 1]].
        expansions: code points; uint32.
        combining: code point << 8 | canonical combining class, ascending; uint32.
        pairs: first << 32 | second, ascending; uint64, shape (p,).
        composites: what pairs[i] composes to; uint32, shape (p,).
    """

    blob: bytes
    pages: U16
    entries: U32
    decomposed: U32
    decomposed_at: U32
    expansions: U32
    combining: U32
    pairs: U64
    composites: U32


def decompose(code_point: int) -> str:
    """D(c) of the module's docstring; nothing for a default-ignorable code point."""
    if _is_ignorable(code_point):
        return ""
    folded = unicodedata.normalize("NFD", chr(code_point))
    for _ in range(2):
        folded = unicodedata.normalize("NFKD", folded.casefold())
    return "".join(c for c in folded if not _is_ignorable(ord(c)))


def classify(code_point: int, folded: str) -> int:
    """The class of a code point that folds to `folded` (NFC)."""
    if _is_ignorable(code_point):
        return IGNORABLE
    category = unicodedata.category(chr(code_point))
    # A symbol that stands for one letter (Kangxi radicals in text taken out of a PDF, circled
    # letters) is that letter; one that stands for several (™, ℃) is a symbol.
    if category[0] not in "LMN" and len(folded) == 1:
        category = unicodedata.category(folded)
    if category[0] not in "LMN" or not folded:
        return SEPARATOR
    name = unicodedata.name(folded[0], "")
    if name.startswith("HALFWIDTH "):
        name = name.removeprefix("HALFWIDTH ")
    if name.startswith(_UNSPACED) and category[0] != "N":
        return SINGLE
    if unicodedata.category(folded[0])[0] == "M":
        return MARK
    return WORD


def build() -> bytes:
    """`unicode.bin`, from this Python's unicodedata."""
    pairs = _composition_pairs()
    seconds = {second for _, second in pairs}
    # Hangul vowels and trailing consonants compose by rule, not by table.
    seconds.update(range(0x1161, 0x1176), range(0x11A8, 0x11C3))
    entries = np.zeros(sys.maxunicode + 1, dtype=np.uint32)
    decompositions: dict[int, str] = {}
    for code_point in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code_point)) in ("Cn", "Cs", "Co") and not _is_ignorable(
            code_point
        ):
            continue
        full = decompose(code_point)
        folded = unicodedata.normalize("NFC", full)
        kind = classify(code_point, folded)
        if kind == SEPARATOR:
            continue
        if full not in ("", chr(code_point)) and not 0xAC00 <= code_point <= 0xD7A3:
            decompositions[code_point] = full
        entry = kind << CLASS_SHIFT
        if len(folded) != 1 or ord(folded) in seconds:
            entry |= SLOW
        if len(folded) == 1:
            # Nothing of the code point itself in SAME entries, so that most blocks are alike.
            entry |= SAME if ord(folded) == code_point else ord(folded)
            entry |= COMBINING if unicodedata.combining(folded) else 0
        entries[code_point] = entry
    blocks, pages = np.unique(entries.reshape(-1, 256), axis=0, return_inverse=True)
    combining = [
        (c << 8) | unicodedata.combining(chr(c))
        for c in range(sys.maxunicode + 1)
        if unicodedata.combining(chr(c))
    ]
    lengths = [len(text) for text in decompositions.values()]
    parts: list[tuple[npt.DTypeLike, object]] = [
        ("<u2", pages.reshape(-1)),
        ("<u4", blocks.reshape(-1)),
        ("<u4", list(decompositions)),
        ("<u4", [0, *np.cumsum(lengths)]),
        ("<u4", [ord(c) for text in decompositions.values() for c in text]),
        ("<u4", combining),
        ("<u8", [(first << 32) | second for first, second in pairs]),
        ("<u4", list(pairs.values())),
    ]
    arrays = [np.asarray(values, dtype=dtype) for dtype, values in parts]
    header = np.array([MAGIC, len(arrays), *(len(a) for a in arrays)], dtype="<u4")
    return b"".join(_padded(a.tobytes()) for a in (header, *arrays))


def load() -> UnicodeTable:
    """The table as it is installed."""
    blob = PATH.read_bytes()
    header = np.frombuffer(blob, "<u4", 10)
    if header[0] != MAGIC:
        raise RuntimeError(f"{PATH} is not the table this version of dedup reads")
    at = len(_padded(bytes(40)))
    arrays = []
    for dtype, length in zip(
        ("u2", "u4", "u4", "u4", "u4", "u4", "u8", "u4"), header[2:], strict=True
    ):
        array = np.frombuffer(blob, "<" + dtype, int(length), at)
        arrays.append(array)
        at += len(_padded(array.tobytes()))
    return UnicodeTable(blob, *arrays)


def _is_ignorable(code_point: int) -> bool:
    """Whether it is Default_Ignorable_Code_Point."""
    return any(low <= code_point <= high for low, high in _IGNORABLE_RANGES)


def _composition_pairs() -> dict[tuple[int, int], int]:
    """Canonical compositions, without Hangul and the excluded ones."""
    pairs = {}
    for code_point in range(sys.maxunicode + 1):
        mapping = unicodedata.decomposition(chr(code_point)).split()
        if len(mapping) == 2 and not mapping[0].startswith("<"):
            first, second = (int(part, 16) for part in mapping)
            if unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(code_point):
                pairs[first, second] = code_point
    return dict(sorted(pairs.items()))


def _padded(data: bytes) -> bytes:
    """Filled up to a multiple of eight bytes, so that every part is aligned."""
    return data + bytes(-len(data) % 8)


if __name__ == "__main__":
    if unicodedata.unidata_version != UNICODE_VERSION:
        sys.exit(f"needs Unicode {UNICODE_VERSION}, this Python has {unicodedata.unidata_version}")
    PATH.write_bytes(build())
