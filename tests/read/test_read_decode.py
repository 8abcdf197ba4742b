"""Bytes to text: marks, encodings, guesses, what is binary."""

from __future__ import annotations

import codecs
import io
import subprocess
import sys
import types
from pathlib import Path

import charset_normalizer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.read import Skipped, read
from dedup.read.decode import decode
from dedup.records import Document, Unreadable

MARKED = {
    "utf-8-sig": (codecs.BOM_UTF8, "utf-8"),
    "utf-16-le": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16-be": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "utf-32-le": (codecs.BOM_UTF32_LE, "utf-32-le"),
    "utf-32-be": (codecs.BOM_UTF32_BE, "utf-32-be"),
}
GUESSED = {
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. Dnes je krásný den a všichni jsou šťastní.",
    "cp1251": "Все люди рождаются свободными и равными в своем достоинстве и правах.",
    "koi8-r": "Все люди рождаются свободными и равными в своем достоинстве и правах.",
    "cp1253": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια.",
    "cp932": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "big5": "人人生而自由,在尊嚴和權利上一律平等。他們賦有理性和良心,並應以兄弟關係的精神相對待。",
    "gb18030": "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。",
    "cp949": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
}
texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts.filter(lambda text: not text.startswith("\ufeff")))
def test_any_text_in_utf8_comes_back_equal(text: str) -> None:
    assert decode(text.encode()) == (text, {})


@given(st.sampled_from(sorted(MARKED)), texts)
def test_any_text_after_a_mark_comes_back_equal_without_it(name: str, text: str) -> None:
    mark, encoding = MARKED[name]
    if name == "utf-16-le" and text.startswith("\0"):
        return  # these bytes are the mark of UTF-32
    assert decode(mark + text.encode(encoding)) == (text, {"encoding": name})


@given(st.binary())
def test_any_bytes_become_text(data: bytes) -> None:
    text, meta = decode(data)
    assert isinstance(text, str)
    if "replaced" not in meta and "encoding" in meta:
        mark = MARKED.get(meta["encoding"], (b"", ""))[0]
        assert data.startswith(mark)
        encoding = meta["encoding"].removesuffix("-sig")
        assert data[len(mark) :].decode(encoding) == text


@pytest.mark.parametrize("encoding", GUESSED)
@pytest.mark.parametrize("times", [1, 5000])
def test_an_encoding_is_guessed(encoding: str, times: int) -> None:
    text = f"{GUESSED[encoding]}\n" * times
    decoded, meta = decode(text.encode(encoding))
    assert decoded == text
    assert meta == {"encoding": meta["encoding"], "encoding_guessed": True}


@pytest.mark.parametrize("encoding", ["big5", "cp932", "gb18030", "cp949"])
def test_a_sample_never_cuts_a_character_in_two(encoding: str) -> None:
    for shift in range(4):
        text = "x" * shift + f"{GUESSED[encoding] * 10}\n" * 400
        assert decode(text.encode(encoding))[0] == text


def test_a_guess_is_taken_where_the_text_is_not_ascii() -> None:
    text = "plain\n" * 100_000 + f"{GUESSED['cp1251']}\n" * 50
    assert decode(text.encode("cp1251")) == (
        text,
        {"encoding": "cp1251", "encoding_guessed": True},
    )


def test_a_guess_that_fails_further_on_is_not_taken() -> None:
    data = ("人人生而自由\n" * 60_000).encode("gb18030") + b"\xff\xff\n"
    text, meta = decode(data)
    assert meta["encoding"] != "gb18030"
    assert text.endswith("\n")


def test_a_guess_is_made_from_a_sample_however_large_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sampled: list[int] = []

    def from_bytes(sample: bytes, **options: bool) -> object:
        sampled.append(len(sample))
        return charset_normalizer.from_bytes(sample, **options)  # type: ignore[arg-type]

    text = f"{GUESSED['cp1250']}\n" * 100_000
    with monkeypatch.context() as patch:
        fake = types.SimpleNamespace(from_bytes=from_bytes)
        patch.setitem(sys.modules, "charset_normalizer", fake)
        assert decode(text.encode("cp1250"))[0] == text
    assert len(sampled) == 1
    assert sampled[0] in range(64_000, 100_000)


def test_what_is_no_text_in_any_guess_is_cp1252_with_replacements() -> None:
    text, meta = decode(bytes(range(1, 256)) * 3)
    assert meta["encoding_guessed"] is True
    assert text.count("\ufffd") == meta.get("replaced", 0)


@pytest.mark.parametrize(
    ("data", "text", "replaced"),
    [
        (codecs.BOM_UTF16_LE + b"a\0b", "a\ufffd", 1),
        (codecs.BOM_UTF8 + b"a\xffb\xef\xbf\xbd", "a\ufffdb\ufffd", 1),
        (codecs.BOM_UTF16_BE + b"\xd8\x00\0a", "\ufffda", 1),
    ],
)
def test_bytes_that_belie_their_mark_are_replaced_and_counted(
    data: bytes, text: str, replaced: int
) -> None:
    decoded, meta = decode(data)
    assert decoded == text
    assert meta["replaced"] == replaced


@pytest.mark.parametrize("text", ["a\r\nb\rc\nd", "\r\n", "no newline", "", "\x85\u2028\x0c"])
def test_newlines_stay_as_they_are(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.txt").write_bytes(text.encode())
    assert list(read([tmp_path])) == [Document("x.txt", text)]


def test_how_it_was_decoded_travels_with_the_document(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(codecs.BOM_UTF16_LE + "é".encode("utf-16-le"))
    (tmp_path / "y.txt").write_bytes("é".encode())
    marked, plain = read([tmp_path])
    assert isinstance(marked, Document)
    assert isinstance(plain, Document)
    assert (marked.text, marked.meta["encoding"]) == ("é", "utf-16-le")
    assert (plain.text, plain.meta) == ("é", {"path": str(tmp_path / "y.txt")})


@pytest.mark.parametrize("offset", [0, 5, 8191])
def test_a_file_given_that_is_binary_is_unreadable(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"x" * offset + b"\0" + b"x" * 10_000)
    skipped = Skipped()
    assert list(read([path], skipped=skipped)) == [
        Unreadable(str(path), f"binary file (NUL byte at offset {offset})")
    ]
    assert skipped == Skipped()


def test_a_nul_further_on_is_text(tmp_path: Path) -> None:
    text = "x" * 8192 + "\0" + "x"
    (tmp_path / "x.txt").write_text(text)
    assert list(read([tmp_path])) == [Document("x.txt", text)]


def test_a_nul_in_stdin_beyond_its_first_line_makes_it_binary() -> None:
    assert list(read(["-"], stdin=io.BytesIO(b"line\n\0"))) == [
        Unreadable("-", "binary file (NUL byte at offset 5)")
    ]


def test_a_nul_in_utf16_is_text(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("text", encoding="utf-16")
    assert list(read([tmp_path])) == [Document("x.txt", "text")]


def test_reading_utf8_imports_no_guesser(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text("é")
    (tmp_path / ".gitignore").write_text("*.log")
    code = (
        "import sys; from dedup.read import read; "
        "assert len(list(read([sys.argv[1]]))) == 5; "
        "print(*{'charset_normalizer', 'pathspec', 'numpy', 'click'} & {*sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path], check=True, capture_output=True, text=True
    )
    assert run.stdout.strip() == ""
