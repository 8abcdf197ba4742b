"""The estimator: its bias and its spread, on seeded random sets.

``affine32`` is 2-universal and not min-wise independent, so that theory promises a given pair no
unbiasedness over the seeds; what is bounded here is what was measured. Over random texts it is
unbiased: an odd factor makes a permutation of 2**32, and any permutation has a uniform minimum.
"""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
import oracles
import pytest

from dedup import Settings, Sketcher, Sketches

PAIRS = 600
SIGMAS = 4.5  # about 1 in 150,000 for a sound estimator, and the seeds are fixed


def pair_of(common: int, each: int, draw: random.Random) -> tuple[str, str]:
    """Two texts of which `common` shingles are shared, and each has so many of its own."""
    words = [f"w{draw.randrange(10**9)}" for _ in range(common + 4 + 2 * each)]
    shared, left = words[: common + 4], words[common + 4 : common + 4 + each]
    return " ".join(shared + left), " ".join(shared + words[common + 4 + each :])


def estimates(sketches: Sketches) -> npt.NDArray[np.float64]:
    """Of each text at an even place with the next."""
    equal = sketches.signatures[0::2] == sketches.signatures[1::2]
    return np.asarray(equal.mean(axis=1), np.float64)


SHAPES = [(2, 38), (10, 10), (30, 10), (45, 5), (90, 10), (95, 5), (20, 180), (300, 100)]


@pytest.mark.parametrize(("common", "each"), SHAPES)
@pytest.mark.parametrize(("num_perm", "seed"), [(128, 1), (128, 77), (64, 1), (256, 3)])
def test_bias_and_spread_over_texts(common: int, each: int, num_perm: int, seed: int) -> None:
    draw = random.Random(common * 1000 + each)
    texts = [pair_of(common, each, draw) for _ in range(PAIRS)]
    jaccard = oracles.jaccard(*(text.split() for text in texts[0]))
    assert jaccard == pytest.approx(common / (common + 2 * each))
    sketcher = Sketcher(Settings(num_perm=num_perm, seed=seed))
    errors = estimates(sketcher.sketch([t for pair in texts for t in pair])) - jaccard
    sigma = np.sqrt(jaccard * (1 - jaccard) / num_perm)
    assert abs(errors.mean()) <= SIGMAS * sigma / np.sqrt(PAIRS)
    assert abs(errors.std() / sigma - 1) <= SIGMAS / np.sqrt(2 * PAIRS)


@pytest.mark.parametrize(("common", "each"), [(10, 10), (45, 5), (100, 100)])
def test_bias_over_seeds(common: int, each: int) -> None:
    """One pair, many seeds: here the family itself could be biased; at most .01 is allowed."""
    seeds, num_perm, pairs = 150, 128, 20
    draw = random.Random(9)
    texts = [t for _ in range(pairs) for t in pair_of(common, each, draw)]
    jaccard = common / (common + 2 * each)
    found = np.array(
        [
            estimates(Sketcher(Settings(num_perm=num_perm, seed=seed)).sketch(texts))
            for seed in range(seeds)
        ]
    )
    sigma = np.sqrt(jaccard * (1 - jaccard) / num_perm)
    assert np.abs(found.mean(axis=0) - jaccard).max() <= 0.01 + SIGMAS * sigma / np.sqrt(seeds)
    assert abs(found.mean() - jaccard) <= 0.004
    assert 0.9 <= found.std(axis=0).mean() / sigma <= 1.1


def test_what_is_unlike_looks_unlike() -> None:
    draw = random.Random(4)
    texts = [" ".join(f"w{draw.randrange(10**9)}" for _ in range(100)) for _ in range(200)]
    assert estimates(Sketcher().sketch(texts)).max() <= 1 / 128


def test_the_values_are_spread_evenly() -> None:
    """The least of n uniform values is 1/(n+1) of the range on average."""
    draw = random.Random(4)
    n = 50
    texts = [" ".join(f"w{draw.randrange(10**9)}" for _ in range(n + 4)) for _ in range(400)]
    least = Sketcher().sketch(texts).signatures / 2.0**32
    sigma = 1 / (n + 1) / np.sqrt(least.size)
    assert (
        abs(least.mean() - 1 / (n + 1)) <= 2 * SIGMAS * sigma
    )  # twice: values of a text correlate
    assert len(np.unique(least)) > 0.999 * least.size
