"""Asking an index that cannot be written: another user's, or one on a file system for reading."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import index_oracle as oracle
import index_reader
import pytest

from dedup import Document, Index

SECONDS = float(os.environ.get("DEDUP_SECONDS", "3"))

Ask = Callable[[str], Any]
Reader = Callable[[Path], AbstractContextManager[Ask]]

_WAYS = {
    "another user": ["setpriv", "--reuid=65534", "--clear-groups"],
    "a read-only mount": [
        *("unshare", "--mount", "sh", "-ec"),
        'mount --bind "$0" "$0"; mount -o remount,ro,bind "$0"; exec "$@"',
    ],
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can look into, unlike ``tmp_path``."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name) / "i"


@pytest.fixture(params=list(_WAYS))
def reader(request: pytest.FixtureRequest, folder: Path) -> Reader:
    """Opens an index in a process that cannot write it."""
    prefix = list(_WAYS[request.param])
    if os.geteuid() or not shutil.which(prefix[0]):
        pytest.skip("only root can become another user or mount")
    if request.param == "a read-only mount":
        prefix.append(str(folder))
    probe = [*prefix, sys.executable, "-c", "import dedup"]
    folder.mkdir()
    if subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip(f"not possible here: {request.param}")

    @contextmanager
    def asking(place: Path) -> Iterator[Ask]:
        process = subprocess.Popen(
            [*prefix, sys.executable, index_reader.__file__, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        assert process.stdout
        questions, answers = process.stdin, process.stdout

        def ask(question: str) -> Any:
            if question:
                questions.write(f"{question}\n")
                questions.flush()
            return json.loads(answers.readline())

        with process:
            yield ask
            questions.close()
        assert process.returncode == 0

    return asking


def filled(folder: Path, first: int = 0, n: int = 40) -> list[Document]:
    """Documents added to an index, which is closed again."""
    documents = [Document(f"{first}/{d.id}", d.text) for d in oracle.family(first, n)]
    with Index.open(folder, create=True) as index:
        list(index.add_many(documents))
    return documents


def test_it_is_asked_and_not_written(folder: Path, reader: Reader) -> None:
    documents = filled(folder)
    with Index.open(folder) as index:
        index.compact()
        index.remove("0/d3")
        wanted = [match.id for match in index.query(documents[0].text)]
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    with reader(folder) as ask:
        assert ask("") == "open"
        assert ask("len") == 39
        assert ask(f"found {' '.join(documents[0].text.split())}") == wanted
        assert wanted
        assert ask("verify") == []
        refused = f"StoreError: {folder}: cannot be written from here, only asked"
        assert ask("write") == [refused] * 5
        assert ask("len") == 39
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_it_sees_what_others_add(folder: Path, reader: Reader) -> None:
    """Opened without anybody else, it follows a writer that comes, compacts, goes and comes."""
    filled(folder, 0, 10)
    with reader(folder) as ask:
        assert ask("") == "open"
        assert ask("len") == 10
        for turn in range(1, 4):
            with Index.open(folder) as index:
                assert ask("len") == 20 * turn - 10
                list(index.add_many(Document(f"{turn}/{k}", f"text {k}") for k in range(10)))
                assert ask("len") == 20 * turn
                index.compact()
                assert ask("len") == 20 * turn
                list(index.add_many(Document(f"{turn}+{k}", f"text {k}") for k in range(10)))
            assert ask("len") == 20 * turn + 10
        assert ask("verify") == []


def test_a_question_that_a_writer_disturbed_is_refused(folder: Path, reader: Reader) -> None:
    filled(folder, 0, 10)
    with reader(folder) as ask:
        assert ask("") == "open"
        assert ask("hold") == "held"
        filled(folder, 1, 10)  # closes: its log goes into the file that is being read
        assert "another process wrote" in ask("end")
        assert ask("len") == 20


def kill_a_writer(folder: Path) -> None:
    """Leaves a document in SQLite's log."""
    code = "import os, dedup, sys; index = dedup.Index.open(sys.argv[1]); index.add('x', 'a word')"
    command = [sys.executable, "-c", f"{code}; os.kill(os.getpid(), 9)", str(folder)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


def test_after_a_writer_was_killed(folder: Path, reader: Reader) -> None:
    """What was added last is in the log, which is read only with its locks beside it."""
    filled(folder, 0, 10)
    kill_a_writer(folder)
    with reader(folder) as ask:
        assert ask("") == "open"
        assert ask("len") == 11
    (folder / "index.sqlite-shm").unlink()
    with reader(folder) as ask:
        assert "what was added last is in index.sqlite-wal" in ask("")
    Index.open(folder).close()
    with reader(folder) as ask:
        assert ask("") == "open"
        assert ask("len") == 11


def test_locks_that_are_broken(folder: Path, reader: Reader) -> None:
    filled(folder, 0, 10)
    with Index.open(folder) as index, reader(folder) as ask:
        index.add("y", "another word")
        assert (ask(""), ask("len")) == ("open", 11)
        kill_a_writer(folder)
        with (folder / "index.sqlite-shm").open("r+b") as locks:
            locks.write(bytes(136))
        assert ask("len") == 12
        assert len(index) == 12


def test_it_needs_what_tells_of_lost_commits(folder: Path, reader: Reader) -> None:
    filled(folder)
    (folder / "acknowledged").unlink()
    with reader(folder) as ask:
        assert ask("") == f"DamagedError: {folder}/acknowledged: damaged: it is missing"


def test_asked_all_the_time_while_others_come_and_go(folder: Path, reader: Reader) -> None:
    """Every answer has all that was acknowledged before the question, and nothing that was not."""
    filled(folder, 0, 10)
    notes = folder.parent / "notes"
    code = """
import sys, dedup
for turn in range(1, 1_000_000):
    with dedup.Index.open(sys.argv[1]) as index, open(sys.argv[2], "w") as notes:
        index.add(str(turn), f"text {turn}")
        notes.write(f"{turn:9}")
"""
    answers = disturbed = 0
    with reader(folder) as ask:
        assert ask("") == "open"
        writer = subprocess.Popen([sys.executable, "-c", code, folder, notes])
        try:
            deadline = time.monotonic() + SECONDS
            while time.monotonic() < deadline:
                noted = notes.read_text() if notes.exists() else ""
                found = ask("len")
                if isinstance(found, str):
                    assert "ask again" in found
                    disturbed += 1
                else:
                    assert found >= 10 + int(noted or 0)
                    answers += 1
        finally:
            writer.kill()
            writer.wait()
    assert answers > 10 * disturbed
    with Index.open(folder) as index:
        assert index.verify() == []


@pytest.mark.parametrize("name", ["", "index.sqlite", "index.sqlite-shm", "acknowledged"])
def test_what_may_not_be_read_is_named(folder: Path, name: str) -> None:
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root without setpriv: no way to be refused")
    filled(folder)
    command = [] if os.geteuid() else _WAYS["another user"]
    code = "import sys, dedup; len(dedup.Index.open(sys.argv[1], create=True))"
    with Index.open(folder):
        (folder / name).chmod(0)
        done = subprocess.run(
            [*command, sys.executable, "-c", code, folder], capture_output=True, check=False
        )
        (folder / name).chmod(0o755)
    if b"dedup" not in done.stderr.splitlines()[-1]:
        pytest.skip("user 65534 may not read this installation")
    assert f"StoreError: {folder / name}: Permission denied" in done.stderr.decode()


@pytest.mark.parametrize("command", [("index", "add"), ("unique", "--index")])
def test_a_place_that_may_not_be_looked_into_is_named(
    folder: Path, command: tuple[str, ...]
) -> None:
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root without setpriv: no way to be refused")
    prefix = [] if os.geteuid() else _WAYS["another user"]
    text = folder.parent / "text.txt"
    text.write_text("some words")
    text.chmod(0o644)
    if subprocess.run([*prefix, sys.executable, "-c", "import dedup"], check=False).returncode:
        pytest.skip("user 65534 may not read this installation")
    folder.mkdir()
    folder.chmod(0)
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "dedup", *command, folder / "i", text],
        capture_output=True,
        check=False,
    )
    folder.chmod(0o755)
    assert done.returncode == 2
    assert done.stderr.decode() == f"dedup: {folder / 'i'}: Permission denied\n"


@pytest.mark.parametrize("command", [("scan",), ("index", "add", "i"), ("unique",)])
def test_a_file_that_may_not_be_read_is_named_and_the_rest_goes_on(
    folder: Path, command: tuple[str, ...]
) -> None:
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root without setpriv: no way to be refused")
    prefix = [] if os.geteuid() else _WAYS["another user"]
    if subprocess.run([*prefix, sys.executable, "-c", "import dedup"], check=False).returncode:
        pytest.skip("user 65534 may not read this installation")
    folder.mkdir()
    folder.chmod(0o777)
    for name, mode in (("secret.txt", 0), ("open.txt", 0o644)):
        (folder / name).write_text("some words")
        (folder / name).chmod(mode)
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "dedup", *command, "secret.txt", "open.txt"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode().startswith("dedup: secret.txt: permission denied\n")
    assert b"Usage" not in done.stderr
    assert b"open.txt" in done.stdout or b"1 document" in done.stdout
