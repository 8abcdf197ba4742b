"""Documents against an index: whose is whose in the result, what stays, and what was capped."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import index_oracle as oracle
import planted
import pytest

import dedup
from dedup import Document, Index, ScanResult, Settings
from dedup.find.corpus import short_fingerprints
from dedup.find.lsh import MOST_TOGETHER, band_keys, choose_bands
from dedup.report import Style, lines, scan_report
from dedup.scanning import run_against

FREE = Settings(min_evidence_bits=0)


def scanned_against(
    folder: Path,
    old: list[Document],
    new: list[Document],
    settings: Settings = FREE,
    **options: bool | int,
) -> ScanResult:
    """The result over an index named ``news``."""
    with Index.open(folder / "news", create=True, settings=settings) as index:
        for _ in index.add_many(old):
            pass
        return run_against(new, index, **options)  # type: ignore[arg-type]


def text(seed: int, n: int = 120) -> str:
    return " ".join(planted.Writer(seed).words(n))


def test_each_side_keeps_its_name(tmp_path: Path) -> None:
    """Also where the same id is on both sides, and where one looks like a name of the other's."""
    old = [Document("x", text(1)), Document("y", text(2)), Document("alone", text(9))]
    new = [
        Document("x", text(1)),
        Document("x (in news)", text(3)),
        Document("z", text(2).upper()),
        Document("w", text(4)),
    ]
    result = scanned_against(tmp_path, old, new)
    assert result.ids == ("x", "x (in news)", "z", "w")
    assert result.renamed == {}
    assert result.against is not None
    assert result.against.documents == 3
    assert result.against.known == {"x (in news)#2": "x", "y (in news)": "y"}
    assert [(p.a, p.b) for p in result.pairs] == [("x (in news)#2", "x"), ("y (in news)", "z")]
    values = json.loads(result.to_json())
    assert values["documents"] == 4
    assert values["against"] == {
        "index": str(tmp_path / "news"),
        "documents": 3,
        "known": dict(result.against.known),
    }
    assert [p["id_of_a_in_index"] for p in values["pairs"]] == ["x", "y"]
    assert [json.loads(line) for line in lines(result, "jsonl", Style())] == values["pairs"]
    rows = list(csv.DictReader(lines(result, "csv", Style())))
    assert [row["id_of_a_in_index"] for row in rows] == ["x", "y"]
    shown = list(lines(result, "text", Style()))
    assert shown[0] == "identical  x (in news)#2 = x"
    assert "4 documents against 3 in " in " ".join(shown)


def test_a_plain_scan_is_against_nothing() -> None:
    result = dedup.scan([Document("a", text(1)), Document("b", text(1))])
    assert result.to_dict()["against"] is None
    assert "id_of_a_in_index" not in result.to_dict()["pairs"][0]


def test_what_the_index_has_stays(tmp_path: Path) -> None:
    """Be it shorter: only what was scanned can go, and what is like any of the index's can."""
    base = planted.Writer(5).words(150)
    near = [*base[:148], "other", "end"]
    old = [Document("k1", " ".join(near)), Document("k2", " ".join(base[:149]))]
    new = [
        Document("longer", " ".join([*base, *planted.Writer(6).words(8)])),
        Document("copy of k2", " ".join(base[:149]).upper()),
        Document("else", text(7)),
    ]
    result = scanned_against(tmp_path, old, new, among_themselves=True)
    (cluster,) = result.clusters
    assert cluster.representative in ("k1 (in news)", "k2 (in news)")
    assert cluster.indirect == ()
    assert result.redundant == ("longer", "copy of k2")
    assert result.keep == ("else",)
    assert result.rethreshold(0.99).redundant == ("copy of k2",)


def test_a_higher_threshold_is_what_a_scan_with_it_finds(tmp_path: Path) -> None:
    documents = oracle.family(6, 90)
    low = scanned_against(tmp_path / "low", documents[:50], documents[50:])
    high = Settings(0.95, min_evidence_bits=0, relations=("identical", "near-duplicate"))
    wanted = scanned_against(tmp_path / "high", documents[:50], documents[50:], high)
    same = replace(low, settings=replace(low.settings, relations=high.relations))
    found = same.rethreshold(0.95)
    assert wanted.pairs
    assert [(p.a, p.b, p.relation) for p in found.pairs] == [
        (p.a, p.b, p.relation) for p in wanted.pairs
    ]
    assert found.against
    assert wanted.against
    assert found.against.known == wanted.against.known
    assert (found.clusters, found.redundant) == (wanted.clusters, wanted.redundant)
    assert low.against
    assert len(low.against.known) > len(found.against.known)


def test_pairs_are_in_the_order_of_the_index_then_of_what_was_read(tmp_path: Path) -> None:
    documents = oracle.family(3, 70)
    for among in (False, True):
        result = scanned_against(
            tmp_path / str(among), documents[:40], documents[40:], among_themselves=among
        )
        assert result.against is not None
        places = {name: k for k, name in enumerate((*result.against.known, *result.ids))}
        assert len(places) == len(result.against.known) + len(result.ids)
        order = [(places[p.a], places[p.b]) for p in result.pairs]
        assert order == sorted(order)
        index_order = list(result.against.known.values())
        assert index_order == sorted(index_order, key=lambda name: int(name[1:]))
        known = [p.a in result.against.known for p in result.pairs]
        assert all(known) != among
        assert not any(p.b in result.against.known for p in result.pairs)


def test_a_second_copy_is_told_of_too(tmp_path: Path) -> None:
    """A scan would pair it with the first copy only, and no pair here has two that are read."""
    base = planted.Writer(8).words(200)
    derived = " ".join([*base[:100], *planted.Writer(9).words(60)])
    old = [Document("k", f"“{' '.join(base)}”")]
    new = [Document("first", derived), Document("second", derived.upper())]
    result = scanned_against(tmp_path, old, new)
    first, second = result.pairs
    assert (first.b, second.b) == ("first", "second")
    assert first.relation in ("derived", "contains")
    assert (first.jaccard, first.relation) == (second.jaccard, second.relation)
    assert first.source == first.b  # the other quotes
    assert second.source == second.b
    among = scanned_against(tmp_path / "among", old, new, among_themselves=True)
    assert [(p.a, p.b) for p in among.pairs] == [("k (in news)", "first"), ("first", "second")]


def test_limits_are_those_that_what_is_read_meets(tmp_path: Path) -> None:
    writer, draw = planted.Writer(21), random.Random(21)
    base, formula = writer.words(120), writer.words(12)
    alike = [" ".join([*base, *draw.sample(writer.words(50), 2)]) for _ in range(91)]
    old = [Document(f"o{i}", alike[i]) for i in range(90)]
    old += [Document(f"f{i}", " ".join([*writer.words(40), *formula])) for i in range(60)]
    new = [
        Document("n0", alike[90]),
        Document("n1", " ".join([*writer.words(40), *formula])),
        Document("n2", " ".join(writer.words(40))),
    ]
    result = scanned_against(tmp_path, old, new, Settings())
    large, common = capped(old, new)
    assert large > 5
    assert common > 2
    assert result.limits == {
        "large_buckets": large,
        "common_fingerprints": common,
        "pairs_cut_short": 0,
    }
    assert set(result.limits) == set(dedup.scan(new).limits)
    with Index.open(tmp_path / "news") as index:
        for document in new:
            large, common = capped(old, [document])
            wanted = {"common_fingerprints": common, "large_buckets": large}
            (queried,) = index.query_each([document])
            assert isinstance(queried, dedup.Queried)
            assert queried.limits == {name: count for name, count in wanted.items() if count}
        for result_ in index.add_many(new):
            assert isinstance(result_, dedup.Added)
            assert bool(result_.limits) == (result_.id != "n2")
        (again,) = index.add_many([new[0]])
        assert isinstance(again, dedup.Added)
        assert again.there
        assert again.limits["large_buckets"] > 5
        of_it = dedup.Queried(again.id, again.matches, again.limits, again.words)
        assert index.query_id(again.id) == of_it
        assert tuple(index.matches(again.id)) == of_it.matches
        index.remove(*(d.id for d in new))
        # What was removed counts for nothing, also before it is compacted.
        index.remove(*(d.id for d in old[1:90]), *(d.id for d in old[100:]))
        result = run_against(new, index)
    assert set(result.limits.values()) == {0}


def capped(old: list[Document], new: list[Document]) -> tuple[int, int]:
    """Buckets of too many, and passages in too many, that a new document has: one by one."""
    settings = Settings()
    sketches = dedup.Sketcher(settings).sketch([d.text for d in (*old, *new)])
    bands = band_keys(sketches.signatures, choose_bands(settings.threshold, settings.num_perm))
    buckets, passages = defaultdict(set), defaultdict(set)
    for d in range(len(old) + len(new)):
        for band, key in enumerate(bands[d].tolist()):
            buckets[band, key].add(d)
        begin, end = sketches.fingerprint_offsets[d : d + 2]
        for passage in short_fingerprints(sketches.fingerprints[begin:end]).tolist():
            passages[passage].add(d)
    fresh = set(range(len(old), len(old) + len(new)))
    large = [held for held in buckets.values() if len(held) > MOST_TOGETHER and held & fresh]
    common = [held for held in passages.values() if len(held) > 50 and held & fresh]
    return len(large), len(common)


def test_an_index_without_texts_says_so_before_anything_is_read(tmp_path: Path) -> None:
    documents = iter([Document("a", "some words")])
    with (
        Index.open(tmp_path / "i", create=True, keep_text=False) as index,
        pytest.raises(dedup.StoreError, match="keeps no texts"),
    ):
        run_against(documents, index)
    assert len(list(documents)) == 1


def test_threads_change_nothing(tmp_path: Path) -> None:
    documents = oracle.family(4, 80)
    one = scanned_against(tmp_path / "1", documents[:50], documents[50:], threads=1)
    two = scanned_against(tmp_path / "2", documents[:50], documents[50:], threads=2)
    assert len(one.pairs) > 10
    assert (one.pairs, one.limits) == (two.pairs, two.limits)


def test_the_page_says_what_is_in_the_index(tmp_path: Path) -> None:
    result = scanned_against(
        tmp_path, [Document("x", text(1))], [Document("x", text(1))], align=True
    )
    ((_, page),) = scan_report(result)
    assert "x (in news)" in page
    assert '"documents":1,"against":1' in page
    assert "1 document against 1 in" in page
