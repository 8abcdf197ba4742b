"""Summaries: a stretch of the derived text that draws on a much longer one, all over it."""

from __future__ import annotations

import numpy as np

from dedup.align.candidates import Segment
from dedup.align.cover import UNIT, Sentences, cover
from dedup.align.units import Units
from dedup.sketch.kernels import I64

LEAST_SCORE = 10.0
LEAST_TOKENS = 60
LEAST_SENTENCES = 3
LEAST_RATIO = 3
LEAST_EXCESS = 0.35
LOCAL_LENGTH = 1.5
MOST_LOCAL = 0.7
LEAST_ELSEWHERE = 0.25
LEAST_SPAN = 0.6
FEEDING = 1 * UNIT


def condensed_from(units: Units, weights: I64, segment: Segment) -> tuple[Sentences,float] | None:
    """The stretch of a that a segment of b sums up; None where it does not."""
    a, b = units.a, units.b
    begin, end = (int(b.firsts[i]) for i in segment.b)
    first, last = (int(a.firsts[i]) for i in segment.chunk)
    n, m = end - begin, last - first
    if segment.score < LEAST_SCORE or n < LEAST_TOKENS or m < LEAST_RATIO * n:
        return None
    if segment.b.end - segment.b.begin < LEAST_SENTENCES:
        return None
    _, partners = cover(units, weights, segment.chunk, segment.b)
    weight = weights[b.stems[begin:end]]
    having = partners >= 0
    whole = int(weight.sum())
    covered = int(weight[having].sum())
    if covered < (segment.background + LEAST_EXCESS) * whole:
        return None
    used = np.zeros(m + 1, np.int64)
    used[partners[having] + 1] = weight[having]
    sums = np.cumsum(used)
    local = int(LOCAL_LENGTH * n)
    most = int((sums[np.minimum(np.arange(m + 1) + local, m)] - sums).max())
    if most > MOST_LOCAL * covered or covered - most < LEAST_ELSEWHERE * whole:
        return None
    firsts = a.firsts[segment.chunk.begin : segment.chunk.end + 1] - first
    feeding = np.flatnonzero(np.diff(sums[firsts]) >= FEEDING)
    if not len(feeding):
        return None
    hull = Sentences(int(feeding[0]), int(feeding[-1]) + 1)
    if firsts[hull.end] - firsts[hull.begin] < LEAST_SPAN * m:
        return None
    return Sentences(hull.begin + segment.chunk.begin, hull.end + segment.chunk.begin), covered
