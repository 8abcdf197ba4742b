"""Texts of distinct sentences of made-up words, so that nothing is shared but what was reused.

Everything comes from a seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

_ONSETS = [
    "b",
    "d",
    "f",
    "g",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "t",
    "v",
    "z",
    "br",
    "dr",
    "gl",
    "kr",
    "pl",
    "st",
    "tr",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ou"]
_CODAS = ["k", "l", "m", "n", "p", "r", "t", "x"]
WORDS = 8
"""In every sentence, so that all weigh the same."""


class MadeUp:
    """Writes sentences of which no two share a word, in English or any language."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._known: set[str] = set()

    def word(self) -> str:
        """One that was not there before; no two begin or end alike enough to share a stem."""
        while True:
            parts = [self._draw.choice(_ONSETS) + self._draw.choice(_VOWELS) for _ in range(3)]
            word = "".join(parts)
            if word[:5] not in self._known:
                self._known.add(word[:5])
                return word + self._draw.choice(_CODAS)

    def sentence(self) -> str:
        """A capital, eight words and a full stop."""
        return " ".join(self.word() for _ in range(WORDS)).capitalize() + "."

    def sentences(self, n: int) -> list[str]:
        """So many."""
        return [self.sentence() for _ in range(n)]


def text(sentences: Sequence[str], seed: int) -> str:
    """Sentences in lines and paragraphs."""
    draw = random.Random(seed)
    ends = [draw.choice([" ", " ", " ", "\n", "\n\n"]) for _ in sentences]
    return "".join(one + end for one, end in zip(sentences, ends, strict=True)).strip()
