"""Exact runs: what stands word for word in both texts."""

from __future__ import annotations

import numpy as np

from dedup.align.kernels import I32, kernels
from dedup.align.units import Side, Units
from dedup.alignment import Passage

RUN_WORDS = 5  # shortest run looked for
_QUOTES = "\"'’”»)]"


def exact_runs(units: Units) -> I32:
    """Maximal shared runs as (length, token of a, token of b); shape (r, 3)."""
    return kernels().runs(units.a.words, units.b.words, RUN_WORDS)


def disjoint(runs: I32) -> list[tuple[int, int, int]]:
    """Runs cut to what longer ones left on both sides, longest first."""
    order = np.lexsort((runs[:, 1], runs[:, 2], -runs[:, 0]))
    kept: list[tuple[int, int, int]] = []
    for length, i, j in runs[order].tolist():
        if all(_apart(length, i, j, other) for other in kept):
            kept.append((length, i, j))
    return kept


def _apart(length: int, i: int, j: int, other: tuple[int, int, int]) -> bool:
    """Whether two runs have no token in common on either side."""
    size, k, m = other
    return (i + length <= k or k + size <= i) and (j + length <= m or m + size <= j)


def verbatim(units: Units, run: tuple[int, int, int]) -> Passage:
    """The passage of a run: its words, and what is equal around them."""
    length, i, j = run
    a, b = units.a, units.b
    begin = _equal_before(a, b, int(a.begins[i]), int(b.begins[j]))
    end = _equal_after(a, b, int(a.ends[i + length - 1]), int(b.ends[j + length - 1]))
    return Passage(
        int(a.begins[i]) - begin,
        int(a.ends[i + length - 1]) + end,
        int(b.begins[j]) - begin,
        int(b.ends[j + length - 1]) + end,
        "verbatim",
    )


def _equal_before(a: Side, b: Side, i: int, j: int) -> int:
    """How many characters before both places are equal and no white space outermost."""
    n = kept = 0
    while n < min(i, j) and a.text[i - n - 1] == b.text[j - n - 1]:
        n += 1
        if a.text[i - n].isalnum():
            break
        if not a.text[i - n].isspace():
            kept = n
    return kept


def _equal_after(a: Side, b: Side, i: int, j: int) -> int:
    """Likewise after them."""
    n = kept = 0
    while n < min(len(a.text) - i, len(b.text) - j) and a.text[i + n] == b.text[j + n]:
        if a.text[i + n].isalnum():
            break
        n += 1
        if not a.text[i + n - 1].isspace():
            kept = n
    return kept
