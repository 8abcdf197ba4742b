"""The five press texts: the smallest test that matters. One was made from another; no more."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import oracles
import planted
import pytest

import dedup
from dedup import ScanResult, Sketcher
from dedup.find import CorpusBuilder, choose_bands
from dedup.find.compare import compare
from dedup.find.counting import word_model
from dedup.find.kernels import BIT


@pytest.fixture(scope="module")
def result() -> ScanResult:
    """A scan of the folder."""
    return dedup.scan([planted.NATO])


@pytest.fixture(scope="module")
def bodies() -> list[str]:
    """The texts."""
    return [path.read_text(encoding="utf-8") for path in sorted(planted.NATO.glob("*.txt"))]


def test_one_pair(result: ScanResult) -> None:
    assert result.ids == ("000.txt", "001.txt", "002.txt", "003.txt", "004.txt")
    assert result.unreadable == ()
    (pair,) = result.pairs
    assert (pair.a, pair.b, pair.relation) == ("001.txt", "003.txt", "derived")
    assert pair.source == "003.txt"
    assert 69 <= pair.longest_run_words <= 73
    assert pair.evidence_bits > 500
    assert "safe haven for terrorists" in pair.longest_run_text
    assert [cluster.members for cluster in result.clusters] == [("001.txt", "003.txt")]
    assert result.redundant == ()


def test_its_measures_are_the_oracles(result: ScanResult, bodies: list[str]) -> None:
    (pair,) = result.pairs
    a, b = oracles.words(bodies[1]), oracles.words(bodies[3])
    x, y = oracles.shingles(a), oracles.shingles(b)
    assert pair.jaccard == pytest.approx(oracles.jaccard(a, b), abs=1e-6)
    assert pair.containment_of_a_in_b == pytest.approx(len(x & y) / len(x), abs=1e-6)
    assert pair.containment_of_b_in_a == pytest.approx(len(x & y) / len(y), abs=1e-6)
    tiles = oracles.tiles(b, a)
    assert pair.shared_words == sum(tile.words for tile in tiles if tile.words >= 4)
    assert pair.longest_run_words == max(tile.words for tile in tiles)
    assert pair.longest_run_text in bodies[3]
    assert (pair.words_a, pair.words_b) == (len(a), len(b))


def test_the_other_nine_have_no_evidence(bodies: list[str]) -> None:
    """Neither those that never become candidates: they share names and a phrase or two."""
    builder = CorpusBuilder(Sketcher(threads=1), choose_bands(0.7, 128))
    for i, text in enumerate(bodies):
        builder.add(str(i), text)
    corpus = builder.finish()
    model, sampled = word_model(corpus, np.ones(5, np.bool_))
    assert sampled.all()
    every = np.array([i << 32 | j for i, j in combinations(range(5), 2)], np.uint64)
    pairs, found = compare(corpus, every, model, sampled, threads=1)
    bits = found.evidence / BIT - np.log2(10)
    for pair, value in zip(pairs.tolist(), bits.tolist(), strict=True):
        if {pair >> 32, pair & 0xFFFFFFFF} == {1, 3}:
            assert value > 500
        else:
            assert value < 20


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (1, 3, 0, 2, 4), (3, 1, 4, 0, 2)])
def test_order_and_names_mean_nothing(
    result: ScanResult, bodies: list[str], order: tuple[int, ...]
) -> None:
    (pair,) = dedup.scan([dedup.Document(f"x{i}", bodies[i]) for i in order]).pairs
    (wanted,) = result.pairs
    assert {pair.a, pair.b} == {"x1", "x3"}
    assert pair.source == "x3"
    assert (pair.jaccard, pair.evidence_bits) == (wanted.jaccard, wanted.evidence_bits)
    assert pair.longest_run_text == wanted.longest_run_text


@pytest.mark.parametrize("left_out", [0, 2, 4])
def test_it_stands_among_fewer(bodies: list[str], left_out: int) -> None:
    documents = [dedup.Document(str(i), text) for i, text in enumerate(bodies) if i != left_out]
    assert [(p.a, p.b, p.relation) for p in dedup.scan(documents).pairs] == [("1", "3", "derived")]
