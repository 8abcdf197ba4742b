"""Candidates: stretches of one text that a part of the other seems to account for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.aligner.kernels import kernels
from dedup.aligner.passages.partners import UNIT, Stretch
from dedup.aligner.units import Side, Units
from dedup.sketch.kernels import I64

WHOLE_TOKENS = 2250  # a source with fewer is one chunk
CHUNK_TOKENS = 1500  # of a longer one, overlapping by half
MOST_CHUNKS = 400  # of a source longer than they hold, chunks are larger: time grows with length
COST = 0.4  # of a token in a stretch, in parts of its weight, where nothing is shared by chance
SOURCE_COST = 0.3  # of a token of the source
LEAST_BACKGROUND = 0.15  # what is shared by chance with a chunk, at least
MOST_BACKGROUND = 0.6
LEAST_SCORE = 3 * UNIT  # weight shared above the cost


class Segment(NamedTuple):
    """A stretch of the derived text that a chunk of the source seems to account for.

    Attributes:
        derived: the stretch.
        source: the stretch of the chunk that accounts for most of it.
        chunk: the chunk.
        score: weight that it shares with the chunk, above cost.
    """

    derived: Stretch
    source: Stretch
    chunk: Stretch
    score: int


def scan(source: Side, derived: Side, weights: I64) -> list[Segment]:
    """Segments of the derived text for every chunk of the source.

    Whether a word is in the chunk at all is what counts here, not how often or where.
    """
    whole = np.add.reduceat(weights[derived.stems], derived.firsts[:-1])
    having = np.zeros(len(weights), np.bool_)
    in_chunk = np.zeros(len(weights), np.int64)  # weights, 0 for stems that are elsewhere
    found = []
    for chunk in _chunks(source):
        stems = source.stems[source.firsts[chunk.begin] : source.firsts[chunk.end]]
        in_chunk[stems] = weights[stems]
        shared = np.add.reduceat(in_chunk[derived.stems], derived.firsts[:-1])
        in_chunk[stems] = 0
        background = np.median(shared / np.maximum(whole, 1))
        cost = COST * (1 + np.clip(background, LEAST_BACKGROUND, MOST_BACKGROUND))
        gains = np.round(shared - cost * whole).astype(np.int64)
        for begin, end in kernels().segments(gains, LEAST_SCORE).tolist():
            here = derived.stems[derived.firsts[begin] : derived.firsts[end]]
            having[here] = True
            part = _best(source, chunk, weights[stems] * (having[stems] - SOURCE_COST))
            having[here] = False
            if part is not None:
                score = int(gains[begin:end].sum())
                found.append(Segment(Stretch(begin, end), part, chunk, score))
    return found


def scan_both(units: Units, weights: I64) -> list[tuple[Stretch, Stretch]]:
    """Candidates (stretch of a, stretch of b): segments of either text, best first."""
    found = [(s.score, s.source, s.derived) for s in scan(units.a, units.b, weights)]
    found += [(s.score, s.derived, s.source) for s in scan(units.b, units.a, weights)]
    found.sort(key=lambda item: (-item[0], item[2], item[1]))
    return [(a, b) for _, a, b in found]


def _chunks(side: Side) -> list[Stretch]:
    """Parts that overlap by half, or the whole where it is short."""
    tokens, size = len(side.stems), len(side.bounds)
    if tokens <= WHOLE_TOKENS:
        return [Stretch(0, size)]
    step = max(CHUNK_TOKENS // 2, tokens // MOST_CHUNKS)
    edges = np.searchsorted(side.firsts, np.arange(0, tokens + step, step)).tolist()
    pairs = zip(edges, [*edges[2:], size], strict=False)
    return [Stretch(begin, min(end, size)) for begin, end in pairs if begin < end]


def _best(source: Side, chunk: Stretch, gains: I64) -> Stretch | None:
    """The stretch of a chunk whose tokens gain most."""
    firsts = source.firsts[chunk.begin : chunk.end] - source.firsts[chunk.begin]
    sums = np.append(0, np.cumsum(np.round(np.add.reduceat(gains, firsts))))
    lows = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lows))
    if sums[end] <= lows[end]:
        return None
    return Stretch(chunk.begin + int(np.argmin(sums[: end + 1])), chunk.begin + end)
