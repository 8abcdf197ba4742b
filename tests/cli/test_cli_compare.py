"""`dedup compare` as a user runs it: a real process, its streams and its exit status."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from command import run

import dedup

EXAMPLES = Path(__file__).parents[2] / "examples" / "nato"
A, B = str(EXAMPLES / "003.txt"), str(EXAMPLES / "001.txt")


def test_the_derived_text_is_shown_whole_and_in_order(tmp_path: Path) -> None:
    done = run("compare", A, B, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == b""
    shown = done.stdout.decode()
    lines = shown.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "\x1b" not in shown
    assert any("source probably 003.txt" in line for line in lines)
    numbered = [int(found[1]) for line in lines if (found := re.match(r"[=~≈+·-] +(\d+)  ", line))]
    cut = numbered.index(1, 1)
    assert numbered[:cut] == list(range(1, 23))
    assert numbered[cut:] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 26, 37, 38, 39]
    assert "       ~ from 33 (moved, reported): [-Our-] mission is at the request" in shown


def test_json_is_what_the_library_gives(tmp_path: Path) -> None:
    done = run("compare", "-f", "json", A, B, cwd=tmp_path)
    documents = [dedup.Document(name, Path(name).read_text("utf-8")) for name in (A, B)]
    alignment = dedup.Alignment.from_json(done.stdout.decode())
    assert alignment == dedup.align(*documents)
    assert json.loads(done.stdout)["a"]["id"] == A


@pytest.mark.parametrize("command", [("compare",), ("scan",)])
def test_a_dash_is_standard_output(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = run(*command, "-o", "-", A, B, cwd=tmp_path)
    assert done.stdout == run(*command, A, B, cwd=tmp_path).stdout != b""
    assert not list(tmp_path.iterdir())


def test_what_is_compared_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("some words")
    (tmp_path / "b").write_text("other words")
    for output in ("a", "./b"):
        done = run("compare", "-o", output, "a", "b", cwd=tmp_path)
        assert done.returncode == 2
        assert f"-o {output}: is read too, and would be overwritten." in done.stderr.decode()
    assert (tmp_path / "a").read_text() == "some words"


def test_jsonl_and_csv_have_links_then_cut_then_added(tmp_path: Path) -> None:
    rows = [
        json.loads(line)
        for line in run("compare", "-f", "jsonl", A, B, cwd=tmp_path).stdout.splitlines()
    ]
    kinds = [row["relation"] for row in rows]
    assert kinds.count("cut") == 14
    assert kinds.count("added") == 4
    assert kinds[-4:] == ["added"] * 4
    first = rows[0]
    assert first["a_text"].startswith("At this stage, we have made no final decision")
    assert first["b_text"].startswith("NATO with no final decision")
    table = list(
        csv.DictReader(io.StringIO(run("compare", "-f", "csv", A, B, cwd=tmp_path).stdout.decode()))
    )
    assert [row["relation"] for row in table] == kinds
    assert table[0]["flags"] == "split reported"


def test_color_and_width(tmp_path: Path) -> None:
    colored = run("compare", "--color", "always", A, B, cwd=tmp_path).stdout.decode()
    plain = run("compare", A, B, cwd=tmp_path).stdout.decode()
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert run("compare", A, B, cwd=tmp_path, FORCE_COLOR="1").stdout.decode() == colored


def test_standard_input_and_check(tmp_path: Path) -> None:
    text = Path(B).read_bytes()
    done = run("compare", "--check", A, "-", cwd=tmp_path, stdin=text)
    assert done.returncode == 1
    assert b"derived" not in done.stderr
    unlike = run("compare", "--check", A, str(EXAMPLES / "002.txt"), cwd=tmp_path)
    assert unlike.returncode == 0
    assert unlike.stdout.decode().splitlines()[-1] == "  nothing reused"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.txt", B], "missing.txt: "),
        ([A, "binary"], "binary: "),
        ([A, "folder"], "folder: a folder"),
        ([A, A], "is named twice"),
        ([A, "same.txt"], "is named twice"),
        ([A, "two.jsonl"], "two.jsonl: holds 2 documents, not one"),
        (["--language", "klingon", A, B], "language='klingon'"),
    ],
)
def test_bad_input_is_named_and_exits_with_2(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "binary").write_bytes(b"ab\0\1\2\0\0\0" * 50)
    (tmp_path / "folder").mkdir()
    (tmp_path / "same.txt").symlink_to(A)
    (tmp_path / "two.jsonl").write_text('{"id": 1, "text": "x"}\n{"id": 2, "text": "y"}\n')
    done = run("compare", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_identical_files_are_reused_whole(tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_bytes(Path(A).read_bytes())
    done = run("compare", A, "copy.txt", cwd=tmp_path).stdout.decode()
    assert "100% of copy.txt comes from 003.txt; 100% of 003.txt was used" in done
    assert "Cut from" not in done


def test_hostile_text_does_not_steer_the_terminal(tmp_path: Path) -> None:
    text = "A first sentence that is \x1b[31mnot red\u202e at all today.\nAnother one follows here."
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(text, "utf-8")
    shown = run("compare", "a.txt", "b.txt", cwd=tmp_path).stdout.decode()
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_scan_adds_alignments_when_asked(tmp_path: Path) -> None:
    done = run("scan", "--align", "-f", "json", str(EXAMPLES), cwd=tmp_path)
    [pair] = json.loads(done.stdout)["pairs"]
    assert (pair["alignment"]["a"]["id"], pair["alignment"]["b"]["id"]) == ("003.txt", "001.txt")
    assert len(pair["alignment"]["links"]) > 20
    text = run("scan", "--align", str(EXAMPLES), cwd=tmp_path).stdout.decode()
    assert "= from 11, word for word (attributed)" in text
    assert run("scan", "--align", "-f", "csv", str(EXAMPLES), cwd=tmp_path).returncode == 2
