"""What the stems of a pair of texts weigh, and which of their tokens stand for which."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.align.kernels import I32, kernels
from dedup.align.units import Side, Units
from dedup.sketch.kernels import I64

LEAST_SENTENCES = 16  # short texts are weighed as if among so many: words both have are not common
UNIT = 1024  # weights are counted in 1/1024, in integers, so that every platform agrees


class Stretch(NamedTuple):
    """Sentences or clauses of one side, whichever its bounds are; the last one excluded."""

    begin: int
    end: int


def stem_weights(units: Units) -> I64:
    """What each stem says: all when one sentence of the two texts has it, nothing when all do.

    ``ln((n + 1/2) / sentences that have it) / ln(n + 1)``, n sentences in both texts, 16 at least;
    in 0..1024, shape (units.stem_count,).
    """
    counts = np.zeros(units.stem_count, np.int64)
    for side in (units.a, units.b):
        # Each stem once a sentence.
        once = np.unique(side.sentence_of * np.int64(units.stem_count) + side.stems)
        counts += np.bincount(once % units.stem_count, minlength=units.stem_count)
    n = max(len(units.a.bounds) + len(units.b.bounds), LEAST_SENTENCES)
    weights = np.log((n + 0.5) / np.maximum(counts, 1)) / np.log(n + 1)
    rounded: I64 = np.round(UNIT * np.clip(weights, 0, 1)).astype(np.int64)
    return rounded


def cover(
    units: Units,
    weights: I64,
    in_a: Stretch,
    in_b: Stretch,
    *,
    least: float = 0.0,
    lock_a: bool = True,
) -> tuple[I32, I32]:
    """Which tokens of two stretches stand for which; see `Kernels.cover`.

    Returns:
        For each token of the stretch of a, and for each of that of b, its partner's place in the
        other stretch, or -1. Without `lock_a` a token of a may have several partners; one is given.
    """
    stems_a, firsts_a = _part(units.a, in_a)
    stems_b, firsts_b = _part(units.b, in_b)
    to_a = kernels().cover(
        stems_a, firsts_a, stems_b, firsts_b, weights, least=least, lock_a=lock_a
    )
    to_b = np.full(len(stems_a), -1, np.int32)
    having = np.flatnonzero(to_a >= 0)
    to_b[to_a[having]] = having
    return to_b, to_a


def _part(side: Side, part: Stretch) -> tuple[I32, I64]:
    """Stems and bounds of a stretch, counted from its beginning."""
    firsts = side.firsts[part.begin : part.end + 1]
    return side.stems[firsts[0] : firsts[-1]], firsts - firsts[0]
