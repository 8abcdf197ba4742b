"""Two texts made comparable: tokens, stems and sentences, with places in the text as given."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.align import language as languages
from dedup.align.kernels import I32
from dedup.align.sentences import sentence_bounds
from dedup.sketch.kernels import I64, Bool, Tokens, kernels

_APOSTROPHES = frozenset("'’ʼ＇")


class Side(NamedTuple):
    """One of the two texts.

    Attributes:
        text: as given.
        begins: where each token begins in the text, in code points; int64, shape (t,).
        ends: where each ends; likewise.
        words: ids of the folded tokens, the same on both sides; int32, shape (t,).
        stems: ids of their stems, the same on both sides; int32, shape (t,).
        capitals: whether each begins with a capital; bool, shape (t,).
        quoted: whether each stands between quotation marks; bool, shape (t,).
        bounds: where sentences begin and end in the text; every one has a token; int64, (s, 2).
        firsts: sentence i has the tokens firsts[i]:firsts[i + 1]; int64, shape (s + 1,).
    """

    text: str
    begins: I64
    ends: I64
    words: I32
    stems: I32
    capitals: Bool
    quoted: Bool
    bounds: I64
    firsts: I64

    @property
    def sentence_of(self) -> I64:
        """The sentence of each token; shape (t,)."""
        return np.repeat(np.arange(len(self.bounds)), np.diff(self.firsts))


class Units(NamedTuple):
    """Both texts.

    Attributes:
        a: the source.
        b: the derived text.
        spellings: word w as it is folded; what `words` index.
        stem_of_word: the stem of word w; int32, shape (len(spellings),).
        language: ISO 639 code, given or detected.
    """

    a: Side
    b: Side
    spellings: list[str]
    stem_of_word: I32
    language: str

    @property
    def stem_count(self) -> int:
        """How many stems there are."""
        return int(self.stem_of_word.max(initial=-1)) + 1


def units(a: str, b: str, language: str | None = None) -> Units:
    """Cuts both texts and numbers their words.

    A final ``'s`` is no word.

    Raises:
        SettingsError: the language is no ISO 639 code.
    """
    language = languages.detect((a, b)) if language is None else languages.checked(language)
    packed = kernels().pack([a, b])
    tokens = kernels().tokens(packed, places=True)
    begins, ends = _code_points(tokens, packed.data, packed.offsets)
    possessive = np.zeros(len(begins), np.bool_)
    cuts = [slice(int(tokens.offsets[d]), int(tokens.offsets[d + 1])) for d in (0, 1)]
    for text, cut in zip((a, b), cuts, strict=True):
        possessive[cut] = _possessive(text, begins[cut], ends[cut])
    _, first, words = np.unique(tokens.hashes, return_index=True, return_inverse=True)
    spellings = []
    for i in first.tolist():
        text = a if i < tokens.offsets[1] else b
        spellings.append(text[begins[i] : ends[i]].casefold())
    numbers: dict[str, int] = {}
    stem_of_word = np.array(
        [numbers.setdefault(stem, len(numbers)) for stem in languages.stems(spellings, language)],
        np.int32,
    )
    words32: I32 = words.astype(np.int32)

    def side(text: str, cut: slice) -> Side:
        kept = np.flatnonzero(~possessive[cut]) + cut.start
        bounds = sentence_bounds(text, language)
        edges = np.searchsorted(begins[kept], np.append(bounds[:, 0], len(text)))
        edges[:1] = 0
        full = np.flatnonzero(np.diff(edges))
        return Side(
            text,
            begins[kept],
            ends[kept],
            words32[kept],
            stem_of_word[words32[kept]],
            tokens.capitals[kept],
            tokens.quoted[kept],
            bounds[full],
            np.append(edges[full], len(kept)),
        )

    return Units(side(a, cuts[0]), side(b, cuts[1]), spellings, stem_of_word, language)


def _code_points(tokens: Tokens, data: npt.NDArray[np.uint8], offsets: I64) -> tuple[I64, I64]:
    """Where tokens begin and end in their own texts."""
    if len(data) and data.max() < 0x80:
        before = np.arange(len(data) + 1)
    else:
        before = np.zeros(len(data) + 1, np.int64)
        np.cumsum((data & 0xC0) != 0x80, out=before[1:])
    base = np.repeat(before[offsets[:-1]], np.diff(tokens.offsets))
    return before[tokens.begins] - base, before[tokens.ends] - base


def _possessive(text: str, begins: I64, ends: I64) -> Bool:
    """Which tokens are an s after an apostrophe after a token."""
    found = np.zeros(len(begins), np.bool_)
    for i in np.flatnonzero((ends - begins == 1) & (begins > 1)).tolist():
        at = int(begins[i])
        found[i] = text[at] in "sS" and text[at - 1] in _APOSTROPHES and text[at - 2].isalnum()
    return found
