"""Where passages begin and end: explaining away.

Within a candidate and its surroundings every token finds one partner at most. A passage is then
the stretch of a whose tokens have partners in the stretch of b, and the other way round.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.aligner.kernels import I32
from dedup.aligner.passages.partners import UNIT, Stretch, partners
from dedup.aligner.units import Side, Units
from dedup.sketch.kernels import I64, Bool

# All of these lie on plateaus of PAN-13: a fifth more or less of one moves its plagdet by < .005.
MARGIN_TOKENS = 60  # a candidate may grow by so much on each side
LEAST_COSINE = 0.14  # of two clauses whose words may stand for one another
COST = 20  # of a token in a passage, in hundredths of what a partner is worth
MOST_ROUNDS = 4  # of redrawing both stretches; nearly all stand still after two
GAP_COST = 0.5  # of a token in a gap, in parts of the share that has partners around it
MOST_SHARE = 0.8  # that is expected of it
GAP = 6 * UNIT  # weight missing in the middle of a passage that makes it two
MOST_PARTS = 64  # that one candidate can come to; what is left then is left out


class Fitted(NamedTuple):
    """A stretch of a and the stretch of b that it went into.

    Attributes:
        a: the stretch of a.
        b: the stretch of b.
        covered: weight of the tokens of one that have a partner in the other.
        share: of the weight of one side that is covered; the larger of both.
    """

    a: Stretch
    b: Stretch
    covered: int
    share: float


def fit(units: Units, weights: I64, in_a: Stretch, in_b: Stretch) -> list[Fitted]:
    """The passages in a candidate and within a margin around it."""
    wide_a, wide_b = _widened(units.a, in_a), _widened(units.b, in_b)
    to_b, to_a = partners(units, weights, wide_a, wide_b, least=LEAST_COSINE)
    a, b = _Half(units.a, wide_a, to_b, weights), _Half(units.b, wide_b, to_a, weights)
    begin = in_a.begin - wide_a.begin, in_b.begin - wide_b.begin
    end = in_a.end - wide_a.begin, in_b.end - wide_b.begin
    waiting = [(Stretch(begin[0], end[0]), Stretch(begin[1], end[1]))]
    found: dict[tuple[Stretch, Stretch], Fitted | None] = {}
    while waiting and len(found) < MOST_PARTS:
        settled = _settled(a, b, *waiting.pop())
        if settled is None or settled in found:
            continue
        best_a, best_b = settled
        covered, whole_a = a.covered(best_a, b.tokens(best_b))
        _, whole_b = b.covered(best_b, a.tokens(best_a))
        parts = _parts(a, b, best_a, best_b, covered / whole_a, covered / whole_b)
        found[settled] = None
        if parts:
            waiting += parts
            continue
        found[settled] = Fitted(
            Stretch(best_a.begin + wide_a.begin, best_a.end + wide_a.begin),
            Stretch(best_b.begin + wide_b.begin, best_b.end + wide_b.begin),
            covered,
            max(covered / whole_a, covered / whole_b),
        )
    return [fitted for fitted in found.values() if fitted]


def _widened(side: Side, part: Stretch) -> Stretch:
    """A stretch and all that lies wholly within the margin."""
    begin = np.searchsorted(side.firsts, side.firsts[part.begin] - MARGIN_TOKENS)
    end = np.searchsorted(side.firsts, side.firsts[part.end] + MARGIN_TOKENS, "right") - 1
    return Stretch(min(int(begin), part.begin), max(int(end), part.end))


def _settled(a: _Half, b: _Half, in_a: Stretch, in_b: Stretch) -> tuple[Stretch, Stretch] | None:
    """Both stretches after each was drawn by the other until they stand still."""
    best = in_a, in_b
    for turn in range(1 + MOST_ROUNDS):
        # b first: where a passage was split in a, its part of b is not known yet.
        new_a = a.best(b.tokens(best[1])) if turn else in_a
        new_b = b.best(a.tokens(new_a)) if new_a else None
        if new_a is None or new_b is None:
            return None
        if turn and (new_a, new_b) == best:
            break
        best = new_a, new_b
    return best


def _parts(
    a: _Half, b: _Half, in_a: Stretch, in_b: Stretch, share_a: float, share_b: float
) -> list[tuple[Stretch, Stretch]]:
    """What lies on both sides of a gap in a, or else in b; empty where there is none."""
    gap = a.gap(in_a, b.tokens(in_b), share_a)
    if gap:
        return [(Stretch(gap.end, in_a.end), in_b), (Stretch(in_a.begin, gap.begin), in_b)]
    gap = b.gap(in_b, a.tokens(in_a), share_b)
    if not gap:
        return []
    parts = Stretch(gap.end, in_b.end), Stretch(in_b.begin, gap.begin)
    sources = [(a.best(b.tokens(part)), part) for part in parts]
    return [(source, part) for source, part in sources if source]


class _Half:
    """One side of a candidate: its tokens' weights and partners, by clauses."""

    def __init__(self, side: Side, wide: Stretch, partners: I32, weights: I64) -> None:
        firsts = side.firsts[wide.begin : wide.end + 1]
        self._firsts = firsts - firsts[0]
        self._partners = partners
        self._weights = weights[side.stems[firsts[0] : firsts[-1]]]

    def tokens(self, part: Stretch) -> tuple[int, int]:
        """Where a stretch has its tokens."""
        return int(self._firsts[part.begin]), int(self._firsts[part.end])

    def best(self, other: tuple[int, int]) -> Stretch | None:
        """The stretch that gains most when only partners among the other's tokens count."""
        sums = self._sums(100 * self._inside(other) - COST)[self._firsts]
        lows = np.minimum.accumulate(sums)
        end = int(np.argmax(sums - lows))
        if sums[end] <= lows[end]:
            return None
        return Stretch(int(np.argmin(sums[: end + 1])), end)

    def gap(self, part: Stretch, other: tuple[int, int], share: float) -> Stretch | None:
        """What lies inside a part and lacks most, when that is enough."""
        if part.end - part.begin < 3:
            return None
        cost = round(100 * GAP_COST * min(share, MOST_SHARE))
        sums = self._sums(cost - 100 * self._inside(other))
        sums = sums[self._firsts[part.begin + 1 : part.end]]
        lows = np.minimum.accumulate(sums)
        end = int(np.argmax(sums - lows))
        if sums[end] - lows[end] < 100 * GAP:
            return None
        begin = int(np.argmin(sums[: end + 1]))
        return Stretch(part.begin + 1 + begin, part.begin + 1 + end)

    def covered(self, part: Stretch, other: tuple[int, int]) -> tuple[int, int]:
        """Weight of a part's tokens with a partner among the other's, and of all of them."""
        cut = slice(*self.tokens(part))
        weights = self._weights[cut]
        return int(weights[self._inside(other)[cut]].sum()), int(weights.sum())

    def _inside(self, other: tuple[int, int]) -> Bool:
        """Which tokens have their partner there."""
        return (self._partners >= other[0]) & (self._partners < other[1])

    def _sums(self, gains: I64) -> I64:
        """Weighted sums of gains before each token."""
        sums = np.zeros(len(gains) + 1, np.int64)
        np.cumsum(self._weights * gains, out=sums[1:])
        return sums
