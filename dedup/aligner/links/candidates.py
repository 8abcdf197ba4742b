"""Which sentences of two texts may belong together: those that share enough stems."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from dedup.aligner.kernels import F64, I32
from dedup.aligner.units import Side, Units
from dedup.aligner.weights import Weights
from dedup.sketch.kernels import I64

_MOST_SOURCES = 16  # of a sentence of b: those that share most
_LEAST_SHARE = 0.3  # of the smaller sentence, and ...
_ENOUGH_MASS = 2.5  # ... the mass that needs no share
_MOST_EQUAL = 8  # sentences of a tried for one that they equal
_CHUNK_PAIRS = 1 << 22  # of sentences that share a stem, at a time: 100 MB


def sentence_masses(side: Side, by_stem: F64) -> F64:
    """The sum over each sentence; shape (s,)."""
    before = np.append(0.0, np.cumsum(by_stem[side.stems]))
    sums: F64 = before[side.firsts[1:]] - before[side.firsts[:-1]]
    return sums


def candidates(units: Units, weights: Weights) -> I32:
    """Pairs of sentences that share stems which are not light, or are equal; int32, shape (n, 2).

    Sorted by the sentence of b, and of each the ones that share most first. Of these at most
    ``_MOST_SOURCES``, so that the cost is linear in the text.
    """
    a, b = units.a, units.b
    masses_a, masses_b = (sentence_masses(side, weights.mass) for side in (a, b))
    heavy = np.where(weights.light, 0.0, weights.mass)
    rest_a = masses_a - sentence_masses(a, heavy)
    rest_b = masses_b - sentence_masses(b, heavy)
    i, j = _equal(a, b)
    found: list[tuple[I64, I64, F64]] = [(i, j, masses_b[j])]
    for pairs, shared in _sharing(units, weights):
        i, j = np.divmod(pairs, len(b.bounds))
        most = shared + np.minimum(rest_a[i], rest_b[j])
        kept = (most >= _ENOUGH_MASS) | (
            most >= _LEAST_SHARE * np.minimum(masses_a[i], masses_b[j])
        )
        found.append((i[kept], j[kept], shared[kept]))
    i, j, shared = (np.concatenate(column) for column in zip(*found, strict=True))
    once = np.unique(i * len(b.bounds) + j, return_index=True)[1]
    i, j, shared = i[once], j[once], shared[once]
    off = np.abs(i / max(1, len(a.bounds)) - j / max(1, len(b.bounds)))
    order = np.lexsort((i, off, -shared, j))
    i, j = i[order], j[order]
    begins = np.searchsorted(j, j)
    first = np.arange(len(j)) - begins < _MOST_SOURCES
    chosen: I32 = np.stack([i[first], j[first]], 1).astype(np.int32)
    return chosen


def _sharing(units: Units, weights: Weights) -> list[tuple[I64, F64]]:
    """Pairs (i * sentences of b + j) that share stems, and the mass of these, in pieces."""
    n_b = len(units.b.bounds)
    sentences_a, stems_a = _postings(units.a, weights)
    sentences_b, stems_b = _postings(units.b, weights)
    order = np.lexsort((sentences_a, stems_a))
    sentences_a, stems_a = sentences_a[order], stems_a[order]
    order = np.lexsort((stems_b, sentences_b))
    sentences_b, stems_b = sentences_b[order], stems_b[order]
    low = np.searchsorted(stems_a, stems_b)
    counts = np.searchsorted(stems_a, stems_b, "right") - low
    # Cut between sentences of b, so that no pair is in two pieces.
    work = np.append(0, np.cumsum(counts)) // _CHUNK_PAIRS
    ends = np.searchsorted(sentences_b, np.unique(sentences_b[np.flatnonzero(np.diff(work))]))
    pieces = []
    for first, stop in pairwise(np.unique([0, *ends.tolist(), len(stems_b)]).tolist()):
        many = counts[first:stop]
        within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        i = sentences_a[np.repeat(low[first:stop], many) + within]
        j = np.repeat(sentences_b[first:stop], many)
        mass = np.repeat(weights.mass[stems_b[first:stop]], many)
        pairs, where = np.unique(i * n_b + j, return_inverse=True)
        shared = np.bincount(where, mass, len(pairs)).astype(np.float64)
        pieces.append((pairs, shared))
    return pieces


def _postings(side: Side, weights: Weights) -> tuple[I64, I64]:
    """Sentences and the stems in them that are not light, each once."""
    heavy = ~weights.light[side.stems]
    n = len(weights.light)
    keys = np.unique(side.sentence_of[heavy] * n + side.stems[heavy])
    sentences, stems = np.divmod(keys, n)
    return sentences, stems


def _equal(a: Side, b: Side) -> tuple[I64, I64]:
    """Pairs of equal sentences; of a sentence that stands in a again and again, the nearest.

    Near is what is as far from a sentence that stands once in either text, before or after it.
    """
    places: dict[bytes, list[int]] = {}
    for i, sentence in enumerate(_sentences(a)):
        places.setdefault(sentence, []).append(i)
    sentences = list(_sentences(b))
    times = Counter(sentences)
    once = [
        (j, places[sentence][0])
        for j, sentence in enumerate(sentences)
        if times[sentence] == 1 and len(places.get(sentence, ())) == 1
    ]
    pairs: set[tuple[int, int]] = set()
    for j, sentence in enumerate(sentences):
        equal = places.get(sentence, [])
        if len(equal) > _MOST_EQUAL:
            k = bisect(once, (j, 0))
            guesses = [i + j - at for at, i in once[max(0, k - 1) : k + 1]]
            near: set[int] = set()
            for guess in guesses or [j * len(a.bounds) // len(b.bounds)]:
                middle = bisect(equal, guess)
                near.update(equal[max(0, middle - _MOST_EQUAL // 2) : middle + _MOST_EQUAL // 2])
            equal = list(near)
        pairs.update((i, j) for i in equal)
    i64, j64 = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    return i64, j64


def _sentences(side: Side) -> Iterator[bytes]:
    """The stems of each sentence, to be looked up."""
    for first, stop in pairwise(side.firsts.tolist()):
        yield side.stems[first:stop].tobytes()
