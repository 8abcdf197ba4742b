"""Opening, refusing, closing, and who may use an index at the same time."""

from __future__ import annotations

import math
import multiprocessing
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import index_oracle as oracle
import pytest

import dedup
from dedup import Document, Index, SchemeMismatch, Settings, StoreError
from dedup.index import maintenance, mark, opening, store
from dedup.read import walk

SECONDS = float(os.environ.get("DEDUP_SECONDS", "3"))  # of reading and writing at once
READERS = int(os.environ.get("DEDUP_READERS", "3"))


# ---- what is an index ----------------------------------------------------------------------------


def test_none_is_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="news: no index here"):
        Index.open(tmp_path / "news")
    assert not list(tmp_path.iterdir())


def test_made_where_folders_are_missing(tmp_path: Path) -> None:
    with Index.open(tmp_path / "a" / "b", create=True) as index:
        assert len(index) == 0
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_an_empty_folder_becomes_one(tmp_path: Path) -> None:
    (tmp_path / "i").mkdir()
    Index.open(tmp_path / "i", create=True).close()
    Index.open(tmp_path / "i").close()


@pytest.mark.parametrize("kind", ["file", "folder", "other database", "no database"])
def test_something_else_is_refused(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "i"
    if kind == "file":
        place.write_text("a text")
    else:
        place.mkdir()
        (place / "notes.txt").write_text("a text")
    if kind == "other database":
        base = sqlite3.connect(place / "index.sqlite")
        base.execute("create table x(y)")
        base.close()
    if kind == "no database":
        (place / "index.sqlite").write_text("a text" * 1000)
    with pytest.raises(StoreError, match="i"):
        Index.open(place, create=True)
    assert (place if kind == "file" else place / "notes.txt").read_text() == "a text"


def test_another_format(tmp_path: Path) -> None:
    Index.open(tmp_path / "i", create=True).close()
    base = sqlite3.connect(tmp_path / "i" / "index.sqlite")
    base.execute("pragma user_version = 7")
    base.close()
    with pytest.raises(StoreError, match=r"format 7; this version of dedup reads .* format 2"):
        Index.open(tmp_path / "i")


def test_other_settings(tmp_path: Path) -> None:
    mine = Settings(threshold=0.8, seed=4)
    Index.open(tmp_path / "i", create=True, settings=mine, keep_text=False).close()
    with Index.open(tmp_path / "i") as index:
        assert index.settings == mine
        assert not index.keep_text
    Index.open(tmp_path / "i", create=True, settings=mine, keep_text=False).close()
    with pytest.raises(SchemeMismatch, match=r"seed is 4 there and 1 here; threshold is 0\.8"):
        Index.open(tmp_path / "i", settings=Settings())
    with pytest.raises(SchemeMismatch, match="keep_text is False there and True here"):
        Index.open(tmp_path / "i", keep_text=True)


def test_another_scheme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup.sketch.sketches import Scheme

    Index.open(tmp_path / "i", create=True).close()
    monkeypatch.setattr(
        opening, "Scheme", lambda n, seed: Scheme(n, seed, unicode_version="99.0.0")
    )
    with pytest.raises(SchemeMismatch, match=r"unicode_version is '\d.* there and '99.0.0' here"):
        Index.open(tmp_path / "i")


def test_a_network_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    place = str(tmp_path).replace(" ", "\\040")
    mounts.write_text(f"/dev/x / ext4 rw 0 0\nserver:/x {place} nfs4 rw 0 0\n")
    monkeypatch.setattr(opening, "_MOUNTS", mounts)
    assert opening.file_system(tmp_path / "a" / "b", mounts) == "nfs4"
    assert opening.file_system(Path("/etc"), mounts) == "ext4"
    assert opening.file_system(Path("/etc"), tmp_path / "missing") is None
    with pytest.warns(UserWarning, match=r"network file system \(nfs4\)"):
        Index.open(tmp_path / "i", create=True).close()


def test_closed(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "i", create=True)
    index.close()
    index.close()
    with pytest.raises(StoreError, match="closed"):
        index.query("text")


def test_after_a_fork(tmp_path: Path) -> None:
    code = f"""
import os, sys, dedup
index = dedup.Index.open({str(tmp_path / "i")!r}, create=True)
index.add("a", "some words")
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or len(index) != 1)
try:
    index.query("some words")
except dedup.StoreError as error:
    os._exit(0 if "forked" in str(error) else 3)
os._exit(4)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- documents -----------------------------------------------------------------------------------


def test_what_was_added_comes_back(tmp_path: Path) -> None:
    texts = ["", "a", "zwei Wörter\n", "\ud800 lone", "x" * 100_000, "\0"]
    with Index.open(tmp_path / "i", create=True) as index:
        for number, text in enumerate(texts):
            index.add(f"n\ud800{number}", text, {"date": "2021-02-18", "n": [1, None, "\ud800"]})
        assert len(index) == len(texts)
        for number, text in enumerate(texts):
            found = index.document(f"n\ud800{number}")
            assert (found.id, found.text) == (f"n\ud800{number}", text)
            assert found.meta == {"date": "2021-02-18", "n": [1, None, "\ud800"]}
        assert "n0" not in index
        assert 7 not in index
        with pytest.raises(KeyError, match="nobody"):
            index.document("nobody")
        with pytest.raises(KeyError):
            index.matches("nobody")


def test_adding_again_is_neutral_and_other_words_are_refused(tmp_path: Path) -> None:
    documents = oracle.family(2, 20)
    with Index.open(tmp_path / "i", create=True) as index:
        list(index.add_many(documents))
        before = index.stats()
        again = list(index.add_many([*documents, documents[3]]))
        assert [isinstance(r, dedup.Added) and r.new for r in again] == [False] * 21
        assert index.stats() == before
        assert index.add("d0", documents[0].text) == index.matches("d0")
        with pytest.raises(ValueError, match="'d0': its id is in the index with other words"):
            index.add("d0", "something else")
        mixed = list(
            index.add_many(
                [
                    Document("new", "a new one"),
                    dedup.Unreadable("broken.txt", "no reason"),
                    Document("d1", "other words"),
                    Document("new", "A new one!"),
                    Document("new", "and another"),
                ]
            )
        )
        kinds = [r.new if isinstance(r, dedup.Added) else r.source for r in mixed]
        assert kinds == [True, "broken.txt", "d1", False, "new"]
        assert len(index) == 21


def test_meta_must_be_json_and_nothing_is_kept_otherwise(tmp_path: Path) -> None:
    with Index.open(tmp_path / "i", create=True) as index:
        with pytest.raises(TypeError):
            index.add("a", "some words", {"x": object()})
        with pytest.raises(TypeError):
            index.add("a", 7)  # type: ignore[arg-type]
        assert len(index) == 0
        index.add("a", "some words")
        assert index.verify() == []


def test_what_was_reused_is_shown(tmp_path: Path) -> None:
    root = Path(__file__).parents[2] / "examples" / "nato"
    source, article = ((root / name).read_text("utf-8") for name in ("003.txt", "001.txt"))
    with Index.open(tmp_path / "i", create=True) as index:
        index.add("003", source, {"date": "2021-02-18"})
        (match,) = index.add("001", article)
        assert (match.id, match.relation, match.source) == ("003", "derived", "match")
        assert match.meta == {"date": "2021-02-18"}
        assert index.align("003", article) == dedup.align(Document("003", source), article)


def test_without_texts(tmp_path: Path) -> None:
    """Relations by estimates: the clear ones are those of a scan."""
    documents = oracle.family(4, 80)
    pairs = dedup.scan(documents).pairs
    with Index.open(tmp_path / "i", create=True, keep_text=False) as index:
        results = [r for r in index.add_many(documents) if isinstance(r, dedup.Added)]
        found = {(m.id, r.id): m for r in results for m in r.matches}
        for pair in pairs:
            if pair.relation == "identical":
                assert found[pair.a, pair.b].relation == "identical"
            if pair.jaccard > 0.85:
                estimate = found[pair.a, pair.b].jaccard_estimate
                assert estimate is not None
                assert abs(estimate - pair.jaccard) < 0.16
            if pair.shared_words > 60:
                assert (pair.a, pair.b) in found
        assert {m.jaccard for m in found.values()} == {None}
        again = {(m.id, d.id): m for d in documents for m in index.matches(d.id)}
        assert found.items() <= again.items()
        assert index.query(documents[0].text)[0].relation == "identical"
        assert index.verify() == []
        with pytest.raises(StoreError, match="keeps no texts"):
            index.document("d0")
        index.remove("d1")
        index.compact()
        assert index.verify() == []
    assert Index.recover(tmp_path / "i") == []


# ---- at the same time ----------------------------------------------------------------------------


def test_a_second_writer_waits_and_is_told(tmp_path: Path) -> None:
    Index.open(tmp_path / "i", create=True).close()
    other = sqlite3.connect(tmp_path / "i" / "index.sqlite", isolation_level=None)
    other.execute("begin immediate")
    with Index.open(tmp_path / "i", timeout=0.2) as index:
        with pytest.raises(StoreError, match=r"i: another process is writing to it; waited 0\.2 s"):
            index.add("a", "some words")
        assert index.query("some words") == []  # reading goes on
        other.execute("rollback")
        index.add("a", "some words")
        assert "a" in index
    other.close()
    with maintenance.alone(tmp_path / "i", 0) as mine, Index.open(tmp_path / "i", timeout=0) as i:
        assert mine
        with pytest.raises(StoreError, match="another process is compacting"):
            i.compact()


def test_threads_share_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "HOT_POSTINGS", 1000)
    documents = oracle.family(6, 120)
    failed: list[BaseException] = []
    with Index.open(tmp_path / "i", create=True) as index:

        def work(mine: list[Document]) -> None:
            try:
                for d in mine:
                    index.add(d.id, d.text)
                    index.query(d.text)
                    assert d.id in index
                index.compact()
            except BaseException as error:  # noqa: BLE001 - shown below
                failed.append(error)

        threads = [threading.Thread(target=work, args=(documents[k::4],)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len(index) == 120
        assert index.verify() == []


def write_on(folder: str, acknowledged: str, stop: Event) -> None:
    """Adds, removes and compacts, noting what a reader must see from now on."""
    maintenance.HOT_POSTINGS = 3000
    draw = random.Random(1)
    with Index.open(folder) as index, Path(acknowledged).open("w") as notes:
        for turn in range(100_000):
            if stop.is_set():
                return
            batch = [Document(f"{turn}/{d.id}", d.text) for d in oracle.family(turn, 5)]
            list(index.add_many(batch))
            if draw.random() < 0.2:
                index.remove(f"{turn}/d0")
            if draw.random() < 0.1:
                index.compact()
            notes.write(f"{turn}\n")
            notes.flush()


def read_on(folder: str, acknowledged: str, stop: Event, asked: str) -> None:
    """Asks, and exits with an error when something acknowledged is not there."""
    draw, count = random.Random(os.getpid()), 0
    with Index.open(folder) as index:
        while not stop.is_set():
            turns = Path(acknowledged).read_text().split()
            if not turns:
                time.sleep(0.01)
                continue
            turn = int(draw.choice([*turns, turns[-1]]))
            document = oracle.family(turn, 5)[draw.randrange(1, 5)]
            assert f"{turn}/{document.id}" in index
            matches = index.query(document.text)
            if document.text.strip("“”"):
                assert matches[0].relation == "identical"
            count += 1
            Path(asked).write_text(str(count))


def test_readers_see_what_was_acknowledged(tmp_path: Path) -> None:
    folder, notes = tmp_path / "i", tmp_path / "notes"
    Index.open(folder, create=True).close()
    notes.touch()
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    asked = [tmp_path / f"asked{k}" for k in range(READERS)]
    workers = [context.Process(target=write_on, args=(str(folder), str(notes), stop))]
    workers += [
        context.Process(target=read_on, args=(str(folder), str(notes), stop, str(path)))
        for path in asked
    ]
    for process in workers:
        process.start()
    while not all(path.exists() for path in asked) and all(p.is_alive() for p in workers):
        time.sleep(0.05)
    time.sleep(SECONDS)
    stop.set()
    for process in workers:
        process.join(60)
    assert [process.exitcode for process in workers] == [0] * len(workers)
    assert all(int(path.read_text()) > 0 for path in asked)
    with Index.open(folder) as index:
        assert index.verify() == []


# ---- what people try -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([("a", "a text")], "must be a Document, not tuple"),
        ([Document("a", "some words"), None], "must be a Document, not NoneType"),
        ("examples", "must be several"),
        (Document("a", "b"), "must be several"),
        ([Document(5, "text")], "id and text of a document must be str"),
        ([Document("a", None)], "id and text of a document must be str"),
        ([Document("a", "text", [1])], "'a': meta must be a mapping"),
    ],
)
def test_what_no_index_can_keep_is_refused_before_anything_is_kept(
    tmp_path: Path, given: Any, says: str
) -> None:
    with Index.open(tmp_path / "i", create=True) as index:
        with pytest.raises(TypeError, match=says):
            list(index.add_many(given))
        assert len(index) == 0


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, {1, 2}, b"bytes", {1: "a"}, [({None: 1},)], {"a": {2.5: "b"}}]
)
def test_meta_that_cannot_be_kept_is_named_and_the_rest_goes_on(tmp_path: Path, value: Any) -> None:
    with Index.open(tmp_path / "i", create=True) as index:
        bad = Document("bad", "some words", {"x": value})
        refused, added = index.add_many([bad, Document("good", "other words")])
        assert isinstance(refused, dedup.Unreadable)
        assert refused.source == "bad"
        assert refused.reason.startswith("its meta is not what JSON can hold")
        assert isinstance(added, dedup.Added)
        with pytest.raises(TypeError, match="its meta is not what JSON can hold"):
            index.add("bad", "some words", {"x": value})
        assert (len(index), "bad" in index) == (1, False)


def test_keys_of_meta_must_be_what_comes_back(tmp_path: Path) -> None:
    """JSON would write 1 as "1"."""
    says = "'a': its meta is not what JSON can hold: keys must be str, not 1"
    with Index.open(tmp_path / "i", create=True) as index:
        with pytest.raises(TypeError, match=says):
            index.add("a", "some words", {1: 2})  # type: ignore[dict-item]
        endless: dict[str, Any] = {}
        endless["a"] = endless
        with pytest.raises(TypeError, match="its meta is not what JSON can hold: Circular"):
            index.add("a", "some words", endless)
        assert len(index) == 0


def test_what_is_of_another_type_is_said_to_be(tmp_path: Path) -> None:
    with Index.open(tmp_path / "i", create=True) as index:
        index.add("n", "some words")
        asked: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
            (index.add, ("a", "text", [1]), r"'a': meta must be a mapping: \[1\]"),
            (index.add, ("a", "text", ""), "'a': meta must be a mapping: ''"),
            (index.add, (5, "text"), "id and text of a document must be str: Document"),
            (index.align, ("n", None), "a text must be a str, not NoneType"),
            (index.document, (5,), "an id must be a str, not int"),
            (index.matches, (b"n",), "an id must be a str, not bytes"),
            (Index.open, (b"x",), "the folder of an index must be a str or a path, not bytes"),
            (Index.open, (None,), "the folder of an index must be a str or a path, not NoneType"),
            (Index.recover, (5,), "the folder of an index must be a str or a path, not int"),
        ]
        for call, given, says in asked:
            with pytest.raises(TypeError, match=says):
                call(*given)
        with (
            pytest.raises(TypeError, match="must be a Document, not tuple"),
            index.offer([("a", "b")], ()),  # type: ignore[list-item]
        ):
            pass
        assert len(index) == 1


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "x" * 300])
@pytest.mark.parametrize("create", [False, True])
def test_what_no_folder_can_be_called(tmp_path: Path, name: str, *, create: bool) -> None:
    with pytest.raises(StoreError, match=r"x{300}: File name too long|b': no path: "):
        Index.open(tmp_path / name, create=create)
    with pytest.raises(StoreError):
        Index.recover(tmp_path / name)


@pytest.mark.parametrize("unless", [["bogus"], ("identical", "Derived"), "identical"])
def test_relations_that_there_are_not(tmp_path: Path, unless: Any) -> None:
    with Index.open(tmp_path / "i", create=True) as index:
        says = re.escape(f"unless={unless!r}: must be some of identical, near-duplicate, ")
        with pytest.raises(ValueError, match=says):
            list(index.add_many([Document("a", "some words")], unless=unless))
        with (
            pytest.raises(ValueError, match=says),
            index.offer([Document("a", "some words")], unless),
        ):
            pass
        assert len(index) == 0


def test_ids_are_removed_one_by_one(tmp_path: Path) -> None:
    with Index.open(tmp_path / "i", create=True) as index:
        index.add("a", "some words")
        with pytest.raises(TypeError, match=re.escape("remove(*ids)")):
            index.remove(["a"])  # type: ignore[arg-type]
        assert "a" in index
        assert repr(index) == f"<dedup.Index {str(tmp_path / 'i')!r}>"


def test_an_index_is_no_folder_of_texts(tmp_path: Path) -> None:
    assert {store.DATABASE, mark.ACKNOWLEDGED} == walk.INDEX_FILES
    (tmp_path / "a.txt").write_text("some words")
    with Index.open(tmp_path / "i", create=True) as index:
        index.add("a", "other words")
        assert dedup.scan([tmp_path]).ids == ("a.txt",)
        (refused,) = dedup.scan([tmp_path / "i"]).unreadable
        assert refused.reason == "it is an index, not a folder of texts"


def test_a_lost_word_model_is_listed(tmp_path: Path) -> None:
    with Index.open(tmp_path / "i", create=True) as index:
        list(index.add_many(oracle.family(3, 30)))
        index.compact()
        (model,) = (tmp_path / "i").glob("*.words")
        model.unlink()
        (damage,) = index.verify()
        assert (damage.source, damage.reason) == (str(model), "it is missing")
