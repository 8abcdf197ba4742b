"""The formats in which a result can be written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields
from itertools import chain
from typing import Any, Literal, get_args

from dedup.find import ScanResult, pair_values
from dedup.records import Pair
from dedup.report.terminal import Style, summary

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
            for pair in result.pairs:
                yield json.dumps(pair_values(pair), ensure_ascii=False)
        case "csv":
            yield from _csv(result.pairs)


def _csv(pairs: tuple[Pair, ...]) -> Iterator[str]:
    """Rows as RFC 4180 has them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="")
    names = [field.name for field in fields(Pair)]
    rows = ([_inert(value) for value in pair_values(pair).values()] for pair in pairs)
    for row in chain([names], rows):
        writer.writerow(row)
        yield buffer.getvalue()
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
