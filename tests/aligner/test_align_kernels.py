"""The hot loops of aligning: every core against the oracle."""

from __future__ import annotations

import random

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.aligner import reference
from dedup.aligner.kernels import I32, Kernels
from dedup.sketch.kernels import I64

words = st.lists(st.integers(0, 3), max_size=30) | st.lists(st.integers(0, 20), max_size=60)
sentences = st.lists(st.lists(st.integers(0, 7), max_size=8), max_size=7)


def array(values: list[int]) -> I32:
    return np.array(values, np.int32)


def flat(texts: list[list[int]]) -> tuple[I32, I64]:
    """Sentences end to end."""
    bounds = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    return array([stem for text in texts for stem in text]), bounds


def flat_partners(
    core: Kernels, a: list[list[int]], b: list[list[int]], weights: list[int]
) -> list[int]:
    """The partners with no least cosine."""
    counts = np.array(weights, np.int64)
    return core.partners(*flat(a), *flat(b), counts, least=0.0).tolist()


@given(words, words, st.integers(1, 5))
def test_runs(aligner_core: Kernels, a: list[int], b: list[int], least: int) -> None:
    found = aligner_core.runs(array(a), array(b), least)
    assert [tuple(run) for run in found.tolist()] == oracles.runs_of(a, b, least)


def test_what_recurs_without_end_is_found_in_part(aligner_core: Kernels) -> None:
    a = b = array([1, 2] * 600)
    found = aligner_core.runs(a, b, 3)
    assert found[0].tolist() == [1200, 0, 0]
    assert len(found) < 2 * 1200


def test_the_cores_agree_where_the_search_for_runs_is_cut_short(aligner_core: Kernels) -> None:
    draw = random.Random(2)
    a = array(draw.choices([0, 1], weights=[30, 1], k=3000))
    b = array(draw.choices([0, 1], weights=[30, 1], k=3000))
    assert np.array_equal(aligner_core.runs(a, b, 5), reference.runs(a, b, 5))


@given(st.lists(st.integers(-4, 4), max_size=14), st.integers(1, 6))
def test_segments(aligner_core: Kernels, gains: list[int], least: int) -> None:
    found = aligner_core.segments(np.array(gains, np.int64), least)
    assert [tuple(pair) for pair in found.tolist()] == oracles.maximal_segments(gains, least)


@given(
    sentences,
    sentences,
    st.lists(st.integers(0, 1024), min_size=8, max_size=8),
    st.sampled_from([0.0, 0.14, 0.5]),
)
def test_partners(
    aligner_core: Kernels,
    a: list[list[int]],
    b: list[list[int]],
    weights: list[int],
    least: float,
) -> None:
    found = aligner_core.partners(*flat(a), *flat(b), np.array(weights, np.int64), least=least)
    assert found.tolist() == oracles.greedy_partners(a, b, weights, least)


def test_a_token_is_used_once(aligner_core: Kernels) -> None:
    a, b = [[0, 1]], [[0, 1], [0, 1, 2]]
    assert flat_partners(aligner_core, a, b, [9, 9, 9]) == [0, 1, -1, -1, -1]


def test_a_stem_in_very_many_sentences_says_nothing_about_likeness(aligner_core: Kernels) -> None:
    """It makes no pairs; in a pair made by another stem it has its partner."""
    a = [[0, i + 2] for i in range(257)]
    b = [[0], [0, 5]]
    found = flat_partners(aligner_core, a, b, [1] * 300)
    assert found == [-1, 2 * 3, 2 * 3 + 1]
    fewer = flat_partners(aligner_core, a[:256], b, [1] * 300)
    assert fewer[0] >= 0


@pytest.mark.parametrize("stem", [-1, 3])
def test_the_native_core_refuses_a_stem_out_of_range(aligner_core: Kernels, stem: int) -> None:
    if aligner_core is reference:
        return  # its lists raise of themselves, or take it
    with pytest.raises(ValueError, match="out of range"):
        flat_partners(aligner_core, [[stem]], [[0]], [1, 1, 1])
