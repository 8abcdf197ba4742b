"""Exact runs: what stands word for word in both texts."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dedup.aligner.kernels import kernels
from dedup.aligner.units import Side, Units
from dedup.alignment import Passage
from dedup.sketch.kernels import I64

RUN_WORDS = 5  # shortest run looked for


class Run(NamedTuple):
    """Words that stand in both texts in the same order.

    Attributes:
        length: in tokens.
        a: its first token in a.
        b: its first token in b.
    """

    length: int
    a: int
    b: int


def exact_runs(units: Units, weights: I64, least: float) -> list[tuple[int, Run]]:
    """Shared runs of a weight of `least` and more, with their weights; every token is in one.

    Longest first: where two overlap, the shorter gets what is left.
    """
    found = kernels().runs(units.a.words, units.b.words, RUN_WORDS)
    sums = np.append(0, np.cumsum(weights[units.b.stems]))
    worth = sums[found[:, 2] + found[:, 0]] - sums[found[:, 2]]
    found = found[worth >= least]
    used_a = np.zeros(len(units.a.words), np.bool_)
    used_b = np.zeros(len(units.b.words), np.bool_)
    kept = []
    for length, i, j in found[np.lexsort((found[:, 1], found[:, 2], -found[:, 0]))].tolist():
        taken = np.flatnonzero(used_a[i : i + length] | used_b[j : j + length])
        edges = [-1, *taken.tolist(), length]
        size, skip = max((end - begin - 1, -begin) for begin, end in pairwise(edges))
        run = Run(size, i - skip + 1, j - skip + 1)
        weight = int(sums[run.b + size] - sums[run.b])
        if size >= RUN_WORDS and weight >= least:
            used_a[run.a : run.a + size] = used_b[run.b : run.b + size] = True
            kept.append((weight, run))
    return kept


def verbatim(units: Units, run: Run) -> Passage:
    """The passage of a run: its words, and what punctuation is equal around them."""
    a, b = units.a, units.b
    begin_a, begin_b = int(a.begins[run.a]), int(b.begins[run.b])
    end_a, end_b = int(a.ends[run.a + run.length - 1]), int(b.ends[run.b + run.length - 1])
    before, after = _equal_before(a, b, begin_a, begin_b), _equal_after(a, b, end_a, end_b)
    return Passage(begin_a - before, end_a + after, begin_b - before, end_b + after, "verbatim")


def _equal_before(a: Side, b: Side, i: int, j: int) -> int:
    """How many characters before two places are equal and no words; the outermost no space."""
    n = kept = 0
    while n < min(i, j):
        char = a.text[i - n - 1]
        if char != b.text[j - n - 1] or char.isalnum():
            break
        n += 1
        if not char.isspace():
            kept = n
    return kept


def _equal_after(a: Side, b: Side, i: int, j: int) -> int:
    """How many characters from two places on are equal and no words; the outermost no space."""
    n = kept = 0
    while n < min(len(a.text) - i, len(b.text) - j):
        char = a.text[i + n]
        if char != b.text[j + n] or char.isalnum():
            break
        n += 1
        if not char.isspace():
            kept = n
    return kept
