"""The reference core of this room: the specification, in plain Python."""

from __future__ import annotations

import numpy as np

from dedup.aligner.kernels import I32, Tiles
from dedup.sketch.kernels import I64, U8


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
