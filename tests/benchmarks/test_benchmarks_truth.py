"""What is planted is what was asked for, and what is true is found without the library."""

import random

import pytest

from benchmarks import scripts, synthetic, texts, truth

WORDS = [f"w{i}" for i in range(5000)]


def text(seed, words=400):
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def test_jaccard_by_hand():
    # 3 shingles against 4, of which 3 are shared.
    assert truth.jaccard("a b c d e f g", "a b c d e f g h") == 3 / 4
    assert truth.jaccard("A-b, c", "a b C.") == 1
    assert truth.jaccard("", "") == 0


@pytest.mark.parametrize("similarity", [0.5, 0.7, 0.9])
def test_near_duplicates_are_as_similar_as_was_asked_for(similarity):
    original = text(1)
    copy = truth.near_duplicate(original, similarity, WORDS, seed=2)
    assert truth.jaccard(original, copy) == pytest.approx(similarity, abs=0.08)


def test_a_derivation_keeps_what_was_asked_for_and_as_much_that_is_foreign():
    source, foreign = text(1), " ".join(f"f{i}" for i in range(400))
    made = truth.derivation(
        source, foreign, keep_words=70, edits=0.0, vocabulary=WORDS, seed=3
    ).split()
    assert sum(word in set(source.split()) for word in made) == 70
    assert sum(word.startswith("f") for word in made) == 70


def test_a_derivation_is_edited():
    made = truth.derivation(
        text(1), text(2), keep_words=140, edits=0.25, vocabulary=["new"], seed=3
    )
    assert 0.1 < made.split().count("new") / 140 < 0.35


def test_synthetic_text_is_equal_for_equal_seeds():
    a, b, c = (list(synthetic.documents(50, seed, mean_words=120)) for seed in (1, 1, 2))
    assert a == b != c
    assert 60 < sum(len(one.split()) for one in a) / 50 < 240


def test_synthetic_planted_documents_are_1_in_100_and_name_their_source():
    documents = list(synthetic.planted_documents(2500, 1, mean_words=120))
    by_number = {one.id.split("<")[0]: one for one in documents}
    planted = [one.id.split("<") for one in documents if "<" in one.id]
    assert len(documents) == len(by_number) == 2500
    assert len(planted) == 25
    for number, source, kind in planted:
        similarity = truth.jaccard(by_number[number].text, by_number[source].text)
        assert similarity > 0.7 if kind == "near" else 0.1 < similarity < 0.6


def test_typeset_text_has_1_to_2_percent_that_is_not_ascii():
    plain = 'He said "it\'s a well-known fact" - and left... ' * 50
    (curly,) = scripts.typeset([plain], seed=1)
    share = sum(not c.isascii() for c in curly) / len(curly)
    assert share >= 0.01
    assert "“it’s" in curly or "“ít’s" in curly
    (sparse,) = scripts.typeset(["plain words and nothing else at all " * 50], seed=1)
    assert sum(not c.isascii() for c in sparse) / len(sparse) == pytest.approx(0.015, abs=0.001)


@pytest.mark.parametrize("script", scripts.DECLARATION)
def test_declaration_is_of_the_size_asked_for(script):
    size = sum(texts.utf8_bytes(one) for one in scripts.declaration(script, 0.05, seed=1))
    assert 50_000 <= size < 60_000


def test_head_takes_what_fits_and_at_least_one():
    assert texts.head(["a" * 500_000] * 4, 1.2) == ["a" * 500_000] * 2
    assert texts.head(["a" * 500_000], 0.1) == ["a" * 500_000]
