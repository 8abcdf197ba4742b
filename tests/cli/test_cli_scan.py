"""`dedup scan` as a user runs it: a real process, its streams and its exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import run

EXAMPLES = Path(__file__).parents[2] / "examples" / "nato"
SENTENCE = "the quick brown fox jumps over the lazy dog while the other dogs look on in silence"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two copies and something else, in a folder `d`."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.txt").write_text(SENTENCE)
    (tmp_path / "d" / "b.txt").write_text(SENTENCE.upper() + "!")
    (tmp_path / "d" / "c.txt").write_text("something else altogether")
    return tmp_path


def test_finds_the_one_pair_of_the_example(tmp_path: Path) -> None:
    done = run("scan", str(EXAMPLES), cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == b""
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "derived  003.txt → 001.txt"
    assert "5 documents, 1 pair (1 derived), 1 cluster" in lines[-1]
    assert all(len(line) <= 80 for line in lines)


def test_json_has_the_documented_shape(tmp_path: Path) -> None:
    done = run("scan", "--format", "json", str(EXAMPLES), cwd=tmp_path)
    result = json.loads(done.stdout)
    assert result["schema"] == 1
    assert result["documents"] == 5
    [pair] = result["pairs"]
    assert (pair["a"], pair["b"], pair["relation"]) == ("001.txt", "003.txt", "derived")
    assert pair["source"] == "003.txt"
    assert 68 <= pair["longest_run_words"] <= 72
    assert result["clusters"] == [
        {"members": ["001.txt", "003.txt"], "representative": "003.txt", "indirect": []}
    ]
    assert {"name", "seconds", "in", "out"} == set(result["stages"][0])


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_output_is_equal_for_every_number_of_threads(folder: Path, threads: str) -> None:
    one = run("scan", "-f", "csv", "-j", threads, "d", str(EXAMPLES), cwd=folder)
    other = run("scan", "-f", "csv", "-j", "1", "d", str(EXAMPLES), cwd=folder)
    assert one.stdout == other.stdout


def test_jsonl_and_csv_are_a_pair_a_line(folder: Path) -> None:
    [line] = run("scan", "-f", "jsonl", "d", cwd=folder).stdout.decode().splitlines()
    [row] = csv.DictReader(io.StringIO(run("scan", "-f", "csv", "d", cwd=folder).stdout.decode()))
    pair = json.loads(line)
    assert list(row) == list(pair)
    assert (row["a"], row["b"], row["relation"]) == ("a.txt", "b.txt", "identical")
    assert {name: str(value) for name, value in pair.items() if value is not None} == {
        name: value for name, value in row.items() if value != ""
    }


def test_check_and_unreadable_decide_the_exit_status(folder: Path) -> None:
    assert run("scan", "d", cwd=folder).returncode == 0
    assert run("scan", "--check", "d", cwd=folder).returncode == 1
    assert run("scan", "--check", "d/a.txt", "d/c.txt", cwd=folder).returncode == 0
    missing = run("scan", "--check", "d", "nowhere", cwd=folder)
    assert missing.returncode == 2
    assert missing.stderr.decode() == "dedup: nowhere: no such file or folder\n"
    assert missing.stdout.startswith(b"identical"), "the rest goes on"
    assert run("scan", "--ignore-errors", "d", "nowhere", cwd=folder).returncode == 0
    assert run("scan", "--ignore-errors", "--check", "d", "nowhere", cwd=folder).returncode == 1


def test_wrong_usage_is_2_and_says_what_is_wrong(folder: Path) -> None:
    for arguments, message in [
        (["scan"], "Nothing to scan"),
        (["scan", "--treshold", "1", "d"], "--threshold"),
        (["scan", "--threshold", "1.5", "d"], "threshold=1.5: must be above 0 and at most 1"),
        (["scan", "--threshold", "nan", "d"], "threshold=nan"),
        (["scan", "--relations", "identical,similar", "d"], "'similar' is not one of identical"),
        (["scan", "--threads", "0", "d"], "0 is not in the range"),
        (["scan", "--min-evidence-bits", "-1", "d"], "min_evidence_bits=-1.0"),
        (["scan", "--min-evidence-bits", "inf", "d"], "min_evidence_bits=inf"),
        (["scna", "d"], "scna"),
    ]:
        done = run(*arguments, cwd=folder)
        assert done.returncode == 2, arguments
        assert message in done.stderr.decode(), arguments
        assert done.stdout == b"", arguments
        assert "Traceback" not in done.stderr.decode()


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    done = run("scan", ".", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == b"dedup: no documents found\n"
    assert done.stdout == b"0 documents, nothing reused\n"


def test_bad_input_is_named_and_the_rest_read(tmp_path: Path) -> None:
    text = "one two three four five six seven"
    (tmp_path / "nul").write_bytes(bytes(1000))
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "latin.txt").write_bytes(f"{text} caf\xe9".encode("latin-1"))
    (tmp_path / "x.jsonl").write_text(
        f'{{"id": 1, "text": "{text}"}}\nnot json\n{{"id": 2}}\n{{"id": 1, "text": "{text}"}}\n'
    )
    done = run("scan", "--format", "json", ".", cwd=tmp_path)
    result = json.loads(done.stdout)
    assert done.returncode == 2
    assert [record["source"] for record in result["unreadable"]] == ["./x.jsonl:2", "./x.jsonl:3"]
    assert result["renamed"] == {"1#2": "1"}
    assert result["documents"] == 4
    assert list(result["encodings"]) == ["latin.txt"]
    notes = done.stderr.decode()
    assert "./x.jsonl:2: not JSON" in notes
    assert "./x.jsonl:3: no field 'text'" in notes
    assert "skipped 1 binary (nul)" in notes
    assert "a second '1' goes by '1#2'" in notes
    quiet = run("scan", "-q", ".", cwd=tmp_path).stderr.decode()
    assert "not JSON" in quiet, "what was lost is said even under --quiet"
    assert "skipped" not in quiet


def test_one_line_of_many_megabytes_and_one_word_of_many(tmp_path: Path) -> None:
    # The reference core takes a minute and a half for as much.
    size = 10_000 if os.environ.get("DEDUP_CORE") == "reference" else 100_000
    (tmp_path / "line.txt").write_text(f"{SENTENCE} " * size)
    (tmp_path / "copy.txt").write_text(f"{SENTENCE.title()} " * size)
    (tmp_path / "word.txt").write_text("x" * 50 * size)
    done = run("scan", "--format", "json", ".", cwd=tmp_path)
    result = json.loads(done.stdout)
    assert [pair["relation"] for pair in result["pairs"]] == ["identical"]
    assert len(result["pairs"][0]["longest_run_text"]) == 2002


def test_standard_input_and_lists_of_files(folder: Path) -> None:
    records = "".join(json.dumps({"id": n, "text": SENTENCE}) + "\n" for n in "pq").encode()
    done = run("scan", "-f", "csv", "-", cwd=folder, stdin=records)
    assert done.stdout.decode().splitlines()[1].startswith("p,q,identical")
    fields = records.replace(b"text", b"body").replace(b"id", b"key")
    named = run(
        "scan",
        "-f",
        "csv",
        "--text-field",
        "body",
        "--id-field",
        "key",
        "-",
        cwd=folder,
        stdin=fields,
    )
    assert named.stdout == done.stdout
    for listed in (b"d/a.txt\nd/b.txt\n", b"d/a.txt\0d/b.txt\0"):
        done = run("scan", "-f", "csv", "--files-from", "-", cwd=folder, stdin=listed)
        assert done.stdout.decode().splitlines()[1].startswith("d/a.txt,d/b.txt,identical")


def test_print0_does_not_take_a_record_for_the_file_of_its_name(folder: Path) -> None:
    (folder / "d" / "precious.txt").write_text("what nobody has a copy of")
    records = [{"id": name, "text": "one two three four"} for name in ("first", "precious.txt")]
    (folder / "d" / "c.jsonl").write_text("\n".join(map(json.dumps, records)))
    done = run("scan", "--print0", "d", cwd=folder)
    assert done.stdout == b"d/b.txt\0precious.txt\0", "a record by its id"


def test_print0_lists_what_is_redundant(folder: Path) -> None:
    (folder / "d" / "n\nl.txt").write_text(SENTENCE)
    done = run("scan", "--print0", "d", cwd=folder)
    assert done.stdout == b"d/b.txt\0d/n\nl.txt\0", "paths that can be opened from here"
    assert len(list((folder / "d").iterdir())) == 4, "nothing is deleted"


def test_output_file_is_whole_or_not_at_all(folder: Path) -> None:
    target = folder / "out.json"
    target.write_text("before")
    target.chmod(0o640)
    assert run("scan", "-f", "json", "-o", "out.json", "d", cwd=folder).stdout == b""
    assert json.loads(target.read_text())["documents"] == 3
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    for impossible in ("nowhere/out.json", "d"):
        done = run("scan", "-o", impossible, "d", cwd=folder)
        assert done.returncode == 2
        assert f"dedup: cannot write {impossible}: " in done.stderr.decode()
    assert sorted(path.name for path in folder.iterdir()) == ["d", "out.json"], "nothing beside"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said(folder: Path) -> None:
    done = run("scan", "-o", "/dev/full", "d", cwd=folder)
    assert (done.returncode, done.stderr) == (
        2,
        b"dedup: cannot write /dev/full: No space left on device\n",
    )
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [sys.executable, "-m", "dedup", "scan", "d"],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert process.returncode == 2
    assert process.stderr == b"dedup: cannot write the result: No space left on device\n"


def test_a_full_disk_leaves_the_old_file(folder: Path) -> None:
    """A file size limit stands in for a full disk: the same error at the same place."""
    target = folder / "out.json"
    target.write_text("before")
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
        "from dedup.cli import main; main(['scan', '-f', 'json', '-o', 'out.json', 'd'])"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"cannot write out.json: File too large" in done.stderr
    assert target.read_text() == "before"
    assert sorted(path.name for path in folder.iterdir()) == ["d", "out.json"]


def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    for name in range(2000):  # far more lines than a pipe holds
        (folder / "d" / f"{name}.txt").write_text(SENTENCE)
    process = subprocess.Popen(
        [sys.executable, "-m", "dedup", "scan", "-f", "jsonl", "d"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_interrupt_is_130_without_a_traceback(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dedup", "scan", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b'{"text": "one"}\n' * 10_000)  # and waits for more
        process.stdin.flush()
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert b"Traceback" not in process.stderr.read()


def test_colour_only_where_it_is_wanted(folder: Path) -> None:
    def colored(*arguments: str, **environment: str) -> bool:
        return b"\033[" in run("scan", *arguments, "d", cwd=folder, **environment).stdout

    assert not colored()
    assert colored("--color", "always")
    assert colored(FORCE_COLOR="1")
    assert not colored("--color", "never", FORCE_COLOR="1")
    assert not colored("-f", "json", "--color", "always")


def test_names_and_texts_cannot_steer_the_terminal(tmp_path: Path) -> None:
    evil = "\033[2J\u202eevil\a"
    for name in ("a", "b"):
        (tmp_path / f"{name}{evil}.txt").write_text(f"quote {evil} {SENTENCE} unquote")
    done = run("scan", ".", cwd=tmp_path)
    shown = done.stdout.decode()
    assert "identical" in shown
    assert not set("\033\a\u202e") & set(shown)


def test_settings_come_from_the_nearest_file(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.dedup]\nrelations = ["near-duplicate"]\n')
    assert run("scan", "--check", "d", cwd=folder).returncode == 0
    assert run("scan", "--check", ".", cwd=folder / "d").returncode == 0, "from a folder below"
    assert run("scan", "--check", "--relations", "identical", "d", cwd=folder).returncode == 1
    assert run("scan", "--check", "d", cwd=folder, DEDUP_RELATIONS="identical").returncode == 1
    (folder / "dedup.toml").write_text("threshold = 0.9\n")
    result = json.loads(run("scan", "-f", "json", "d", cwd=folder).stdout)
    assert result["settings"]["threshold"] == 0.9
    assert run("scan", "--check", "d", cwd=folder).returncode == 1, "dedup.toml is nearer"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("treshold = 1\n", "unknown key 'treshold'; did you mean 'threshold'?"),
        ("output = 'x'\n", "unknown key 'output'"),
        ("threshold = \n", "dedup.toml: Invalid value"),
        ("threshold = 'high'\n", "'high' is not a valid float"),
        ("threshold = [1]\n", "threshold takes one value, not [1]"),
    ],
)
def test_a_wrong_settings_file_is_an_error(folder: Path, text: str, message: str) -> None:
    (folder / "dedup.toml").write_text(text)
    done = run("scan", "d", cwd=folder)
    assert done.returncode == 2
    assert message in done.stderr.decode()


def test_version_says_which_core_runs(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path, DEDUP_CORE="reference").stdout.startswith(
        b"dedup 0.1.0 (core: reference; Python "
    )
    wrong = run("--version", cwd=tmp_path, DEDUP_CORE="fast")
    assert wrong.returncode == 2
    assert b"DEDUP_CORE='fast': must be one of auto, native, reference" in wrong.stderr


def test_a_folder_without_permission_is_named(folder: Path) -> None:
    """As another user when this one is root, who may read everything."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root without setpriv: no way to be refused")
    closed = folder / "d" / "closed"
    closed.mkdir()
    command = [sys.executable, "-m", "dedup", "scan", "d"]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=65534", "--clear-groups", *command]
        if subprocess.run(
            [*command[:3], sys.executable, "-c", "import dedup"], check=False
        ).returncode:
            pytest.skip("user 65534 may not read this installation")
        for path in (*folder.parents, folder, folder / "d"):
            if path.stat().st_uid == 0 and len(path.parts) > 2:
                path.chmod(0o755)
    closed.chmod(0)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    finally:
        closed.chmod(0o700)
    assert done.returncode == 2
    assert done.stderr == b"dedup: d/closed: permission denied\n"
    assert done.stdout.startswith(b"identical")
