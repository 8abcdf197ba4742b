"""Where a passage begins and ends: explaining away."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.align.cover import Sentences, cover
from dedup.align.kernels import I32
from dedup.align.units import Side, Units
from dedup.sketch.kernels import I64

MARGIN_TOKENS = 60  # a candidate may grow by so much on each side
COST = 26  # of a token, in hundredths of what a partner for it is worth
ROUNDS = 4


class Fitted(NamedTuple):
    """A stretch of a and the stretch of b that it went into.

    Attributes:
        a: sentences of a.
        b: sentences of b.
        covered: weight of the tokens of one stretch that have a partner in the other.
        of_a: share of a's weight that is.
        of_b: of b's.
    """

    a: Sentences
    b: Sentences
    covered: int
    of_a: float
    of_b: float


def fit(units: Units, weights: I64, in_a: Sentences, in_b: Sentences) -> Fitted | None:
    """The stretches near a candidate whose words account for one another; None where none do."""
    wide_a, wide_b = widened(units.a, in_a, MARGIN_TOKENS), widened(units.b, in_b, MARGIN_TOKENS)
    to_b, to_a = cover(units, weights, wide_a, wide_b)
    a, b = _Stretch(units.a, wide_a, to_b, weights), _Stretch(units.b, wide_b, to_a, weights)
    best_a = Sentences(in_a.begin - wide_a.begin, in_a.end - wide_a.begin)
    best_b = Sentences(in_b.begin - wide_b.begin, in_b.end - wide_b.begin)
    for _ in range(ROUNDS):
        new_a = a.best(b.tokens(best_b))
        if new_a is None:
            return None
        new_b = b.best(a.tokens(new_a))
        if new_b is None:
            return None
        if (new_a, new_b) == (best_a, best_b):
            break
        best_a, best_b = new_a, new_b
    covered, whole_a = a.covered(best_a, b.tokens(best_b))
    _, whole_b = b.covered(best_b, a.tokens(best_a))
    return Fitted(
        Sentences(best_a.begin + wide_a.begin, best_a.end + wide_a.begin),
        Sentences(best_b.begin + wide_b.begin, best_b.end + wide_b.begin),
        covered,
        covered / whole_a if whole_a else 0.0,
        covered / whole_b if whole_b else 0.0,
    )


def widened(side: Side, part: Sentences, tokens: int) -> Sentences:
    """A stretch and the whole sentences within so many tokens of it."""
    begin = np.searchsorted(side.firsts, side.firsts[part.begin] - tokens)
    end = np.searchsorted(side.firsts, side.firsts[part.end] + tokens, "right") - 1
    return Sentences(min(int(begin), part.begin), max(int(end), part.end))


class _Stretch:
    """One side of a candidate."""

    def __init__(self, side: Side, wide: Sentences, partners: I32, weights: I64) -> None:
        firsts = side.firsts[wide.begin : wide.end + 1]
        self._firsts = firsts - firsts[0]
        self._partners = partners
        self._weights = weights[side.stems[firsts[0] : firsts[-1]]]

    def tokens(self, part: Sentences) -> tuple[int, int]:
        """Where a stretch of sentences has its tokens."""
        return int(self._firsts[part.begin]), int(self._firsts[part.end])

    def best(self, other: tuple[int, int]) -> Sentences | None:
        """The sentences that gain most when only partners among the other's tokens count."""
        inside = (self._partners >= other[0]) & (self._partners < other[1])
        gains = np.zeros(len(inside) + 1, np.int64)
        np.cumsum(self._weights * (100 * inside - COST), out=gains[1:])
        sums = gains[self._firsts]
        lows = np.minimum.accumulate(sums)
        end = int(np.argmax(sums - lows))
        if sums[end] <= lows[end]:
            return None
        return Sentences(int(np.argmin(sums[: end + 1])), end)

    def covered(self, part: Sentences, other: tuple[int, int]) -> tuple[int, int]:
        """Weight of the tokens with a partner among the other's, and of all."""
        cut = slice(*self.tokens(part))
        inside = (self._partners[cut] >= other[0]) & (self._partners[cut] < other[1])
        return int(self._weights[cut][inside].sum()), int(self._weights[cut].sum())
