"""What changed inside a link: the steps, and the changes that may change the meaning."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.aligner.links.diff import steps
from dedup.aligner.units import units
from dedup.aligner.weights import weights


def diff(a: str, b: str, language: str = "en") -> str:
    """The diff of the only link, as a line."""
    (link,) = dedup.align(a, b, language=language).links
    return " ".join(
        {
            "equal": "{0}",
            "delete": "[-{0}-]",
            "insert": "[+{1}+]",
            "replace": "[-{0}-+{1}+]",
        }[one.op].format(a[one.a_start : one.a_end], b[one.b_start : one.b_end])
        for one in link.diff
    )


def changes(a: str, b: str, language: str = "en") -> list[tuple[str, str, str]]:
    """The changes of all links."""
    alignment = dedup.align(a, b, language=language)
    assert alignment.links
    return [(one.kind, one.a, one.b) for link in alignment.links for one in link.changes]


BRIDGE = "The council will rebuild the old bridge near the paper mill."


@pytest.mark.parametrize(
    ("b", "wanted"),
    [
        (BRIDGE, "The council will rebuild the old bridge near the paper mill"),
        ("The COUNCIL will (rebuild) the old bridge, near the paper-mill",
         "The council will rebuild the old bridge near the paper mill"),
        ("The council will rebuild the bridge near the paper mill.",
         "The council will rebuild the [-old-] bridge near the paper mill"),
        ("The council will soon rebuild the old bridge near the paper mill.",
         "The council will [+soon+] rebuild the old bridge near the paper mill"),
        ("The council will rebuild the stone bridge near the paper mill.",
         "The council will rebuild the [-old-+stone+] bridge near the paper mill"),
        # What lies outside came from elsewhere or was left out.
        ("Nobody knew why the council will rebuild the old bridge near the station.",
         "The council will rebuild the old bridge near the [-paper mill-]"),
    ],
)  # fmt: skip
def test_diff(b: str, wanted: str) -> None:
    assert diff(BRIDGE, b) == wanted


def test_a_light_word_between_two_changes_is_part_of_the_change() -> None:
    rest = " The colour of the sea is green. One of us left. Most of it is gone. All of them slept."
    a = "The mayor saw the ruins of Rome on a summer morning." + rest
    b = "The mayor saw the ponds of Oslo on a summer morning." + rest
    link = dedup.align(a, b, language="en").links[0]
    assert [
        (one.op, a[one.a_start : one.a_end], b[one.b_start : one.b_end]) for one in link.diff
    ] == [
        ("equal", "The mayor saw the", "The mayor saw the"),
        ("replace", "ruins of Rome", "ponds of Oslo"),
        ("equal", "on a summer morning", "on a summer morning"),
    ]


def test_part_of_a_word_between_two_changes_is_part_of_the_change() -> None:
    assert diff("老桥边的三只黑天鹅飞走了。", "老桥边的五只白天鹅飞走了。", "zh") == (
        "老桥边的 [-三只黑-+五只白+] 天鹅飞走了"
    )
    assert diff("นกสีดำสามตัวอยู่ในสวนสาธารณะ", "นกสีดำห้าตัวอยู่ในสวนสาธารณะ", "th") == (
        "นกสีดำ [-สาม-+ห้า+] ตัวอยู่ในสวนสาธารณะ"
    )


@given(
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=20),
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=20),
)
def test_steps(a: list[str], b: list[str]) -> None:
    """From the first word to the last, and steps that are equal between steps that are not."""
    both = units(" ".join(a), " ".join(b), "en")
    found = steps(both, weights(both), slice(0, len(a)), slice(0, len(b)))
    assert (found[0].a1, found[0].b1, found[-1].a2, found[-1].b2) == (0, 0, len(a), len(b))
    for one, after in pairwise(found):
        assert (one.a2, one.b2) == (after.a1, after.b1)
        assert (one.op == "equal") != (after.op == "equal")
    for one in found:
        words = a[one.a1 : one.a2], b[one.b1 : one.b2]
        assert one.op == (
            "equal" if words[0] == words[1] else
            "insert" if not words[0] else
            "delete" if not words[1] else "replace"
        )  # fmt: skip


# ---- changes -------------------------------------------------------------------------------------

COST = "The old bridge cost 1,200 crowns in 1927 and was paid by the farmers."


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        (COST, COST, []),
        (COST, COST.replace("1927", "1937"), [("number", "1927", "1937")]),
        (COST, COST.replace("1,200", "1,500"), [("number", "1,200", "1,500")]),
        (COST, COST.replace("1,200", "1,200,000"), []),  # an insertion, see the diff
        (COST, COST.replace("1,200 crowns", "3 ducats"), [("number", "1,200", "3")]),
        (COST, COST.replace("1,200", "many"), []),
        (COST, "The old bridge cost 1,200 crowns.", []),
        (COST, "It was paid by the farmers, and the old bridge cost 1,200 crowns in 1927.", []),
        ("It opened on 5.11.2020 at the old harbour of the town.",
         "It opened on 6.11.2020 at the old harbour of the town.",
         [("number", "5.11.2020", "6.11.2020")]),
        ("The talks were held in Rome on Monday by all of the parties.",
         "The talks were held in Oslo on Monday by all of the parties.",
         [("name", "Rome", "Oslo")]),
        ("The talks were led by Anna Berg and by all of the parties.",
         "The talks were led by Eva Holm and by all of the parties.",
         [("name", "Anna Berg", "Eva Holm")]),
        ("The talks were held in Rome on Monday by all of the parties.",
         "The talks were held in haste on Monday by all of the parties.", []),
        # Disabilities are no name here, though they are one in the name of a law.
        ("It obeys the Act on Disabilities and has a room for one with disabilities on a floor.",
         "It obeys the Act on Disabilities and has a room for one with Children on a floor.", []),
        ("The council will rebuild the old bridge near the mill.",
         "The council will not rebuild the old bridge near the mill.", [("negation", "", "not")]),
        ("The council did not approve the plan of the new harbour.",
         "The council did approve the plan of the new harbour.", [("negation", "not", "")]),
        ("The council can't approve the plan of the new harbour.",
         "The council can approve the plan of the new harbour.", [("negation", "t", "")]),
        ("The council has no money for the plan of the new harbour.",
         "The council has some money for the plan of the new harbour.", [("negation", "no", "")]),
        # Denied in another way.
        ("The council has no money for the plan of the new harbour.",
         "The council never has money for the plan of the new harbour.", []),
        # Merely shortened: what was denied is gone as well.
        ("The council met on Tuesday in the old hall, but it did not decide.",
         "The council met on Tuesday in the old hall.", []),
        ("Nobody knew why the council met on Tuesday in the old hall.",
         "The council met on Tuesday in the old hall.", []),
        # Added outside.
        ("The council met on Tuesday in the old hall.",
         "The council met on Tuesday in the old hall, but it did not decide.", []),
    ],
)  # fmt: skip
def test_changes(a: str, b: str, wanted: list[tuple[str, str, str]]) -> None:
    assert changes(a, b) == wanted


def test_a_word_that_stayed_did_not_change() -> None:
    """Light words stand inside of changes; NATO did not become NATO."""
    a = "He praised NATO strongly in the great hall. NATO met. NATO grew. NATO is old. NATO was."
    b = "He lauded NATO warmly in the great hall. NATO met. NATO shrank. NATO is new. NATO was."
    assert changes(a, b) == []
    a = "In 12 towns the boats of 12 farmers stayed at home. All 12 left. It was 12. There were 12."
    b = "The 12 towns saw ships of 12 farmers stay at home. All 12 left. It was 12. There were 12."
    assert changes(a, b) == []


@pytest.mark.parametrize(
    ("language", "a", "b", "negation"),
    [
        ("de", "Der Rat wird die alte Brücke am Hafen erneuern.",
         "Der Rat wird die alte Brücke am Hafen nicht erneuern.", "nicht"),
        ("es", "El consejo va a reconstruir el viejo puente del puerto.",
         "El consejo no va a reconstruir el viejo puente del puerto.", "no"),
        ("fr", "Le conseil va reconstruire le vieux pont du port.",
         "Le conseil ne va pas reconstruire le vieux pont du port.", "ne"),
        ("it", "Il consiglio ricostruirà il vecchio ponte del porto.",
         "Il consiglio non ricostruirà il vecchio ponte del porto.", "non"),
        ("nl", "De raad gaat de oude brug bij de haven herbouwen.",
         "De raad gaat de oude brug bij de haven niet herbouwen.", "niet"),
        ("pt", "O conselho vai reconstruir a velha ponte do porto.",
         "O conselho não vai reconstruir a velha ponte do porto.", "não"),
        ("ru", "Совет будет восстанавливать старый мост у порта.",
         "Совет не будет восстанавливать старый мост у порта.", "не"),
    ],
)  # fmt: skip
def test_negations_in_other_languages(language: str, a: str, b: str, negation: str) -> None:
    assert ("negation", "", negation) in changes(a, b, language)
    assert ("negation", negation, "") in changes(b, a, language)
