"""The reference core of this room: the specification, in plain Python."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np

from dedup.aligner.kernels import I32, Tiles
from dedup.sketch.kernels import I64, U8

_CHAIN = 32  # places in a of a run's first words that are tried
_EFFORT = 64  # words compared, at most, for each word of the two texts
_LEAST_EFFORT = 1 << 16
_MOST_SENTENCES = 256  # of a, that may have a stem for it to say which sentences are alike


def tiles(
    stems: tuple[I32, I32], firsts: tuple[I64, I64], light: U8, used: U8, pairs: I32
) -> Tiles:
    """See `Kernels.tiles`."""
    lists = [side.tolist() for side in stems]
    edges = [side.tolist() for side in firsts]
    light_list, used_list = light.tolist(), used.tolist()
    runs: list[tuple[int, int, int]] = []
    offsets = [0]
    for i, j in pairs.tolist():
        a, b = edges[0][i], edges[1][j]
        runs += [
            (a + x, b + y, length)
            for x, y, length in _tile(
                lists[0][a : edges[0][i + 1]],
                lists[1][b : edges[1][j + 1]],
                used_list[b : edges[1][j + 1]],
                light_list,
            )
        ]
        offsets.append(len(runs))
    return Tiles(np.array(runs, np.int32).reshape(-1, 3), np.array(offsets, np.int64))


def _tile(
    a: list[int], b: list[int], used: list[int], light: list[int]
) -> list[tuple[int, int, int]]:
    """The tiles of one pair of sentences."""
    used_a, used_b = [0] * len(a), list(used)
    found = []
    while (run := _longest(a, b, used_a, used_b))[2] >= 2:
        x, y, length = run
        used_a[x : x + length] = used_b[y : y + length] = [1] * length
        found.append(run)
    for y, stem in enumerate(b):
        if used_b[y] or (light[stem] and len(b) > 1):
            continue
        x = next((x for x, other in enumerate(a) if other == stem and not used_a[x]), -1)
        if x >= 0:
            used_a[x] = used_b[y] = 1
            found.append((x, y, 1))
    return found


def _longest(
    a: list[int], b: list[int], used_a: list[int], used_b: list[int]
) -> tuple[int, int, int]:
    """The longest run of unused stems, the first in b, then in a."""
    best = (0, 0, 0)
    before = [0] * (len(a) + 1)  # lengths of the runs that end one token earlier in b
    for y, stem in enumerate(b):
        lengths = [0] * (len(a) + 1)
        if not used_b[y]:
            for x, other in enumerate(a):
                if other == stem and not used_a[x]:
                    length = lengths[x + 1] = before[x] + 1
                    if length > best[2]:
                        best = (x - length + 1, y - length + 1, length)
        before = lengths
    return best


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


def partners(
    stems_a: I32,
    firsts_a: I64,
    stems_b: I32,
    firsts_b: I64,
    weights: I64,
    *,
    least: float,
) -> I32:
    """See `Kernels.partners`."""
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
    found = [-1] * len(b)
    used = bytearray(len(a))
    for _, j, i in ranked:
        free: dict[int, list[int]] = {}
        for k in range(bounds_a[i + 1] - 1, bounds_a[i] - 1, -1):
            if not used[k]:
                free.setdefault(a[k], []).append(k)
        for k in range(bounds_b[j], bounds_b[j + 1]):
            if found[k] < 0 and free.get(b[k]):
                found[k] = free[b[k]].pop()
                used[found[k]] = 1
    return np.array(found, np.int32)
