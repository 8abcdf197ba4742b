"""English-like text at no cost: Zipf words over a made-up vocabulary.

Every word is drawn apart from its neighbours, so that two documents share passages only where
something was planted. Nothing here is language; it has the word lengths and the word frequencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]

_WORDS = 50_000
_BLOCK = 1000  # documents made at once
# Of running English text, most frequent first; enough to make words of a plausible length.
_LETTERS = "etaoinshrdlcumwfgypbvk"
_LETTER_RANK_SHIFT = 3.0
_SHORTEST_WORDS = 20
_LONGEST_WORDS = 1000
_SENTENCE_ENDS = 0.06
_COMMAS = 0.05


class Writer:
    """Writes synthetic text.

    Args:
        seed: equal seeds write equal text.
        mean_words: of a document; lengths are log-normal, 20..1000.
    """

    def __init__(self, seed: int, *, mean_words: int) -> None:
        self._random = np.random.default_rng(seed)
        self._mean_words = mean_words
        words = _vocabulary(self._random)
        # A word stands in the table plain, before a comma, before a full stop and as a beginning.
        self._table = [
            *words,
            *(f"{word}," for word in words),
            *(f"{word}." for word in words),
            *(word.capitalize() for word in words),
        ]
        frequency = 1 / (np.arange(_WORDS) + 2.7)
        self._cumulative = np.cumsum(frequency / frequency.sum())

    def blocks(self, documents: int) -> Iterator[list[I64]]:
        """Documents as word numbers, `_BLOCK` at a time."""
        for first in range(0, documents, _BLOCK):
            yield self._block(min(_BLOCK, documents - first))

    def words(self, count: int) -> I64:
        """Word numbers drawn by frequency."""
        draws = np.searchsorted(self._cumulative, self._random.random(count))
        return np.minimum(draws, _WORDS - 1)

    def text(self, words: I64) -> str:
        """Word numbers as sentences."""
        draws = self._random.random(len(words))
        forms = np.where(draws < _SENTENCE_ENDS, 2, draws < _SENTENCE_ENDS + _COMMAS)
        forms[0] = 3
        forms[1:][forms[:-1] == 2] = 3
        return " ".join(map(self._table.__getitem__, (words + forms * _WORDS).tolist()))

    def _block(self, documents: int) -> list[I64]:
        lengths = self._random.lognormal(np.log(self._mean_words) - 0.125, 0.5, documents)
        ends = np.cumsum(np.clip(lengths, _SHORTEST_WORDS, _LONGEST_WORDS).astype(np.int64))
        return np.split(self.words(int(ends[-1])), ends[:-1])


@dataclass(frozen=True, slots=True)
class Planted:
    """A document of `planted_documents`.

    Attributes:
        id: its number; of a planted one ``number<source<kind``.
        text: the text.
    """

    id: str
    text: str


def documents(count: int, seed: int, *, mean_words: int) -> Iterator[str]:
    """Unrelated texts."""
    writer = Writer(seed, mean_words=mean_words)
    for block in writer.blocks(count):
        yield from map(writer.text, block)


def planted_documents(count: int, seed: int, *, mean_words: int) -> Iterator[Planted]:
    """Texts of which 1 in 100 is made from another: half near-duplicates, half derivations.

    A near-duplicate has three words changed of its source; a derivation keeps half of the source,
    in another order, between as many words of its own.
    """
    writer = Writer(seed, mean_words=mean_words)
    number = 0
    for block in writer.blocks(count):
        planted = len(block) // 100
        sources = sorted(range(len(block) - planted), key=lambda i: -len(block[i]))
        for place, words in enumerate(block):
            k = place - (len(block) - planted)
            if k < 0:
                yield Planted(str(number), writer.text(words))
            else:
                # The longest of the block: all long enough to be found.
                source = block[sources[k]]
                kind, made = (
                    ("near", _edited(source, writer))
                    if k % 2
                    else ("derived", _derived(source, writer))
                )
                source_number = number - place + sources[k]
                yield Planted(f"{number}<{source_number}<{kind}", writer.text(made))
            number += 1


def _edited(source: I64, writer: Writer) -> I64:
    """A copy with three words changed, far apart."""
    copy = source.copy()
    copy[len(copy) // 4 :: len(copy) // 4 + 1] = writer.words(3)
    return copy


def _derived(source: I64, writer: Writer) -> I64:
    """The second and the last quarter of the source, exchanged, and new words around them."""
    _, second, _, last = np.array_split(source, 4)
    return np.concatenate([writer.words(len(last)), last, writer.words(len(second)), second])


def _vocabulary(random: np.random.Generator) -> list[str]:
    """Different words, short ones first, as frequent words are short."""
    # Twice as many as are kept, because short ones repeat. Means of 3 letters for the most
    # frequent and 9 for the rarest, as in English.
    lengths = 2 + random.poisson(0.6 + 1.25 * np.log10(np.arange(1, 2 * _WORDS + 1)))
    ends = np.cumsum(lengths)
    frequency = 1 / (np.arange(len(_LETTERS)) + _LETTER_RANK_SHIFT)
    draws = random.choice(len(_LETTERS), int(ends[-1]), p=frequency / frequency.sum())
    letters = "".join(map(_LETTERS.__getitem__, draws.tolist()))
    words = (letters[end - n : end] for end, n in zip(ends.tolist(), lengths.tolist(), strict=True))
    return list(dict.fromkeys(words))[:_WORDS]
