"""`dedup index`, `dedup unique` and `dedup scan --against` as a user runs them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

import index_oracle as oracle
import pytest
from command import run

import dedup
from dedup import Document, Index, Settings

NATO = str(Path(__file__).parents[2] / "examples" / "nato")


@pytest.fixture
def records(tmp_path: Path) -> list[Document]:
    """Documents of a JSONL file with other fields."""
    documents = [Document(d.id, d.text) for d in oracle.family(3, 60)]
    lines = [{"date": f"2021-{k}", "text": d.text, "id": d.id} for k, d in enumerate(documents)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (tmp_path / "in.jsonl").write_text(text, "utf-8")
    return documents


def json_lines(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.decode().splitlines()]


def test_a_person_adds_and_asks(tmp_path: Path) -> None:
    (tmp_path / "nato").symlink_to(NATO)
    done = run("index", "add", "n.dedup", "nato", cwd=tmp_path)
    assert done.returncode == 0
    assert not done.stderr
    shown = done.stdout.decode()
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.startswith(
        "nato/003.txt\n    derived → nato/001.txt: 65% of it stands there, 72% the other way"
    )
    assert shown.endswith("5 documents, 1 with matches (1 derived)\n")
    asked = run("index", "query", "--check", "n.dedup", "nato/001.txt", cwd=tmp_path)
    assert asked.returncode == 1
    assert "identical = nato/001.txt" in asked.stdout.decode()
    stats = json.loads(run("index", "stats", "-f", "json", "n.dedup", cwd=tmp_path).stdout)
    assert (stats["documents"], stats["distinct"], stats["keep_text"]) == (5, 5, True)
    assert stats["settings"]["threshold"] == 0.7
    text = run("index", "stats", "n.dedup", cwd=tmp_path).stdout.decode()
    assert text.startswith("documents        5\ndifferent texts  5, with 2,245 words\n")
    assert "texts kept       yes\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_program_adds_and_asks(tmp_path: Path, records: list[Document]) -> None:
    done = run("index", "add", "-f", "jsonl", "i", "in.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    rows = json_lines(done.stdout)
    assert [row["id"] for row in rows] == [d.id for d in records]
    assert {(row["new"], row["there"]) for row in rows} == {(True, False)}
    pairs = {(m["id"], row["id"]) for row in rows for m in row["matches"]}  # type: ignore[attr-defined]
    assert pairs == {(pair.a, pair.b) for pair in dedup.scan(records).pairs}
    with Index.open(tmp_path / "i") as index:
        assert index.document("d7").meta == {"date": "2021-7"}
    again = run("index", "add", "i", "-", cwd=tmp_path, stdin=(tmp_path / "in.jsonl").read_bytes())
    assert again.stdout.decode().endswith("; 60 not added\n")
    whole = json.loads(run("index", "query", "-f", "json", "i", "in.jsonl", cwd=tmp_path).stdout)
    assert whole["schema"] == 1
    assert [set(d) for d in whole["documents"]] == [{"id", "words", "matches", "limits"}] * 60
    table = run("index", "query", "-f", "csv", "-o", "out.csv", "i", "in.jsonl", cwd=tmp_path)
    assert table.stdout == b""
    rows_ = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8"))))
    assert len(rows_) == sum(len(d["matches"]) for d in whole["documents"])
    assert {"id", "match", "relation", "jaccard"} <= set(rows_[0])
    assert [(row["id"], row["match"]) for row in rows_] == [
        (d["id"], match["id"]) for d in whole["documents"] for match in d["matches"]
    ]


def test_adding_that_nobody_reads_says_that_it_ended(tmp_path: Path) -> None:
    lines_ = [json.dumps({"id": str(i), "text": f"text {i} " * 40}) + "\n" for i in range(5000)]
    (tmp_path / "in.jsonl").write_text("".join(lines_))
    command = [sys.executable, "-m", "dedup", "index", "add", "-f", "jsonl", "i", "in.jsonl"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == 2
    assert told == b"dedup: nobody reads the result: the rest was not added\n"
    with Index.open(tmp_path / "i") as index:
        assert 0 < len(index) < 5000


def test_a_document_of_the_index_and_its_matches(tmp_path: Path) -> None:
    (tmp_path / "nato").symlink_to(NATO)
    run("index", "add", "i", "nato", cwd=tmp_path)
    assert (
        b"identical = nato/001.txt\n\n"
        in run("index", "query", "i", "nato/001.txt", cwd=tmp_path).stdout
    )
    done = run("index", "matches", "i", "nato/001.txt", "nowhere", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith(b"nato/001.txt\n    derived \xe2\x86\x90 nato/003.txt: 72% of it")
    assert done.stderr == b"dedup: nowhere: not in the index\n"
    table = run("index", "matches", "-f", "csv", "i", "nato/003.txt", cwd=tmp_path)
    assert table.stdout.decode().splitlines()[1].startswith("nato/003.txt,nato/001.txt,derived,")


def test_standard_input_is_no_index(tmp_path: Path) -> None:
    done = run("index", "add", "-", "in.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert b"INDEX comes first" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_on_standard_input_is_no_document(tmp_path: Path) -> None:
    done = run("index", "add", "-f", "jsonl", "i", "-", cwd=tmp_path, stdin=b"")
    assert (done.returncode, done.stdout) == (0, b"")
    with Index.open(tmp_path / "i") as index:
        assert len(index) == 0


def test_what_the_index_has_is_no_copy_of_itself(tmp_path: Path) -> None:
    """Who deletes what is redundant must not lose what was added from there."""
    (tmp_path / "nato").symlink_to(NATO)
    run("index", "add", "i", "nato", cwd=tmp_path)
    done = run("scan", "--against", "i", "--print0", "nato", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    (tmp_path / "copy.txt").write_bytes((tmp_path / "nato" / "001.txt").read_bytes())
    done = run("scan", "--against", "i", "--print0", "nato", "copy.txt", cwd=tmp_path)
    assert done.stdout == b"copy.txt\0"
    done = run("scan", "--against", "i", "nato/001.txt", cwd=tmp_path)
    assert done.stdout.startswith(b"identical  nato/001.txt (in i) = nato/001.txt\n")


def test_other_words_under_an_id_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("some words")
    assert run("index", "add", "i", "a.txt", cwd=tmp_path).returncode == 0
    (tmp_path / "a.txt").write_text("other words")
    done = run("index", "add", "i", "a.txt", "missing.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert b"dedup: a.txt: its id is in the index with other words" in done.stderr
    assert b"dedup: missing.txt: no such file" in done.stderr.lower()
    done = run("index", "add", "--ignore-errors", "i", "missing.txt", cwd=tmp_path)
    assert done.returncode == 0


def test_removing_compacting_verifying(tmp_path: Path, records: list[Document]) -> None:
    run("index", "add", "i", "in.jsonl", cwd=tmp_path)
    done = run(
        "index", "remove", "i", "d1", "nobody", "--ids-from", "-", cwd=tmp_path, stdin=b"d2\n"
    )
    assert done.returncode == 2
    assert done.stderr == b"dedup: nobody: not in the index\ndedup: removed 2\n"
    done = run("index", "compact", "i", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith(b"dedup: compacted: 58 documents, ")
    sound = run("index", "verify", "i", cwd=tmp_path)
    assert (sound.returncode, sound.stdout) == (0, b"")
    assert re.fullmatch(rb"dedup: sound: 58 documents, \d+ kB\n", sound.stderr)
    assert run("index", "verify", "-q", "i", cwd=tmp_path).stderr == b""
    (path,) = (tmp_path / "i").glob("*.postings")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    damaged = run("index", "verify", "i", cwd=tmp_path)
    assert damaged.returncode == 1
    assert damaged.stdout.decode() == f"i/{path.name}: 1 of its blocks\n"
    done = run("index", "recover", "i", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.startswith(b"dedup: made anew: 58 documents, ")
    assert run("index", "verify", "i", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("index", "query", "nowhere", "x"), "dedup: nowhere: no index here"),
        (("index", "add", "i"), "Nothing to read"),
        (("index", "add", "in.jsonl", "in.jsonl"), "in.jsonl: no index, and something else is"),
        (("index", "remove", "i"), "Nothing to remove: name an id"),
        (("index", "add", "-o", "no/x", "i", "in.jsonl"), "cannot write no/x: No such file or"),
        (("unique", "--dropped", "no/x", "--index", "i", "-"), "cannot write no/x: No such file"),
        (("scan", "-o", "no/x", "in.jsonl"), "cannot write no/x: No such file"),
        (("index", "add", "i", "missing"), "dedup: missing: no such file or folder"),
        (("unique", "--index", "i", "missing"), "dedup: missing: no such file or folder"),
        (("scan", "--among-themselves", "x"), "--among-themselves belongs to --against"),
    ],
)
def test_what_cannot_be(
    tmp_path: Path, records: list[Document], arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]  # and no index is left


COMMANDS = [("index", "add", "i"), ("scan", "--against", "i"), ("unique", "--index", "i")]


@pytest.mark.parametrize("command", COMMANDS)
def test_other_settings_are_refused_where_they_are_asked_for(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    run("index", "add", "-t", "0.8", "i", NATO, cwd=tmp_path)
    command = (*command, NATO)
    assert run(*command, cwd=tmp_path).returncode == 0
    assert run(*command, "-t", "0.8", cwd=tmp_path).returncode == 0
    done = run(*command, "-t", "0.9", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"dedup: i: made with threshold 0.8, and --threshold asks for 0.9\n"
    done = run(*command, cwd=tmp_path, DEDUP_THRESHOLD="0.6")
    assert done.stderr == b"dedup: i: made with threshold 0.8, and DEDUP_THRESHOLD asks for 0.6\n"
    # Of other settings nothing was said.
    (tmp_path / "dedup.toml").write_text("threshold = 0.6\nmin-evidence-bits = 9\n")
    assert run(*command, cwd=tmp_path).returncode == 0
    assert run(*command, "-t", "0.8", cwd=tmp_path).returncode == 0


def test_a_file_of_settings_is_for_new_indexes(tmp_path: Path) -> None:
    (tmp_path / "dedup.toml").write_text("threshold = 0.6\nrelations = ['identical']\n")
    run("index", "add", "i", NATO, cwd=tmp_path)
    with Index.open(tmp_path / "i") as index:
        assert index.settings == Settings(0.6, relations=("identical",))
    done = run("index", "add", "--no-text", "i", NATO, cwd=tmp_path)
    assert done.stderr == b"dedup: i: made with its texts kept, and --no-text asks for none\n"


def test_a_file_has_one_id_however_it_is_named(tmp_path: Path) -> None:
    """By its folder, by a folder beside another, by itself: so that it is not added twice."""
    for name in ("a/1.txt", "b/1.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(f"the words of {name}")
    ways = (("a",), ("./a/", "b"), ("a/1.txt", "b/.//1.txt"), ("b",), (".",))
    for number, way in enumerate(ways):
        done = run("index", "add", "-f", "jsonl", "i", *way, "-g", "*.txt", cwd=tmp_path)
        assert done.returncode == 0
        asked = run("index", "query", "-f", "jsonl", "i", *way, "-g", "*.txt", cwd=tmp_path)
        ids = [row["id"] for row in json_lines(done.stdout)]
        assert set(ids) <= {"a/1.txt", "b/1.txt"}
        assert ids == [row["id"] for row in json_lines(asked.stdout)]
        passed = run("unique", "-q", *way, "-g", "*.txt", cwd=tmp_path)
        assert ids == [row["id"] for row in json_lines(passed.stdout)]
        with Index.open(tmp_path / "i") as index:
            assert len(index) == (1 if number == 0 else 2)


def test_records_without_ids_are_added_by_their_texts(tmp_path: Path) -> None:
    """As unique does: the first line of tomorrow's stream is another record."""
    for text in ("the first day", "the second day", "the first day"):
        done = run(
            "index", "add", "-f", "jsonl", "i", "-", cwd=tmp_path, stdin=json_stream({"text": text})
        )
        assert done.returncode == 0
        (row,) = json_lines(done.stdout)
        assert str(row["id"]).startswith("sha256:")
    with Index.open(tmp_path / "i") as index:
        assert len(index) == 2


@pytest.mark.parametrize("among", [False, True])
def test_scan_against(tmp_path: Path, among: bool) -> None:
    """The pairs of a scan over both that have a new document."""
    old, new = oracle.family(3, 70)[:45], oracle.family(3, 70)[45:]
    for name, documents in (("old", old), ("new", new)):
        rows = (json.dumps({"id": d.id, "text": d.text}) + "\n" for d in documents)
        (tmp_path / f"{name}.jsonl").write_text("".join(rows), "utf-8")
    run("index", "add", "--min-evidence-bits", "0", "i", "old.jsonl", cwd=tmp_path)
    more = ["--among-themselves"] if among else []
    done = run("scan", "--against", "i", "-f", "json", "new.jsonl", *more, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    wanted = oracle.scanned([*old, *new], Settings(min_evidence_bits=0))
    names = {d.id for d in new}
    places = {d.id: k for k, d in enumerate([*old, *new])}
    expected = {
        (a, b): verdict[0]
        for (a, b), verdict in wanted.items()
        if places[a] < places[b] and b in names and (among or a not in names)
    }
    known = result["against"]["known"]
    pairs = {(known.get(p["a"], p["a"]), p["b"]): p["relation"] for p in result["pairs"]}
    assert pairs == expected
    assert len(expected) > 10
    with Index.open(tmp_path / "i") as index:
        assert len(index) == 45
    aligned = run("scan", "--against", "i", "--align", "new.jsonl", *more, cwd=tmp_path)
    assert aligned.returncode == 0
    assert b"25 documents against 45 in i, " in aligned.stdout
    listed = run("scan", "--against", "i", "--print0", "new.jsonl", *more, cwd=tmp_path)
    assert set(listed.stdout.decode().split("\0")[:-1]) < names


def test_unique_passes_on_what_is_new(tmp_path: Path, records: list[Document]) -> None:
    done = run("unique", "--dropped", "out.jsonl", "in.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    kept, dropped = json_lines(done.stdout), json_lines((tmp_path / "out.jsonl").read_bytes())
    assert done.stderr.decode() == f"dedup: {len(kept)} passed on, {len(dropped)} dropped\n"
    given = json_lines((tmp_path / "in.jsonl").read_bytes())
    assert [row for row in given if row in kept] == kept  # whole records, in their order
    assert len(kept) + len(dropped) == len(given)
    ids = {row["id"] for row in kept}
    for row in dropped:
        assert row["matches"][0]["id"] in ids  # type: ignore[index]
    settings = Settings(relations=("identical", "near-duplicate"))
    left = [d for d in records if d.id in ids]
    assert dedup.scan(left, settings).pairs == ()
    assert len(dropped) > 10


def test_unique_remembers(tmp_path: Path, records: list[Document]) -> None:
    lines = (tmp_path / "in.jsonl").read_bytes().splitlines(keepends=True)
    at_once = run("unique", "-q", "in.jsonl", cwd=tmp_path).stdout
    parts = [
        run("unique", "-q", "--index", "i", "-", cwd=tmp_path, stdin=b"".join(lines[at : at + 20]))
        for at in range(0, 60, 20)
    ]
    assert b"".join(part.stdout for part in parts) == at_once
    with Index.open(tmp_path / "i") as index:
        assert len(index) == len(at_once.splitlines())
    assert run("unique", "-q", "--index", "i", "in.jsonl", cwd=tmp_path).stdout == b""


def test_unique_takes_files_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("some words of a text")
    (tmp_path / "b.txt").write_text("Some words, of a text!")
    done = run("unique", "a.txt", "b.txt", "c.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert json_lines(done.stdout) == [{"id": "a.txt", "text": "some words of a text"}]
    assert b"c.txt" in done.stderr


def test_unique_takes_a_stream_for_json_lines(tmp_path: Path) -> None:
    lines = [b"{broken\n", b'{"id": "a", "text": "some words"}\n', b"\0\n", b"7\n"]
    for stream in (lines, lines[1:], [lines[2], *lines]):
        done = run("unique", "-", cwd=tmp_path, stdin=b"".join(stream))
        assert done.returncode == 2
        assert json_lines(done.stdout) == [{"id": "a", "text": "some words"}]
        broken = [k for k, line in enumerate(stream, 1) if line != lines[1]]
        assert [row.split(b":")[1:3] for row in done.stderr.splitlines()[:-1]] == [
            [b" -", str(k).encode()] for k in broken
        ]
    for nothing in (b"", b"\n\n"):
        done = run("unique", "-", cwd=tmp_path, stdin=nothing)
        assert (done.returncode, done.stdout) == (0, b"")
        assert done.stderr == b"dedup: 0 passed on, 0 dropped\n"
    done = run("unique", "--input-format", "text", "-", cwd=tmp_path, stdin=b"{some words")
    assert json_lines(done.stdout) == [{"id": "-", "text": "{some words"}]


def json_stream(*rows: dict[str, object]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_unique_knows_records_without_ids_by_their_texts(tmp_path: Path) -> None:
    days = [
        [{"text": "on the first day"}, {"id": None, "text": "something else"}],
        [{"text": "on the second day"}, {"id": True, "text": "on the first day"}],
    ]
    for day, passed in zip(days, (days[0], days[1][:1]), strict=True):
        done = run("unique", "--index", "i", "-", cwd=tmp_path, stdin=json_stream(*day))
        assert (done.returncode, json_lines(done.stdout)) == (0, passed)
    with Index.open(tmp_path / "i") as index:
        text = "on the first day"
        name = f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        assert index.document(name).text == text
        assert len(index) == 3


@pytest.mark.parametrize("together", [True, False])
def test_unique_judges_by_its_words_what_has_an_id_of_others(
    tmp_path: Path, together: bool
) -> None:
    """All is passed on or dropped, be it in one batch or each in one of its own."""
    rows: list[dict[str, object]] = [
        {"id": "a", "text": "the first words of all"},
        {"id": "a", "text": "quite others under the same id"},
        {"id": "b", "text": "the first words of all"},  # dropped, so that its id is free
        {"id": "b", "text": "words that are new"},
        {"id": "a", "text": "Quite others, under the same id!"},
    ]
    kept, dropped = [], []
    for part in [rows] if together else [[row] for row in rows]:
        done = run(
            *("unique", "--index", "i", "--dropped", "d", "-"),
            cwd=tmp_path,
            stdin=json_stream(*part),
        )
        assert done.returncode == 0
        kept += json_lines(done.stdout)
        dropped += json_lines((tmp_path / "d").read_bytes())
        counted = f"{len(json_lines(done.stdout))} passed on"
        assert done.stderr.decode().startswith(f"dedup: {counted}")
    assert kept == [rows[0], rows[1], rows[3]]
    assert [row["id"] for row in dropped] == ["b", "a"]
    again = run("unique", "--index", "i", "-", cwd=tmp_path, stdin=json_stream(*rows))
    assert (again.returncode, again.stdout) == (0, b"")
    assert again.stderr == b"dedup: 0 passed on, 5 dropped\n"


def test_unique_says_why_it_dropped_what_it_did(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "text": "some words that are new"},
        {"id": "a", "text": "Some words, that are new!"},
        {"id": "b", "text": "some words that are new"},
        {"id": "b", "text": "some words that are new"},
    ]
    call = ("unique", "-q", "--index", "i", "--dropped", "d", "-")
    for run_number in (1, 2):
        run(*call, cwd=tmp_path, stdin=json_stream(*rows))
        dropped = json_lines((tmp_path / "d").read_bytes())
        there = [(row["id"], row["there"], len(row["matches"])) for row in dropped]  # type: ignore[arg-type]
        assert there[-3:] == [("a", True, 0), ("b", False, 1), ("b", False, 1)]
        assert len(there) == 2 + run_number


def test_unique_counts_what_it_could_not_read(tmp_path: Path) -> None:
    done = run("unique", "-", cwd=tmp_path, stdin=b'7\n{"text": "some words"}\n')
    assert done.stderr.splitlines()[-1] == b"dedup: 1 passed on, 0 dropped, 1 unreadable"


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@needs_full
def test_unique_forgets_what_it_could_not_write(tmp_path: Path, records: list[Document]) -> None:
    """A full disk, be it for what is passed on or for what is dropped."""
    wanted = run("unique", "-q", "in.jsonl", cwd=tmp_path).stdout
    done = run("unique", "--index", "i", "--dropped", "/dev/full", "in.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"dedup: cannot write /dev/full: No space left on device\n"
    with Path("/dev/full").open("wb") as full:
        process = start(tmp_path, stdout=full)
        _, said = process.communicate((tmp_path / "in.jsonl").read_bytes(), timeout=600)
    assert (process.returncode, said) == (
        2,
        b"dedup: cannot write the result: No space left on device\n",
    )
    with Index.open(tmp_path / "i") as index:
        assert len(index) == 0
    assert run("unique", "-q", "--index", "i", "in.jsonl", cwd=tmp_path).stdout == wanted


def test_unique_forgets_what_its_reader_did_not_wait_for(
    tmp_path: Path, records: list[Document]
) -> None:
    """The batches before it stay."""
    rows = [{"id": f"x{k}", "text": f"number {k} of many"} for k in range(1000)]
    process = start(tmp_path, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(json_stream(*rows))
    process.stdin.flush()
    received = [json.loads(process.stdout.readline()) for _ in rows]
    process.stdout.close()
    with process.stdin as stdin:
        stdin.write((tmp_path / "in.jsonl").read_bytes())
    with process.stderr as said:
        assert said.read() == b"dedup: 1,000 passed on, 0 dropped\n"
    assert process.wait(600) == 0
    assert received == rows
    with Index.open(tmp_path / "i") as index:
        assert len(index) == 1000
        assert "x999" in index


def test_unique_that_is_killed_before_it_was_read_loses_nothing(
    tmp_path: Path, records: list[Document]
) -> None:
    process = start(tmp_path, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    rows = [{"id": f"x{k}", "text": f"number {k} of many", "more": "x" * 1000} for k in range(500)]
    with process.stdin as stdin, process.stdout as stdout:
        stdin.write(json_stream(*rows))
        stdin.close()
        assert stdout.read(1) == b"{"  # there is more than a pipe holds
        process.kill()
        process.wait(600)
    if process.stderr:
        process.stderr.close()
    again = run("unique", "-q", "--index", "i", "-", cwd=tmp_path, stdin=json_stream(*rows))
    assert json_lines(again.stdout) == rows


def start(cwd: Path, stdout: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """A filter whose output goes there."""
    return subprocess.Popen(
        [sys.executable, "-m", "dedup", "unique", "--index", "i", "-"],
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("unique", "--index", "i", "--dropped"),
        ("scan", "-f", "json", "-o"),
        ("index", "add", "i", "-o"),
    ],
)
def test_what_is_read_is_not_overwritten(
    tmp_path: Path, records: list[Document], arguments: tuple[str, ...]
) -> None:
    before = (tmp_path / "in.jsonl").read_bytes()
    (tmp_path / "link").symlink_to("in.jsonl")
    for source in ("in.jsonl", "-"):
        with (tmp_path / "in.jsonl").open("rb") as stdin:
            done = subprocess.run(
                [sys.executable, "-m", "dedup", *arguments, "link", NATO, source],
                cwd=tmp_path,
                stdin=stdin,
                capture_output=True,
                check=False,
                timeout=600,
            )
        assert done.returncode == 2
        assert b"link: is read too, and would be overwritten." in done.stderr
        assert (tmp_path / "in.jsonl").read_bytes() == before
    assert not (tmp_path / "i").exists()
    done = run(*arguments, "new", "in.jsonl", cwd=tmp_path)
    assert done.returncode == 0


def test_unique_has_one_standard_output(tmp_path: Path) -> None:
    done = run("unique", "--dropped", "-", "-", cwd=tmp_path, stdin=b'{"text": "a"}\n')
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--dropped -: standard output has what is passed on" in done.stderr
    assert not list(tmp_path.iterdir())


def test_unique_needs_an_index_that_judges_what_it_asks_for(tmp_path: Path) -> None:
    run("index", "add", "--relations", "identical", "i", NATO, cwd=tmp_path)
    done = run("unique", "--index", "i", "-", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "dedup: i: made with relations identical, and --relations asks for near-duplicate\n"
    )
    done = run("unique", "-q", "--index", "i", "--relations", "identical", NATO, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    done = run("unique", "-t", "0.9", "--index", "i", "-", cwd=tmp_path)
    assert done.stderr == b"dedup: i: made with threshold 0.7, and --threshold asks for 0.9\n"


def test_a_record_that_json_does_not_know_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    odd = b'{"id": "odd", "text": "some words", "v": NaN}\n'
    good = b'{"id": "good", "text": "others altogether"}\n'
    (tmp_path / "in.jsonl").write_bytes(odd + good)
    done = run("index", "add", "i", "in.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"dedup: in.jsonl:1: odd: its meta is not what JSON can hold")
    with dedup.Index.open(tmp_path / "i") as index:
        assert ("odd" in index, "good" in index) == (False, True)
    done = run("unique", "--index", "u", "in.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == odd + good
    assert done.stderr.startswith(b"dedup: 1 in the index without their other fields")
    with dedup.Index.open(tmp_path / "u") as index:
        assert (index.document("odd").meta, "good" in index) == ({}, True)
    done = run("unique", "in.jsonl", cwd=tmp_path)
    assert (done.stdout, done.stderr) == (odd + good, b"dedup: 2 passed on, 0 dropped\n")
