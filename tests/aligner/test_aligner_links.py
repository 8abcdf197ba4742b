"""Links by hand: what belongs together, how it was changed, and who speaks."""

from __future__ import annotations

import pytest
from made_up import MadeUp

import dedup
from dedup import Alignment
from dedup.aligner.direction import direction
from dedup.alignment import Evidence, Flag, Link


def align(a: str, b: str, language: str = "en") -> Alignment:
    """In English."""
    return dedup.align(a, b, language=language)


def pairs(alignment: Alignment) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Linked sentences."""
    return [(link.a, link.b) for link in alignment.links]


def only(a: str, b: str, language: str = "en") -> Link:
    """The only link."""
    (link,) = align(a, b, language).links
    return link


# ---- relations -----------------------------------------------------------------------------------

SOURCE = "The council decided on Tuesday to rebuild the old bridge near the paper mill."


@pytest.mark.parametrize(
    ("derived", "relation"),
    [
        (SOURCE, "verbatim"),
        (SOURCE.upper(), "verbatim"),
        ("The council decided on Tuesday to “rebuild” the old bridge - near the paper-mill!",
         "verbatim"),
        ("The council decided on Tuesday to rebuild the old bridge.", "verbatim"),
        (f"{SOURCE[:-1]}, which nobody had expected after the long quarrels of the spring.",
         "verbatim"),
        ("On Tuesday the council decided to rebuild the old bridge near the paper mill.", "edited"),
        ("The council decides on Tuesday to rebuild an old bridge near the paper mill.", "edited"),
        ("On Tuesday it was decided by the council that a new bridge will be built by the mill.",
         "paraphrased"),
    ],
)  # fmt: skip
def test_relation(derived: str, relation: str) -> None:
    assert only(SOURCE, derived).relation == relation


def test_shares() -> None:
    link = only(SOURCE, "The council decided on Tuesday to rebuild the old bridge.")
    assert link.share_of_b == link.score == 1
    assert 0.5 < link.share_of_a < 0.9
    assert link.longest_run_words == 10


@pytest.mark.parametrize(
    "other",
    [
        "The weather was fine on Tuesday.",
        "The old bridge of the town is not far from the church and from the river.",
        "It was decided.",
        "The council of the town is on the hill.",
    ],
)
def test_no_link(other: str) -> None:
    assert align(SOURCE, other).links == ()


def test_names_alone_link_nothing() -> None:
    a = "We met the young Anna Berg by chance in Rome, and then took a train back to our children."
    b = "I never believed what Anna Berg told me about Rome when she owned half of its gardens."
    assert align(a, b).links == ()


# ---- one to many, many to one --------------------------------------------------------------------


def test_many_to_one() -> None:
    a = "The council met on Tuesday evening. It will rebuild the old bridge. Nobody objected."
    b = "The council met on Tuesday evening, it will rebuild the old bridge and nobody objected."
    assert pairs(align(a, b)) == [((0, 1, 2), (0,))]
    link = only(a, b)
    assert (link.relation, link.flags) == ("verbatim", ("merged",))
    assert [one.op for one in link.diff] == ["equal", "insert", "equal"]


def test_one_to_many() -> None:
    a = "The council met on Tuesday evening, will rebuild the old bridge and closed the mill."
    b = "The council met on Tuesday evening. Will rebuild the old bridge. And closed the mill."
    assert pairs(align(a, b)) == [((0,), (0, 1, 2))]
    link = only(a, b)
    assert (link.relation, link.flags) == ("verbatim", ("split",))
    assert [one.op for one in link.diff] == ["equal"]


def test_what_was_changed_in_another_way_is_another_link() -> None:
    a = "The council met on Tuesday evening. It will soon rebuild the old wooden bridge."
    b = "The council met on Tuesday evening and will rebuild the old stone bridge."
    alignment = align(a, b)
    assert [(*link.a, *link.b, link.relation) for link in alignment.links] == [
        (0, 0, "verbatim"),
        (1, 0, "paraphrased"),
    ]
    assert all(link.flags == ("merged",) for link in alignment.links)


def test_a_sentence_used_twice() -> None:
    """A headline and a sentence of the body come from one."""
    a = f"Ships waited outside. {SOURCE} The work will begin in May."
    b = f"Council to rebuild the old bridge near the paper mill\n\n{SOURCE} The work begins in May."
    alignment = align(a, b)
    assert ((1,), (1,)) in pairs(alignment)
    assert ((1,), (0,)) in pairs(alignment)
    flags = {link.b: link.flags for link in alignment.links}
    assert flags[0,] == flags[1,] == ("split",)


def test_neighbours_in_another_order_are_several_links() -> None:
    first, second = MadeUp(3).sentences(2)
    alignment = align(f"{first} {second}", f"{second[:-1]} and {first}")
    assert sorted(pairs(alignment)) == [((0,), (0,)), ((1,), (0,))]


# ---- what stands there again and again -----------------------------------------------------------


def test_yes() -> None:
    """Equal sentences link in order."""
    other = MadeUp(1).sentences(30)
    a = " ".join(f"{one} Yes." for one in other)
    alignment = align(a, a)
    assert pairs(alignment) == [((i,), (i,)) for i in range(60)]
    b = " ".join(f"{one} Yes." for one in other[:10] + other[20:])
    alignment = align(a, b)
    assert pairs(alignment) == [((i if i < 20 else i + 20,), (i,)) for i in range(40)]
    assert not any(link.flags for link in alignment.links)


def test_a_refrain() -> None:
    refrain = "Roll on, you waters of the deep blue river."
    verses = MadeUp(2).sentences(12)
    a = "\n".join(line for k in range(0, 12, 3) for line in (*verses[k : k + 3], refrain))
    assert pairs(align(a, a)) == [((i,), (i,)) for i in range(16)]
    alignment = align(a, f"{a}\n{refrain}")
    assert pairs(alignment)[:15] == [((i,), (i,)) for i in range(15)]
    assert {j for link in alignment.links for j in link.b} == {*range(17)}
    assert not any("moved" in link.flags for link in alignment.links)


def test_many_more_than_before() -> None:
    alignment = align("Yes. " * 3, "Yes. " * 200)
    assert {j for link in alignment.links for j in link.b} == {*range(200)}
    assert {i for link in alignment.links for i in link.a} == {0, 1, 2}


# ---- moved ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("moved", range(6))
def test_moved_to_the_end(moved: int) -> None:
    sentences = MadeUp(4).sentences(6)
    rest = [one for k, one in enumerate(sentences) if k != moved]
    alignment = align("\n".join(sentences), "\n".join([*rest, sentences[moved]]))
    assert [link.a for link in alignment.links if "moved" in link.flags] == (
        {4: [(5,)], 5: []}.get(moved, [(moved,)])  # of the last two, either could have moved
    )


def test_the_lighter_part_moved() -> None:
    """Of two parts that changed places the one with less in it."""
    sentences = MadeUp(5).sentences(7)
    alignment = align("\n".join(sentences), "\n".join(sentences[5:] + sentences[:5]))
    assert [link.a for link in alignment.links if "moved" in link.flags] == [(5,), (6,)]


# ---- who speaks ----------------------------------------------------------------------------------

PLAIN = "We will rebuild the old bridge before the winter begins."


@pytest.mark.parametrize(
    ("a", "b", "flags"),
    [
        (PLAIN, PLAIN, ()),
        (PLAIN, f"“{PLAIN[:-1]}.”", ("quoted",)),
        (PLAIN, f'"{PLAIN[:-1]}", the mayor said.', ("quoted", "attributed")),
        (PLAIN, f"«{PLAIN[:-1]}», according to the mayor.", ("quoted", "attributed")),
        (PLAIN, f"{PLAIN[:-1]}, the mayor said.", ("attributed",)),
        (PLAIN, "They will rebuild the old bridge before the winter begins.", ("reported",)),
        (PLAIN, "He said they will rebuild the old bridge before the winter begins.",
         ("reported", "attributed")),
        (PLAIN, "The council will rebuild “the old bridge before the winter begins”, he stressed.",
         ("quoted", "attributed")),
        # Not the other way round.
        (f"“{PLAIN}”", PLAIN, ()),
        (f"“{PLAIN}”", "They will rebuild the old bridge before the winter begins.", ()),
        (f"“{PLAIN}”, he said.", f"“{PLAIN}”, he said.", ()),
        (f"“{PLAIN}”, he said.", f"“{PLAIN}”, the mayor explained.", ()),
        ("They will rebuild the old bridge before the winter begins.", PLAIN, ()),
        # A country, and a pit, are no pronouns.
        ("The US army will rebuild the old bridge before the winter begins.",
         "The army will rebuild the old bridge before the winter begins.", ()),
        ("The mine near the old bridge will close before the winter begins.",
         "The works near the old bridge will close before the winter begins.", ()),
    ],
)  # fmt: skip
def test_speech(a: str, b: str, flags: tuple[Flag, ...]) -> None:
    assert only(a, b).flags == flags


@pytest.mark.parametrize(
    ("language", "a", "b"),
    [
        ("de", "Wir bauen die alte Brücke vor dem Winter neu.",
         "„Wir bauen die alte Brücke vor dem Winter neu“, sagte die Bürgermeisterin."),
        ("es", "Vamos a reconstruir el viejo puente antes del invierno.",
         "«Vamos a reconstruir el viejo puente antes del invierno», dijo la alcaldesa."),
        ("fr", "Nous allons reconstruire le vieux pont avant l'hiver.",
         "« Nous allons reconstruire le vieux pont avant l'hiver », a déclaré la maire."),
        ("it", "Ricostruiremo il vecchio ponte prima dell'inverno.",
         "«Ricostruiremo il vecchio ponte prima dell'inverno», ha detto la sindaca."),
        ("nl", "We herbouwen de oude brug voor de winter begint.",
         "“We herbouwen de oude brug voor de winter begint”, zei de burgemeester."),
        ("pt", "Vamos reconstruir a velha ponte antes do inverno.",
         "“Vamos reconstruir a velha ponte antes do inverno”, disse a prefeita."),
        ("ru", "Мы восстановим старый мост до начала зимы.",
         "«Мы восстановим старый мост до начала зимы», – сказала мэр."),
    ],
)  # fmt: skip
def test_speech_in_other_languages(language: str, a: str, b: str) -> None:
    link = only(a, b, language)
    assert (link.relation, link.flags) == ("verbatim", ("quoted", "attributed"))


def test_where_the_words_are_not_known_marks_still_are() -> None:
    link = only("我们会在冬天之前重建老桥。", "“我们会在冬天之前重建老桥”，市长说。", "zh")
    assert link.flags == ("quoted",)


# ---- direction -----------------------------------------------------------------------------------


def test_direction_lists_what_was_seen() -> None:
    alignment = align(
        f"{PLAIN} The money is there. The work will take two years.",
        f"“{PLAIN[:-1]}”, the mayor said. The money is there and the work will take two years.",
    )
    assert alignment.direction.source == "a"
    assert [(one.kind, one.source, one.count) for one in alignment.direction.evidence] == [
        ("quoted", "a", 1),
        ("attributed", "a", 1),
        ("merged", "a", 1),
    ]


def test_direction_by_hand() -> None:
    flags: tuple[Flag, ...] = ("quoted", "attributed")
    found = direction([flags, ("moved",)], [("reported",)], 0.5, 0.5)
    assert found.evidence == (
        Evidence("quoted", "a", 1, 2.0),
        Evidence("attributed", "a", 1, 2.0),
        Evidence("reported", "b", 1, 1.0),
    )
    assert found.source == "a"
    assert found.strength == round(2 / (1 + 2**-3) - 1, 4)
    assert direction([], [flags, flags], 0.5, 0.5).source == "b"
    # Each kind counts only so much.
    (evidence,) = direction([("quoted",)] * 9, [], 0.5, 0.5).evidence
    assert (evidence.count, evidence.weight) == (9, 8.0)


@pytest.mark.parametrize(
    ("reuse", "source"), [((0.2, 0.9), "a"), ((0.9, 0.2), "b"), ((0.5, 0.6), None), ((0, 0), None)]
)
def test_reuse_alone_is_no_verdict(reuse: tuple[float, float], source: str | None) -> None:
    found = direction([], [], *reuse)
    assert [one.source for one in found.evidence] == ([source] if source else [])
    assert found.source is None
    assert (found.strength > 0) == bool(source)


def test_even_odds() -> None:
    found = direction([("quoted",)], [("quoted",)], 0.5, 0.5)
    assert (found.source, found.strength, len(found.evidence)) == (None, 0, 2)


# ---- enough of it --------------------------------------------------------------------------------


def test_a_little_in_common_is_chance() -> None:
    """Of two long texts; the same is reuse in two short ones."""
    made_up = MadeUp(6)
    phrase = "before the winter begins in the mountains"
    long_a, long_b = (" ".join(made_up.sentences(40)) for _ in "ab")
    a, b = f"They left {phrase}.", f"Snow falls {phrase}."
    assert align(f"{long_a} {a}", f"{b} {long_b}").links == ()
    assert len(align(a, b).links) == 1
