"""Which sentences belong together: each sentence of b is covered by those of a, best first."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dedup.aligner.kernels import F64, I32, kernels
from dedup.aligner.links.candidates import candidates, sentence_masses
from dedup.aligner.units import Units
from dedup.aligner.weights import Weights
from dedup.sketch.kernels import I64, U8, Bool

# A link needs enough shared mass, absolutely or of the smaller sentence ...
_ENOUGH_MASS = 1.6
_ENOUGH_OF_SMALLER = 0.9
# ... of which so much is neither light nor a name, unless nearly all of a sentence is shared ...
_LEAST_CORE = 0.5
_NEARLY_ALL = 0.8
# ... and a share of the larger sentence, or more than half of the smaller one and a run, or a
# longer run by itself.
_BOTH_SHARES = 0.3
_LARGER_SHARE = 0.55
_RUN_WORDS = 4
_LONG_RUN_WORDS = 6
_LONG_RUN_MASS = 2.5
_FRAGMENT_WORDS = 4  # shorter sentences link when nearly equal, or beside one already linked
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Cover:
    """A sentence of a that covers words of a sentence of b.

    Attributes:
        i: sentence of a.
        j: sentence of b.
        runs: shared runs of stems: begin in a, begin in b, tokens; int32, shape (r, 3).
        mass: of the stems in the runs.
        share_of_a: of the mass of sentence i.
        share_of_b: of the mass of sentence j.
        run_words: the longest run.
    """

    i: int
    j: int
    runs: I32
    mass: float
    share_of_a: float
    share_of_b: float
    run_words: float


class _Scores(NamedTuple):
    """Of pairs of sentences; shape (n,) each."""

    mass: F64
    share_of_a: F64
    share_of_b: F64
    run_words: F64
    accepted: Bool

    @property
    def worth(self) -> F64:
        """What the best of several has most of."""
        worth: F64 = self.mass * np.maximum(self.share_of_a, self.share_of_b)
        return worth


def cover(units: Units, weights: Weights) -> list[Cover]:
    """Covers every sentence of b with sentences of a, in order of b and then of a.

    The best source takes its words, and the others are scored anew on what is left. A sentence of a
    may be used again: a headline, a lead and the body often come from one.
    """
    pairs = candidates(units, weights)
    used: U8 = np.zeros(len(units.b.stems), np.uint8)
    scorer = _Scorer(units, weights)
    found: list[Cover] = []
    while len(pairs):
        tiles = kernels().tiles(
            (units.a.stems, units.b.stems),
            (units.a.firsts, units.b.firsts),
            weights.light.view(np.uint8),
            used,
            pairs,
        )
        scores = scorer.scores(pairs, tiles.runs, tiles.offsets, found)
        best = _best(pairs, scores, found, len(units.a.bounds), len(units.b.bounds))
        for k in best:
            runs = tiles.runs[tiles.offsets[k] : tiles.offsets[k + 1]]
            for _, begin, length in runs.tolist():
                used[begin : begin + length] = 1
            found.append(
                Cover(
                    int(pairs[k, 0]),
                    int(pairs[k, 1]),
                    runs,
                    *(float(column[k]) for column in scores[:4]),
                )
            )
        # What was not enough before is not more now, unless it is a fragment beside a new link.
        again = np.isin(pairs[:, 1], pairs[best, 1])
        again[best] = False
        pairs = pairs[again]
    return sorted(found, key=lambda one: (one.j, one.i))


class _Scorer:
    """Scores pairs of sentences by their tiles."""

    def __init__(self, units: Units, weights: Weights) -> None:
        self._mass_a = sentence_masses(units.a, weights.mass)
        self._mass_b = sentence_masses(units.b, weights.mass)
        sizes = [np.append(0.0, np.cumsum(side.sizes)) for side in (units.a, units.b)]
        self._words_a = np.diff(sizes[0][units.a.firsts])
        self._words_b = np.diff(sizes[1][units.b.firsts])
        self._sizes = sizes[1]
        self._mass = np.append(0.0, np.cumsum(weights.mass[units.b.stems]))
        self._core = np.append(0.0, np.cumsum(weights.core[units.b.stems]))

    def scores(self, pairs: I32, runs: I32, offsets: I64, found: list[Cover]) -> _Scores:
        """Scores of all pairs, and which are links, given the links there are already."""
        i, j = pairs.T
        owner = np.repeat(np.arange(len(pairs)), np.diff(offsets))
        begin, end = runs[:, 1], runs[:, 1] + runs[:, 2]
        mass = _sums(owner, self._mass[end] - self._mass[begin], len(pairs))
        core = _sums(owner, self._core[end] - self._core[begin], len(pairs))
        run = np.zeros(len(pairs))
        np.maximum.at(run, owner, self._sizes[end] - self._sizes[begin])
        share_a, share_b = mass / self._mass_a[i], mass / self._mass_b[j]
        larger, smaller = np.maximum(share_a, share_b), np.minimum(share_a, share_b)
        least = _ENOUGH_OF_SMALLER * np.minimum(self._mass_a[i], self._mass_b[j])
        accepted = (mass >= np.minimum(_ENOUGH_MASS, least)) & (
            (core >= _LEAST_CORE) | (larger >= _NEARLY_ALL)
        )
        accepted &= (
            (smaller >= _BOTH_SHARES)
            | ((larger >= _LARGER_SHARE) & ((run >= _RUN_WORDS) | (larger >= _NEARLY_ALL)))
            | ((run >= _LONG_RUN_WORDS) & (mass >= _LONG_RUN_MASS))
        )
        fragment = np.minimum(self._words_a[i], self._words_b[j]) < _FRAGMENT_WORDS
        beside = {(one.i + step, one.j) for one in found for step in (-1, 1)}
        for k in np.flatnonzero(accepted & fragment & (smaller < _NEARLY_ALL)).tolist():
            short_source = self._words_a[i[k]] < _FRAGMENT_WORDS and larger[k] >= _NEARLY_ALL
            accepted[k] = short_source and (int(i[k]), int(j[k])) in beside
        return _Scores(mass, share_a, share_b, run, accepted)


def _sums(owner: I64, values: F64, n: int) -> F64:
    """The sum of the values of each owner; shape (n,)."""
    return np.bincount(owner, values, n).astype(np.float64)  # of nothing it counts in integers


class _Place(NamedTuple):
    """A sentence of b and one of a that it comes from."""

    j: int
    i: int


def _best(
    pairs: I32, scores: _Scores, found: list[Cover], sentences_a: int, sentences_b: int
) -> list[int]:
    """The best accepted pair of each sentence of b; of equally good ones see `_misfit`."""
    chosen: dict[int, list[int]] = {}
    worth = scores.worth
    for k in np.flatnonzero(scores.accepted).tolist():
        chosen.setdefault(int(pairs[k, 1]), []).append(k)
    taken = {one.i for one in found}
    places = {one.j: one.i for one in found}
    for j, several in chosen.items():
        most = max(worth[k] for k in several) - _TIE
        chosen[j] = [k for k in several if worth[k] >= most]
        if len(chosen[j]) == 1:
            places.setdefault(j, int(pairs[chosen[j][0], 0]))
    known = [_Place(-1, -1), *sorted(map(_Place._make, places.items()))]
    end = _Place(sentences_b, sentences_a)
    last = known[0]
    best = []
    for j, several in chosen.items():
        k = several[0]
        if len(several) > 1:
            at = bisect(known, (j,))
            before = max(last, known[at - 1])
            after = known[at] if at < len(known) and known[at].i > before.i else end
            _, k = min(
                (_misfit(_Place(j, int(pairs[k, 0])), before, after, taken), k) for k in several
            )
            last = _Place(j, int(pairs[k, 0]))
        best.append(k)
        taken.add(int(pairs[k, 0]))
    return best


def _misfit(
    place: _Place, before: _Place, after: _Place, taken: set[int]
) -> tuple[bool, bool, bool, int, int]:
    """How badly a place fits between two others: less for what stands between them in a as well.

    Then beside one of them, in both texts; then for what was not taken; then for what comes first,
    so that more of the same follow one another.
    """
    j, i = place
    outside = not before.i < i < after.i
    beside = place == (before.j + 1, before.i + 1) or place == (after.j - 1, after.i - 1)
    off = abs((i - before.i) - (j - before.j)) if outside else 0
    return outside, not beside, i in taken, off, i
