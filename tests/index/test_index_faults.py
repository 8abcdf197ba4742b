"""What befalls an index: kill -9, flipped bytes, a full disk. Nothing acknowledged is lost.

``DEDUP_ROUNDS`` sets how often the random ones are tried: few here, `benchmarks index` does many.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import index_oracle as oracle
import index_worker as worker
import pytest

import dedup
from dedup import DamagedError, Document, Index, Settings, StoreError
from dedup.index import maintenance

ROUNDS = int(os.environ.get("DEDUP_ROUNDS", "5"))
HOT = 2000  # postings in the log of a writer that is killed


# ---- kill -9 -------------------------------------------------------------------------------------


def killed(folder: Path, what: str, first: int, after: float) -> list[tuple[str, str, int]]:
    """What a worker said before it was killed, so many seconds after it began."""
    process = subprocess.Popen(
        [sys.executable, worker.__file__, str(folder), what, str(first), str(HOT)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(worker.__file__).parent)},
    )
    assert process.stdout
    begun = process.stdout.readline()  # imports are over
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    said = begun + process.stdout.read()
    process.wait()
    process.stdout.close()
    lines = [line.split() for line in said.decode().splitlines() if line.count(" ") == 2]
    return [(word, kind, int(turn)) for word, kind, turn in lines]


@pytest.mark.parametrize("what", ["add", "remove", "compact", "recover"])
def test_killed_at_any_moment(tmp_path: Path, what: str) -> None:
    """What was acknowledged is there; what was not is there as a whole batch or not at all."""
    folder, draw = tmp_path / "i", random.Random(what)
    Index.open(folder, create=True).close()
    there: set[int] = set()
    turn = 0
    for _ in range(ROUNDS):
        if what == "recover":
            with Index.open(folder) as index:
                list(index.add_many(worker.documents(turn)))
            there.add(turn)
        said = killed(folder, what, turn, draw.random() ** 2 * 0.5)
        turn = max([turn, *(number for _, kind, number in said if kind == "add")]) + 1
        unsure: set[tuple[str, int]] = set()
        for word, kind, number in said:
            if word == "begin":
                unsure.add((kind, number))
                continue
            unsure.discard((kind, number))
            if kind == "add":
                there.add(number)
            elif kind == "remove":
                there.discard(number)
        with Index.open(folder) as index:
            for number in range(turn):
                here = [d.id in index for d in worker.documents(number)]
                assert len(set(here)) == 1, "half a batch"
                if unsure & {("add", number), ("remove", number)}:
                    there.discard(number)
                    there |= {number} if here[0] else set()
                assert here[0] == (number in there)
            # What a process reads of the log before its first answer, however often writers died.
            assert sum(run.size for run in index._session.view.hot) < 2 * HOT
            assert index.verify() == []
            now = [d for number in sorted(there) for d in worker.documents(number)]
            assert len(index) == len(now)
            chosen = draw.sample(now, min(len(now), 8))
            wanted = oracle.scanned(now, Settings())
            said_now = oracle.verdicts(index, [d.id for d in chosen])
            assert said_now == {k: v for k, v in wanted.items() if k[0] in {d.id for d in chosen}}


# ---- ^C ------------------------------------------------------------------------------------------


def interrupted(call: Callable[[], object], after: float) -> None:
    """Calls, and interrupts it after so many seconds if it takes as long."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, after)
            call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGALRM, before)


# A file that is opened at that moment is closed by the garbage collector, which warns.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", range(2))
def test_interrupted_at_any_moment_and_used_on(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a notebook: the same object goes on, and says what a scan says."""
    monkeypatch.setattr(maintenance, "HOT_POSTINGS", 1500)
    free, draw, documents = (
        Settings(min_evidence_bits=0),
        random.Random(seed),
        oracle.family(1, 120),
    )
    folder = tmp_path / "i"
    with Index.open(folder, create=True, settings=free) as other, Index.open(folder) as index:
        for at in range(0, 120, 10):
            batch = documents[at : at + 10]

            def work(batch: list[Document] = batch) -> None:
                index.query(batch[0].text)
                list(index.add_many(batch))
                index.remove(batch[3].id)
                index.add(batch[3].id, batch[3].text)
                index.compact()

            if draw.random() < 0.3:
                list(other.add_many(batch))
            for _ in range(ROUNDS):
                interrupted(work, draw.random() ** 3 * 0.04 + 1e-5)
            list(index.add_many(batch))
        assert index.verify() == []
        with index._session.moment():
            rows = index._session.view.named([d.id.encode() for d in documents])
        order = {row.name: row.number for row in rows if row is not None}
        now = sorted(documents, key=lambda d: order[d.id])
        wanted = oracle.scanned(now, free)
        for one in (index, other):
            assert oracle.verdicts(one, order) == wanted


# ---- flipped and missing bytes -------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with files, a log, and removed documents; its last commits are in SQLite's log."""
    folder = tmp_path_factory.mktemp("whole") / "i"
    before, maintenance.HOT_POSTINGS = maintenance.HOT_POSTINGS, 2500
    index = Index.open(folder, create=True, settings=Settings(min_evidence_bits=0))
    documents = oracle.family(1, 120)
    for at in range(0, 120, 12):
        list(index.add_many(documents[at : at + 12]))
        if at == 60:
            index.compact()
    index.remove("d3", "d40", "d90")
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)  # while it is open: as a crash would leave it
    index.close()
    maintenance.HOT_POSTINGS = before
    (copy / "index.sqlite-shm").unlink()
    return copy


def answers(folder: Path) -> object:
    """Everything that can be asked."""
    ids = [d.id for d in oracle.family(1, 120)]
    with Index.open(folder) as index:
        there = [one for one in ids if one in index]
        texts = [index.document(one).text for one in there]
        return there, texts, oracle.verdicts(index, there), len(index)


def found_damaged(folder: Path) -> bool:
    """Whether it cannot be opened, or verify finds something."""
    try:
        with Index.open(folder) as index:
            return bool(index.verify())
    except StoreError:
        return True


def test_a_flipped_byte_is_never_a_wrong_answer(whole: Path, tmp_path: Path) -> None:
    right, draw = answers_of_copy(whole, tmp_path), random.Random(7)
    names = sorted(path.name for path in whole.iterdir() if path.stat().st_size)
    assert {"index.sqlite", "index.sqlite-wal", "acknowledged"} <= set(names)
    assert any(name.endswith(".postings") for name in names)
    raised = 0
    for number in range(12 * ROUNDS):
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        path = folder / names[number % len(names)]
        data = bytearray(path.read_bytes())
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        error = None
        try:
            assert answers(folder) == right, path
        except StoreError as raised_one:
            error = raised_one
            raised += 1
        assert error is None or str(folder) in str(error)
        # What SQLite keeps in slack space, or its log has again in the file, harms nobody.
        if error or path.suffix in (".postings", ".words") or path.name == "acknowledged":
            assert found_damaged(folder), path
        shutil.rmtree(folder)
    assert raised > 2 * ROUNDS


def answers_of_copy(whole: Path, tmp_path: Path) -> object:
    """Of the sound index."""
    folder = tmp_path / "sound"
    shutil.copytree(whole, folder)
    assert not found_damaged(folder)
    return answers(folder)


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_a_file_cut_short_is_noticed(whole: Path, tmp_path: Path, keep: float) -> None:
    right = answers_of_copy(whole, tmp_path)
    for name in sorted(path.name for path in whole.iterdir() if path.stat().st_size):
        if name.endswith(".lock"):
            continue
        folder = tmp_path / name
        shutil.copytree(whole, folder)
        path = folder / name
        os.truncate(path, int(path.stat().st_size * keep))
        try:
            assert answers(folder) == right, name
        except StoreError:
            assert found_damaged(folder), name


def test_a_missing_file_is_named(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "i"
    shutil.copytree(whole, folder)
    gone = min(folder.glob("*.postings"))
    gone.unlink()
    with Index.open(folder) as index:
        with pytest.raises(DamagedError, match=gone.name):
            index.query("some text")
        assert any(gone.name in damage.source for damage in index.verify())
    assert Index.recover(folder) == []
    assert not found_damaged(folder)


def test_lost_commits_are_noticed(whole: Path, tmp_path: Path) -> None:
    """Without its log, SQLite opens an older index and says nothing."""
    folder = tmp_path / "i"
    shutil.copytree(whole, folder)
    (folder / "index.sqlite-wal").unlink()
    with Index.open(folder) as index, pytest.raises(DamagedError, match="acknowledged"):
        len(index)
    Index.recover(folder)
    assert not found_damaged(folder)


def test_recover_makes_it_whole(whole: Path, tmp_path: Path) -> None:
    """From whatever damage to what can be made again."""
    right = answers_of_copy(whole, tmp_path)
    folder = tmp_path / "i"
    shutil.copytree(whole, folder)
    for path in folder.glob("*.postings"):
        path.write_bytes(b"?" * 5000)
    (folder / "acknowledged").write_bytes(b"?")
    assert found_damaged(folder)
    assert Index.recover(folder) == []
    assert answers(folder) == right
    assert not found_damaged(folder)


def test_recover_says_what_is_lost(tmp_path: Path) -> None:
    import sqlite3

    folder = tmp_path / "i"
    with Index.open(folder, create=True) as index:
        list(index.add_many(oracle.family(2, 20)))
    base = sqlite3.connect(folder / "index.sqlite")
    base.execute("update document set words = words + 1 where number = 4")
    base.execute("update content set signature = x'00' where number = 2")
    base.execute("update state set value = '{}'")
    base.commit()
    base.close()
    with Index.open(folder) as index:
        found = [damage.reason for damage in index.verify()]
    assert "its state" in found
    lost = [damage.reason for damage in Index.recover(folder)]
    assert lost == ["content 2", "document 4"]  # the sketch was made anew from its text
    with Index.open(folder) as index:
        assert index.verify() == []
        assert len(index) == 19
        assert "d3" not in index
        left = [d for d in oracle.family(2, 20) if d.id != "d3"]
        wanted = oracle.scanned(left, Settings())
        assert oracle.verdicts(index, [d.id for d in left]) == wanted


@pytest.mark.parametrize("size", [5, 2000])
def test_a_damaged_map_of_pages_is_made_anew(tmp_path: Path, size: int) -> None:
    """By which the file is made smaller; the rows are sound."""
    folder = tmp_path / "i"
    with Index.open(folder, create=True) as index:
        list(index.add_many(oracle.family(2, 60)))
        index.remove(*(f"d{k}" for k in range(30)))
    path = folder / "index.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 + 50 : 4096 + 50 + size] = b"\7" * size  # its second page
    path.write_bytes(data)
    with Index.open(folder) as index:
        found = index.verify()
        assert found
        assert all("\n" not in damage.reason for damage in found)
    assert Index.recover(folder) == []
    with Index.open(folder) as index:
        index.compact()
        assert index.verify() == []
        left = oracle.family(2, 60)[30:]
        assert oracle.verdicts(index, [d.id for d in left]) == oracle.scanned(left, Settings())


@pytest.mark.parametrize("where", ["header", "schema", "pages"])
def test_what_sqlite_cannot_read_is_said_once_and_left_alone(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "i"
    with Index.open(folder, create=True) as index:
        list(index.add_many(oracle.family(2, 20)))
    path = folder / "index.sqlite"
    data = bytearray(path.read_bytes())
    # After the map of pages and two tables of one row, the fifth is the root of the documents.
    part = {"header": (0, 16), "schema": (100, 300), "pages": (4 * 4096, 6 * 4096)}[where]
    data[slice(*part)] = bytes(part[1] - part[0])
    path.write_bytes(data)
    says = f"{re.escape(str(path))}: damaged: SQLite cannot read it: .*"
    if where == "pages":
        with Index.open(folder) as index:
            (damage,) = index.verify()
        assert damage.source == str(path)
        assert damage.reason.startswith("SQLite cannot read it: ")
    else:
        with pytest.raises(DamagedError, match=says):
            Index.open(folder)
    with pytest.raises(DamagedError, match=f"{says}; nothing was changed: restore a backup"):
        Index.recover(folder)
    assert path.read_bytes() == data


# ---- a full disk ---------------------------------------------------------------------------------


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file grows above this; what is written then fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1000, 20_000])
def test_none_is_made_on_a_full_disk(tmp_path: Path, size: int) -> None:
    says = f"^{re.escape(str(tmp_path / 'a' / 'i'))}: cannot be made: "
    with files_up_to(size), pytest.raises(StoreError, match=says):
        Index.open(tmp_path / "a" / "i", create=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [100_000, 400_000, 1_000_000])
def test_a_full_disk(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "HOT_POSTINGS", 3000)
    folder = tmp_path / "i"
    documents = oracle.family(3, 400)
    acknowledged: list[Document] = []
    with Index.open(folder, create=True) as index:

        def fill() -> None:
            for at in range(0, 400, 8):
                batch = documents[at : at + 8]
                list(index.add_many(batch))
                acknowledged.extend(batch)

        with files_up_to(size), pytest.raises(StoreError, match=str(folder)):
            fill()
        there = [d for d in documents if d.id in index]
        assert there[: len(acknowledged)] == acknowledged
        with files_up_to(size // 4), pytest.raises(StoreError):
            index.compact()
        assert [d for d in documents if d.id in index] == there
        rest = [d for d in documents if d not in there]
        assert all(isinstance(r, dedup.Added) for r in index.add_many(rest))
        index.compact()
        assert index.verify() == []
        wanted = oracle.scanned([*there, *rest], Settings())
        assert oracle.verdicts(index, [d.id for d in documents]) == wanted
    leftovers = {path.suffix for path in folder.iterdir()}
    assert leftovers <= {".sqlite", ".postings", ".words", ".lock", ""}
