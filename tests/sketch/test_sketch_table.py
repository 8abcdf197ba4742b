"""unicode.bin: what the Python that runs would build, and a look at it from elsewhere."""

from __future__ import annotations

import unicodedata

import numpy as np
import oracles
import pytest

from dedup.sketch import unicode_table
from dedup.sketch.unicode_table import UNICODE_VERSION, UnicodeTable

# Scripts.txt of the standard by blocks, without the blocks' digits, marks and punctuation:
# unicodedata knows no scripts, and the table goes by names.
UNSPACED_BLOCKS = [
    range(0x0E01, 0x0E31),  # Thai
    range(0x0E81, 0x0EB1),  # Lao
    range(0x1780, 0x17B4),  # Khmer
    range(0x1000, 0x102B),  # Myanmar
    range(0x3041, 0x3097),  # Hiragana
    range(0x30A1, 0x30FB),  # Katakana
    range(0x31F0, 0x3200),
    range(0xFF66, 0xFF70),  # half-width Katakana
    range(0x3400, 0x4DC0),  # Han
    range(0x4E00, 0x9FFD),
    range(0xF900, 0xFA0E),
    range(0x20000, 0x2A6DE),
    range(0x30000, 0x3134B),
]
SPACED_BLOCKS = [range(0x00C0, 0x00D7), range(0x0391, 0x03A2), range(0x0410, 0x0450)]
SPACED_BLOCKS += [range(0x05D0, 0x05EB), range(0x0905, 0x093A), range(0xAC00, 0xD7A4)]


def entry(table: UnicodeTable, code_point: int) -> int:
    """What the table says of a code point."""
    return int(table.entries[int(table.pages[code_point >> 8]) * 256 + (code_point & 255)])


def kind(table: UnicodeTable, code_point: int) -> int:
    """Its class."""
    return entry(table, code_point) >> unicode_table.CLASS_SHIFT & 7


def test_the_file_is_what_its_builder_builds() -> None:
    """Byte for byte where Python has the table's Unicode version.

    With a later one characters have been added: then each one that it has is what this Python
    would make of it, and the sweep in test_sketch_tokens.py takes the others for unassigned. That a
    later version changes a character that was there is all but ruled out by Unicode's stability
    policy (decompositions and compositions never; categories rarely), and would fail here.
    """
    if oracles.SAME_UNICODE:
        assert unicode_table.build() == unicode_table.PATH.read_bytes()
        return
    table = unicode_table.load()
    names = ["separator", "word", "single", "mark", "ignorable"]
    different = [
        f"U+{c:04X}"
        for c in range(0x110000)
        if entry(table, c) and names[kind(table, c)] != oracles.kind(chr(c))
    ]
    assert different == []


def test_the_version_is_the_one_of_the_oldest_python_supported() -> None:
    assert UNICODE_VERSION == "14.0.0"


def test_scripts_without_spaces() -> None:
    table = unicode_table.load()
    wrong = [
        f"U+{c:04X} {unicodedata.name(chr(c), '')}"
        for block in UNSPACED_BLOCKS
        for c in block
        if unicodedata.category(chr(c)) != "Cn" and kind(table, c) != unicode_table.SINGLE
    ]
    assert wrong == []
    for block in SPACED_BLOCKS:
        assert {kind(table, c) for c in block} == {unicode_table.WORD}


@pytest.mark.parametrize("char", ["\ud800", "\ue000", "\uffff", "\U0010ffff", "\u0378", " ", "😀"])
def test_what_is_no_character_separates(char: str) -> None:
    assert entry(unicode_table.load(), ord(char)) == 0


def test_folding_is_done_once_and_for_all() -> None:
    """What a code point folds to folds to itself, so that keys compare equal however they came."""
    moved = []
    for c in range(0x110000):
        if oracles.kind(chr(c)) in ("word", "single", "mark"):
            folded = oracles.decompose(chr(c))
            again = "".join(map(oracles.decompose, folded))
            if unicodedata.normalize("NFC", again) != unicodedata.normalize("NFC", folded):
                moved.append(f"U+{c:04X}")
    assert moved == []


def test_it_loads_aligned_and_whole() -> None:
    table = unicode_table.load()
    assert len(table.pages) == 0x1100
    assert table.pages.max() * 256 + 255 < len(table.entries)
    assert np.all(np.diff(table.decomposed.astype(np.int64)) > 0)
    assert len(table.decomposed_at) == len(table.decomposed) + 1
    assert table.decomposed_at[-1] == len(table.expansions)
    assert np.all(np.diff(table.pairs) > 0)
    assert len(table.pairs) == len(table.composites)
