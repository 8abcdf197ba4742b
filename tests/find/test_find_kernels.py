"""The hot loops of finding: every core against the oracle, and the cores against one another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.find import reference
from dedup.find.kernels import BIT, Comparisons, Kernels, WordModel
from dedup.sketch.kernels import I64, U32, Bool, Tokens

MOST_EFFORT = 64  # words compared, at most, for each word of two texts …
LEAST_EFFORT = 1 << 16  # … beyond so many

word_lists = st.lists(st.integers(0, 5), max_size=24) | st.lists(st.integers(0, 40), max_size=60)


def hash_of(word: int) -> int:
    """A number as a token."""
    return oracles.token_hash(f"word{word}")


def tokens_of(
    texts: Sequence[Sequence[int]],
    capitals: Sequence[Sequence[bool]] = (),
    quoted: Sequence[Sequence[bool]] = (),
) -> Tokens:
    """Texts of numbers as a core takes them."""
    flags = [c for text in capitals for c in text] or [False] * sum(map(len, texts))
    marks = [q for text in quoted for q in text] or [False] * sum(map(len, texts))
    none: I64 = np.empty(0, np.int64)
    return Tokens(
        np.array([hash_of(word) for text in texts for word in text], np.uint64),
        np.array(flags, np.bool_),
        np.array(marks, np.bool_),
        none,
        none,
        np.cumsum([0, *map(len, texts)]).astype(np.int64),
    )


def model_of(core: Kernels, tokens: Tokens, log2_words: int = 16, log2_runs: int = 18) -> WordModel:
    """A word model of texts."""
    empty = WordModel(
        np.zeros(1 << log2_words, np.uint32),
        np.zeros(1 << log2_runs, np.uint16),
        np.zeros(1 << log2_runs, np.uint16),
        0.0,
    )
    return core.count(empty, tokens)[0]


def all_pairs(n: int) -> U32:
    """Every pair, both ways, and everything with itself."""
    return np.array([(i, j) for i in range(n) for j in range(n)], np.uint32).reshape(-1, 2)


class Row(NamedTuple):
    """One row of `Comparisons`."""

    shingles_a: int
    shingles_b: int
    shingles_shared: int
    shared_words: int
    quoted_in_a: int
    quoted_in_b: int
    longest: int
    longest_begin: int
    evidence: int
    cut: int


def rows_of(found: Comparisons) -> list[Row]:
    """One row a pair."""
    assert Row._fields == found._fields
    return [Row(*row) for row in zip(*(column.tolist() for column in found), strict=True)]


# ---- counting ------------------------------------------------------------------------------------


@given(st.lists(word_lists, max_size=5))
def test_count(find_core: Kernels, texts: list[list[int]]) -> None:
    model = model_of(find_core, tokens_of(texts), 8, 10)
    wanted = [np.zeros(1 << log2, np.uint32) for log2 in (8, 10, 10)]
    for text in texts:
        hashes = [hash_of(word) for word in text]
        for size in (1, 2, 3):
            for i in range(len(text) - size + 1):
                run = hashes[i : i + size]
                key = run[0] if size == 1 else oracles.run_hash(run)
                log2 = 8 if size == 1 else 10
                cell = (key * 0x9E3779B97F4A7C15 & oracles.MASK64) >> (64 - log2)
                wanted[size - 1][cell] += 1
    for got, expected in zip(model[:3], wanted, strict=True):
        assert np.array_equal(got, expected)
    assert model.total == sum(map(len, texts))


def test_count_adds_up(find_core: Kernels) -> None:
    a, b = [1, 2, 3, 4], [2, 3, 4, 5, 6]
    parts, _ = find_core.count(model_of(find_core, tokens_of([a])), tokens_of([b]))
    whole = model_of(find_core, tokens_of([a, b]))
    assert parts.total == whole.total
    assert all(np.array_equal(x, y) for x, y in zip(parts[:3], whole[:3], strict=True))


# ---- comparing -----------------------------------------------------------------------------------


class Corpus(NamedTuple):
    """Texts, which words have capitals and which are quoted, and which texts the model knows."""

    texts: list[list[int]]
    capitals: list[list[bool]]
    quoted: list[list[bool]]
    sampled: list[bool]


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """Texts that share pieces."""
    texts = draw(st.lists(word_lists, min_size=1, max_size=4))
    if draw(st.booleans()):
        pieces = [draw(st.sampled_from(texts))[draw(st.integers(0, 9)) :] for _ in range(3)]
        texts.append([word for piece in pieces for word in piece])
    seed, share = draw(st.integers(0, 1 << 30)), draw(st.sampled_from([0.0, 0.1, 0.45, 0.6, 1.0]))
    dice = random.Random(seed)
    capitals = [[dice.random() < share for _ in text] for text in texts]
    quoted = [[dice.random() < 0.3 for _ in text] for text in texts]
    return Corpus(texts, capitals, quoted, [dice.random() < 0.7 for _ in texts])


@given(corpora())
def test_compare(find_core: Kernels, corpus: Corpus) -> None:
    texts, capitals, quoted, sampled = corpus
    tokens = tokens_of(texts, capitals, quoted)
    known = [text for text, chosen in zip(texts, sampled, strict=True) if chosen]
    model = model_of(find_core, tokens_of(known))
    pairs = all_pairs(len(texts))
    found = find_core.compare(model, tokens, np.array(sampled, np.bool_), pairs)
    counted = oracles.count_runs(known)
    for (p, q), row in zip(pairs.tolist(), rows_of(found), strict=True):
        check_row(
            row,
            (texts[p], capitals[p]),
            (texts[q], capitals[q]),
            counted,
            [texts[d] for d in (p, q) if not sampled[d]],
        )
        if not row.cut:
            counted_tiles = [t for t in oracles.tiles(texts[p], texts[q]) if t.words >= 4]
            assert row.quoted_in_a == sum(
                sum(quoted[p][t.a : t.a + t.words]) for t in counted_tiles
            )
            assert row.quoted_in_b == sum(
                sum(quoted[q][t.b : t.b + t.words]) for t in counted_tiles
            )


def check_row(
    row: Row,
    a: tuple[list[int], list[bool]],
    b: tuple[list[int], list[bool]],
    counted: oracles.Model,
    unsampled: list[list[int]],
) -> None:
    """One row is what the oracle says of two texts that are not repetitive."""
    x, y = oracles.shingles(a[0]), oracles.shingles(b[0])
    assert row.shingles_a == len(x)
    assert row.shingles_b == len(y)
    assert row.shingles_shared == len(x & y)
    starts = [tuple(a[0][i : i + 3]) for i in range(len(a[0]) - 2)]
    often = any(starts.count(tuple(b[0][i : i + 3])) > 32 for i in range(len(b[0]) - 2))
    assert row.cut == often
    if often:
        return
    tiles = oracles.tiles(a[0], b[0])
    assert row.shared_words == sum(tile.words for tile in tiles if tile.words >= 4)
    longest = max(tiles, key=lambda tile: tile.words, default=oracles.Run(0, 0, 0))
    assert (row.longest, row.longest_begin) == (longest.words, longest.a)
    # Each word and each tile is rounded to 1/1024 bits, from a table of logarithms as fine.
    slack = sum(tile.words + 1 for tile in tiles) + 1
    wanted = BIT * oracles.evidence_bits(counted, a, b, unsampled)
    assert abs(float(row.evidence) - wanted) <= slack


def test_compare_by_hand(find_core: Kernels) -> None:
    """Two texts whose answer is seen without an oracle."""
    a = [1, 2, 3, 4, 5, 6, 7, 90, 91, 20, 21, 22, 92, 30, 31, 32, 33]
    b = [30, 31, 32, 33, 80, 1, 2, 3, 4, 5, 6, 7, 81, 20, 21, 22]
    tokens = tokens_of([a, b])
    found = find_core.compare(
        model_of(find_core, tokens), tokens, np.ones(2, np.bool_), np.array([[0, 1]], np.uint32)
    )
    row = rows_of(found)[0]
    assert (row.shingles_a, row.shingles_b, row.shingles_shared) == (13, 12, 3)
    assert (row.shared_words, row.longest, row.longest_begin, row.cut) == (11, 7, 0, 0)
    # No word stands elsewhere: p = .5/34, and a run's next word has p/1 = 5p/5.
    each = np.log2(34 / 0.5)
    places = np.log2(len(a) * len(b))
    wanted = sum(n * each - places for n in (7, 4, 3)) + np.log2(6)  # three tiles in any order
    assert abs(float(row.evidence) / BIT - wanted) < 0.02


def test_names_are_worth_little(find_core: Kernels) -> None:
    """Two bits a word where both texts have capitals; headlines have no names."""
    a, b = list(range(40)), [*range(100, 110), *range(20), *range(110, 120)]
    sampled: Bool = np.ones(2, np.bool_)
    pair: U32 = np.array([[0, 1]], np.uint32)

    def bits(capitals_a: list[bool], capitals_b: list[bool]) -> float:
        tokens = tokens_of([a, b], [capitals_a, capitals_b])
        found = find_core.compare(model_of(find_core, tokens), tokens, sampled, pair)
        return float(found.evidence[0]) / BIT

    no, all_ = [False] * 40, [True] * 40
    some_a, some_b = [i < 10 for i in range(40)], [10 <= i < 20 for i in range(40)]
    plain = bits(no, no)
    assert plain > 80
    assert bits(some_a, no) == bits(no, some_b) == plain
    assert bits(all_, all_) == bits(some_a, all_) == plain
    word = (plain + np.log2(1600)) / 20
    assert bits(some_a, some_b) == pytest.approx(plain - 10 * (word - 2), abs=0.1)


REPETITIVE = {
    "one word": ([1] * 300, [1] * 300),
    "two words": ([1, 2] * 200, [2, 1] * 150),
    "a short loop": ([1, 2, 3, 4, 5] * 90, [1, 2, 3, 4, 5] * 80 + [9] + [3, 4, 5, 1, 2] * 20),
    "thirty-two": ([1, 2, 3, 9] * 32, [1, 2, 3, 8]),
    "thirty-three": ([1, 2, 3, 9] * 33, [1, 2, 3, 8]),
    "many effort": ([1, 2, 3] * 700, [1, 2, 3] * 700),
    "equal halves": (list(range(50)) * 2, list(range(50)) * 3),
    "nothing": ([], []),
    "nothing and something": ([], [1, 2, 3, 4]),
    "three": ([1, 2, 3], [1, 2, 3]),
    "two": ([1, 2], [1, 2]),
}


@pytest.mark.parametrize("name", REPETITIVE)
def test_repetition(find_core: Kernels, name: str) -> None:
    """Nothing explodes; both cores stop at the same place and say that they did."""
    texts = list(REPETITIVE[name])
    tokens = tokens_of(texts)
    model = model_of(cast("Kernels", reference), tokens)
    pairs = all_pairs(2)
    for sampled in ([True, True], [False, True], [False, False]):
        flags = np.array(sampled, np.bool_)
        found = find_core.compare(model, tokens, flags, pairs)
        wanted = reference.compare(model, tokens, flags, pairs)
        assert rows_of(found) == rows_of(wanted)
    cut = rows_of(find_core.compare(model, tokens, np.ones(2, np.bool_), pairs))
    expected = {"one word", "two words", "a short loop", "thirty-three", "many effort"}
    assert any(row.cut for row in cut) == (name in expected)


@pytest.mark.parametrize("seed", range(12))
def test_cores_agree_on_long_texts(find_core: Kernels, seed: int) -> None:
    """Sizes at which the oracle would take minutes: tables grow, buffers are used again."""
    dice = random.Random(seed)
    vocabulary = dice.choice([3, 40, 2000])
    texts = [
        [dice.randrange(vocabulary) for _ in range(dice.choice([0, 5, 300, 900]))] for _ in "abcd"
    ]
    texts.append(texts[0][:200] + texts[1][-200:] + texts[2][50:250])
    capitals = [[dice.random() < 0.3 for _ in text] for text in texts]
    quoted = [[dice.random() < 0.3 for _ in text] for text in texts]
    tokens = tokens_of(texts, capitals, quoted)
    model = model_of(cast("Kernels", reference), tokens, 10, 11)
    sampled = np.array([dice.random() < 0.5 for _ in texts], np.bool_)
    pairs = all_pairs(len(texts))
    dice.shuffle(order := pairs.tolist())
    mixed = np.array(order, np.uint32)
    found = find_core.compare(model, tokens, sampled, mixed)
    assert rows_of(found) == rows_of(reference.compare(model, tokens, sampled, mixed))


def test_a_text_against_itself(find_core: Kernels) -> None:
    text = list(range(100))
    tokens = tokens_of([text])
    found = find_core.compare(
        model_of(find_core, tokens), tokens, np.ones(1, np.bool_), np.zeros((1, 2), np.uint32)
    )
    row = rows_of(found)[0]
    assert row[:8] == (96, 96, 96, 100, 0, 0, 100, 0)


def test_no_pairs(find_core: Kernels) -> None:
    tokens = tokens_of([[1, 2, 3]])
    none: U32 = np.empty((0, 2), np.uint32)
    found = find_core.compare(model_of(find_core, tokens), tokens, np.ones(1, np.bool_), none)
    assert [len(column) for column in found] == [0] * len(Row._fields)


# ---- postings ------------------------------------------------------------------------------------


def flat(documents: Sequence[Sequence[int]]) -> tuple[U32, I64]:
    """Fingerprints end to end."""
    values = np.array([f for prints in documents for f in prints], np.uint32)
    return values, np.cumsum([0, *map(len, documents)]).astype(np.int64)


@given(
    st.lists(st.lists(st.integers(0, 12) | st.integers(0, 2**32 - 1), max_size=12), max_size=9),
    st.integers(2, 6),
    st.integers(1, 3),
)
def test_postings_and_pairs(
    find_core: Kernels, documents: list[list[int]], most: int, least: int
) -> None:
    chosen = np.ones(len(documents), np.bool_)
    found = find_core.postings(*flat(documents), chosen, most)
    wanted, common = oracles.postings(documents, most)
    assert found.common == common
    groups = np.split(found.documents, found.groups[:-1]) if len(found.groups) else []
    assert [group.tolist() for group in groups] == list(wanted.values())
    pairs = find_core.pairs(found, len(documents), least)
    assert [tuple(pair) for pair in pairs.tolist()] == oracles.sharing(documents, most, least)


def test_postings_sorted_in_parts(find_core: Kernels) -> None:
    """More than 2^22 postings: the native core sorts them in parts, NumPy at once."""
    draw = np.random.RandomState(3)
    n, each = 1500, 3000
    values = draw.randint(0, 1 << 32, n * each, np.uint32)
    values[::3] >>= np.uint32(9)  # crowded below, and so shared
    values[::7] = values[0]  # in every document
    assert len(values) > 1 << 22
    offsets = np.arange(n + 1, dtype=np.int64) * each
    found = find_core.postings(values, offsets, np.ones(len(offsets) - 1, np.bool_), 50)

    owners = np.repeat(np.arange(n, dtype=np.uint64), each)
    items = np.unique(values.astype(np.uint64) << np.uint64(32) | owners)
    keys, sizes = np.unique(items >> np.uint64(32), return_counts=True)
    kept = (sizes >= 2) & (sizes <= 50)
    assert found.common == int((sizes > 50).sum()) >= 1
    assert found.groups.tolist() == np.cumsum(sizes[kept]).tolist()
    assert len(keys) > len(found.groups) > 1000
    wanted = (items & np.uint64(0xFFFFFFFF)).astype(np.uint32)[np.repeat(kept, sizes)]
    assert np.array_equal(found.documents, wanted)


def test_a_posting_of_many_documents(find_core: Kernels) -> None:
    """What all have is left out and counted, and costs no square."""
    documents = [[7, 7, 100 + d // 2] for d in range(20_000)]
    found = find_core.postings(*flat(documents), np.ones(len(documents), np.bool_), 50)
    assert found.common == 1
    assert len(found.groups) == 10_000
    assert find_core.pairs(found, 20_000, 2).shape == (0, 2)
    pairs = find_core.pairs(found, 20_000, 1)
    assert pairs.tolist() == [[2 * i, 2 * i + 1] for i in range(10_000)]


# ---- a model that words are taken out of ---------------------------------------------------------


@given(st.lists(word_lists, min_size=1, max_size=5), st.integers(0, 4))
def test_a_folded_model_is_the_smaller_one(
    find_core: Kernels, texts: list[list[int]], fold: int
) -> None:
    tokens = tokens_of(texts)
    large, small = model_of(find_core, tokens, 12, 14), model_of(find_core, tokens, 12 - fold, 14)
    folded = large._replace(words_fold=fold)
    known, pairs = np.ones(len(texts), np.bool_), all_pairs(len(texts))
    found, wanted = (find_core.compare(m, tokens, known, pairs) for m in (folded, small))
    assert rows_of(found) == rows_of(wanted)
    small = model_of(find_core, tokens, 12, 14 - fold)
    folded = large._replace(runs_fold=fold)
    found, wanted = (find_core.compare(m, tokens, known, pairs) for m in (folded, small))
    assert rows_of(found) == rows_of(wanted)


@given(st.lists(word_lists, max_size=4), st.lists(word_lists, max_size=4))
def test_what_is_taken_out_leaves_nothing(
    find_core: Kernels, kept: list[list[int]], gone: list[list[int]]
) -> None:
    model = model_of(find_core, tokens_of([*kept, *gone]), 10, 10)
    left, full = find_core.count(model, tokens_of(gone), -1)
    wanted = model_of(find_core, tokens_of(kept), 10, 10)
    assert left.total == wanted.total
    assert all(np.array_equal(x, y) for x, y in zip(left[:3], wanted[:3], strict=True))
    assert len(full.pairs) == len(full.triples) == 0


def test_full_cells_are_told_of(find_core: Kernels) -> None:
    """70,000 times one word: the counts stop at 65535, and every hit after that is reported."""
    tokens = tokens_of([[7] * 70_000])
    empty = model_of(find_core, tokens_of([]), 10, 10)
    model, full = find_core.count(empty, tokens)
    assert model.words.max() == 70_000
    assert model.pairs.max() == model.triples.max() == 65535
    assert (len(full.pairs), len(full.triples)) == (69_999 - 65_535, 69_998 - 65_535)
    assert set(full.pairs.tolist()) == {int(model.pairs.argmax())}
    again, full = find_core.count(model, tokens_of([[7, 7]]), -1)
    assert again.pairs.max() == 65535
    assert (len(full.pairs), len(full.triples)) == (1, 0)
    with_fold = again._replace(runs_fold=3)
    one = find_core.compare(with_fold, tokens, np.ones(1, np.bool_), np.zeros((1, 2), np.uint32))
    assert rows_of(one) == rows_of(
        find_core.compare(again, tokens, np.ones(1, np.bool_), np.zeros((1, 2), np.uint32))
    )
