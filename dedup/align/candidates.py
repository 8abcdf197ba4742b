"""Stretches of the derived text that one place of the source seems to account for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.align.cover import UNIT, Sentences
from dedup.align.kernels import kernels
from dedup.align.units import Side, Units
from dedup.sketch.kernels import I64

WHOLE_TOKENS = 2250
CHUNK_TOKENS = 1500
STEP_TOKENS = 750
LEAST_BACKGROUND, MOST_BACKGROUND = 0.15, 0.6
COST = 0.4
LEAST_SCORE = 2 * UNIT


class Segment(NamedTuple):
    """Sentences of b that a chunk of a seems to account for.

    Attributes:
        b: the sentences.
        chunk: the sentences of a.
        a: those of them that account for most.
        score: by how much more than the background.
    """

    b: Sentences
    chunk: Sentences
    a: Sentences
    score: float
    background: float


def chunks(side: Side) -> list[Sentences]:
    """The whole when it is short, else overlapping parts."""
    n, s = len(side.stems), len(side.bounds)
    if n <= WHOLE_TOKENS:
        return [Sentences(0, s)]
    found = []
    for at in range(0, n, STEP_TOKENS):
        begin = int(np.searchsorted(side.firsts, at))
        end = min(int(np.searchsorted(side.firsts, at + CHUNK_TOKENS)), s)
        begin = min(begin, s - 1)
        if end > begin:
            found.append(Sentences(begin, end))
        if end == s:
            break
    return found


def scan(units: Units, weights: I64) -> list[Segment]:
    """Segments of b against every chunk of a."""
    return _scan(units.a, units.b, weights)


def scan_back(units: Units, weights: I64) -> list[Segment]:
    """Segments of a against every chunk of b."""
    return _scan(units.b, units.a, weights)


def _scan(source: Side, derived: Side, weights: I64) -> list[Segment]:
    found = []
    weight_b = weights[derived.stems]
    whole = np.add.reduceat(weight_b, derived.firsts[:-1])
    bag = np.zeros(len(weights), np.bool_)
    for chunk in chunks(source):
        stems_a = source.stems[source.firsts[chunk.begin] : source.firsts[chunk.end]]
        bag[:] = False
        bag[stems_a] = True
        had = np.add.reduceat(weight_b * bag[derived.stems], derived.firsts[:-1])
        background = float(np.clip(np.median(had / np.maximum(whole, 1)), LEAST_BACKGROUND, MOST_BACKGROUND))
        cost = COST * (1 + background)
        gains = np.round(had - cost * whole).astype(np.int64)
        for begin, end in kernels().segments(gains, LEAST_SCORE).tolist():
            part = Sentences(begin, end)
            inside = np.zeros(len(weights), np.bool_)
            inside[derived.stems[derived.firsts[begin] : derived.firsts[end]]] = True
            weight_a = weights[stems_a]
            firsts = source.firsts[chunk.begin : chunk.end] - source.firsts[chunk.begin]
            g = np.add.reduceat(weight_a * (10 * inside[stems_a].astype(np.int64) - 3), firsts)
            sums = np.concatenate([[0], np.cumsum(g)])
            lows = np.minimum.accumulate(sums)
            last = int(np.argmax(sums - lows))
            if sums[last] <= lows[last]:
                continue
            first = int(np.argmin(sums[: last + 1]))
            found.append(
                Segment(
                    part,
                    chunk,
                    Sentences(first + chunk.begin, last + chunk.begin),
                    float(gains[begin:end].sum()) / UNIT,
                    background,
                )
            )
    return found
