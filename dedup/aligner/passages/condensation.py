"""Summaries: a stretch of the derived text that draws on a much longer one, all over it."""

from __future__ import annotations

import numpy as np

from dedup.aligner.kernels import I32
from dedup.aligner.passages.partners import UNIT, Stretch, partners, stem_weights
from dedup.aligner.passages.scan import Segment, scan
from dedup.aligner.units import Side, Units
from dedup.sketch.kernels import I64

LEAST_SCORE = 10 * UNIT  # of the segment
LEAST_TOKENS = 60  # of the summary
LEAST_SENTENCES = 3  # likewise
LEAST_RATIO = 3  # tokens of the chunk that is summed up, for each of the summary
USUAL_PERCENTILE = 80  # of the stretches as long elsewhere in the text: what is shared by topic
USUAL_SHARE = 0.5  # where there is no elsewhere
LEAST_EXCESS = 0.33  # of its weight that must be shared above that
LOCAL = 1.5  # times as long as the summary is what counts as one place
MOST_LOCAL = 0.8  # of what is covered may come from one place
LEAST_ELSEWHERE = 0.25  # of the summary's weight must come from outside it
LEAST_FEEDING = UNIT // 2  # weight that a sentence gives to count among those summed up
LEAST_SPAN = 0.4  # of the chunk, between the first of them and the last; PAN-shaped


def summaries(units: Units) -> list[tuple[int, Stretch, Stretch]]:
    """Sentences of a that sentences of b sum up, with the weight covered; most first."""
    weights = stem_weights(units)
    found = []
    for segment in scan(units.a, units.b, weights):
        fed = _fed_by(units, weights, segment)
        if fed is not None:
            found.append((fed[0], fed[1], segment.derived))
    return sorted(found, key=lambda item: (-item[0], item[2], item[1]))


def _fed_by(units: Units, weights: I64, segment: Segment) -> tuple[int, Stretch] | None:
    """Weight covered and the sentences that it came from, first to last; None if no summary."""
    a, b = units.a, units.b
    begin, end = (int(b.firsts[i]) for i in segment.derived)
    first, last = (int(a.firsts[i]) for i in segment.chunk)
    if (
        segment.score < LEAST_SCORE
        or end - begin < LEAST_TOKENS
        or last - first < LEAST_RATIO * (end - begin)
        or segment.derived.end - segment.derived.begin < LEAST_SENTENCES
        or _excess(a.stems[first:last], b, weights, begin, end) < LEAST_EXCESS
    ):
        return None
    _, to_a = partners(units, weights, segment.chunk, segment.derived)
    weight = weights[b.stems[begin:end]]
    having = to_a >= 0
    whole, covered = int(weight.sum()), int(weight[having].sum())
    gave = np.zeros(last - first + 1, np.int64)
    gave[to_a[having] + 1] = weight[having]
    sums = np.cumsum(gave)
    places = np.arange(len(sums))
    local = np.minimum(places + int(LOCAL * (end - begin)), len(sums) - 1)
    most = int((sums[local] - sums).max())
    if most > MOST_LOCAL * covered or covered - most < LEAST_ELSEWHERE * whole:
        return None
    firsts = a.firsts[segment.chunk.begin : segment.chunk.end + 1] - first
    feeding = np.flatnonzero(np.diff(sums[firsts]) >= LEAST_FEEDING)
    if not len(feeding) or _span(firsts, feeding) < LEAST_SPAN * (last - first):
        return None
    at = segment.chunk.begin
    return covered, Stretch(at + int(feeding[0]), at + int(feeding[-1]) + 1)


def _span(firsts: I64, feeding: I64) -> int:
    """Tokens from the first sentence to the last."""
    return int(firsts[feeding[-1] + 1] - firsts[feeding[0]])


def _excess(stems: I32, side: Side, weights: I64, begin: int, end: int) -> float:
    """Share of the weight of tokens begin:end that is among the stems, above what is usual."""
    having = np.zeros(len(weights), np.bool_)
    having[stems] = True
    weight = weights[side.stems]
    whole = np.append(0, np.cumsum(weight))
    shared = np.append(0, np.cumsum(weight * having[side.stems]))
    size = end - begin
    starts = np.arange(len(whole) - size)
    starts = starts[(starts + size <= begin) | (starts >= end)]
    usual = USUAL_SHARE
    if len(starts):
        elsewhere = shared[starts + size] - shared[starts]
        shares = elsewhere / np.maximum(whole[starts + size] - whole[starts], 1)
        usual = float(np.percentile(shares, USUAL_PERCENTILE))
    return float((shared[end] - shared[begin]) / max(whole[end] - whole[begin], 1)) - usual
