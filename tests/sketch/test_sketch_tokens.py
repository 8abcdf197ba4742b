"""Text to tokens: every core against the oracle, over all of Unicode and at every awkward place."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import oracles
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.sketch.kernels import Kernels, Tokens

TROUBLE = [
    *"abcXYZ019 '-_.\n\t\0",
    *"’“—éÉßﬁ½™Ⓐ①²ªKÅΐΐςΣẞĲǅ",
    *"漢字かがカ゛ｶﾞ々〇ー⼈กิำาแລຳកាမာ한글ᄒ각",
    *"\u0301\u0323\u0327\u0334\u0345\u093c\u064b\u0651\u0650\u0e33",
    *"\u200b\u00ad\u200d\ufe0f\u2060\u115f\u3164\U000e0041",
    *"\u1100\u1161\u1175\u11a8\u11c2\u09be\u0b57\u0dcf",
    *"आकि़्ज़ขעأﷺ",
    *"\ud800\udc00\udfff\ue000\uffff\U0010ffff\U0001d400\U00010400\U0001f600\U00020000",
    "\r\n",
    "e\u0301",
    "word",
    "WORD",
    "sixteen-letters",
    "abcdefghijklmnop",
    "abcdefghijklmnopq",
]
trouble = st.lists(
    st.sampled_from(TROUBLE) | st.characters(codec=None) | st.sampled_from(TROUBLE), max_size=60
).map("".join)


def same(core: Kernels, texts: Sequence[str], expected: Tokens) -> None:
    """The core finds just these tokens."""
    packed = core.pack(texts)
    assert packed.data.tobytes() == "".join(texts).encode("utf-8", "surrogatepass")
    found = core.tokens(packed, places=True)
    for name, got, wanted in zip(Tokens._fields, found, expected, strict=True):
        if not np.array_equal(got, wanted):
            d = next(d for d in range(len(texts)) if not _equal_at(found, expected, d))
            first = next(
                (i for i, (x, y) in enumerate(zip(got, wanted, strict=False)) if x != y), "the end"
            )
            raise AssertionError(
                f"{name} differ from {first} on; text {d}: {ascii(texts[d])[:500]}"
            )


def _equal_at(found: Tokens, expected: Tokens, d: int) -> bool:
    a, b = (slice(int(t.offsets[d]), int(t.offsets[d + 1])) for t in (found, expected))
    return all(np.array_equal(x[a], y[b]) for x, y in zip(found[:4], expected[:4], strict=True))


def check(core: Kernels, texts: Sequence[str]) -> None:
    """The core agrees with the oracle."""
    same(core, texts, oracles.tokens_as_arrays(texts))


def alone(char: str) -> str:
    """Between spaces."""
    return f" {char} "


def within(char: str) -> str:
    """Between letters, which it joins or separates."""
    return f"a{char}B "


def twice(char: str) -> str:
    """Beside its like."""
    return f"{char}{char}x {char} "


def after_marks(char: str) -> str:
    """After and before marks that change places with it, and one that combines."""
    return f"e\u0301{char} ấ{char}\u0323 {char}\u0301\u0323 c\u0327\u0301{char}\u0334x "


def after_single(char: str) -> str:
    """After and before what is a token by itself."""
    return f"ก{char} {char}漢 が{char}x \u0301{char}ก "


def after_ignorable(char: str) -> str:
    """After and before what is invisible."""
    return f"\u200b{char} x\u200b{char} \u00ad{char}\u200dy "


CONTEXTS = [alone, within, twice, after_marks, after_single, after_ignorable]


@cache
def sweep(context: Callable[[str], str]) -> tuple[list[str], Tokens]:
    """All of Unicode in two contexts; in the others one of many that are alike."""
    chars = [
        chr(c)
        for c in range(sys.maxunicode + 1)
        if context in (alone, within) or c % 61 == 0 or not _one_of_many(chr(c))
    ]
    texts = ["".join(map(context, chars[i : i + 4096])) for i in range(0, len(chars), 4096)]
    return texts, oracles.tokens_as_arrays(texts)


ALIKE: tuple[str, ...] = (
    "CJK U",
    "HANGUL S",
    "TANGUT",
    "KHITAN",
    "CUNEIFORM",
    "EGYPTIAN",
    "ANATOLIAN",
    "BAMUM",
)
ALIKE += ("YI ", "NUSHU", "VAI ", "ETHIOPIC", "CANADIAN", "SIGNWRITING", "LINEAR", "BRAILLE")


def _one_of_many(char: str) -> bool:
    """Unassigned, private or of a large set of letters that nothing ever happens to."""
    if oracles.kind(char) == "ignorable":
        return False
    name = unicodedata.name(char, "")
    return unicodedata.category(char) in ("Cn", "Co") or name.startswith(ALIKE)


@pytest.mark.parametrize("context", CONTEXTS)
def test_all_of_unicode(sketch_core: Kernels, context: Callable[[str], str]) -> None:
    texts, expected = sweep(context)
    same(sketch_core, texts, expected)


def test_all_of_unicode_run_together(sketch_core: Kernels) -> None:
    texts = ["".join(map(chr, range(i, i + 4096))) for i in range(0, sys.maxunicode + 1, 4096)]
    check(sketch_core, texts)


def test_every_mark_after_every_kind_of_letter(sketch_core: Kernels) -> None:
    marks = [
        chr(c)
        for c in range(sys.maxunicode + 1)
        if unicodedata.combining(chr(c)) or unicodedata.category(chr(c)) == "Mc"
    ]
    letters = "eéÇấअक़กかשﬡ각\u1100ſͅΩ"
    check(sketch_core, [" ".join(f"{x}{m} {x}{m}z" for m in marks) for x in letters])


def test_marks_that_change_places(sketch_core: Kernels) -> None:
    """Two marks a combining class, with every other, in either order: none, both or one moves."""
    by_class: dict[int, list[str]] = {}
    for c in range(sys.maxunicode + 1):
        if unicodedata.combining(chr(c)) and oracles.kind(chr(c)) == "mark":
            by_class.setdefault(unicodedata.combining(chr(c)), []).append(chr(c))
    marks = [mark for having in by_class.values() for mark in (having[0], having[-1])]
    assert len(marks) > 90
    check(sketch_core, [" ".join(f"x{m}{n} é{m}{n}" for n in marks) for m in marks])


@settings(max_examples=300)
@given(st.lists(trouble, max_size=6))
@example([])
@example([""])
@example(["\0\0", "\r\n\r\n", "\ud800", "a\ud800b", "\udc00\ud800", " ", "\u200b", "\u0301"])
@example(["\ud83d\ude00"])  # two lone surrogates are not the character that they would encode
def test_trouble(sketch_core: Kernels, texts: list[str]) -> None:
    check(sketch_core, texts)


PIECES = [
    "word",
    "Capitalised-and-quoted",
    "é",
    "e\u0301\u0323",
    "漢字",
    "กิ\u0e33x",
    "한\u1112\u1161\u11ab",
    "ﷺ",
    "x\u200b\u00ad",
    "\u200bx",
    "\U0001d400\U00010400",
    "abcdefghijklmnopqrstuvwxyzABCDEFG",
    "\ud800x",
]


@pytest.mark.parametrize(
    ("border", "filler"),
    [(b, f) for b in (64, 4096) for f in (" ", "w ", "é ", "x")] + [(8192, " "), (8192, "x ")],
)
def test_borders_of_blocks(sketch_core: Kernels, border: int, filler: str) -> None:
    """A token that begins, ends or stands across the places where the native core cuts."""
    texts = []
    for piece in PIECES:
        for back in range(len(piece.encode("utf-8", "surrogatepass")) + 2):
            lead = border - back
            size = len(filler.encode())
            padding = filler * (lead // size) + "." * (lead % size)
            texts.append(f"{padding}{piece} end")
            texts.append(padding + piece)
    check(sketch_core, texts)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4095,
        "x" * 4096,
        "x" * 4097,
        "a " + "x" * 4095 + " b",
        "x" * 10_000 + " y " + "Z" * 10_000 + "é",
        "é" * 5000,
        "a" + "e\u0301" * 5000 + " b",
        "e" + "\u0301\u0323" * 5000 + "x y",
        "\u0323\u0301" * 3000,
        "a\u200b" * 4000,
        "x" + "\u200b" * 9000 + "y",
        " " * 9000 + "\u200b" * 9000 + "y",
        "ก" + "\u0e34" * 9000 + "x",
        "กa" * 4000,
        "漢" * 5000,
        "ß" * 5000,
        "ﷺ" * 1000,
        "\u1112\u1161\u11ab" * 2000,
        "Å" * 3000 + "\u0323" * 3000,
        "\0" * 9000 + "a",
        "a\r\n" * 4000,
        "x" * (1 << 20),
        "é" * (1 << 16) + "\u0323",
    ],
    ids=lambda text: f"{text[:3]!a}*{len(text)}",
)
def test_long_tokens(sketch_core: Kernels, text: str) -> None:
    check(sketch_core, [text, "next text", text[::-1]])


def test_a_long_token_does_not_spoil_its_neighbours(sketch_core: Kernels) -> None:
    """The block grows in the middle of a text; what was carried over must survive."""
    long = "x" * 20_000
    check(sketch_core, ["one two three " + long + " four five six", long, "é " + long + "\u0301 z"])


@given(trouble)
def test_places_lead_back_to_the_text(sketch_core: Kernels, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    found = sketch_core.tokens(sketch_core.pack([text]), places=True)
    end_before = 0
    for h, begin, end in zip(
        found.hashes.tolist(), found.begins.tolist(), found.ends.tolist(), strict=True
    ):
        assert end_before <= begin < end <= len(data)
        piece = data[begin:end].decode("utf-8", "surrogatepass")
        assert h == oracles.token_hash(oracles.key_of(piece))
        end_before = end


@given(trouble, trouble)
def test_what_is_separated_is_independent(sketch_core: Kernels, left: str, right: str) -> None:
    apart = sketch_core.tokens(sketch_core.pack([left, right]), places=False)
    joined = sketch_core.tokens(sketch_core.pack([left + "\n" + right]), places=False)
    assert np.array_equal(joined.hashes, apart.hashes)
    assert np.array_equal(joined.capitals, apart.capitals)
    assert len(joined.begins) == len(joined.ends) == 0


def test_a_batch_is_its_texts(sketch_core: Kernels) -> None:
    texts = [piece * n for n in (0, 1, 7, 700) for piece in PIECES]
    together = sketch_core.tokens(sketch_core.pack(texts), places=False)
    for d, text in enumerate(texts):
        one = sketch_core.tokens(sketch_core.pack([text]), places=False)
        part = slice(int(together.offsets[d]), int(together.offsets[d + 1]))
        assert np.array_equal(one.hashes, together.hashes[part]), ascii(text)[:80]


# ---- real text -----------------------------------------------------------------------------------

ARTICLES: dict[str, str] = json.loads(
    (Path(__file__).parents[1] / "data" / "udhr-article-1.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("language", ARTICLES)
def test_real_text(sketch_core: Kernels, language: str) -> None:
    text = ARTICLES[language]
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    check(sketch_core, [text, *forms, text.upper(), text * 40])


@pytest.mark.parametrize("language", ARTICLES)
def test_form_and_case_do_not_matter(sketch_core: Kernels, language: str) -> None:
    text = ARTICLES[language]
    wanted = sketch_core.tokens(sketch_core.pack([text]), places=False).hashes.tolist()
    others = [unicodedata.normalize(form, text) for form in ("NFC", "NFKC", "NFD", "NFKD")]
    if language in ("ja", "th"):  # に + dakuten and sara am are two tokens when taken apart
        del others[2:]
    if language != "tr":  # ı has no lower case but itself
        others += [text.upper(), text.casefold()]
    for other in others:
        found = sketch_core.tokens(sketch_core.pack([other]), places=False)
        assert found.hashes.tolist() == wanted


# ---- what the definition means, in examples ----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's a well-known “quote”", ["it", "s", "a", "well", "known", "quote"]),
        ("don’t DON'T don‘t", ["don", "t", "don", "t", "don", "t"]),
        ("Straße STRASSE straẞe", ["strasse", "strasse", "strasse"]),
        ("ΣΊΣΥΦΟΣ σίσυφος", ["σίσυφοσ", "σίσυφοσ"]),
        ("caf\u00e9 cafe\u0301 CAFÉ", ["café", "café", "café"]),
        ("ﬁne ﬀ ½ x²", ["fine", "ff", "1⁄2", "x2"]),
        ("so\u00adft ze\u200bro jo\u200din", ["soft", "zero", "join"]),
        ("ｆｕｌｌ　ｗｉｄｔｈ", ["full", "width"]),
        ("漢字かな", list("漢字かな")),
        ("ｶﾞ が か\u3099", ["カ\u3099", "が", "が"]),
        ("ภาษาไทย", list("ภาษาไทย")),
        ("กิน", ["ก", "ิ", "น"]),
        ("⼈⼝ 人口", ["人", "口", "人", "口"]),
        ("한국어 한국어", ["한국어", "한국어"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("iPhone漢x86字", ["iphone", "漢", "x86", "字"]),
        ("a_b a.b a/b 3.14 1,000", ["a", "b", "a", "b", "a", "b", "3", "14", "1", "000"]),
        ("©®™ ℃ € \ue000 😀", []),
        ("Ⓐ ① ℝ", ["a", "1", "r"]),
    ],
)
def test_examples(sketch_core: Kernels, text: str, words: list[str]) -> None:
    """Said out loud, so that the oracle is no more trusted than the cores."""
    wanted = [oracles.token_hash(unicodedata.normalize("NFC", word)) for word in words]
    assert oracles.words(text) == [unicodedata.normalize("NFC", word) for word in words]
    assert sketch_core.tokens(sketch_core.pack([text]), places=False).hashes.tolist() == wanted


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        ("Anna und ÉMILE, émile Ψ ψ", [True, False, True, False, True, False]),
        ("iPhone 3D x", [False, False, False]),
        ("漢 ก א ก", [False] * 4),
        ("Ａ ａ", [True, True]),
        ("\u0301A", [False]),
        ("", []),
    ],
)
def test_capitals(sketch_core: Kernels, text: str, capitals: list[bool]) -> None:
    """A token that begins with a letter that folding changes; wide letters are such too."""
    found = sketch_core.tokens(sketch_core.pack([text]), places=False)
    assert found.capitals.tolist() == capitals


def test_jamo_are_no_capitals(sketch_core: Kernels) -> None:
    found = sketch_core.tokens(sketch_core.pack(["\u1161 \u11a8"]), places=False)
    assert found.capitals.tolist() == [False, False]
