"""`dedup.scan`: what it takes, what it names, and what its result says as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, asdict, fields
from pathlib import Path
from typing import cast

import planted
import pytest

import dedup
from dedup import Document, Pair, ScanResult, Settings, SettingsError, Unreadable
from dedup.find import pair_values

TEXT = "ten words make up this text that two documents have"


def test_documents_with_one_id() -> None:
    result = dedup.scan(
        [Document("x", TEXT), Document("x", "other"), Document("x#2", "more"), Document("x", TEXT)]
    )
    assert result.ids == ("x", "x#2", "x#2#2", "x#3")
    assert result.renamed == {"x#2": "x", "x#2#2": "x#2", "x#3": "x"}
    assert [(p.a, p.b) for p in result.pairs] == [("x", "x#3")]


def test_what_was_unreadable_is_passed_on() -> None:
    broken = [Unreadable("a:3", "no JSON"), Unreadable("b", "is a device")]
    result = dedup.scan([broken[0], Document("x", TEXT), broken[1]])
    assert result.unreadable == tuple(broken)
    assert result.ids == ("x",)
    assert result.stages[0].taken == 3
    assert result.stages[0].given == 1


def test_documents_and_paths_mixed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "two.txt").write_bytes("Zw\xf6lf Boxk\xe4mpfer jagen Viktor".encode("latin-1"))
    missing = tmp_path / "missing.txt"
    result = dedup.scan(
        [
            Document("first", TEXT),
            tmp_path / "folder",
            str(missing),
            Document("last", "x"),
            tmp_path / "two.txt",
        ]
    )
    assert result.ids[0] == "first"
    assert result.ids[1].endswith("one.txt")
    assert result.ids[2] == "last"
    assert result.ids[3].endswith("two.txt")
    assert [record.source for record in result.unreadable] == [str(missing)]
    assert [(p.a, p.b) for p in result.pairs] == [("first", result.ids[1])]
    assert list(result.encodings) == [result.ids[3]]


def test_an_iterator_is_read_once() -> None:
    seen = []

    def documents() -> Iterator[Document]:
        for i in range(20):
            seen.append(i)
            yield Document(str(i), TEXT)

    assert len(dedup.scan(documents()).pairs) == 19
    assert seen == list(range(20))


@pytest.mark.parametrize("wrong", ["folder", b"folder", Path("folder"), Document("x", TEXT)])
def test_one_is_not_several(wrong: object) -> None:
    with pytest.raises(TypeError, match="several"):
        dedup.scan(cast("list[str]", wrong))


def test_an_error_of_the_source_is_the_callers(tmp_path: Path) -> None:
    def documents() -> Iterator[Document]:
        yield Document("x", TEXT * 100_000)
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        dedup.scan(documents(), threads=3)


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(TypeError):
        dedup.scan([Document("x", cast("str", None))])


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 0},
        {"threshold": 1.1},
        {"threshold": float("nan")},
        {"min_evidence_bits": -1},
        {"min_evidence_bits": float("nan")},
        {"relations": ()},
        {"relations": ("alike",)},
        {"num_perm": 15},
        {"num_perm": 4097},
        {"seed": -1},
        {"seed": 2**32},
    ],
)
def test_impossible_settings(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        Settings(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)  # type: ignore[arg-type]


def test_equal_settings_are_equal() -> None:
    assert Settings(relations=("derived", "identical", "derived")) == Settings(
        relations=("identical", "derived")
    )


# ---- the result ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result() -> ScanResult:
    """The press texts, a copy, an unreadable source and a name given twice."""
    return dedup.scan(
        [planted.NATO, Document("x", TEXT), Document("x", TEXT), Unreadable("y", "gone")]
    )


PAIR_KEYS = [
    "a",
    "b",
    "relation",
    "jaccard",
    "containment_of_a_in_b",
    "containment_of_b_in_a",
    "evidence_bits",
    "shared_words",
    "longest_run_words",
    "longest_run_text",
    "source",
]


def test_json_has_the_documented_names(result: ScanResult) -> None:
    found = json.loads(result.to_json())
    assert list(found) == [
        "schema",
        "tool",
        "settings",
        "documents",
        "against",
        "unreadable",
        "encodings",
        "renamed",
        "pairs",
        "clusters",
        "stages",
        "limits",
    ]
    assert found["schema"] == 1
    assert list(found["tool"]) == ["name", "version", "core"]
    assert found["tool"]["version"] == dedup.__version__
    assert list(found["settings"]) == [f.name for f in fields(Settings)]
    assert found["documents"] == 7
    assert found["unreadable"] == [{"source": "y", "reason": "gone"}]
    assert found["renamed"] == {"x#2": "x"}
    assert [(p["a"], p["b"], p["relation"]) for p in found["pairs"]] == [
        ("001.txt", "003.txt", "derived"),
        ("x", "x#2", "identical"),
    ]
    for pair in found["pairs"]:
        assert list(pair) == [*PAIR_KEYS, "words_a", "words_b"]
    for cluster in found["clusters"]:
        assert list(cluster) == ["members", "representative", "indirect"]
    for stage in found["stages"]:
        assert list(stage) == ["name", "seconds", "in", "out"]
    assert list(found["limits"]) == ["common_fingerprints", "large_buckets", "pairs_cut_short"]


def test_json_is_the_result(result: ScanResult) -> None:
    found = json.loads(result.to_json())
    assert found == json.loads(json.dumps(result.to_dict()))
    assert found["pairs"] == [pair_values(pair) for pair in result.pairs]
    for values, pair in zip(found["pairs"], result.pairs, strict=True):
        again = asdict(Pair(**values))
        assert again == pytest.approx(asdict(pair), abs=0.05)


def test_json_of_what_is_no_text() -> None:
    """Names and texts with lone surrogates, quotes and NULs come back as they were."""
    name, text = 'a"\\\udc80\0', "one two three \ud800 four “five” \0 six seven"
    found = json.loads(dedup.scan([Document(name, text), Document("b", text)]).to_json())
    assert found["pairs"][0]["a"] == name
    assert "four" in found["pairs"][0]["longest_run_text"]


def test_results_are_equal_whatever_time_they_took(result: ScanResult) -> None:
    again = dedup.scan(
        [planted.NATO, Document("x", TEXT), Document("x", TEXT), Unreadable("y", "gone")]
    )
    assert again == result
    assert [s.seconds for s in again.stages] != [s.seconds for s in result.stages]
    assert [(s.name, s.taken, s.given) for s in again.stages] == [
        (s.name, s.taken, s.given) for s in result.stages
    ]
    assert again != dedup.scan([planted.NATO])


def test_stages_lead_from_one_to_the_next(result: ScanResult) -> None:
    names = ["read and sketch", "identical", "near-duplicate candidates", "derived candidates"]
    assert [stage.name for stage in result.stages] == [*names, "verify"]
    assert (result.stages[0].taken, result.stages[0].given) == (8, 7)
    assert (result.stages[1].taken, result.stages[1].given) == (7, 6)
    assert result.stages[-1].given == len(result.pairs)
    assert all(stage.seconds >= 0 for stage in result.stages)


def test_records_are_frozen(result: ScanResult) -> None:
    for record, name in [
        (result, "pairs"),
        (result.pairs[0], "a"),
        (result.clusters[0], "members"),
        (result.stages[0], "name"),
        (result.settings, "threshold"),
        (Document("x", "y"), "text"),
        (Unreadable("x", "y"), "reason"),
    ]:
        with pytest.raises(FrozenInstanceError):
            setattr(record, name, None)


def test_a_document_may_carry_anything() -> None:
    result = dedup.scan([Document("a", TEXT, {"year": 1999, "tags": ["x"]}), Document("b", TEXT)])
    assert len(result.pairs) == 1
    assert result.encodings == {}
