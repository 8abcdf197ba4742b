"""What a result looks like, in every format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

import dedup
from dedup.printable import one_line
from dedup.records import Pair, Unreadable
from dedup.report import FORMATS, Style, lines

PAIR = Pair(
    a="a",
    b="b",
    relation="near-duplicate",
    jaccard=0.999,
    containment_of_a_in_b=0.9,
    containment_of_b_in_a=0.8,
    evidence_bits=123.4,
    shared_words=1,
    longest_run_words=3,
    longest_run_text="one two\n three",
    source=None,
    words_a=10,
    words_b=1000,
)


def result(*pairs: Pair) -> dedup.ScanResult:
    return dedup.ScanResult(
        settings=dedup.Settings(),
        ids=tuple(dict.fromkeys(name for pair in pairs for name in (pair.a, pair.b))),
        unreadable=(Unreadable("x", "why"),),
        encodings={},
        renamed={},
        pairs=pairs,
        stages=(),
        limits={"common_fingerprints": 0, "large_buckets": 2, "pairs_cut_short": 0},
    )


def text(*pairs: Pair, style: Style | None = None) -> str:
    return "\n".join(lines(result(*pairs), "text", style or Style()))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_nothing(form: str) -> None:
    shown = list(lines(result(), form, Style()))
    assert (shown == []) == (form == "jsonl")


def test_a_percentage_is_100_only_when_it_is_all() -> None:
    assert "99% alike" in text(PAIR)
    assert "100% alike" in text(replace(PAIR, jaccard=1.0))


def test_the_source_stands_before_the_arrow() -> None:
    derived = replace(PAIR, relation="derived")
    assert "derived  a ~ b" in text(derived)
    assert "derived  a → b" in text(replace(derived, source="a"))
    assert "derived  b → a" in text(replace(derived, source="b"))
    some = replace(derived, source="b", shared_words=9)
    assert "90% of a stands in b, 0% the other way" in text(some)


def test_what_contains_stands_before_what_it_contains() -> None:
    contains = replace(PAIR, relation="contains", source="a")
    assert "contains  b ⊃ a" in text(contains)
    assert "source probably a" in " ".join(text(contains).split())


def test_what_was_not_weighed_is_not_shown() -> None:
    strong, weak = (replace(PAIR, jaccard=j, evidence_bits=None, b=f"{j}") for j in (0.9, 0.8))
    assert "bits" not in text(weak, strong)
    assert text(weak, strong).index("90% alike") < text(weak, strong).index("80% alike")
    assert '"evidence_bits": null' in next(lines(result(weak), "json", Style()))
    [row] = csv.DictReader(io.StringIO("\n".join(lines(result(weak), "csv", Style()))))
    assert row["evidence_bits"] == ""


def test_copies_are_one_entry() -> None:
    copies = [replace(PAIR, b=name, relation="identical", words_b=10) for name in "bcd"]
    assert "identical  a = b = c = d\n    4 copies of the same 10 words" in text(*copies)


def test_a_chain_is_visible() -> None:
    chain = [replace(PAIR, words_b=5), replace(PAIR, a="b", b="c", words_a=5, words_b=5)]
    assert "chain  c: in one cluster with a only by way of others" in text(*chain)


def test_a_limit_that_was_hit_is_shown() -> None:
    assert "limit: 2 groups of more than 64 alike documents" in " ".join(text(PAIR).split())


def test_long_names_and_runs_keep_to_the_width() -> None:
    long = replace(PAIR, longest_run_text="word " * 1000, longest_run_words=1000)
    shown = text(long, style=Style(width=50)).splitlines()
    assert max(map(len, shown)) <= 50
    assert any(line.endswith("…”") for line in shown)


def test_csv_cannot_become_a_formula() -> None:
    evil = replace(PAIR, a="=cmd|x", b="-", longest_run_text='a "b", c\nd')
    rows = list(csv.reader(io.StringIO("\n".join(lines(result(evil), "csv", Style())))))
    assert rows[1][:2] == ["'=cmd|x", "-"]
    assert 'a "b", c\nd' in rows[1]


def test_json_round_trips_even_lone_surrogates() -> None:
    odd = replace(PAIR, longest_run_text="a\ud800b")
    [shown] = lines(result(odd), "json", Style())
    written = shown.encode("utf-8", "backslashreplace")
    assert json.loads(written)["pairs"][0]["longest_run_text"] == "a\ud800b"


def test_one_line_keeps_what_scripts_need() -> None:
    assert one_line("می\u200cخواهم  naïve\n日本") == "می\u200cخواهم naïve 日本"
    assert one_line("a\x1b[0m\u202eb\x9bc") == "a�[0m�b�c"
