"""What is true, found out slowly and without the library: words, exact Jaccard, planted copies."""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

SHINGLE_WORDS = 5
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # kana and Han: every character a word
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_PIECE_WORDS = (8, 20)


def words(text: str) -> list[str]:
    """Folded words; the same as the library's for scripts without combining marks."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return _WORD.findall(folded)


def shingles(text: str) -> set[tuple[str, ...]]:
    """The word 5-grams of a text; a shorter text is one shingle."""
    found = words(text)
    last = max(1, len(found) - SHINGLE_WORDS + 1) if found else 0
    return {tuple(found[i : i + SHINGLE_WORDS]) for i in range(last)}


def jaccard(a: str, b: str) -> float:
    """Exact Jaccard similarity; 0 when both are empty."""
    of_a, of_b = shingles(a), shingles(b)
    return len(of_a & of_b) / len(of_a | of_b) if of_a or of_b else 0.0


class Alike(NamedTuple):
    """Pairs of texts that have a shingle in common.

    Attributes:
        a: the place of the first; shape (n,).
        b: the place of the second, above a; shape (n,).
        jaccard: exact; shape (n,).
    """

    a: I64
    b: I64
    jaccard: F64


def alike(texts: Sequence[str]) -> Alike:
    """The exact Jaccard similarity of all pairs of texts that have a shingle in common."""
    numbers: dict[tuple[str, ...], int] = {}
    sets = [[numbers.setdefault(one, len(numbers)) for one in shingles(text)] for text in texts]
    places: list[list[int]] = [[] for _ in numbers]
    for place, its in enumerate(sets):
        for shingle in its:
            places[shingle].append(place)
    having = [np.array(found) for found in places]
    sizes = np.array([len(its) for its in sets])
    first, second, similarities = [], [], []
    for place, its in enumerate(sets):
        shared = np.bincount(
            np.concatenate([np.empty(0, np.int64), *(having[shingle] for shingle in its)]),
            minlength=len(texts),
        )
        shared[: place + 1] = 0
        others = np.flatnonzero(shared)
        first.append(np.full(len(others), place))
        second.append(others)
        both = shared[others]
        similarities.append(both / (sizes[place] + sizes[others] - both))
    return Alike(np.concatenate(first), np.concatenate(second), np.concatenate(similarities))


def near_duplicate(text: str, similarity: float, vocabulary: Sequence[str], seed: int) -> str:
    """A copy with words changed here and there, until about `similarity` is left of it."""
    draw = random.Random(seed)
    copy = text.split()
    # A change costs 5 shingles on either side: J = (n - 5k) / (n + 5k).
    changes = round(len(copy) * (1 - similarity) / (1 + similarity) / SHINGLE_WORDS)
    for place in draw.sample(range(len(copy)), min(changes, len(copy))):
        copy[place] = draw.choice(vocabulary)
    return " ".join(copy)


def edited_and_cut(
    text: str, edits: float, cut: float, vocabulary: Sequence[str], seed: int
) -> str:
    """A copy without its end, with a share of the words that remain edited."""
    kept = text.split()
    kept = kept[: len(kept) - round(cut * len(kept))]
    return " ".join(_edit(kept, edits, vocabulary, random.Random(seed)))


def derivation(
    source: str,
    foreign: str,
    *,
    keep_words: int,
    edits: float,
    vocabulary: Sequence[str],
    seed: int,
) -> str:
    """Pieces of one text, shuffled and edited word by word, between pieces of another.

    Args:
        source: the text that is reused, of keep_words words or more.
        foreign: the text it is mixed with, word for word as much.
        keep_words: how many words of the source go in, in pieces of 8 to 20.
        edits: share of them that is edited: 3 in 5 replaced, 1 in 5 dropped, 1 in 5 followed by a
            word that was not there.
        vocabulary: where new words come from.
        seed: of the draws.
    """
    draw = random.Random(seed)
    pieces = _pieces(source.split(), draw)
    draw.shuffle(pieces)
    kept = [_edit(piece, edits, vocabulary, draw) for piece in _first(pieces, keep_words)]
    others = _first(_pieces(foreign.split(), draw), keep_words)
    mixed = []
    for i in range(max(len(kept), len(others))):
        mixed += kept[i : i + 1] + others[i : i + 1]
    return " ".join(word for piece in mixed for word in piece)


def standard_error(similarities: Sequence[float], num_perm: int) -> float:
    """Of the mean of unbiased MinHash estimates of these similarities."""
    variance = sum(s * (1 - s) / num_perm for s in similarities)
    return math.sqrt(variance) / len(similarities)


def _pieces(text: list[str], draw: random.Random) -> list[list[str]]:
    """The words, cut into pieces of random length."""
    pieces = []
    first = 0
    while first < len(text):
        length = draw.randint(*_PIECE_WORDS)
        pieces.append(text[first : first + length])
        first += length
    return pieces


def _first(pieces: list[list[str]], count: int) -> list[list[str]]:
    """Pieces from the beginning that have so many words together."""
    kept: list[list[str]] = []
    for piece in pieces:
        if count <= 0:
            break
        kept.append(piece[:count])
        count -= len(piece)
    return kept


def _edit(
    piece: list[str], edits: float, vocabulary: Sequence[str], draw: random.Random
) -> list[str]:
    """The piece with some words replaced, dropped or followed by another."""
    edited = []
    for word in piece:
        roll = draw.random()
        if roll < edits * 0.6:
            edited.append(draw.choice(vocabulary))
        elif roll < edits * 0.8:
            continue
        elif roll < edits:
            edited += [word, draw.choice(vocabulary)]
        else:
            edited.append(word)
    return edited


def share(part: int, whole: int) -> float:
    """A share; all of nothing is all."""
    return part / whole if whole else 1.0
