"""The press texts: one pair was read by hand, and the nine others share nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

import dedup
from benchmarks import gold
from benchmarks.ours import FoundAlignment, FoundLink
from benchmarks.plagdet import Span
from dedup import Alignment
from dedup.alignment import Link

NATO = Path(__file__).parents[2] / "examples" / "nato"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(NATO.glob("*.txt"))}
RECORD = json.loads(gold.GOLD.read_text(encoding="utf-8"))
READING = gold.read()


@pytest.fixture(scope="module")
def alignment() -> Alignment:
    """The press conference and the article that was made from it."""
    return dedup.align(TEXTS["003"], TEXTS["001"])


@pytest.fixture(scope="module")
def agreement(alignment: Alignment) -> gold.Agreement:
    """How far it agrees with the reading."""
    return gold.compare(
        READING,
        FoundAlignment(
            [Span(one.start, one.end) for one in alignment.a.sentences],
            [Span(one.start, one.end) for one in alignment.b.sentences],
            [
                FoundLink(one.a, one.b, one.relation, one.flags, one.score)
                for one in alignment.links
            ],
            [],
            alignment.reuse_of_b,
            alignment.direction.source,
            alignment.evidence_bits,
        ),
    )


@pytest.fixture(scope="module")
def between(alignment: Alignment) -> Callable[[str, str], Link]:
    """The link between two sentences, by their names in the reading."""
    starts = {one["id"]: one["start"] for key in ("source", "target") for one in sentences(key)}

    def link(s: str, t: str) -> Link:
        """The only one."""
        (i,) = (i for i, one in enumerate(alignment.a.sentences) if close(one.start, starts[s]))
        (j,) = (j for j, one in enumerate(alignment.b.sentences) if close(one.start, starts[t]))
        (found,) = (one for one in alignment.links if i in one.a and j in one.b)
        return found

    return link


def sentences(key: str) -> list[dict[str, int]]:
    """The reading's sentences of one text."""
    return RECORD[f"sentences_{key}"]


def close(start: int, other: int) -> bool:
    """A bullet or a quotation mark before it may belong to a sentence or not."""
    return abs(start - other) <= 2


def test_precision_and_recall(agreement: gold.Agreement) -> None:
    assert agreement.precision >= 0.98, agreement.wrong
    assert agreement.recall >= 0.95, agreement.missed


def test_relations(agreement: gold.Agreement) -> None:
    assert agreement.labels >= 0.90, agreement.mislabelled


def test_sentences_are_cut_as_a_reader_cuts_them(agreement: gold.Agreement) -> None:
    assert agreement.alike == 1


def test_a_link_is_moved(agreement: gold.Agreement, alignment: Alignment) -> None:
    """S32 and S31 changed places: one of them is off the order, and nothing else."""
    assert agreement.moved
    assert sum("moved" in one.flags for one in alignment.links) == 1


def test_what_has_no_link(alignment: Alignment) -> None:
    """T1 says in other words what S29 says: the one edge that is missed."""
    for side, key, found, missed in (
        ("cut", "source", alignment.cut, set()),
        ("added", "target", alignment.added, {"T1"}),
    ):
        names = {next(iter(one.values())) for one in RECORD[side]} | missed
        assert [sentences(key)[i]["id"] for i in found] == sorted(names, key=number)


def number(name: str) -> int:
    """S12 to 12."""
    return int(name[1:])


def test_boilerplate(alignment: Alignment) -> None:
    boilerplate = RECORD["boilerplate"]
    assert [f"S{i}" for i in alignment.boilerplate.a] == boilerplate["source"]
    assert [f"T{j}" for j in alignment.boilerplate.b] == boilerplate["target"]


def test_speech(between: Callable[[str, str], Link]) -> None:
    """Who speaks, as the reading has it."""
    for s, t, flags in (
        ("S12", "T6", {"quoted", "attributed"}),
        ("S13", "T7", {"quoted"}),
        ("S10", "T5", {"merged", "attributed"}),
        ("S24", "T15", {"merged", "attributed"}),
        ("S27", "T16", {"merged", "reported"}),
        ("S34", "T20", {"merged", "reported", "attributed"}),
        ("S11", "T3", {"split", "reported"}),
        ("S21", "T13", {"merged"}),
    ):
        assert set(between(s, t).flags) == flags, (s, t)


def test_many_sentences_became_one(between: Callable[[str, str], Link]) -> None:
    link = between("S14", "T8")
    assert link is between("S15", "T8")
    assert (link.relation, link.flags) == ("verbatim", ("merged", "quoted"))


def test_a_diff(between: Callable[[str, str], Link]) -> None:
    link = between("S29", "T17")
    a, b = TEXTS["003"], TEXTS["001"]
    steps = [
        (one.op, a[one.a_start : one.a_end], b[one.b_start : one.b_end])
        for one in link.diff
        if one.op != "equal"
    ]
    assert steps == [("replace", "our", "the"), ("delete", "now", "")]
    assert link.changes == ()


def test_the_article_came_second(alignment: Alignment) -> None:
    direction = alignment.direction
    assert direction.source == "a"
    assert direction.strength > 0.9
    assert {"quoted", "attributed", "reported", "merged"} <= {
        one.kind for one in direction.evidence if one.source == "a"
    }
    assert alignment.language == "en"
    assert alignment.evidence_bits > 1000
    assert 0.6 < alignment.reuse_of_a < 0.7
    assert 0.7 < alignment.reuse_of_b < 0.8


def test_and_so_it_does_when_it_is_called_the_source(alignment: Alignment) -> None:
    back = dedup.align(TEXTS["001"], TEXTS["003"])
    assert back.direction.source == "b"
    edges = {(i, j) for one in alignment.links for i in one.a for j in one.b}
    edges_back = {(i, j) for one in back.links for j in one.a for i in one.b}
    assert len(edges & edges_back) >= 0.9 * len(edges)


@pytest.mark.parametrize(
    ("a", "b"), [pair for pair in permutations(TEXTS, 2) if {*pair} != {"003", "001"}]
)
def test_the_others_share_nothing(a: str, b: str) -> None:
    alignment = dedup.align(TEXTS[a], TEXTS[b])
    assert alignment.links == ()
    assert (alignment.reuse_of_a, alignment.reuse_of_b) == (0, 0)
    assert alignment.direction.source is None
    assert len(alignment.cut) == len(alignment.a.sentences)
    assert len(alignment.added) == len(alignment.b.sentences)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_its_own_copy(name: str) -> None:
    alignment = dedup.align(TEXTS[name], TEXTS[name])
    assert (alignment.reuse_of_a, alignment.reuse_of_b) == (1, 1)
    assert all(
        (one.a, one.relation, one.flags) == (one.b, "verbatim", ()) for one in alignment.links
    )
