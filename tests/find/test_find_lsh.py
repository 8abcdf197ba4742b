"""Bands: which are chosen, and which pairs they give."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.find.lsh import MOST_TOGETHER, Bands, band_candidates, band_keys, choose_bands
from dedup.sketch.kernels import U32

THRESHOLDS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1.0]


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("num_perm", [16, 64, 100, 128, 130, 256, 1024])
def test_recall_at_the_threshold(threshold: float, num_perm: int) -> None:
    bands = choose_bands(threshold, num_perm)
    assert 1 <= bands.bands * bands.rows <= num_perm
    recall = 1 - (1 - threshold**bands.rows) ** bands.bands
    assert bands.recall(threshold) == pytest.approx(recall)
    assert recall >= 0.99
    # One more row a band would miss more.
    more = bands.rows + 1
    assert bands.rows == num_perm or 1 - (1 - threshold**more) ** (num_perm // more) < 0.99


def test_the_default_and_the_lowest() -> None:
    assert choose_bands(0.7, 128) == Bands(32, 4)  # 25 x 5 has .9899
    assert choose_bands(1.0, 128) == Bands(1, 128)
    assert choose_bands(0.001, 128) == Bands(128, 1)


def test_a_similarity_and_its_recall() -> None:
    bands = Bands(32, 4)
    assert bands.recall(bands.jaccard(0.25)) == pytest.approx(0.25)
    # One band of one row: the similarity itself.
    assert Bands(1, 1).candidates_below(0.6) == pytest.approx(0.3)


def oracle(signatures: U32, bands: Bands, chosen: list[bool]) -> set[tuple[int, int]]:
    """Pairs that agree on all rows of a band, by looking at every pair."""
    cut = [range(b * bands.rows, (b + 1) * bands.rows) for b in range(bands.bands)]
    table = signatures.tolist()
    return {
        (i, j)
        for i, j in combinations([d for d in range(len(table)) if chosen[d]], 2)
        if any(all(table[i][row] == table[j][row] for row in rows) for rows in cut)
    }


@given(
    st.lists(st.lists(st.integers(0, 2), min_size=16, max_size=16), max_size=12),
    st.sampled_from([Bands(16, 1), Bands(8, 2), Bands(5, 3), Bands(2, 7), Bands(1, 16)]),
    st.integers(0, 1 << 30),
)
def test_candidates_are_those_of_all_pairs(table: list[list[int]], bands: Bands, seed: int) -> None:
    signatures = np.array(table, np.uint32).reshape(-1, 16)
    chosen = np.random.RandomState(seed).rand(len(table)) < 0.8
    keys = band_keys(signatures, bands)
    assert keys.shape == (len(table), bands.bands)
    found, large = band_candidates(keys, chosen)
    assert large == 0
    pairs = [(p >> 32, p & 0xFFFFFFFF) for p in found.tolist()]
    assert pairs == sorted(oracle(signatures, bands, chosen.tolist()))


def test_rows_have_an_order() -> None:
    """A band is its rows in their places, not their set."""
    signatures = np.array([[1, 2, 3, 4], [2, 1, 4, 3], [3, 4, 1, 2]], np.uint32)
    assert len(np.unique(band_keys(signatures, Bands(2, 2)))) == 6 - 2  # 12 and 34 stand twice


@pytest.mark.parametrize("size", [MOST_TOGETHER, MOST_TOGETHER + 1, 5000])
def test_large_buckets(size: int) -> None:
    """A bucket's pairs grow as its square up to a limit, and from there on as its size."""
    keys = np.zeros((size + 3, 1), np.uint32)
    keys[size:, 0] = [1, 1, 2]
    found, large = band_candidates(keys, np.ones(size + 3, np.bool_))
    pairs = {(p >> 32, p & 0xFFFFFFFF) for p in found.tolist()}
    assert (size, size + 1) in pairs
    pairs.remove((size, size + 1))
    if size <= MOST_TOGETHER:
        assert large == 0
        assert pairs == set(combinations(range(size), 2))
    else:
        assert large == 1
        hub = {(0, i) for i in range(1, size)}
        assert pairs == hub | {(i - 1, i) for i in range(1, size)}


def test_nobody() -> None:
    found, large = band_candidates(np.empty((0, 4), np.uint32), np.empty(0, np.bool_))
    assert len(found) == large == 0
    found, large = band_candidates(np.zeros((3, 4), np.uint32), np.zeros(3, np.bool_))
    assert len(found) == large == 0
