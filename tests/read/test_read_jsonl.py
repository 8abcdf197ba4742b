"""JSONL: records to documents, and every way a line can be broken."""

from __future__ import annotations

import codecs
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.read import ReadOptions, read
from dedup.records import Document, Unreadable


def lines(data: bytes, **fields: str) -> list[Document | Unreadable]:
    options = ReadOptions(input_format="jsonl", **fields)  # type: ignore[arg-type]
    return list(read(["-"], options, stdin=io.BytesIO(data)))


@given(st.lists(st.tuples(st.text(), st.text(st.characters()))))
def test_any_records_come_back_equal(records: list[tuple[str, str]]) -> None:
    data = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in records)
    assert lines(data.encode()) == [
        Document(name or f"-:{number}", text) for number, (name, text) in enumerate(records, 1)
    ]


@given(st.lists(st.binary(max_size=20)))
def test_any_bytes_give_at_most_one_result_a_line(pieces: list[bytes]) -> None:
    data = b"\n".join(pieces)
    assert len(lines(data)) <= max(1, data.count(b"\n") + 1)


@pytest.mark.parametrize(
    ("line", "ident"),
    [
        ('{"id": "a b", "text": ""}', "a b"),
        ('{"id": "", "text": ""}', "-:1"),
        ('{"id": 17, "text": ""}', "17"),
        ('{"id": -1, "text": ""}', "-1"),
        ('{"id": 1.5, "text": ""}', "-:1"),
        ('{"id": true, "text": ""}', "-:1"),
        ('{"id": null, "text": ""}', "-:1"),
        ('{"id": [1], "text": ""}', "-:1"),
        ('{"id": {"a": 1}, "text": ""}', "-:1"),
        ('{"text": ""}', "-:1"),
        ('{"id": "é", "text": ""}', "é"),
        ('{"id": "\\ud800é", "text": ""}', "\\ud800é"),
    ],
)
def test_ids(line: str, ident: str) -> None:
    assert lines(line.encode()) == [Document(ident, "")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": 1}', "no field 'text'"),
        (b'{"text": 1}', "field 'text' is not a string (number)"),
        (b'{"text": 1.5}', "field 'text' is not a string (number)"),
        (b'{"text": NaN}', "field 'text' is not a string (number)"),
        (b'{"text": true}', "field 'text' is not a string (boolean)"),
        (b'{"text": null}', "field 'text' is not a string (null)"),
        (b'{"text": ["a"]}', "field 'text' is not a string (array)"),
        (b'{"text": {}}', "field 'text' is not a string (object)"),
        (b"{}", "no field 'text'"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"12", "not a JSON object"),
        (b"  x", "not JSON: Expecting value at column 3"),
        (b'{"text":', "not JSON: Expecting value at column 9"),
        (b'{"text":\r', "not JSON: Expecting value at column 9"),
        (b"{} {}", "not JSON: Extra data at column 4"),
        (b'{"text": "a', "not JSON: Unterminated string starting at column 10"),
        (b'{"text": "a\tb"}', "not JSON: Invalid control character at column 12"),
        (b'{"text": "\xe9"}', "not UTF-8: byte 0xe9 at offset 10 of the line"),
        (b"[" * 100_000, "JSON nested too deeply"),
        (b'{"a": ' * 100_000, "JSON nested too deeply"),
        (b'{"n": ' + b"1" * 5000 + b"}", "a number in it has too many digits"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_is_read(line: bytes, reason: str) -> None:
    good = b'{"id": "a", "text": "b"}\n'
    assert lines(good + line + b"\n" + good) == [
        Document("a", "b"),
        Unreadable("-:2", reason),
        Document("a", "b"),
    ]


def test_blank_lines_are_counted_and_passed_over() -> None:
    assert lines(b'\n \t\r\n{"text": "a"}\r\n\n{"text": "b"}') == [
        Document("-:3", "a"),
        Document("-:5", "b"),
    ]


def test_a_mark_at_the_start_is_dropped_and_nowhere_else() -> None:
    line = codecs.BOM_UTF8 + b'{"text": "a"}\n'
    assert lines(line * 2) == [
        Document("-:1", "a"),
        Unreadable("-:2", "not JSON: Expecting value at column 1"),
    ]


def test_lone_surrogates_and_constants_are_as_python_reads_them() -> None:
    assert lines(b'{"text": "\\ud800", "n": NaN, "m": -Infinity}') == [Document("-:1", "\ud800")]


def test_fields_can_be_named() -> None:
    assert lines(b'{"key": 1, "body": "b", "text": "t"}', text_field="body", id_field="key") == [
        Document("1", "b")
    ]
    assert lines(b"{}", text_field="body") == [Unreadable("-:1", "no field 'body'")]


def test_a_record_has_no_meta() -> None:
    [document] = lines(b'{"text": "a", "lang": "en"}')
    assert isinstance(document, Document)
    assert dict(document.meta) == {}


def test_names_in_a_folder_are_ids_and_unreadable_paths_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "x.JSONL").write_bytes(b'{"text": "a"}\nbroken\n')
    (tmp_path / "y.ndjson").write_bytes(b'{"text": "b"}')
    assert list(read([tmp_path])) == [
        Document("x.JSONL:1", "a"),
        Unreadable(f"{tmp_path / 'x.JSONL'}:2", "not JSON: Expecting value at column 1"),
        Document("y.ndjson:1", "b"),
    ]


def test_the_format_can_be_forced(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"text": "a"}')
    assert list(read([path], ReadOptions(input_format="text"))) == [
        Document(str(path), '{"text": "a"}')
    ]
    path = path.rename(tmp_path / "x.txt")
    assert list(read([path], ReadOptions(input_format="jsonl"))) == [Document(f"{path}:1", "a")]


def test_an_empty_file_has_no_records() -> None:
    assert lines(b"") == []


def test_utf16_is_refused_once_and_not_line_by_line() -> None:
    assert lines('{"text": "a"}\n{}\n'.encode("utf-16-le").join([codecs.BOM_UTF16_LE, b""])) == [
        Unreadable("-", "JSONL must be UTF-8, and this is utf-16-le")
    ]


def test_a_line_of_100_mb() -> None:
    text = "x" * 100_000_000
    [document] = lines(b'{"text": "%s"}' % text.encode())
    assert isinstance(document, Document)
    assert document.text == text


def test_memory_is_bounded_by_a_line_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes((b'{"text": "' + b"x" * 10_000 + b'"}\n') * 2000)
    tracemalloc.start()
    try:
        n_documents = sum(1 for _ in read([path]))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert n_documents == 2000
    assert peak_bytes < 1_000_000
