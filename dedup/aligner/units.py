"""Two texts made comparable: tokens, stems and sentences, with places in the text as given."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.aligner import language as languages
from dedup.aligner.kernels import F64, I32
from dedup.aligner.sentences import sentence_bounds
from dedup.sketch.kernels import I64, Bool, Tokens, kernels

_APOSTROPHES = frozenset("'’＇")
_MOST_WORDS = 100  # of a sentence: what is longer is cut, so that comparing two is never dear


class Side(NamedTuple):
    """One of the two texts.

    Attributes:
        text: as given.
        begins: where each token begins in the text, in code points; int64, shape (t,).
        ends: where each ends; likewise.
        words: ids of the folded tokens, the same on both sides; int32, shape (t,).
        stems: ids of their stems, the same on both sides; int32, shape (t,).
        sizes: what share of a word each is; below 1 in scripts that leave no spaces. float64, (t,).
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
    sizes: F64
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
        spellings: word w as it is folded.
        stem_count: how many stems there are.
        language: ISO 639 code, given or detected.
    """

    a: Side
    b: Side
    spellings: list[str]
    stem_count: int
    language: str


def units(a: str, b: str, language: str | None = None) -> Units:
    """Cuts both texts and numbers their words.

    A final ``'s`` is no word. A script that leaves no spaces has a token a code point; there a
    stem is as many of them in a row as make about a word, from each on, and fewer before a mark:
    a sentence has the same stems wherever it stands.

    Raises:
        SettingsError: the language is no ISO 639 code.
    """
    language = languages.detect((a, b)) if language is None else languages.checked(language)
    packed = kernels().pack([a, b])
    tokens = kernels().tokens(packed, places=True)
    begins, ends = _code_points(tokens, packed.data, packed.offsets)
    halves = [slice(int(tokens.offsets[d]), int(tokens.offsets[d + 1])) for d in (0, 1)]
    kept = np.concatenate(
        [
            _words(text, begins[half], ends[half]) + half.start
            for text, half in zip((a, b), halves, strict=True)
        ]
    )
    begins, ends = begins[kept], ends[kept]
    in_a = int(np.searchsorted(kept, tokens.offsets[1]))
    _, first, words = np.unique(tokens.hashes[kept], return_index=True, return_inverse=True)
    spellings = [(a if i < in_a else b)[begins[i] : ends[i]].casefold() for i in first.tolist()]
    ngrams = np.array([_ngram(spelling) for spelling in spellings], np.int64)[words]
    numbers: dict[str, int] = {}
    stem_of_word = np.array(
        [numbers.setdefault(stem, len(numbers)) for stem in languages.stems(spellings, language)],
        np.int64,
    )
    stems = stem_of_word[words]
    for half in (slice(0, in_a), slice(in_a, len(kept))):
        _join_ngrams(stems[half], ngrams[half], begins[half], ends[half])
    known, stems = np.unique(stems, return_inverse=True)

    def side(text: str, half: slice) -> Side:
        bounds = sentence_bounds(text, language)
        edges = np.searchsorted(begins[half], np.append(bounds[:, 0], len(text)))
        edges[:1] = 0
        full = np.flatnonzero(np.diff(edges))
        return _cut_long(
            Side(
                text,
                begins[half],
                ends[half],
                words[half].astype(np.int32),
                stems[half].astype(np.int32),
                1.0 / ngrams[half],
                tokens.capitals[kept[half]],
                tokens.quoted[kept[half]],
                bounds[full],
                np.append(edges[full], len(begins[half])),
            )
        )

    half_a, half_b = slice(0, in_a), slice(in_a, len(kept))
    return Units(side(a, half_a), side(b, half_b), spellings, len(known), language)


def _ngram(spelling: str) -> int:
    """How many tokens make a word: more than one in scripts with a token a code point."""
    if len(spelling) != 1:
        return 1
    return next((n for first, last, n in _UNSPACED if first <= spelling <= last), 1)


_UNSPACED = (
    ("\u0e00", "\u0eff", 4),  # Thai, Lao
    ("\u1000", "\u109f", 4),  # Burmese
    ("\u1780", "\u17ff", 4),  # Khmer
    ("\u3040", "\u30ff", 2),  # Kana
    ("\u3400", "\u9fff", 2),  # Han
    ("\U00020000", "\U0003ffff", 2),
)


def _join_ngrams(stems: I64, ngrams: I64, begins: I64, ends: I64) -> None:
    """Makes stems of several tokens, in place: from each token of such a script to the next."""
    if not len(stems) or ngrams.max() == 1:
        return
    single = stems.copy()
    touching = (begins[1:] == ends[:-1]) & (ngrams[1:] > 1)
    far = np.flatnonzero(ngrams > 1)
    for k in range(1, int(ngrams.max())):
        far = far[(ngrams[far] > k) & (far < len(stems) - k)]
        far = far[touching[far + k - 1]]
        # Odd multiplier of 64 bits: what differs stays apart.
        stems[far] = stems[far] * 6364136223846793005 + single[far + k] + 1


def _cut_long(side: Side) -> Side:
    """Cuts sentences that are no sentences, as lists and text without punctuation have them."""
    before = np.append(0.0, np.cumsum(side.sizes))
    sizes = before[side.firsts[1:]] - before[side.firsts[:-1]]
    if not len(sizes) or sizes.max() <= _MOST_WORDS:
        return side
    bounds, firsts = [], []
    for (begin, end), first, stop in zip(
        side.bounds.tolist(), side.firsts[:-1].tolist(), side.firsts[1:].tolist(), strict=True
    ):
        while before[stop] - before[first] > _MOST_WORDS:
            low, high = np.searchsorted(before, before[first] + (_MOST_WORDS / 2, _MOST_WORDS))
            gaps = side.begins[low:high] - side.ends[low - 1 : high - 1]
            cut = int(low + len(gaps) - 1 - np.argmax(gaps[::-1]))
            at = int(side.begins[cut])
            bounds.append((begin, begin + len(side.text[begin:at].rstrip())))
            firsts.append(first)
            begin, first = at, cut  # noqa: PLW2901 - what remains of the sentence
        bounds.append((begin, end))
        firsts.append(first)
    return side._replace(
        bounds=np.array(bounds, np.int64), firsts=np.append(firsts, side.firsts[-1])
    )


def _code_points(tokens: Tokens, data: npt.NDArray[np.uint8], offsets: I64) -> tuple[I64, I64]:
    """Where tokens begin and end in their own texts."""
    if len(data) and data.max() < 0x80:
        before = np.arange(len(data) + 1)
    else:
        before = np.zeros(len(data) + 1, np.int64)
        np.cumsum((data & 0xC0) != 0x80, out=before[1:])
    base = np.repeat(before[offsets[:-1]], np.diff(tokens.offsets))
    return before[tokens.begins] - base, before[tokens.ends] - base


def _words(text: str, begins: I64, ends: I64) -> I64:
    """Which tokens are words: all but an s after an apostrophe after a letter."""
    kept = np.ones(len(begins), np.bool_)
    for i in np.flatnonzero((ends - begins == 1) & (begins > 1)).tolist():
        at = int(begins[i])
        if text[at] in "sS" and text[at - 1] in _APOSTROPHES and text[at - 2].isalnum():
            kept[i] = False
    return np.flatnonzero(kept)
