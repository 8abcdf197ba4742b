"""What is planted is found: bands against theory, near-duplicates and derived texts with floors."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import oracles
import planted
import pytest

import dedup
from dedup import Document, Settings, Sketcher
from dedup.find.lsh import Bands, band_keys, choose_bands

SIGMAS = 4.5

# ---- bands against 1 - (1 - s^r)^b ---------------------------------------------------------------


def texts_with(common: int, each: int, n: int, seed: int) -> list[str]:
    """n pairs, side by side, of Jaccard common / (common + 2 each)."""
    draw = random.Random(seed)
    texts = []
    for _ in range(n):
        words = [f"w{draw.randrange(10**9)}" for _ in range(common + 4 + 2 * each)]
        shared = words[: common + 4]
        texts.append(" ".join(shared + words[common + 4 : common + 4 + each]))
        texts.append(" ".join(shared + words[common + 4 + each :]))
    return texts


@pytest.mark.parametrize("bands", [Bands(32, 4), Bands(25, 5), Bands(64, 2), Bands(12, 10)])
@pytest.mark.parametrize(
    ("common", "each"), [(20, 40), (20, 20), (60, 20), (70, 15), (80, 10), (90, 5)]
)
def test_candidates_follow_theory(bands: Bands, common: int, each: int) -> None:
    n = 500
    keys = band_keys(Sketcher().sketch(texts_with(common, each, n, common)).signatures, bands)
    found = int((keys[0::2] == keys[1::2]).any(axis=1).sum())
    wanted = bands.recall(common / (common + 2 * each))
    slack = SIGMAS * math.sqrt(n * wanted * (1 - wanted)) + 1
    assert abs(found - n * wanted) <= slack


@pytest.mark.parametrize("num_perm", [64, 128, 256])
@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9])
def test_recall_at_the_threshold_is_measured(threshold: float, num_perm: int) -> None:
    """On sketches, not by formula: at the threshold itself, the hardest place."""
    n = 600
    common = round(100 * threshold)
    each = math.floor(common * (1 - threshold) / threshold / 2)
    sketches = Sketcher(Settings(num_perm=num_perm)).sketch(texts_with(common, each, n, 7))
    keys = band_keys(sketches.signatures, choose_bands(threshold, num_perm))
    found = int((keys[0::2] == keys[1::2]).any(axis=1).sum())
    assert found >= 0.99 * n - SIGMAS * math.sqrt(n * 0.99 * 0.01)


# ---- near-duplicates -----------------------------------------------------------------------------


def rewritten(words: list[str], tail: int, draw: random.Random) -> list[str]:
    """The words with the last `tail` of them replaced: of n shingles n - tail stay."""
    return words[: len(words) - tail] + [f"new{draw.randrange(10**9)}" for _ in range(tail)]


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.9])
def test_near_duplicates(threshold: float) -> None:
    """Everything at and above the threshold; nothing below it; every measure exact."""
    draw = random.Random(11)
    writer = planted.Writer(11)
    bodies: dict[str, list[str]] = {}
    wanted = set()
    for i in range(150):
        base = writer.words(104)
        copy = rewritten(base, draw.choice([1, 2, 5, 10, 16, 17, 18, 30, 33, 34, 40, 60]), draw)
        bodies[f"{i}"], bodies[f"{i}'"] = base, copy
        if oracles.jaccard(base, copy) >= threshold:
            wanted.add((f"{i}", f"{i}'"))
    documents = [Document(name, " ".join(words)) for name, words in bodies.items()]
    settings = Settings(threshold=threshold, relations=("near-duplicate",))
    result = dedup.scan(documents, settings)
    found = {(pair.a, pair.b) for pair in result.pairs}
    assert found <= wanted
    assert len(found) >= 0.99 * len(wanted) - 1
    assert 20 < len(wanted) < 150
    for pair in result.pairs:
        exact(bodies, pair)


def exact(bodies: dict[str, list[str]], pair: dedup.Pair) -> None:
    """The measures of a pair are those of the oracle."""
    a, b = bodies[pair.a], bodies[pair.b]
    x, y = oracles.shingles(a), oracles.shingles(b)
    assert pair.jaccard == pytest.approx(len(x & y) / len(x | y), abs=1e-6)
    assert pair.containment_of_a_in_b == pytest.approx(len(x & y) / len(x), abs=1e-6)
    assert pair.containment_of_b_in_a == pytest.approx(len(x & y) / len(y), abs=1e-6)
    assert (pair.words_a, pair.words_b) == (len(a), len(b))
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    tiles = oracles.tiles(longer, shorter)
    assert pair.longest_run_words == max(tile.words for tile in tiles)
    run = oracles.words(pair.longest_run_text)
    assert len(run) == pair.longest_run_words
    for words in (a, b):
        assert any(words[i : i + len(run)] == run for i in range(len(words)))


# ---- derived -------------------------------------------------------------------------------------

BACKGROUND = 600
EACH = 20


class Planted:
    """A background with derived texts in it."""

    def __init__(self, seed: int) -> None:
        writer, draw = planted.Writer(seed), random.Random(seed)
        self.base = [writer.words(draw.randint(150, 300)) for _ in range(BACKGROUND)]
        self.bodies = {f"base{i}": words for i, words in enumerate(self.base)}
        self.source: dict[str, str] = {}
        self.kind: dict[str, tuple[int, float]] = {}
        sources = draw.sample(range(BACKGROUND), 9 * EACH)  # no source twice
        for keep in (140, 70, 35):
            for share in (0.0, 0.1, 0.25):
                for _ in range(EACH):
                    source = sources.pop()
                    words = planted.derived(
                        self.base[source], keep, share, draw, writer.words(keep + 60)
                    )
                    name = f"derived{len(self.source)}"
                    self.bodies[name] = words
                    self.source[name], self.kind[name] = f"base{source}", (keep, share)
        dice = random.Random(seed)
        self.documents = [
            Document(name, planted.dress(words, dice)) for name, words in self.bodies.items()
        ]


@pytest.fixture(scope="module", params=[1, 2])
def corpus(request: pytest.FixtureRequest) -> tuple[Planted, dedup.ScanResult]:
    """Planted texts and what a scan finds."""
    made = Planted(request.param)
    return made, dedup.scan(made.documents)


def test_derived(corpus: tuple[Planted, dedup.ScanResult]) -> None:
    """Recall by how much was kept and how much of that was edited; no other pair.

    Of the hardest (35 words, a quarter of them edited) a part is beyond evidence.
    """
    made, result = corpus
    found = {(pair.a, pair.b) for pair in result.pairs}
    wanted = {(source, name): made.kind[name] for name, source in made.source.items()}
    assert found <= set(wanted)
    hits = Counter(wanted[pair] for pair in found)
    for keep, share, floor in [
        (140, 0.0, 1.0),
        (140, 0.1, 1.0),
        (140, 0.25, 1.0),
        (70, 0.0, 1.0),
        (70, 0.1, 0.95),
        (70, 0.25, 0.9),
        (35, 0.0, 0.95),
        (35, 0.1, 0.85),
        (35, 0.25, 0.4),
    ]:
        assert hits[keep, share] >= floor * EACH, (keep, share)


def test_derived_measures_are_exact(corpus: tuple[Planted, dedup.ScanResult]) -> None:
    made, result = corpus
    for pair in result.pairs[:60]:
        exact(made.bodies, pair)
        longer, shorter = sorted((made.bodies[pair.a], made.bodies[pair.b]), key=len)[::-1]
        tiles = oracles.tiles(longer, shorter)
        assert pair.shared_words == sum(tile.words for tile in tiles if tile.words >= 4)
        assert pair.evidence_bits >= 50


def test_derived_by_relation(corpus: tuple[Planted, dedup.ScanResult]) -> None:
    """Half of each text is the other's: derived, unless edits leave little of it standing."""
    made, result = corpus
    kinds = Counter(pair.relation for pair in result.pairs if made.kind[pair.b][1] <= 0.1)
    assert kinds["derived"] >= 0.95 * kinds.total()


def test_more_documents_change_no_measure(corpus: tuple[Planted, dedup.ScanResult]) -> None:
    """Unrelated documents change nothing but the evidence, by less than it takes to matter.

    Evidence moves by up to a third here: words share cells of the model, others in every corpus.
    """
    made, result = corpus
    writer = planted.Writer(99)
    more = [Document(f"more{i}", writer.text(200)) for i in range(100)]
    again = dedup.scan([*made.documents, *more])
    before = {(p.a, p.b): p for p in result.pairs}
    after = {(p.a, p.b): p for p in again.pairs}
    certain = {pair for pair, p in before.items() if p.evidence_bits > 80}
    assert certain <= set(after) <= {(s, n) for n, s in made.source.items()}
    for pair in certain:
        assert after[pair].jaccard == before[pair].jaccard
        assert after[pair].shared_words == before[pair].shared_words
        assert after[pair].longest_run_text == before[pair].longest_run_text
        assert after[pair].evidence_bits == pytest.approx(before[pair].evidence_bits, rel=0.35)


# ---- nothing to find -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [3, 4])
def test_unrelated_texts(seed: int) -> None:
    writer, draw = planted.Writer(seed), random.Random(seed)
    texts = [writer.text(draw.randint(5, 300)) for _ in range(1500)]
    result = dedup.scan([Document(str(i), text) for i, text in enumerate(texts)])
    assert result.pairs == ()
    assert result.clusters == ()
    assert len(result.keep) == 1500


def test_shuffled_words(corpus: tuple[Planted, dedup.ScanResult]) -> None:
    """The same words in another order are no reuse, not even with no limit on evidence."""
    made, _ = corpus
    draw = random.Random(5)
    texts = [draw.sample(words, len(words)) for words in made.bodies.values()]
    texts += [draw.sample(words, len(words)) for words in made.bodies.values()]
    documents = [Document(str(i), " ".join(words)) for i, words in enumerate(texts)]
    assert dedup.scan(documents).pairs == ()
    free = dedup.scan(documents, Settings(min_evidence_bits=0)).pairs
    assert len(free) <= 1  # at 0 bits one pair is to be expected by chance


def test_a_recurring_formula_is_no_reuse() -> None:
    """What hundreds of documents say is worth nothing, however long it is."""
    writer = planted.Writer(6)
    formula = writer.words(60)
    documents = [
        Document(str(i), " ".join(writer.words(150) + formula + writer.words(150)))
        for i in range(300)
    ]
    result = dedup.scan(documents)
    assert result.pairs == ()
    assert result.limits["common_fingerprints"] > 0


def test_evidence_of_the_recall_tests_can_fail() -> None:
    """A scan that is asked for the impossible finds none of the planted texts."""
    made = Planted(1)
    assert dedup.scan(made.documents, Settings(min_evidence_bits=1e9)).pairs == ()
    assert np.isclose(oracles.jaccard(["a"] * 5, ["a"] * 5), 1.0)
