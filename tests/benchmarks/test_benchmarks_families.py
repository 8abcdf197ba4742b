"""Groups of texts by hand, and all pairs beside one after the other."""

import itertools
import random

import pytest
from tiny_corpora import WORDS

from benchmarks import families, truth


def test_joined_by_hand():
    pairs = [(3, 2), (2, 7), (9, 8), (5, 5)]
    assert families.joined(pairs) == {2: 2, 3: 2, 7: 2, 8: 8, 9: 8, 5: 5}
    assert families.joined([("b", "a"), ("c", "b")]) == {"a": "a", "b": "a", "c": "a"}
    assert families.joined([]) == {}


def test_members_by_hand():
    assert families.members_of("abcab") == [[0, 3], [1, 4]]


def test_the_copies_of_a_text_are_in_its_pairs():
    # 0 and 4 are copies, 1 and 3 too; 0 and 1 are alike.
    assert families.with_copies([(0, 1)], [(0, 4), (1, 3)]) == set(
        itertools.combinations([0, 1, 3, 4], 2)
    )
    assert families.with_copies([(0, 2)], []) == {(0, 2)}


def test_groups_are_read(labelled):
    read = families.read(labelled / "license-texts")
    assert len(read.ids) == 9
    assert read.pairs() == {
        (3 * i + a, 3 * i + b) for i in range(3) for a, b in ((0, 1), (0, 2), (1, 2))
    }


def test_all_pairs_are_those_of_each_two():
    draw = random.Random(7)
    originals = [draw.choices(WORDS, k=40) for _ in range(4)]
    texts = ["", "one", "one", "zwei drei"]
    for _ in range(40):
        words = [*draw.choice(originals)]
        words[draw.randrange(40)] = draw.choice(WORDS)
        texts.append(" ".join(words[draw.randrange(10) :]))
    found = truth.alike(texts)
    pairs = zip(found.a.tolist(), found.b.tolist(), strict=True)
    of_each = {
        pair: similarity
        for pair in itertools.combinations(range(len(texts)), 2)
        if (similarity := truth.jaccard(texts[pair[0]], texts[pair[1]]))
    }
    assert dict(zip(pairs, found.jaccard.tolist(), strict=True)) == pytest.approx(of_each)
    assert len(of_each) > 100
