"""The specification of this room's hot loops: what the native core must equal bit for bit."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np

from dedup.align.kernels import I32
from dedup.sketch.kernels import I64

_CHAIN = 32  # places in a of a run's first words that are tried
_EFFORT = 64  # words compared, at most, for each word of the two texts
_LEAST_EFFORT = 1 << 16
_MOST_SENTENCES = 256  # of a, that may have a stem for it to say which sentences are alike


def runs(a: I32, b: I32, least: int) -> I32:
    """See `Kernels.runs`."""
    words_a, words_b = a.tolist(), b.tolist()
    effort = _EFFORT * (len(words_a) + len(words_b)) + _LEAST_EFFORT
    starts: dict[tuple[int, ...], list[int]] = {}
    for i in range(len(words_a) - least + 1):
        places = starts.setdefault(tuple(words_a[i : i + least]), [])
        if len(places) < _CHAIN:
            places.append(i)
    found = []
    for j in range(len(words_b) - least + 1):
        for i in starts.get(tuple(words_b[j : j + least]), ()):
            if i and j and words_a[i - 1] == words_b[j - 1]:
                continue  # part of a longer one
            length = least
            while (
                i + length < len(words_a)
                and j + length < len(words_b)
                and effort
                and words_a[i + length] == words_b[j + length]
            ):
                length += 1
                effort -= 1
            found.append((length, i, j))
    return np.array(found, np.int32).reshape(-1, 3)


def segments(gains: I64, least: int) -> I64:
    """See `Kernels.segments`."""
    # Candidates as (begin, end, sum before, sum up to the end).
    found: list[tuple[int, int, int, int]] = []
    total = 0
    for i, gain in enumerate(gains.tolist()):
        before = total
        total += gain
        if gain <= 0:
            continue
        begin, low, high = i, before, total
        while True:
            k = len(found) - 1
            while k >= 0 and found[k][2] >= low:
                k -= 1
            if k < 0 or found[k][3] >= high:
                found.append((begin, i + 1, low, high))
                break
            begin, low = found[k][0], found[k][2]
            del found[k:]
    kept = [(begin, end) for begin, end, low, high in found if high - low >= least]
    return np.array(kept, np.int64).reshape(-1, 2)


def cover(
    stems_a: I32,
    firsts_a: I64,
    stems_b: I32,
    firsts_b: I64,
    weights: I64,
    *,
    least: float,
    lock_a: bool,
) -> I32:
    """See `Kernels.cover`."""
    a, b = stems_a.tolist(), stems_b.tolist()
    bounds_a, bounds_b = firsts_a.tolist(), firsts_b.tolist()
    squares = [w * w for w in weights.tolist()]
    bags_a = [Counter(a[i:j]) for i, j in pairwise(bounds_a)]
    bags_b = [Counter(b[i:j]) for i, j in pairwise(bounds_b)]
    having: dict[int, list[int]] = {}
    for i, bag in enumerate(bags_a):
        for stem in bag:
            having.setdefault(stem, []).append(i)
    norms_a = [float(sum(squares[s] * n * n for s, n in bag.items())) for bag in bags_a]
    ranked = []
    for j, bag in enumerate(bags_b):
        norm_b = float(sum(squares[s] * n * n for s, n in bag.items()))
        products: Counter[int] = Counter()
        for stem, n in bag.items():
            places = having.get(stem, ())
            if len(places) <= _MOST_SENTENCES:
                for i in places:
                    products[i] += squares[stem] * n * bags_a[i][stem]
        for i, product in products.items():
            cosine = product / math.sqrt(norms_a[i] * norm_b) if product else 0.0
            if product and cosine >= least:
                ranked.append((-cosine, j, i))
    ranked.sort()
    partners = [-1] * len(b)
    used = bytearray(len(a))
    for _, j, i in ranked:
        if not lock_a:
            used[bounds_a[i] : bounds_a[i + 1]] = bytes(bounds_a[i + 1] - bounds_a[i])
        free: dict[int, list[int]] = {}
        for k in range(bounds_a[i + 1] - 1, bounds_a[i] - 1, -1):
            if not used[k]:
                free.setdefault(a[k], []).append(k)
        for k in range(bounds_b[j], bounds_b[j + 1]):
            if partners[k] < 0 and free.get(b[k]):
                partners[k] = free[b[k]].pop()
                used[partners[k]] = 1
    return np.array(partners, np.int32)
