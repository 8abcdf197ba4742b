"""What the stems of a pair of texts weigh, and which of their tokens stand for which."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.aligner.kernels import I32, kernels
from dedup.aligner.units import Side, Units
from dedup.aligner.weights import rarities
from dedup.sketch.kernels import I64

UNIT = 1024  # weights are counted in 1/1024, in integers, so that every platform agrees


class Stretch(NamedTuple):
    """Sentences or clauses of one side, whichever its bounds are; the last one excluded."""

    begin: int
    end: int


def stem_weights(units: Units) -> I64:
    """The rarity of each stem, in 0..1024; shape (units.stem_count,)."""
    rounded: I64 = np.round(UNIT * rarities(units)).astype(np.int64)
    return rounded


def partners(
    units: Units, weights: I64, in_a: Stretch, in_b: Stretch, *, least: float = 0.0
) -> tuple[I32, I32]:
    """Which tokens of two stretches stand for which; see `Kernels.partners`.

    Returns:
        For each token of the stretch of a, and for each of that of b, its partner's place in the
        other stretch, or -1.
    """
    stems_a, firsts_a = _part(units.a, in_a)
    stems_b, firsts_b = _part(units.b, in_b)
    to_a = kernels().partners(stems_a, firsts_a, stems_b, firsts_b, weights, least=least)
    to_b = np.full(len(stems_a), -1, np.int32)
    having = np.flatnonzero(to_a >= 0)
    to_b[to_a[having]] = having
    return to_b, to_a


def _part(side: Side, part: Stretch) -> tuple[I32, I64]:
    """Stems and bounds of a stretch, counted from its beginning."""
    firsts = side.firsts[part.begin : part.end + 1]
    return side.stems[firsts[0] : firsts[-1]], firsts - firsts[0]
