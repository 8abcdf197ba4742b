"""Passages: reuse planted by hand, and what must hold for any two texts."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import NATO, Writer, dress

from dedup.aligner.passages.clauses import CLAUSE_TOKENS, in_clauses
from dedup.aligner.passages.find import passages
from dedup.aligner.sentences import sentence_bounds
from dedup.aligner.units import units
from dedup.alignment import Passage

NEWS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(NATO.glob("*.txt"))}


def found(a: str, b: str, *, sensitive: bool = False) -> list[Passage]:
    return passages(units(a, b, "en"), sensitive=sensitive)


def quoted(a: str, b: str) -> list[tuple[str, str, str]]:
    """The passages as text."""
    return [(p.relation, a[p.a_start : p.a_end], b[p.b_start : p.b_end]) for p in found(a, b)]


# ---- planted -------------------------------------------------------------------------------------


def test_a_paragraph_that_was_copied() -> None:
    copied = Writer(1).text(60)
    a = f"{Writer(2).text(300)}\n\n{copied}\n\n{Writer(3).text(200)}"
    b = f"{Writer(4).text(250)}\n\n{copied}\n\n{Writer(5).text(350)}"
    assert quoted(a, b) == [("verbatim", copied, copied)]
    assert quoted(b, a) == [("verbatim", copied, copied)]


def test_a_short_quotation_inside_a_sentence() -> None:
    quote = "the harbour pilots voted to refuse night passages until the dredging contracts resume"
    a = f"{Writer(2).text(300)} He said that {quote}, and sat down. {Writer(3).text(200)}"
    b = f"{Writer(4).text(250)} Sources claim “{quote}” at last. {Writer(5).text(350)}"
    assert quoted(a, b) == [("verbatim", quote, quote)]


def test_a_paragraph_that_was_reworded() -> None:
    """Every fifth word is another one, and the words around it change places."""
    draw = random.Random(7)
    words = Writer(1).words(90)
    other = [word + "ish" if draw.random() < 0.2 else word for word in words]
    for i in range(0, 88, 6):
        other[i], other[i + 1] = other[i + 1], other[i]
    old, new = dress(words, random.Random(1)), dress(other, random.Random(2))
    a = f"{Writer(2).text(300)}\n\n{old}\n\n{Writer(3).text(200)}"
    b = f"{Writer(4).text(250)}\n\n{new}\n\n{Writer(5).text(350)}"
    ((relation, in_a, in_b),) = quoted(a, b)
    assert relation == "rewritten"
    assert in_a in old
    assert len(in_a) > 0.8 * len(old)
    assert in_b in new
    assert len(in_b) > 0.8 * len(new)


def test_two_reworded_paragraphs_with_others_between_are_two_passages() -> None:
    draw = random.Random(7)
    olds, news = [], []
    for seed in (10, 11):
        words = Writer(seed).words(60)
        olds.append(dress(words, random.Random(seed)))
        other = [word + "ish" if draw.random() < 0.2 else word for word in words]
        news.append(dress(other, random.Random(seed + 1)))
    a = "\n\n".join([olds[0], Writer(2).text(120), olds[1], Writer(3).text(200)])
    b = "\n\n".join([Writer(4).text(200), news[0], Writer(5).text(120), news[1]])
    pairs = quoted(a, b)
    assert [relation for relation, _, _ in pairs] == ["rewritten"] * 2
    for (_, in_a, in_b), old, new in zip(pairs, olds, news, strict=True):
        assert in_a in old
        assert in_b in new


def test_two_short_texts() -> None:
    a = (
        "The harbour pilots voted on Monday to refuse night passages until the dredging contracts "
        "resume. Ferries are not affected by their decision, the port authority said."
    )
    b = a.replace("Monday", "Tuesday").replace("port authority", "harbour master")
    ((relation, in_a, in_b),) = quoted(a, b)
    assert (relation, in_a, in_b) == ("rewritten", a, b)


def test_a_summary() -> None:
    """A sentence in six of a long text, shortened, in a text about something else."""
    draw = random.Random(4)
    long = [Writer(100 + i).words(18) for i in range(48)]
    a = " ".join(" ".join(words).capitalize() + "." for words in long)
    kept = [[w for w in words if draw.random() < 0.75] for words in long[::6]]
    summary = " ".join(" ".join(words).capitalize() + "." for words in kept)
    b = f"{Writer(4).text(400)}\n\n{summary}\n\n{Writer(5).text(350)}"
    condensed = [p for p in found(a, b) if p.relation == "condensed"]
    assert len(condensed) == 1
    assert condensed[0].a_end - condensed[0].a_start > 0.7 * len(a)
    at = b.index(summary)
    assert condensed[0].b_start <= at + 20
    assert condensed[0].b_end >= at + len(summary) - 20
    assert condensed[0].b_end - condensed[0].b_start < 1.5 * len(summary)


def test_what_has_nothing_in_common() -> None:
    for seed in range(5):
        assert found(Writer(seed).text(600), Writer(seed + 50).text(600)) == []


# ---- the press texts -----------------------------------------------------------------------------


def test_the_article_and_the_press_conference() -> None:
    a, b = NEWS["003"], NEWS["001"]
    all_of_it = found(a, b)
    assert all_of_it
    share = sum(p.b_end - p.b_start for p in all_of_it) / len(b)
    assert share > 0.6
    assert b[all_of_it[0].b_start :].startswith("We are faced with many dilemmas")


@pytest.mark.parametrize(
    ("a", "b"), [pair for pair in combinations(NEWS, 2) if pair != ("001", "003")]
)
def test_texts_on_the_same_event(a: str, b: str) -> None:
    assert found(NEWS[a], NEWS[b]) == []
    assert found(NEWS[b], NEWS[a]) == []


# ---- any two texts -------------------------------------------------------------------------------

SNIPPETS = [Writer(seed).text(40) for seed in range(6)]
texts = st.lists(
    st.sampled_from([*SNIPPETS, "", "—", "Ab.", "x " * 40, "『長い』文"]), max_size=6
).map("\n".join)


@given(texts, texts, st.booleans())
def test_places(a: str, b: str, sensitive: bool) -> None:
    end = 0
    for p in found(a, b, sensitive=sensitive):
        assert 0 <= p.a_start < p.a_end <= len(a)
        assert end <= p.b_start < p.b_end <= len(b)
        assert not a[p.a_start].isspace()
        assert not a[p.a_end - 1].isspace()
        assert not b[p.b_start].isspace()
        assert not b[p.b_end - 1].isspace()
        end = p.b_end


@given(st.permutations(SNIPPETS), st.permutations(SNIPPETS), st.integers(1, 3))
def test_what_was_copied_is_found_from_either_side(a: list[str], b: list[str], n: int) -> None:
    """Paragraphs that both have, in any order, and one of its own on each side."""
    first = "\n\n".join([*a[:n], Writer(20).text(80)])
    second = "\n\n".join([Writer(30).text(80), *sorted(a[:n], key=b.index)])
    there = [p for p in found(first, second) if p.relation == "verbatim"]
    back = [p for p in found(second, first) if p.relation == "verbatim"]
    assert {(p.a_start, p.a_end, p.b_start, p.b_end) for p in there} == {
        (p.b_start, p.b_end, p.a_start, p.a_end) for p in back
    }
    assert sum(p.b_end - p.b_start for p in there) >= sum(map(len, a[:n]))


@pytest.mark.parametrize(
    "text",
    [
        *NEWS.values(),
        "One two three four five.",
        "All work and no play makes Jack a dull boy. " * 50,
        "  “The same — word for word — twice.”\n",
    ],
)
def test_identical_texts_are_one_passage(text: str) -> None:
    begin = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    assert found(text, text) == [Passage(begin, end, begin, end, "verbatim")]


@pytest.mark.parametrize("a", ["", " \n", "…!?", "one", "a b", Writer(1).text(50)])
@pytest.mark.parametrize("b", ["", "—", "one", "Two.", "\ud800"])
def test_texts_with_nothing_in_them(a: str, b: str) -> None:
    assert found(a, b) == found(b, a) == []
    assert found(a, b, sensitive=True) == []


def test_the_answer_is_the_same_every_time() -> None:
    a, b = NEWS["003"], NEWS["001"]
    assert found(a, b) == found(a, b)


# ---- clauses and sentences -----------------------------------------------------------------------


@given(texts)
def test_clauses_are_sentences_cut(text: str) -> None:
    side = units(text, text, "en").a
    fine = in_clauses(side)
    assert set(side.firsts.tolist()) <= set(fine.firsts.tolist())
    assert len(fine.bounds) == len(fine.firsts) - 1 or not len(side.bounds)
    for i, (begin, end) in enumerate(fine.bounds.tolist()):
        assert begin <= side.begins[fine.firsts[i]]
        assert side.ends[fine.firsts[i + 1] - 1] <= end
    cut = set(fine.firsts.tolist()) - set(side.firsts.tolist())
    assert all(cut_at + CLAUSE_TOKENS <= len(side.words) for cut_at in cut)


def test_a_quotation_that_never_closes_ends_with_its_sentences() -> None:
    said = " ".join(f"Here is number {word} of them all." for word in ("one", "two", "six") * 4)
    text = f'He said: "{said}'
    assert len(sentence_bounds(text, "en")) == 12
    assert text[slice(*sentence_bounds(text, "en")[1])] == "Here is number two of them all."


def test_examples_are_where_the_tests_look() -> None:
    assert Path(NATO).is_dir()
    assert len(NEWS) == 5
