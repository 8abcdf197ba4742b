"""What becomes of the folder of an index: moved, deleted, mixed up; and several that write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import index_oracle as oracle
import index_worker as worker
import pytest

from dedup import Document, Index, Settings, StoreError
from dedup.index import maintenance


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some files of postings in every index."""
    monkeypatch.setattr(maintenance, "HOT_POSTINGS", 1500)


def made(folder: Path, seed: int) -> list[Document]:
    """An index with its documents, closed again."""
    documents = oracle.family(seed, 60)
    with Index.open(folder, create=True) as index:
        for at in range(0, 60, 12):
            list(index.add_many(documents[at : at + 12]))
        index.compact()
    return documents


# ---- while it is open ----------------------------------------------------------------------------


def moved(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def deleted(folder: Path) -> None:
    shutil.rmtree(folder)


def replaced(folder: Path) -> None:
    shutil.rmtree(folder)
    made(folder, 2)


def without_its_log(folder: Path) -> None:
    (folder / "index.sqlite-wal").unlink()
    (folder / "index.sqlite-shm").unlink()


@pytest.mark.parametrize("what", [moved, deleted, replaced, without_its_log])
def test_nothing_is_acknowledged_that_goes_nowhere(
    tmp_path: Path, what: Callable[[Path], None]
) -> None:
    """SQLite goes on writing into files that no name leads to."""
    folder = tmp_path / "i"
    made(folder, 1)
    with Index.open(folder) as index:
        index.add("last", "a document in the log")
        what(folder)
        says = f"{folder}: moved, deleted or replaced since it was opened"
        for change in (
            lambda: index.add("new", "some words"),
            lambda: index.remove("d1"),
            lambda: index.query("some words"),
            index.compact,
        ):
            with pytest.raises(StoreError, match=says):
                change()


def test_a_link_to_a_folder(tmp_path: Path) -> None:
    documents = made(tmp_path / "i", 1)
    (tmp_path / "link").symlink_to("i")
    with Index.open(tmp_path / "link") as index, Index.open(tmp_path / "i") as same:
        index.add("new", "some words")
        assert "new" in same
        same.remove("new")
        wanted = oracle.scanned(documents, Settings())
        assert oracle.verdicts(index, [d.id for d in documents]) == wanted


# ---- files of another time or index --------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".postings", ".words", ".sqlite", ""])
@pytest.mark.parametrize("source", ["another index", "an older copy", "a newer copy"])
def test_files_that_do_not_belong_together(tmp_path: Path, suffix: str, source: str) -> None:
    """Whatever is mixed, the answers are right or there are none."""
    folder, other = tmp_path / "i", tmp_path / "other"
    documents = made(folder, 1)
    more = [d for turn in range(4) for d in worker.documents(turn)]
    if source == "another index":
        made(other, 2)
    else:
        shutil.copytree(folder, other)
        with Index.open(folder if source == "an older copy" else other) as index:
            list(index.add_many(more))
            if suffix == ".postings":
                index.compact()
    for path in sorted(other.iterdir()):
        if path.suffix == suffix and path.suffix != ".lock":
            mine = sorted(one for one in folder.iterdir() if one.suffix == suffix)
            shutil.copy(path, mine[0])
    try:
        with Index.open(folder) as index:
            there = [d for d in [*documents, *more] if d.id in index]
            found = oracle.verdicts(index, [d.id for d in there])
            sound = index.verify() == []
    except StoreError:
        return
    assert len(there) in {len(documents), len(documents) + len(more)}
    assert source != "an older copy" or len(there) > len(documents), "something is lost"
    assert found == oracle.scanned(there, Settings())
    assert sound or suffix == ".words"  # which is made anew


def test_a_file_left_by_a_crash_before_its_commit(tmp_path: Path) -> None:
    """It belongs to nobody, may have a name that is taken next, and goes away."""
    documents = made(tmp_path / "i", 1)
    with Index.open(tmp_path / "i") as index:
        segment = next((tmp_path / "i").glob("*.postings"))
        for number in range(20):
            shutil.copy(segment, tmp_path / "i" / f"{number + 5:08d}.postings")
        (tmp_path / "i" / "00000007.new").write_bytes(b"half")
        index.compact()
        assert index.verify() == []
        wanted = oracle.scanned(documents, Settings())
        assert oracle.verdicts(index, [d.id for d in documents]) == wanted
    assert len(list((tmp_path / "i").glob("*.postings"))) == 1
    assert not list((tmp_path / "i").glob("*.new"))


def test_a_clock_that_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup.index import rows

    documents = oracle.family(3, 40)
    times = iter([2e9, 1e9, 0.0, -5.0])
    monkeypatch.setattr(rows.time, "time", lambda: next(times))
    with Index.open(tmp_path / "i", create=True) as index:
        for at in range(0, 40, 10):
            list(index.add_many(documents[at : at + 10]))
        assert index.verify() == []
        wanted = oracle.scanned(documents, Settings())
        assert oracle.verdicts(index, [d.id for d in documents]) == wanted


# ---- several processes that write ----------------------------------------------------------------

_ADD = """
import sys, dedup, index_oracle
from dedup.index import maintenance
maintenance.HOT_POSTINGS = 1500
folder, name = sys.argv[1:]
with dedup.Index.open(folder, timeout=60) as index:
    for d in index_oracle.family(1, 60):
        (result,) = index.add_many([dedup.Document(name + d.id, d.text)])
        assert isinstance(result, dedup.Added), result
        print(int(result.new))
        if d.id in ("d20", "d40"):
            index.compact()
"""


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(Path(worker.__file__).parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("names", [("", "", ""), ("a/", "b/", "c/")])
def test_several_add_and_compact_at_once(tmp_path: Path, names: tuple[str, ...]) -> None:
    """The same ids or others: each document is new to one of them and there once."""
    Index.open(tmp_path / "i", create=True).close()
    writers = [started(_ADD, tmp_path / "i", name) for name in names]
    said = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    expected = 60 * len(set(names))
    assert sum(int(new) for one in said for new in one) == expected
    with Index.open(tmp_path / "i") as index:
        assert len(index) == expected
        assert index.verify() == []
        here = sorted({name + d.id for name in names for d in oracle.family(1, 60)})
        assert all(one in index for one in here)


_HOLD = """
import sys, dedup
with dedup.Index.open(sys.argv[1]) as index:
    with index._session.change():  # as a long batch does
        print("held", flush=True)
        sys.stdin.readline()
"""


def test_a_second_process_waits_its_turn(tmp_path: Path) -> None:
    """And is told after its timeout, with the name of the index."""
    Index.open(tmp_path / "i", create=True).close()
    with started(_HOLD, tmp_path / "i") as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        says = f"{tmp_path / 'i'}: another process is writing to it; waited 0.1 s"
        with Index.open(tmp_path / "i", timeout=0.1) as index:
            for change in (lambda: index.add("a", "some words"), lambda: index.remove("a")):
                with pytest.raises(StoreError, match=says):
                    change()
            assert index.query("some words") == []
        with pytest.raises(StoreError, match=says):
            Index.recover(tmp_path / "i", timeout=0.1)
        adding = started(_ADD, tmp_path / "i", "")
        with pytest.raises(subprocess.TimeoutExpired):
            adding.wait(1.0)
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert len(adding.communicate()[0].split()) == 60
        assert adding.returncode == 0
    with Index.open(tmp_path / "i") as index:
        assert len(index) == 60


def test_what_is_removed_while_it_is_compacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two of its steps others remove, and add the same documents again."""
    folder = tmp_path / "i"
    documents = made(folder, 1)
    now = list(documents)
    with Index.open(folder) as index, Index.open(folder) as other:
        index.remove("d3", "d4")
        now = [d for d in now if d.id not in {"d3", "d4"}]
        turns = iter(["d5", "d3", "d10", "d11"])

        def meanwhile() -> None:
            if one := next(turns, None):
                document = documents[int(one[1:])]
                if one in other:
                    other.remove(one)
                    now.remove(document)
                else:
                    now.append(document)
                    other.add(one, document.text)

        purge, swap = index._maintenance._purge, index._maintenance._swap
        monkeypatch.setattr(
            index._maintenance, "_swap", lambda *a, **k: (meanwhile(), swap(*a, **k), meanwhile())
        )
        monkeypatch.setattr(index._maintenance, "_purge", lambda *a: (meanwhile(), purge(*a)))
        index.compact()
        monkeypatch.undo()
        for one in (index, other):
            assert one.verify() == []
            wanted = oracle.scanned(now, Settings())
            assert oracle.verdicts(one, [d.id for d in now]) == wanted
            index.compact()


# ---- room on the disk ----------------------------------------------------------------------------


@pytest.fixture
def many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is made smaller in several transactions."""
    monkeypatch.setattr(maintenance, "_GIVEN_BACK_AT_ONCE", 7)


@pytest.mark.usefixtures("many_steps")
def test_compacting_gives_the_disk_back(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    documents = made(folder, 1)
    full = (folder / "index.sqlite").stat().st_size
    with Index.open(folder) as index:
        index.remove(*(d.id for d in documents[5:]))
        index.compact()
        said = index.stats().bytes
    assert sum(path.stat().st_size for path in folder.iterdir()) == said
    assert (folder / "index.sqlite").stat().st_size < full / 2
    with Index.open(folder) as index:
        assert index.stats().bytes == said
        assert index.verify() == []
        wanted = oracle.scanned(documents[:5], Settings())
        assert oracle.verdicts(index, [d.id for d in documents[:5]]) == wanted


@pytest.mark.usefixtures("many_steps")
def test_compacting_waits_for_nobody_who_reads(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    documents = made(folder, 1)
    reader = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
    with Index.open(folder, timeout=600) as index:
        reader.execute("begin")
        (before,) = reader.execute("select count(*) from document").fetchone()
        index.remove(*(d.id for d in documents[5:]))
        index.compact()
        assert reader.execute("select count(*) from document").fetchone() == (before,)
        assert (folder / "index.sqlite-wal").stat().st_size > 0
        reader.execute("commit")
        assert reader.execute("select count(*) from document").fetchone() == (5,)
        assert reader.execute("pragma freelist_count").fetchone() == (0,)
        index.compact()
        assert (folder / "index.sqlite-wal").stat().st_size == 0
    reader.close()
