"""Sentences cut into clauses: passages begin and end there more often than where sentences do."""

from __future__ import annotations

import re

import numpy as np

from dedup.aligner.units import Side

LONG_TOKENS = 24  # a sentence with fewer stays whole
CLAUSE_TOKENS = 6  # no clause has fewer

# Where one may end: at punctuation beside white space, at a new line, at wide punctuation.
_EDGE = re.compile(r"[,;:.!?…)\]|\"”»’–—-](?=\s)|(?<=\s)[(\[|\"“«‘–—](?=\S)|\n|[、，；：（）「」]")


def in_clauses(side: Side) -> Side:
    """The same tokens; a sentence with many is cut where punctuation lets it."""
    firsts, bounds = side.firsts, side.bounds
    long = np.flatnonzero(np.diff(firsts) > LONG_TOKENS)
    if not len(long):
        return side
    edges = np.array([found.start() for found in _EDGE.finditer(side.text)], np.int64)
    cuts: list[int] = []
    # An edge before token k lies at or after the end of token k - 1.
    at = np.unique(np.searchsorted(side.begins, edges))
    for i in long.tolist():
        first, end = int(firsts[i]), int(firsts[i + 1])
        last = first
        inner = at[np.searchsorted(at, first + 1) : np.searchsorted(at, end)]
        for k in inner.tolist():
            if k - last >= CLAUSE_TOKENS and end - k >= CLAUSE_TOKENS:
                cuts.append(k)
                last = k
    if not cuts:
        return side
    new = np.array(cuts, np.int64)
    where = np.searchsorted(firsts, new)
    return side._replace(
        firsts=np.insert(firsts, where, new),
        bounds=np.stack(
            [
                np.insert(bounds[:, 0], where, side.begins[new]),
                np.insert(bounds[:, 1], where - 1, side.ends[new - 1]),
            ],
            axis=1,
        ),
    )
