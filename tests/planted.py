"""Texts to plant reuse in: English-like background of any amount, and ways to rework a text.

No reviews and no foreign texts: a chain over the words of `examples/nato`, broken by rarer words of
a made-up vocabulary with Zipf's frequencies. Everything comes from a seed.
"""

from __future__ import annotations

import random
from bisect import bisect
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

NATO = Path(__file__).parents[1] / "examples" / "nato"
_BREAKS = 0.55  # share of words that do not come from the chain
_VOCABULARY = 12_000


class Writer:
    """Writes texts that have nothing to do with one another."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def text(self, words: int) -> str:
        """A text of so many words, with sentences and paragraphs."""
        return dress(self.words(words), self._draw)

    def words(self, n: int) -> list[str]:
        """So many words in lower case."""
        chain, (vocabulary, weights) = _chain(), _vocabulary()
        draw = self._draw
        word = "the"
        found = []
        for _ in range(n):
            if word not in chain or draw.random() < _BREAKS:
                word = vocabulary[bisect(weights, draw.random() * weights[-1])]
            else:
                word = draw.choice(chain[word])
            found.append(word)
        return found


def dress(words: list[str], draw: random.Random) -> str:
    """Words as sentences."""
    text = ""
    left = 0
    for word in words:
        if left == 0:
            text += ("\n\n" if draw.random() < 0.2 else " ") if text else ""
            text += word.capitalize()
            left = draw.randint(5, 25)
        else:
            text += (", " if draw.random() < 0.08 else " ") + word
        left -= 1
        if left == 0:
            text += "."
    return text


def edited(words: list[str], share: float, draw: random.Random, foreign: list[str]) -> list[str]:
    """The words with a share of them replaced, left out or added to."""
    found = []
    for word in words:
        dice = draw.random()
        if dice < share * 0.6:
            found.append(draw.choice(foreign))
        elif dice < share * 0.8:
            continue
        elif dice < share:
            found += [word, draw.choice(foreign)]
        else:
            found.append(word)
    return found


def derived(
    source: list[str], keep: int, share: float, draw: random.Random, foreign: list[str]
) -> list[str]:
    """Pieces of 8–20 words of the source, shuffled, edited and mixed 1:1 with foreign pieces."""
    pieces = cut(source, draw)
    draw.shuffle(pieces)
    kept: list[list[str]] = []
    for piece in pieces:
        left = keep - sum(map(len, kept))
        if left > 0:
            kept.append(piece[:left])
    others = cut(foreign, draw)[: len(kept)]
    mixed: list[str] = []
    for ours, theirs in zip(kept, others, strict=True):
        mixed += edited(ours, share, draw, foreign) + theirs
    return mixed


def cut(words: list[str], draw: random.Random) -> list[list[str]]:
    """Pieces of 8–20 words."""
    pieces = []
    at = 0
    while at < len(words):
        size = draw.randint(8, 20)
        pieces.append(words[at : at + size])
        at += size
    return pieces


@cache
def _nato_words() -> list[str]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(NATO.glob("*.txt")))
    plain = ("".join(c if c.isalnum() else " " for c in text.lower()) for text in texts)
    return [word for text in plain for word in text.split()]


@cache
def _chain() -> dict[str, list[str]]:
    """What follows each word."""
    chain: dict[str, list[str]] = {}
    for word, after in pairwise(_nato_words()):
        chain.setdefault(word, []).append(after)
    return chain


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """The words of the press texts and many more, and their weights added up."""
    draw = random.Random(0)
    known = dict.fromkeys(_nato_words())
    while len(known) < _VOCABULARY:
        syllables = draw.choices(["ba", "den", "fi", "gor", "lu", "mes", "pra", "sti", "ver"], k=4)
        known.setdefault("".join(syllables[: draw.randint(2, 4)]) + draw.choice("aeilnrst"))
    words = list(known)
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))
