"""JSONL to documents, one line at a time.

Takes lines of bytes, gives a document or the reason why not for each. Holds one line in memory,
never the file. Fields other than the id and the text are dropped unless
asked for.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Any

from dedup.records import Document, Unreadable

_JSON_NAMES = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
}

# What json.loads does for a str, without its tests of type and encoding on every line.
_parse = json.JSONDecoder().decode


def read_jsonl(
    lines: Iterable[bytes],
    *,
    name: str,
    source: str,
    text_field: str,
    id_field: str,
    records: bool = False,
) -> Iterator[Document | Unreadable]:
    """A document for each line that has one.

    Args:
        lines: the lines of a file in UTF-8, a byte-order mark at its start allowed. Blank lines
            are counted and passed over.
        name: what a record without an id is called, followed by ``:`` and its line number.
        source: what an unreadable line is called, likewise.
        text_field: the field that holds the text, which must be a string.
        id_field: the field that holds the id: a string that is not empty, or an integer, which
            becomes one. Anything else counts as missing.
        records: whether documents carry their record, as ``record`` in their meta, and where they
            stood, as ``line``.

    Returns:
        Documents, and an ``Unreadable`` for each line that is not a JSON object in
        UTF-8 with a text. Lone surrogates stay in a text; in an id they are escaped, so that
        it can be printed.
    """
    for number, line in enumerate(lines, 1):
        if number == 1:
            line = line.removeprefix(BOM_UTF8)  # noqa: PLW2901 - a copy for one line of the file only
        try:
            # Without its newline: the parser would name a column of the line after it.
            record = _parse(line.rstrip(b"\r\n").decode())
        except (ValueError, RecursionError) as error:
            if line.strip():
                yield Unreadable(f"{source}:{number}", _reason(error, line))
            continue
        if type(record) is not dict:
            yield Unreadable(f"{source}:{number}", "not a JSON object")
            continue
        text = record.get(text_field)
        if type(text) is not str:
            yield Unreadable(f"{source}:{number}", _no_text(record, text_field))
            continue
        ident = record.get(id_field)
        if type(ident) is int:
            ident = str(ident)
        elif type(ident) is not str or not ident:
            ident = f"{name}:{number}"
        elif not ident.isascii():
            ident = ident.encode("utf-8", "backslashreplace").decode()
        if records:
            yield Document(ident, text, {"record": record, "line": f"{source}:{number}"})
        else:
            yield Document(ident, text)


def begins_record(line: bytes) -> bool:
    """Whether a line begins as a JSON object does; what is wrong with it is told when it is read.

    Taken for a text, a stream of records whose first is cut short would be one silent document.
    """
    return line.removeprefix(BOM_UTF8).lstrip().startswith(b"{")


def _no_text(record: dict[str, Any], text_field: str) -> str:
    """Why a record has no text."""
    if text_field not in record:
        return f"no field {text_field!r}"
    return f"field {text_field!r} is not a string ({_JSON_NAMES[type(record[text_field])]})"


def _reason(error: Exception, line: bytes) -> str:
    """What is wrong with a line that could not be parsed, in words."""
    match error:
        case UnicodeDecodeError():
            return f"not UTF-8: byte 0x{line[error.start]:02x} at offset {error.start} of the line"
        case json.JSONDecodeError():
            return f"not JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
        case RecursionError():
            return "JSON nested too deeply"
        case _:
            return "a number in it has too many digits"
