"""Languages: small texts and what was made of them, by hand; which language it is; the codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup import Alignment, SettingsError
from dedup.aligner import language as languages

DATA = Path(__file__).parents[1] / "data"
CASES: dict[str, dict[str, Any]] = json.loads((DATA / "aligned.json").read_text(encoding="utf-8"))
ARTICLES: dict[str, str] = json.loads((DATA / "udhr-article-1.json").read_text(encoding="utf-8"))


def texts(language: str) -> tuple[str, str]:
    """The source and the derived text."""
    case = CASES[language]
    return case["between"].join(case["a"]), case["between"].join(case["b"])


def sentences(alignment: Alignment, a: str, b: str) -> list[list[str]]:
    """As they were cut."""
    return [
        [text[one.start : one.end] for one in side.sentences]
        for side, text in ((alignment.a, a), (alignment.b, b))
    ]


@pytest.mark.parametrize("language", CASES)
@pytest.mark.parametrize("given", [True, False])
def test_what_became_of_it(language: str, given: bool) -> None:
    """Every link, its relation, its flags and what changed; no other link."""
    case = CASES[language]
    a, b = texts(language)
    alignment = dedup.align(a, b, language=language if given else None)
    assert sentences(alignment, a, b) == [case["a"], case["b"]]
    assert [[*one.a, *one.b, one.relation, " ".join(one.flags)] for one in alignment.links] == case[
        "links"
    ]
    linked_a, linked_b = ({link[side] for link in case["links"]} for side in (0, 1))
    assert alignment.cut == tuple(i for i in range(len(case["a"])) if i not in linked_a)
    assert alignment.added == tuple(j for j in range(len(case["b"])) if j not in linked_b)
    assert alignment.boilerplate == dedup.alignment.Boilerplate((), ())
    found = [[one.kind, one.a, one.b] for link in alignment.links for one in link.changes]
    assert found == case["changes"]
    assert alignment.language == language


@pytest.mark.parametrize("language", CASES)
def test_languages_share_nothing(language: str) -> None:
    for other in CASES:
        if other != language:
            assert dedup.align(texts(language)[0], texts(other)[1]).links == ()


@pytest.mark.parametrize("language", ARTICLES)
def test_a_text_is_its_own_copy_in_any_language(language: str) -> None:
    article = ARTICLES[language]
    alignment = dedup.align(article, article)
    n = len(alignment.a.sentences)
    assert n >= 1
    assert [(one.a, one.b) for one in alignment.links] == [((i,), (i,)) for i in range(n)]
    assert (alignment.reuse_of_a, alignment.reuse_of_b) == (1, 1)


@pytest.mark.parametrize("language", ARTICLES)
def test_detected(language: str) -> None:
    assert languages.detect((ARTICLES[language], "")) == language


@pytest.mark.parametrize("code", ["de", "en", "nb", "th", "zh", "la", "fil", "yi", "yue"])
def test_a_code_that_is_known(code: str) -> None:
    alignment = dedup.align("Die Brücke ist alt.", "Die Brücke war alt.", language=code)
    assert alignment.language == code
    assert len(alignment.links) == 1


@pytest.mark.parametrize(
    "code", ["xx", "english", "eng", "EN", "en-US", "", " en", "de_DE", "e", "qqq", "../en"]
)
def test_a_code_that_is_not(code: str) -> None:
    with pytest.raises(SettingsError, match="ISO 639") as error:
        dedup.align("The bridge is old.", "The bridge was old.", language=code)
    assert repr(code) in str(error.value)
    assert isinstance(error.value, ValueError)


def test_every_stemmer_is_there() -> None:
    """A code that names a stemmer which is not installed would be found out by a user."""
    import snowballstemmer

    assert {*languages._STEMMERS.values()} <= {*snowballstemmer.algorithms()}
    for code in languages._STEMMERS:
        assert languages.stems(["x"], code) == ["x"]


def test_stems() -> None:
    assert languages.stems(["bridges", "bridge"], "en") == ["bridg", "bridg"]
    assert languages.stems(["brücken", "brücke"], "de") == ["bruck", "bruck"]
    assert languages.stems(["мосты", "моста"], "ru") == ["мост", "мост"]
    assert languages.stems(["brudarna", "broar"], "is") == ["bruda", "broar"]  # no stemmer: five


def test_many_words_are_forgotten_and_stemmed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_KEPT_STEMS", 3)
    words = ["bridges", "ships", "mayors", "harbours", "bridges", "boats"]
    wanted = ["bridg", "ship", "mayor", "harbour", "bridg", "boat"]
    assert languages.stems(words, "en") == wanted


def test_accents_and_marks_do_not_keep_words_apart() -> None:
    """Composed and decomposed, full width and half width, either case."""
    a = "Le café du préfet a rouvert à Orléans après sept mois."
    for b in (
        "Le cafe\u0301 du pre\u0301fet a rouvert a\u0300 Orle\u0301ans apre\u0300s sept mois.",
        a.upper(),
    ):
        (link,) = dedup.align(a, b).links
        assert link.relation == "verbatim"
        assert [one.op for one in link.diff] == ["equal"]
