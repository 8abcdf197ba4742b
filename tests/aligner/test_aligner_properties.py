"""What holds for any two texts: places, symmetry, order, what is added, and what breaks nothing."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import oracles
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_up import WORDS, MadeUp, text

import dedup
from dedup import Alignment
from dedup.aligner.links.candidates import candidates
from dedup.aligner.units import units
from dedup.aligner.weights import weights
from dedup.alignment import Edit, Link

seeds = st.integers(0, 1 << 30)
COMMON = """the a harbour bridge mayor not never said I we us 12 2021 5,000 Anna NATO «old» “new”
Rome don't Müller's naïve ﬁne Straße – ( ) Dr. e.g. 北京 东京 ไทย का не он قال ١٢"""
written = st.lists(
    st.lists(st.sampled_from(COMMON.split()), max_size=14).map(" ".join) | st.text(max_size=12),
    max_size=8,
).flatmap(
    lambda parts: st.lists(
        st.sampled_from([". ", "! ", "\n", "\n\n", "。", "? “", "” ", " ", ".\r\n", ""]),
        min_size=len(parts),
        max_size=len(parts),
    ).map(lambda ends: "".join(a + b for a, b in zip(parts, ends, strict=True)))
)


@st.composite
def related(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts, the second with pieces of the first."""
    a, b = draw(written), draw(written)
    if a:
        pieces = draw(st.lists(st.tuples(st.integers(0, len(a)), st.integers(1, 60)), max_size=4))
        b += "".join(" " + a[begin : begin + length] for begin, length in pieces)
    return a, b


# ---- places --------------------------------------------------------------------------------------


@given(related(), st.sampled_from([None, "en", "de", "ru", "zh"]))
def test_places_are_places_in_the_texts(texts: tuple[str, str], language: str | None) -> None:
    a, b = texts
    check(dedup.align(a, b, language=language), a, b)


def check(alignment: Alignment, a: str, b: str) -> None:
    """All that holds for any alignment of these two texts."""
    for side, whole in ((alignment.a, a), (alignment.b, b)):
        for one in side.sentences:
            assert 0 <= one.start < one.end <= len(whole)
            sentence = whole[one.start : one.end]
            assert sentence == sentence.strip()
            assert oracles.words(sentence) != []
        for one, after in pairwise(side.sentences):
            assert one.end <= after.start
            assert oracles.words(whole[one.end : after.start]) == []
    linked_a = {i for link in alignment.links for i in link.a}
    linked_b = {j for link in alignment.links for j in link.b}
    assert [*sorted(linked_a | {*alignment.cut})] == [*range(len(alignment.a.sentences))]
    assert [*sorted(linked_b | {*alignment.added})] == [*range(len(alignment.b.sentences))]
    assert not linked_a & {*alignment.cut}
    assert not linked_b & {*alignment.added}
    assert {*alignment.boilerplate.a} <= {*alignment.cut}
    assert {*alignment.boilerplate.b} <= {*alignment.added}
    order = [(link.b[0], link.a[0]) for link in alignment.links]
    assert order == sorted(order)
    for link in alignment.links:
        check_link(alignment, link, a, b)
    for one in alignment.passages:
        assert 0 <= one.a_start < one.a_end <= len(a)
        assert 0 <= one.b_start < one.b_end <= len(b)
    assert 0 <= alignment.reuse_of_a <= 1
    assert 0 <= alignment.reuse_of_b <= 1
    assert Alignment.from_json(alignment.to_json()) == alignment


def check_link(alignment: Alignment, link: Link, a: str, b: str) -> None:
    """All that holds for any link."""
    assert len(link.a) == 1 or len(link.b) == 1
    for indices in (link.a, link.b):
        assert [*indices] == [*range(indices[0], indices[0] + len(indices))]
    assert 0 < link.score == max(link.share_of_a, link.share_of_b) <= 1
    assert len(link.a) == 1 or "merged" in link.flags
    assert len(link.b) == 1 or "split" in link.flags
    whole_a = alignment.a.sentences[link.a[0]].start, alignment.a.sentences[link.a[-1]].end
    whole_b = alignment.b.sentences[link.b[0]].start, alignment.b.sentences[link.b[-1]].end
    check_edits(link.diff, a, b, whole_a, whole_b)
    for change in link.changes:
        assert change.a or change.b
        assert change.a != change.b
        assert change.a in a[slice(*whole_a)]
        assert change.b in b[slice(*whole_b)]


def check_edits(
    edits: Sequence[Edit], a: str, b: str, whole_a: tuple[int, int], whole_b: tuple[int, int]
) -> None:
    """In order, without overlap, within the sentences, and what is equal is equal."""
    at_a, at_b = whole_a[0], whole_b[0]
    for one in edits:
        assert at_a <= one.a_start <= one.a_end <= whole_a[1]
        assert at_b <= one.b_start <= one.b_end <= whole_b[1]
        at_a, at_b = one.a_end, one.b_end
        from_, to = words(a, one.a_start, one.a_end), words(b, one.b_start, one.b_end)
        assert (from_ == to) == (one.op == "equal")
        assert bool(from_) == (one.op != "insert") == (one.a_start < one.a_end)
        assert bool(to) == (one.op != "delete") == (one.b_start < one.b_end)
    assert {one.op == "equal" for one, _ in zip(edits, edits, strict=True)} | {True} <= {
        True,
        False,
    }
    assert all((one.op == "equal") != (after.op == "equal") for one, after in pairwise(edits))


def words(whole: str, start: int, end: int) -> list[str]:
    """Folded words; an s after an apostrophe is none, however much of the text stands before it."""
    apostrophes = "'’＇"
    return [
        token.key
        for token in oracles.tokens(whole[start:end])
        if not (
            token.key == "s"
            and whole[start + token.begin - 1 : start + token.begin] in {*apostrophes}
            and whole[start + token.begin - 2 : start + token.begin - 1].isalnum()
        )
    ]


# ---- verbatim reuse ------------------------------------------------------------------------------


def edges(alignment: Alignment) -> set[tuple[int, int]]:
    """Linked sentences, two by two."""
    return {(i, j) for link in alignment.links for i in link.a for j in link.b}


@st.composite
def reordered(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    """Distinct sentences, and an order of them."""
    n = draw(st.integers(2, 14))
    return MadeUp(draw(seeds)).sentences(n), draw(st.permutations(range(n)))


@given(reordered(), seeds, st.sampled_from(["en", None]))
def test_a_shuffled_copy(
    case: tuple[list[str], list[int]], seed: int, language: str | None
) -> None:
    """All verbatim; what is off a longest ascending chain is moved, and nothing else is."""
    sentences, order = case
    alignment = dedup.align(
        text(sentences, seed), text([sentences[i] for i in order], seed + 1), language=language
    )
    assert [(link.a, link.b) for link in alignment.links] == [
        ((i,), (j,)) for j, i in enumerate(order)
    ]
    assert all(link.relation == "verbatim" for link in alignment.links)
    assert all([one.op for one in link.diff] == ["equal"] for link in alignment.links)
    assert (alignment.cut, alignment.added) == ((), ())
    assert (alignment.reuse_of_a, alignment.reuse_of_b) == (1, 1)
    in_place = [link.a[0] for link in alignment.links if "moved" not in link.flags]
    assert in_place == sorted(in_place)
    assert len(in_place) == longest_ascending(order)
    assert {flag for link in alignment.links for flag in link.flags} <= {"moved"}


def longest_ascending(values: Sequence[int]) -> int:
    """The length of a longest ascending chain, by patience sorting."""
    piles: list[int] = []
    for value in values:
        at = bisect_left(piles, value)
        piles[at : at + 1] = [value]
    return len(piles)


@st.composite
def partly_reused(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """A text, and one that has two or more of its sentences in order, among its own."""
    made_up = MadeUp(draw(seeds))
    a = made_up.sentences(draw(st.integers(3, 10)))
    kept = draw(
        st.lists(st.booleans(), min_size=len(a), max_size=len(a)).filter(
            lambda kept: sum(kept) >= 2
        )
    )
    b = [one for one, keep in zip(a, kept, strict=True) if keep]
    for one in made_up.sentences(draw(st.integers(0, 4))):
        b.insert(draw(st.integers(0, len(b))), one)
    return a, b


@given(partly_reused(), seeds)
def test_swapping_the_sides_of_verbatim_reuse(case: tuple[list[str], list[str]], seed: int) -> None:
    """Swaps what was cut and what was added, and changes nothing else."""
    a, b = text(case[0], seed), text(case[1], seed + 1)
    there, back = (dedup.align(*pair, language="en") for pair in ((a, b), (b, a)))
    assert (there.a, there.b) == (back.b, back.a)
    assert (there.cut, there.added) == (back.added, back.cut)
    assert there.boilerplate.a == back.boilerplate.b
    assert (there.reuse_of_a, there.reuse_of_b) == (back.reuse_of_b, back.reuse_of_a)
    assert there.evidence_bits == back.evidence_bits
    assert [
        (one.b, one.a, one.relation, one.flags, one.score, one.share_of_b, one.share_of_a)
        for one in there.links
    ] == [
        (one.a, one.b, one.relation, one.flags, one.score, one.share_of_a, one.share_of_b)
        for one in back.links
    ]
    verdicts = {None: None, "a": "b", "b": "a"}
    assert back.direction.source == verdicts[there.direction.source]
    assert there.direction.strength == back.direction.strength
    shared = {i for i, one in enumerate(case[0]) if one in case[1]}
    assert edges(there) == {(i, case[1].index(case[0][i])) for i in shared}


@given(partly_reused(), seeds, st.integers(1, 5), st.data())
def test_a_foreign_paragraph_only_adds(
    case: tuple[list[str], list[str]], seed: int, foreign: int, data: st.DataObject
) -> None:
    a, b = case
    at = data.draw(st.integers(0, len(b)))
    others = MadeUp(seed)
    known = {word for one in a + b for word in one.lower().strip(".").split()}
    paragraph = [
        one for one in others.sentences(foreign) if not {*one.lower()[:-1].split()} & known
    ]
    before = dedup.align("\n".join(a), "\n".join(b), language="en")
    mixed = b[:at] + paragraph + b[at:]
    after = dedup.align("\n".join(a), "\n".join(mixed), language="en")
    place = [*range(at), *range(at + len(paragraph), len(mixed))]
    assert edges(after) == {(i, place[j]) for i, j in edges(before)}
    assert after.cut == before.cut
    assert {*after.added} == {place[j] for j in before.added} | {*range(at, at + len(paragraph))}
    assert [link.relation for link in after.links] == [link.relation for link in before.links]
    assert after.reuse_of_a == before.reuse_of_a


@given(seeds, st.integers(0, 12), st.integers(0, 12), st.integers(0, 6))
def test_a_dialogue_that_lost_and_won_a_part(seed: int, lost: int, at: int, won: int) -> None:
    """What is said again and again links in order, wherever the parts are."""
    dice = random.Random(seed)
    made_up = MadeUp(seed)
    a = []
    for one in made_up.sentences(24):
        a += [one, *(dice.choice(["Yes.", "No.", "Well, yes."]) for _ in range(dice.randint(0, 2)))]
    begin = dice.randrange(len(a) - lost)
    kept = [i for i in range(len(a)) if not begin <= i < begin + lost]
    b: list[str | int] = list(kept)
    b[at:at] = made_up.sentences(won)
    alignment = dedup.align(
        "\n".join(a), "\n".join(one if isinstance(one, str) else a[one] for one in b), language="en"
    )
    assert not any("moved" in link.flags for link in alignment.links)
    sources = {j: i for link in alignment.links for i in link.a for j in link.b}
    assert sources == {j: sources[j] for j, one in enumerate(b) if isinstance(one, int)}
    wrong = [j for j, i in sources.items() if b[j] != i]
    # On the border of what was lost, which Yes it is cannot be known.
    border = {j for j, one in enumerate(b) if isinstance(one, int) and abs(one - begin - lost) <= 2}
    border |= {j for j, one in enumerate(b) if isinstance(one, int) and abs(one - begin) <= 3}
    assert {*wrong} <= border
    assert all(a[sources[j]] == a[b[j]] for j in wrong)


@given(st.integers(1, 30), seeds)
def test_identical_texts(n: int, seed: int) -> None:
    check_identical(text(MadeUp(seed).sentences(n), seed))


@given(written)
@example("Yes. " * 40)
@example("Well. Yes. No. Yes. Yes. No. Well. " * 9)
@example("la la la. " * 20 + "tra la la. " * 20)
@example("他说是。" * 30)
def test_identical_texts_of_any_kind(whole: str) -> None:
    check_identical(whole)


def check_identical(whole: str) -> None:
    """Every sentence is its own copy."""
    alignment = dedup.align(whole, whole)
    n = len(alignment.a.sentences)
    assert [(link.a, link.b) for link in alignment.links] == [((i,), (i,)) for i in range(n)]
    assert all((link.relation, link.flags) == ("verbatim", ()) for link in alignment.links)
    assert all(link.score == link.share_of_a == link.share_of_b == 1 for link in alignment.links)
    assert all(link.changes == () for link in alignment.links)
    assert (alignment.reuse_of_a, alignment.reuse_of_b) == ((1, 1) if n else (0, 0))
    assert (alignment.cut, alignment.added) == ((), ())
    assert alignment.direction.source is None


# ---- anything ------------------------------------------------------------------------------------

HOSTILE = {
    "empty": "",
    "one word": "harbour",
    "one letter": "x",
    "one line": "The old bridge near the mill was closed on Tuesday.",
    "punctuation": "?! … — ,,, «» “” ... *** (((",
    "white space": " \t\r\n\u00a0\u2003\n ",
    "right to left": "قال العمدة إن الجسر القديم (old) مغلق. The mill \u202eis open\u202c. نعم.",
    "NUL": "The old\0bridge is\0\0closed. \0 The mill is open.\0",
    "a lone surrogate": "The old \ud800bridge\udfff is closed. \udc00 The mill is open\ud83d.",
    "emoji": "👍🏽 The 👨‍👩‍👧‍👦 bridge is closed 🇩🇪! 🙂🙂 The mill ☃️ is open. 🙂",
    "marks": "The o\u0301ld b\u0300\u0301\u0302ridge is closed. \u0301 The mill is open.",
    "line ends": "The old bridge\r\nis closed.\rThe mill is open.\u2028Yes.\x85No.\x0bWell.\x0cSo.",
    "no line end": "word " * 40_000,
    "distinct words": " ".join(f"w{i}x" for i in range(30_000)),
    "one long word": "a" * 200_000,
    "no spaces": "東京タワーの下で" * 3_000,
    "Thai": "ท่าเรือเก่า" * 3_000,
    "blanks": "The old" + " " * 200_000 + "bridge\n" + "\n" * 100_000 + "is closed",
    "dots": "Wait" + "." * 200_000 + "x",
    "quotation marks": '"' * 5_000 + "x" + "'" * 5_000,
    "brackets": "(" * 100_000 + "x" + "]" * 100_000,
    "a word again and again": "Yes. " * 3_000,
}


@pytest.mark.parametrize("other", ["itself", "empty", "one line"])
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_breaks_it(name: str, other: str) -> None:
    a = HOSTILE[name]
    b = a if other == "itself" else HOSTILE[other]
    for pair in ((a, b), (b, a)):
        alignment = dedup.align(*pair)
        assert Alignment.from_json(alignment.to_json()) == alignment
        if len(a) < 1000:
            check(alignment, *pair)


def test_ten_thousand_sentences() -> None:
    """The sentences that are compared are linear in the text, and so is what is found."""
    dice = random.Random(5)
    made_up = MadeUp(1)
    common = [made_up.word() for _ in range(300)]
    rare = [f"w{i}q" for i in range(20_000)]

    def sentence() -> str:
        return " ".join(dice.choice(common if dice.random() < 0.6 else rare) for _ in range(12))

    a = [f"{sentence()}." for _ in range(10_000)]
    b = [one if dice.random() < 0.5 else f"{sentence()}." for one in a]
    both = units(" ".join(a), " ".join(b), "en")
    pairs = candidates(both, weights(both))
    assert len(both.a.bounds) == len(both.b.bounds) == 10_000
    assert len(pairs) <= 16 * 10_000
    assert np.bincount(pairs[:, 1]).max() <= 16
    alignment = dedup.align(" ".join(a), " ".join(b), language="en")
    same = {(i, i) for i, (one, other) in enumerate(zip(a, b, strict=True)) if one == other}
    assert same <= edges(alignment)
    assert len(edges(alignment)) < 1.1 * len(same)


def test_a_document_has_its_name() -> None:
    body = "The old bridge near the mill was closed on Tuesday."
    alignment = dedup.align(dedup.Document("x.txt", body), body)
    assert (alignment.a.id, alignment.b.id) == ("x.txt", "")


# ---- JSON ----------------------------------------------------------------------------------------

NAMES = {
    "schema", "a", "b", "links", "cut", "added", "boilerplate", "passages", "reuse_of_a",
    "reuse_of_b", "direction",
}  # fmt: skip


def test_json_has_the_names_of_the_contract() -> None:
    a = "We will rebuild the old bridge before the winter. It cost 12 million crowns.\nPhoto: Anna"
    b = "“We will rebuild the old bridge before the winter”, he said. It cost 15 million crowns."
    values = json.loads(dedup.align(dedup.Document("a", a), dedup.Document("b", b)).to_json())
    assert values.keys() >= NAMES
    assert values["schema"] == 1
    assert values["a"] == {
        "id": "a",
        "sentences": [{"start": 0, "end": 49}, {"start": 50, "end": 76}, {"start": 77, "end": 88}],
    }
    assert values["b"]["id"] == "b"
    first, second = values["links"]
    assert first.keys() >= {"a", "b", "relation", "flags", "score", "diff"}
    assert (first["a"], first["b"], first["relation"]) == ([0], [0], "verbatim")
    assert first["flags"] == ["quoted", "attributed"]
    assert first["diff"] == [{"op": "equal", "a": [0, 48], "b": [1, 49]}]
    assert second["changes"] == [{"kind": "number", "a": "12", "b": "15"}]
    assert (values["cut"], values["added"]) == ([2], [])
    assert values["boilerplate"] == {"a": [2], "b": []}
    assert values["direction"]["source"] == "a"
    assert values["direction"].keys() == {"source", "strength", "evidence"}
    assert values["direction"]["evidence"][0]["kind"] == "quoted"


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_another_schema_is_refused(schema: object) -> None:
    values = dedup.align("x", "x").to_dict()
    assert Alignment.from_dict(values)
    with pytest.raises(ValueError, match=f"schema={schema!r}"):
        Alignment.from_dict({**values, "schema": schema})
    del values["schema"]
    with pytest.raises(ValueError, match="schema=None"):
        Alignment.from_dict(values)


def test_names_that_a_later_version_added_are_passed_over() -> None:
    body = "It cost 12 million crowns. “We will rebuild the old bridge before the winter.”"
    alignment = dedup.align(body, body.replace("12", "15").replace("“", ""))
    values = alignment.to_dict()
    link = values["links"][0]
    for record in (values, link, link["diff"][0], link["changes"][0], values["direction"]):
        record["later"] = 1
    for record in (*values["a"]["sentences"], *values["direction"]["evidence"]):
        record["later"] = 1
    assert Alignment.from_dict(values) == alignment


# ---- always the same -----------------------------------------------------------------------------


@given(related())
@settings(max_examples=30)
def test_again_and_on_both_cores(texts: tuple[str, str]) -> None:
    once = dedup.align(*texts).to_json()
    assert dedup.align(*texts).to_json() == once
    assert on_reference(*texts) == once


@given(partly_reused(), seeds)
@settings(max_examples=20)
def test_both_cores_see_the_same_reuse(case: tuple[list[str], list[str]], seed: int) -> None:
    dice = random.Random(seed)
    b = " ".join(case[1]).split(" ")
    for _ in range(len(b) // WORDS):
        b[dice.randrange(len(b))] = dice.choice(b)
    texts = "\n".join(case[0]), " ".join(b)
    alignment = dedup.align(*texts)
    check(alignment, *texts)
    assert on_reference(*texts) == alignment.to_json()


def on_reference(a: str, b: str) -> str:
    """The alignment as JSON, by the reference core."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEDUP_CORE", "reference")
        return dedup.align(a, b).to_json()
