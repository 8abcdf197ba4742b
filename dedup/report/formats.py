"""The formats in which a result can be written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any, Literal, get_args

from dedup.alignment import Alignment, Sentence
from dedup.find import ScanResult
from dedup.records import Document, Pair
from dedup.report.comparison import comparison
from dedup.report.style import Style
from dedup.report.summary import summary

Format = Literal["text", "json", "jsonl", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)


def lines(result: ScanResult, form: Format, style: Style) -> Iterator[str]:
    """The lines of a result, without their ends.

    Args:
        result: what was found.
        form: ``text`` is for a person, ``json`` is the whole result, ``jsonl`` a pair a line,
            ``csv`` a pair a row below the names of the columns.
        style: how ``text`` looks.
    """
    match form:
        case "text":
            yield from summary(result, style)
        case "json":
            yield result.to_json()
        case "jsonl":
            for values in result.pair_values():
                yield json.dumps(values, ensure_ascii=False)
        case "csv":
            names = [field.name for field in fields(Pair) if field.name != "alignment"]
            names += [] if result.against is None else ["id_of_a_in_index"]
            yield from csv_lines(names, result.pair_values())


def comparison_lines(
    alignment: Alignment, source: Document, derived: Document, form: Format, style: Style
) -> Iterator[str]:
    """The lines of a comparison, without their ends.

    Args:
        alignment: of the two documents.
        source: its a.
        derived: its b.
        form: ``json`` is the whole alignment; ``jsonl`` and ``csv`` have the links, what was cut
            and what was added, one a line, with the text.
        style: how ``text`` looks.
    """
    match form:
        case "text":
            yield from comparison(alignment, source, derived, style)
        case "json":
            yield json.dumps(alignment.to_dict(), ensure_ascii=False, indent=2)
        case "jsonl":
            for row in _rows(alignment, source, derived):
                yield json.dumps(row, ensure_ascii=False)
        case "csv":
            rows = (
                {
                    name: " ".join(map(str, value)) if isinstance(value, list) else value
                    for name, value in row.items()
                }
                for row in _rows(alignment, source, derived)
            )
            yield from csv_lines(_COLUMNS, rows)


_COLUMNS = (
    "a",
    "b",
    "relation",
    "flags",
    "score",
    "share_of_a",
    "share_of_b",
    "longest_run_words",
    "a_text",
    "b_text",
)


def _rows(alignment: Alignment, source: Document, derived: Document) -> Iterator[dict[str, Any]]:
    """Links, then sentences that were cut, then those that were added."""

    def text(document: Document, sentences: tuple[Sentence, ...], indices: Sequence[int]) -> str:
        return document.text[sentences[indices[0]].start : sentences[indices[-1]].end]

    for link in alignment.links:
        yield {
            "a": list(link.a),
            "b": list(link.b),
            "relation": link.relation,
            "flags": list(link.flags),
            "score": link.score,
            "share_of_a": link.share_of_a,
            "share_of_b": link.share_of_b,
            "longest_run_words": link.longest_run_words,
            "a_text": text(source, alignment.a.sentences, link.a),
            "b_text": text(derived, alignment.b.sentences, link.b),
        }
    for i in alignment.cut:
        cut = text(source, alignment.a.sentences, [i])
        yield _row([i], [], "cut", cut, "")
    for j in alignment.added:
        added = text(derived, alignment.b.sentences, [j])
        yield _row([], [j], "added", "", added)


def _row(a: list[int], b: list[int], relation: str, a_text: str, b_text: str) -> dict[str, Any]:
    """A sentence without a link."""
    empty: dict[str, Any] = dict.fromkeys(_COLUMNS)
    return {
        **empty,
        "a": a,
        "b": b,
        "relation": relation,
        "flags": [],
        "a_text": a_text,
        "b_text": b_text,
    }


def csv_lines(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Rows as RFC 4180 has them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")  # what ends a line is quoted inside a cell
    for row in chain([names], ([_inert(row[name]) for name in names] for row in rows)):
        writer.writerow(row)
        yield buffer.getvalue()[:-1]
        buffer.seek(0)
        buffer.truncate()


def _inert(value: Any) -> Any:
    """The value, kept from being a formula when a spreadsheet opens the file.

    A name or a text is somebody else's, and ``=`` at its beginning would be run; an apostrophe
    makes it text.
    """
    if isinstance(value, str) and len(value) > 1 and value[0] in "=+-@\t\r":
        return "'" + value
    return value
