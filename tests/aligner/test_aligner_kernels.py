"""The hot loop of the aligner: both cores against a slow twin, and what they refuse."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.aligner import reference
from dedup.aligner.kernels import I32, Kernels, Tiles
from dedup.sketch.kernels import I64, U8

Sentences = Sequence[Sequence[int]]


class Arguments(NamedTuple):
    """What `Kernels.tiles` takes."""

    stems: tuple[I32, I32]
    firsts: tuple[I64, I64]
    light: U8
    used: U8
    pairs: I32


def arguments(
    a: Sentences,
    b: Sentences,
    light: Sequence[int],
    used: Sequence[int] | None = None,
    pairs: Sequence[tuple[int, int]] | None = None,
) -> Arguments:
    """Sentences of numbers as a core takes them; every pair of them where none are given."""
    stems = [np.array([stem for one in side for stem in one], np.int32) for side in (a, b)]
    firsts = [np.cumsum([0, *map(len, side)]).astype(np.int64) for side in (a, b)]
    if pairs is None:
        pairs = [(i, j) for i in range(len(a)) for j in range(len(b))]
    return Arguments(
        (stems[0], stems[1]),
        (firsts[0], firsts[1]),
        np.array(light, np.uint8),
        np.zeros(len(stems[1]), np.uint8) if used is None else np.array(used, np.uint8),
        np.array(pairs, np.int32).reshape(-1, 2),
    )


def of_pair(tiles: Tiles, p: int) -> list[tuple[int, int, int]]:
    """The runs of one pair of sentences."""
    runs = tiles.runs[tiles.offsets[p] : tiles.offsets[p + 1]]
    return [tuple(run) for run in runs.tolist()]


def same(one: Tiles, other: Tiles) -> bool:
    """Bit for bit, types included."""
    return all(
        x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes()
        for x, y in zip(one, other, strict=True)
    )


VOCABULARY = 9
sentences = st.lists(
    st.lists(st.integers(0, 2), max_size=14)
    | st.lists(st.integers(0, VOCABULARY - 1), max_size=14),
    max_size=4,
)


@st.composite
def two_texts(draw: st.DrawFn) -> Arguments:
    """Two texts that share pieces, with some stems light and some tokens used."""
    a, b = draw(sentences), draw(sentences)
    if a and draw(st.booleans()):
        piece = draw(st.sampled_from(a))
        b = [*b, [*piece[2:], *piece[:5]]]
    tokens = sum(map(len, b))
    light = draw(st.lists(st.integers(0, 1), min_size=VOCABULARY, max_size=VOCABULARY))
    used = draw(st.lists(st.sampled_from([0, 0, 0, 1]), min_size=tokens, max_size=tokens))
    places = [(i, j) for i in range(len(a)) for j in range(len(b))]
    pairs = draw(st.lists(st.sampled_from(places), max_size=8)) if places else []
    return arguments(a, b, light, used, pairs)


@given(two_texts())
def test_tiles(aligner_core: Kernels, texts: Arguments) -> None:
    found = aligner_core.tiles(*texts)
    assert same(found, reference.tiles(*texts))
    (stems_a, stems_b), (firsts_a, firsts_b), light, used, pairs = texts
    for p, (i, j) in enumerate(pairs.tolist()):
        in_a = slice(firsts_a[i], firsts_a[i + 1])
        in_b = slice(firsts_b[j], firsts_b[j + 1])
        wanted = oracles.stem_tiles(
            stems_a[in_a].tolist(), stems_b[in_b].tolist(), light.tolist(), used[in_b].tolist()
        )
        assert of_pair(found, p) == [(in_a.start + x, in_b.start + y, n) for x, y, n in wanted]


@pytest.mark.parametrize("seed", range(8))
def test_cores_agree_on_long_sentences(aligner_core: Kernels, seed: int) -> None:
    """Sizes at which the oracle would take minutes, and at which memory is used again."""
    dice = random.Random(seed)
    vocabulary = dice.choice([2, 20, 500])
    a, b = (
        [
            [dice.randrange(vocabulary) for _ in range(dice.choice([0, 1, 7, 90, 200]))]
            for _ in "wxyz"
        ]
        for _ in "ab"
    )
    b.append(a[0][:60] + a[1][-60:] + a[2][20:90])
    light = [dice.randrange(2) for _ in range(vocabulary)]
    used = [int(dice.random() < 0.1) for one in b for _ in one]
    texts = arguments(a, b, light, used)
    assert same(aligner_core.tiles(*texts), reference.tiles(*texts))


def test_by_hand(aligner_core: Kernels) -> None:
    a = [[1, 2, 3, 9, 4, 5]]
    b = [[4, 5, 7, 1, 2, 3, 8, 9]]
    light = [0] * 10
    assert of_pair(aligner_core.tiles(*arguments(a, b, light)), 0) == [
        (0, 3, 3),
        (4, 0, 2),
        (3, 7, 1),
    ]
    light[9] = 1
    assert of_pair(aligner_core.tiles(*arguments(a, b, light)), 0) == [(0, 3, 3), (4, 0, 2)]
    # What is taken breaks a run.
    used = [0, 0, 0, 0, 1, 0, 0, 0]
    assert of_pair(aligner_core.tiles(*arguments(a, b, light, used)), 0) == [
        (4, 0, 2),
        (0, 3, 1),
        (2, 5, 1),
    ]


def test_of_equal_runs_the_first_in_b_then_in_a(aligner_core: Kernels) -> None:
    a, b = [[1, 2, 0, 3, 4, 0, 1, 2]], [[3, 4, 5, 1, 2, 5, 1, 2, 5, 1, 2]]
    found = aligner_core.tiles(*arguments(a, b, [0] * 6))
    assert of_pair(found, 0) == [(3, 0, 2), (0, 3, 2), (6, 6, 2)]


def test_a_light_stem_counts_where_it_is_alone(aligner_core: Kernels) -> None:
    found = aligner_core.tiles(*arguments([[5, 1]], [[1], [1, 2]], [0, 1, 0, 0, 0, 0]))
    assert (of_pair(found, 0), of_pair(found, 1)) == ([(1, 0, 1)], [])


def test_nothing(aligner_core: Kernels) -> None:
    for texts in (arguments([], [], []), arguments([[1, 2]], [[1, 2]], [0, 0, 0], pairs=[])):
        found = aligner_core.tiles(*texts)
        assert found.runs.shape == (0, 3)
        assert found.offsets.tolist() == [0]
    found = aligner_core.tiles(*arguments([[]], [[]], []))
    assert found.offsets.tolist() == [0, 0]


def test_places_count_from_the_beginning_of_the_texts(aligner_core: Kernels) -> None:
    a, b = [[7], [1, 2, 3]], [[8, 8], [9], [1, 2, 3]]
    found = aligner_core.tiles(*arguments(a, b, [0] * 10, pairs=[(1, 2), (0, 0), (1, 2)]))
    assert found.runs.tolist() == [[1, 3, 3], [1, 3, 3]]  # the pairs know nothing of each other
    assert found.offsets.tolist() == [0, 1, 1, 2]


WRONG = {
    "a stem below 0": lambda good: good._replace(
        stems=(np.array([1, -1], np.int32), good.stems[1])
    ),
    "a stem without a weight": lambda good: good._replace(light=good.light[:2]),
    "a sentence of a too many": lambda good: good._replace(pairs=np.array([[1, 0]], np.int32)),
    "a sentence of b too many": lambda good: good._replace(pairs=np.array([[0, 1]], np.int32)),
    "a sentence below 0": lambda good: good._replace(pairs=np.array([[-1, 0]], np.int32)),
    "used too short": lambda good: good._replace(used=good.used[:1]),
    "used too long": lambda good: good._replace(used=np.zeros(3, np.uint8)),
    "firsts that descend": lambda good: good._replace(
        firsts=(np.array([0, 2, 1, 2], np.int64), good.firsts[1])
    ),
    "firsts beyond the end": lambda good: good._replace(
        firsts=(good.firsts[0], np.array([0, 5], np.int64))
    ),
    "no firsts": lambda good: good._replace(firsts=(np.empty(0, np.int64), good.firsts[1])),
    "stems of 64 bits": lambda good: good._replace(
        stems=(good.stems[0], np.array([1, 2, 3], np.int64))
    ),
}


def test_wrong_arguments_are_refused(aligner_core: Kernels) -> None:
    """C reads no memory that is not its own; the reference need not say so."""
    if aligner_core is reference:
        pytest.skip("only C can read what is not there")
    good = arguments([[1, 2]], [[1, 2]], [0, 0, 0])
    aligner_core.tiles(*good)
    for spoil in WRONG.values():
        with pytest.raises(ValueError, match=r"out of range|must ascend"):
            aligner_core.tiles(*spoil(good))
