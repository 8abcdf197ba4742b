"""What is compared: words, stems, sentences that are not too long, and what each is worth."""

from __future__ import annotations

import numpy as np
import oracles
import pytest

from dedup.aligner.links.boilerplate import boilerplate
from dedup.aligner.units import Side, Units, units
from dedup.aligner.weights import Weights, weights


def words(both: Units, side: Side) -> list[str]:
    """The folded words of one side."""
    return [both.spellings[word] for word in side.words.tolist()]


def stems(side: Side, i: int) -> list[int]:
    """The stems of sentence i."""
    return side.stems[side.firsts[i] : side.firsts[i + 1]].tolist()


def texts_of(side: Side) -> list[str]:
    """The sentences of one side."""
    return [side.text[begin:end] for begin, end in side.bounds.tolist()]


# ---- words ---------------------------------------------------------------------------------------


def test_words_have_places_in_the_text() -> None:
    a = "Die STRAẞE ist 😀 gesperrt – cafe\u0301 geschlossen."
    both = units(a, "", "de")
    assert words(both, both.a) == [
        a[begin:end].casefold() for begin, end in zip(both.a.begins, both.a.ends, strict=True)
    ]
    assert [a[begin:end] for begin, end in zip(both.a.begins, both.a.ends, strict=True)] == [
        "Die", "STRAẞE", "ist", "gesperrt", "cafe\u0301", "geschlossen",
    ]  # fmt: skip
    assert both.a.capitals.tolist() == [True, True, False, False, False, False]


@pytest.mark.parametrize("apostrophe", "'’＇")
def test_a_final_s_is_no_word(apostrophe: str) -> None:
    both = units(f"The mayor{apostrophe}s bridge", "The mayor bridge", "en")
    assert words(both, both.a) == words(both, both.b) == ["the", "mayor", "bridge"]


def test_another_s_is_a_word() -> None:
    both = units("'s s 's' plan s. The boys' S", "", "en")
    assert words(both, both.a) == ["s", "s", "s", "plan", "s", "the", "boys", "s"]
    both = units("It's l's't", "", "en")
    assert words(both, both.a) == ["it", "l", "t"]


def test_stems_are_the_same_on_both_sides() -> None:
    both = units("The bridges were closing.", "A bridge closed.", "en")
    spelling = dict(zip(words(both, both.a), both.a.stems.tolist(), strict=True))
    other = dict(zip(words(both, both.b), both.b.stems.tolist(), strict=True))
    assert spelling["bridges"] == other["bridge"]
    assert spelling["closing"] == other["closed"]
    assert spelling["were"] not in other.values()


@pytest.mark.parametrize(
    ("language", "sentence", "size"),
    [
        ("zh", "旧茶馆重新开门", 1 / 2),
        ("ja", "映画館が開館した", 1 / 2),
        ("th", "ท่าเรือเก่าปิด", 1 / 4),
        ("lo", "ທ່າເຮືອເກົ່າ", 1 / 4),
        ("km", "កំពង់ផែចាស់", 1 / 4),
        ("my", "ဆိပ်ကမ်းဟောင်း", 1 / 4),
    ],
)
def test_stems_of_scripts_without_spaces(language: str, sentence: str, size: float) -> None:
    """As many code points in a row as make about a word; none of two words is a third one's."""
    both = units(sentence, sentence[1:], language)
    n = round(1 / size)
    tokens = oracles.tokens(sentence)
    assert both.a.sizes.tolist() == [size] * len(tokens)
    keys = [token.key for token in tokens]
    grams = [tuple(keys[k : k + n]) for k in range(len(keys))]
    same = [[x == y for y in both.a.stems.tolist()] for x in both.a.stems.tolist()]
    assert same == [[x == y for y in grams] for x in grams]
    if len(both.b.stems) == len(tokens) - 1:
        assert both.b.stems.tolist() == both.a.stems.tolist()[1:]


def test_a_stem_ends_where_the_row_does() -> None:
    """So that a sentence has the same stems wherever it stands."""
    both = units("门开了。人来了。", "人来了，门开了。", "zh")
    assert stems(both.a, 0) + stems(both.a, 1) == stems(both.b, 0)[3:] + stems(both.b, 0)[:3]
    both = units("我用Python写字", "我用写字", "zh")
    assert both.a.sizes.tolist() == [0.5, 0.5, 1, 0.5, 0.5]
    assert both.a.stems[1] != both.b.stems[1]  # 用 before a mark or a Latin word, and 用写


def test_the_numbers_of_stems_are_all_used() -> None:
    both = units("旧茶馆 opened 12 doors.", "A new 茶馆.", "zh")
    assert {*both.a.stems.tolist(), *both.b.stems.tolist()} == {*range(both.stem_count)}


# ---- sentences -----------------------------------------------------------------------------------


def test_sentences_without_words_are_none() -> None:
    both = units("One word. *** – ! Two words.\n---\n", "...", "en")
    assert texts_of(both.a) == ["One word.", "Two words."]
    assert len(both.b.bounds) == 0
    assert both.b.firsts.tolist() == [0]


def test_a_sentence_that_is_too_long_is_cut_where_the_gap_is_widest() -> None:
    text = " ".join(["word"] * 70) + "   " + " ".join(["word"] * 200)
    both = units(text, "", "en")
    lengths = np.diff(both.a.firsts).tolist()
    assert lengths[0] == 70
    assert sum(lengths) == 270
    assert all(50 <= n <= 100 for n in lengths[:-1])
    assert 0 < lengths[-1] <= 100
    assert " ".join(texts_of(both.a)).split() == text.split()
    assert all(one == one.strip() for one in texts_of(both.a))
    both = units(" ".join(["word"] * 100), "", "en")
    assert np.diff(both.a.firsts).tolist() == [100]


def test_long_sentences_of_a_script_without_spaces() -> None:
    both = units("茶" * 150 + "，" + "馆" * 150, "", "zh")
    assert np.diff(both.a.firsts).tolist() == [150, 150]


# ---- what they are worth -------------------------------------------------------------------------

PLACES = ["harbour", "bridge", "garden", "market", "tower", "river", "square", "church"]
NEWS = " ".join(f"The mayor said that {place}s are in the {place} of Anna." for place in PLACES)


def by_spelling(both: Units, found: Weights) -> dict[str, tuple[float, bool, bool, float]]:
    """Mass, light, name and bits of every word."""
    return {
        both.spellings[word]: (
            float(found.mass[stem]),
            bool(found.light[stem]),
            bool(found.name[stem]),
            float(found.bits[stem]),
        )
        for side in (both.a, both.b)
        for word, stem in zip(side.words.tolist(), side.stems.tolist(), strict=True)
    }


def test_common_words_are_light_and_names_are_worth_little() -> None:
    both = units(NEWS, "Anna likes the garden.", "en")
    found = weights(both)
    worth = by_spelling(both, found)
    assert {word for word, (_, light, _, _) in worth.items() if light} == {
        "the", "mayor", "said", "that", "are", "in", "of", "anna",
    }  # fmt: skip
    assert [word for word, (_, _, name, _) in worth.items() if name] == ["anna"]
    assert worth["river"][0] > worth["garden"][0] > worth["mayor"][0] > worth["anna"][0] > 0
    assert worth["anna"][3] <= 2 < worth["river"][3]
    assert found.mass.max() <= 1
    assert (found.core[found.light | found.name] == 0).all()


def test_a_capital_at_the_beginning_or_in_a_headline_is_no_name() -> None:
    both = units("Harbours are old. We know.", "THE BRIDGE OF THE TOWN IS CLOSED", "en")
    assert not weights(both).name.any()
    both = units("We saw Rome. Rome was old.", "They love Rome.", "en")
    assert by_spelling(both, weights(both))["rome"][2]


def test_nouns_are_no_names_in_german() -> None:
    for language, named in (("de", False), ("en", True)):
        both = units("Wir sahen die Brücke und den Hafen.", "", language)
        assert weights(both).name.any() == named


# ---- boilerplate ---------------------------------------------------------------------------------


def boilerplate_of(text: str, language: str = "en") -> list[str]:
    """Which sentences of a text look like none."""
    side = units(text, "", language).a
    return [texts_of(side)[i] for i in boilerplate(side, range(len(side.bounds)))]


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Anna Berg",
        "Photo: Anna Berg.",
        "By our correspondent",
        "18 Feb. 2021 -",
        "Last updated: 18 Feb. 2021 18:22",
        "(As delivered)",
        "[Applause in the hall, and many people stand up while the speaker leaves it]",
        "Read more",
        "12/05/2021, 14:30.",
        "Similar articles",
    ],
)
def test_boilerplate(line: str) -> None:
    text = f"The bridge was closed on Monday.\n{line}\n\nIt will be opened again in the summer."
    assert boilerplate_of(text) == [line]
    assert boilerplate_of(line) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Good afternoon.",
        "Nobody knows why!",
        "The mayor of the old town has not said when it will be open",
        "He said: we will see what comes of this before the end of the year.",
    ],
)
def test_no_boilerplate(line: str) -> None:
    assert boilerplate_of(f"The bridge was closed on Monday.\n{line}\nIt is so.") == []


def test_boilerplate_fills_its_line() -> None:
    assert boilerplate_of("He left. Photo: Anna. It was late, and nobody saw him go.") == []


@pytest.mark.parametrize(
    ("language", "line"),
    [("zh", "图：新华社"), ("ja", "（写真）"), ("ru", "Фото: ТАСС"), ("ar", "الصورة: رويترز")],
)
def test_boilerplate_of_other_languages(language: str, line: str) -> None:
    assert boilerplate_of(f"{line}\n\n{line}", language) == [line, line]
