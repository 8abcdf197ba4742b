"""Where sentences begin and end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.aligner.sentences import sentence_bounds


def sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a text."""
    bounds = sentence_bounds(text, language)
    assert bounds.dtype == np.int64
    assert bounds.shape[1:] == (2,)
    return [text[begin:end] for begin, end in bounds.tolist()]


WRAPPED = """\
The harbour of the town was closed because of the
storm that came from the north. The ships waited outside until
Tuesday evening. Then the wind fell, and they all came in, one
after the other.

The next day was calm."""


def test_a_text_broken_to_a_width() -> None:
    assert [" ".join(one.split()) for one in sentences(WRAPPED)] == [
        "The harbour of the town was closed because of the storm that came from the north.",
        "The ships waited outside until Tuesday evening.",
        "Then the wind fell, and they all came in, one after the other.",
        "The next day was calm.",
    ]
    assert sentences(WRAPPED.replace("\n", "\r\n")) == [
        one.replace("\n", "\r\n") for one in sentences(WRAPPED)
    ]


def test_an_empty_line_ends_a_sentence() -> None:
    assert sentences("The title of it all\n\n \t\nIt began one day\n\nin May.") == [
        "The title of it all",
        "It began one day",
        "in May.",
    ]


def test_lists() -> None:
    assert sentences("Bring:\n- two loaves of bread\n- milk\n• apples\n\nThank you.") == [
        "Bring:", "- two loaves of bread", "- milk", "• apples", "Thank you.",
    ]  # fmt: skip
    assert sentences("1. First do this.\n2. Do that. Rest.\n   3) Stop.\nAll is well. Go.") == [
        "1. First do this.", "2. Do that.", "Rest.", "3) Stop.", "All is well.", "Go.",
    ]  # fmt: skip


def test_headlines_are_no_text_broken_to_a_width() -> None:
    lines = [
        "NATO with no final decision on the future of its presence",
        "The Alliance increases eight times its contingent in Iraq",
        "Ministers meet in Brussels to discuss the coming year",
        "A quiet day",
    ]
    assert sentences("\n".join(lines)) == lines


def test_after_a_numbered_list_sentences_end_again() -> None:
    text = "Steps:\n   1. Break the problem.\n   2. Solve it.\n   3. Join.\nThat is it. It works."
    assert sentences(text)[-2:] == ["That is it.", "It works."]


def test_a_line_of_a_script_that_has_no_full_stop() -> None:
    lines = [
        "หอสมุดแห่งใหม่ของเมืองเชียงใหม่เปิดให้บริการเมื่อวันจันทร์ที่ผ่านมา",
        "สถาปนิกได้แรงบันดาลใจจากเรือนไม้โบราณของชาวล้านนา",
        "ชั้นสองมีห้องเงียบสำหรับนักเรียนที่เตรียมสอบปลายภาค",
    ]
    assert sentences("\n".join(lines), "th") == lines
    # Unless all lines are as long as they can be.
    broken = "\n".join(["ท่าเรือเก่าของเมืองปิดเมื่อวันจันทร์เพราะพายุใหญ่"] * 4)
    assert sentences(broken, "th") == [broken]


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "He paid $3.50 to Dr. J. Smith at 5 p.m. today. Why?", 2),
        ("en", "See the U.S. Army at www.example.com. Fine... Or not!", 3),
        ("de", "Am 3. Mai kam Dr. Meier z. B. nach Hause. Er aß.", 2),
        ("ru", "Г. Иванов приехал в 2020 г. в Москву. Потом ушёл.", 2),
        ("fr", "M. Dupont est venu. Il n'a rien dit\u202f! Pourquoi\u202f?", 3),
        ("es", "¿Quién es? ¡No lo sé! El Sr. López llegó tarde.", 3),
        ("hi", "पुल बंद था। मेयर ने कहा कि काम शुरू होगा। कब?", 3),
        ("zh", "今天天气很好。我们去公园吧！你来吗？", 3),
        ("ja", "今日は天気がいいです。公園へ行きましょう！来ますか？", 3),
        ("ar", "قال العمدة إن الجسر مغلق. متى يفتح؟ لا أحد يعرف.", 3),
    ],
)
def test_how_many(language: str, text: str, wanted: int) -> None:
    assert len(sentences(text, language)) == wanted


def test_quotations() -> None:
    assert sentences('“Yes,” he said. “And then?” she asked. "No! Go!" They left.') == [
        "“Yes,” he said.",
        "“And then?” she asked.",
        '"No! Go!"',
        "They left.",
    ]
    assert sentences('The film "Who? What? Where?" was good.') == [
        'The film "Who? What? Where?" was good.'
    ]


@pytest.mark.parametrize(
    ("language", "opening", "closing"), [("en", "“", "”"), ("de", "„", "“"), ("fr", "«", "»")]
)
def test_several_sentences_between_quotation_marks(
    language: str, opening: str, closing: str
) -> None:
    text = (
        f"{opening}We will rebuild the bridge. The money has been found at last{closing}, he said. "
        f"{opening}It was. Nobody saw.{closing} He left."
    )
    assert sentences(text, language) == [
        f"{opening}We will rebuild the bridge.",
        f"The money has been found at last{closing}, he said.",
        f"{opening}It was. Nobody saw.{closing}",  # too short to be cut
        "He left.",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\r\n \t"])
def test_nothing(text: str) -> None:
    assert sentences(text) == []


@given(st.text(st.sampled_from('a B.!?"“” \n\r\t1)(:。ก中\ud800\u0301'), max_size=60))
def test_nothing_is_lost(text: str) -> None:
    """What is no sentence is white space."""
    bounds = sentence_bounds(text, "en").tolist()
    edges = [0, *(place for one in bounds for place in one), len(text)]
    assert edges == sorted(edges)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        assert not text[begin:end].strip()
    for begin, end in bounds:
        assert text[begin:end] == text[begin:end].strip() != ""
