"""Signatures in Redis, against a real server on loopback; skipped unless DEDUP_REDIS=required."""

from __future__ import annotations

import os
import pickle
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import index_oracle as oracle
import pytest

import dedup
from dedup import Index, SchemeMismatch, Settings, StoreError
from dedup.index.redis import SharedIndex

if TYPE_CHECKING:
    from redis.retry import Retry

pytestmark = pytest.mark.skipif(
    os.environ.get("DEDUP_REDIS") != "required", reason="DEDUP_REDIS=required starts a server"
)

SETTINGS = Settings(relations=("identical", "near-duplicate"))


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server of our own: its port and its process."""
    import redis

    server = shutil.which("redis-server")
    assert server, "DEDUP_REDIS=required, and there is no redis-server"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    process = subprocess.Popen(
        [server, "--port", str(number), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        with redis.Redis(port=number) as client:
            for _ in range(200):
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
        yield number, process
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(tmp_path_factory.mktemp("redis")) as (number, _):
        yield number


@pytest.fixture
def shared(port: int, request: pytest.FixtureRequest) -> Iterator[SharedIndex]:
    with SharedIndex(request.node.name, SETTINGS, host="127.0.0.1", port=port) as index:
        yield index


def test_the_pairs_of_a_scan(shared: SharedIndex, tmp_path: Path) -> None:
    """All identical ones, and of the near-duplicates those whose estimate says so."""
    documents = oracle.family(8, 80)
    found = {(m.id, d.id): m for d in documents for m in shared.add(d.id, d.text)}
    assert len(shared) == 80
    for pair in dedup.scan(documents, SETTINGS).pairs:
        if pair.relation == "identical" or pair.jaccard > 0.85:
            assert found[pair.a, pair.b].relation == pair.relation
    with Index.open(tmp_path / "i", create=True, settings=SETTINGS, keep_text=False) as index:
        for d in documents:
            mine = {m.id: m.jaccard_estimate for m in index.add(d.id, d.text)}
            assert (
                mine.items()
                <= {
                    m.id: m.jaccard_estimate for m in shared.query(d.text) if (m.id, d.id) in found
                }.items()
            )


def test_adding_again_removing_and_what_was_interrupted(shared: SharedIndex) -> None:
    text = "the same ten words stand in each of these texts"
    assert shared.add("a", text) == []
    assert shared.add("a", text) == []
    assert [m.id for m in shared.add("b\ud800", text)] == ["a"]
    with pytest.raises(ValueError, match="'a': its id is in the index with other words"):
        shared.add("a", "something else")
    assert "a" in shared
    assert shared.remove("a")
    assert not shared.remove("a")
    assert [m.id for m in shared.query(text)] == ["b\ud800"]
    shared._redis.hdel(shared._name + b":records", b"b\xed\xa0\x80")  # as if killed while adding
    assert shared.query(text) == []
    assert shared.add("b\ud800", text) == []
    assert [m.relation for m in shared.query(text)] == ["identical"]
    assert shared.add("empty", "") == []
    assert shared.query("") == []


def test_two_programs_share_it(shared: SharedIndex, port: int) -> None:
    shared.add("a", "the same ten words stand in each of these texts")
    other = SharedIndex(shared._name.decode(), SETTINGS, host="127.0.0.1", port=port)
    assert [m.id for m in other.query("The same ten words stand in each of these texts!")] == ["a"]
    other.close()
    said = r"made with threshold 0\.7, and 0\.9 is asked for$"
    with pytest.raises(SchemeMismatch, match=said):
        SharedIndex(shared._name.decode(), Settings(threshold=0.9), host="127.0.0.1", port=port)


def test_what_is_no_document_is_refused(shared: SharedIndex, port: int) -> None:
    """In the words of `Index`."""
    for document_id, text in ((1, "x"), ("x", None)):
        with pytest.raises(TypeError, match="id and text of a document must be str: Document"):
            shared.add(document_id, text)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="an id must be a str, not int"):
        shared.remove(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a text must be a str"):
        shared.query(5)  # type: ignore[arg-type]
    assert 5 not in shared
    assert len(shared) == 0
    with pytest.raises(TypeError, match="unexpected keyword argument 'prot'"):
        SharedIndex("x", prot=port)
    name = shared._name.decode()
    assert repr(shared) == f"<dedup.index.redis.SharedIndex {name!r} at 127.0.0.1:{port}>"


def tried_once() -> Retry:
    """The client tries for five seconds otherwise."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Retry(NoBackoff(), 0)


def test_a_server_that_goes_away(tmp_path: Path) -> None:
    once = tried_once()
    with (
        served(tmp_path) as (number, process),
        SharedIndex("news", SETTINGS, host="127.0.0.1", port=number, retry=once) as index,
    ):
        index.add("a", "some words")
        process.terminate()
        process.wait()
        asked: tuple[Callable[[], object], ...] = (
            lambda: index.add("b", "other words"),
            lambda: index.query("some words"),
            lambda: index.remove("a"),
            lambda: "a" in index,
            lambda: len(index),
            lambda: SharedIndex("news", SETTINGS, host="127.0.0.1", port=number, retry=once),
        )
        for ask in asked:
            with pytest.raises(StoreError, match=f"redis index news at 127.0.0.1:{number}: "):
                ask()


def test_a_server_on_a_socket(tmp_path: Path) -> None:
    """What `redis.Redis` takes, not its connections."""
    where = str(tmp_path / "none")
    with pytest.raises(StoreError, match=f"redis index news at {where}: "):
        SharedIndex("news", unix_socket_path=where, retry=tried_once())


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.system, ("touch pwned",))


def test_nothing_is_unpickled(
    shared: SharedIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else writes a pickle where keys stand."""
    monkeypatch.chdir(tmp_path)
    text = "the same ten words stand in each of these texts"
    shared.add("a", text)
    evil = pickle.dumps(Evil(), 0)
    for key in shared._redis.scan_iter(shared._name + b"_bucket*"):
        if shared._redis.type(key) == b"set":
            shared._redis.sadd(key, evil)
    shared._redis.hset(shared._name + b":records", evil, b"x" * 536)
    assert "a" in [m.id for m in shared.query(text)]
    assert not (tmp_path / "pwned").exists()
