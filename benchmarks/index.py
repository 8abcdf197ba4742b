"""The index on disk: what it costs to add, ask and keep, beside datasketch."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import dedup
from benchmarks import crashes
from benchmarks.measure import once
from benchmarks.report import Report, heading, note, number, progress, table
from benchmarks.synthetic import planted_documents
from benchmarks.texts import SEED, english, head
from benchmarks.worker import Task, WorkerFailedError
from dedup import Document, Index, Settings
from dedup.find.lsh import band_keys, choose_bands
from dedup.index import changing
from dedup.index.batch import Batch
from dedup.index.texts import Sketched
from dedup.sketch.kernels import Packed, Rows

DOCUMENTS = 1_000_000  # of the load: signatures only, drawn at random
TEXTS_MB = 26.0  # about 20,000 reviews
SHARED = 3_000  # documents of the race: Redis takes some milliseconds each
_ONE_BY_ONE = 300
_QUERIES = 1_000
_LIMIT_SECONDS = 1_800.0


def run(corpora: Path | None, *, documents: int = DOCUMENTS, texts_mb: float = TEXTS_MB) -> Report:
    """Measures and prints.

    Args:
        corpora: where the reviews are; synthetic text without them.
        documents: how many signatures are loaded.
        texts_mb: how much text is added.
    """
    report = Report("index", SEED)
    report.begin()
    with tempfile.TemporaryDirectory(prefix="dedup-bench-") as folder:
        _load(report, Path(folder) / "load", documents)
        source = english(report, corpora)
        texts = head(source.texts, texts_mb)
        report.corpus(source.name, texts)
        _texts(report, Path(folder) / "texts", texts)
        _crashes(report, Path(folder) / "crashes", texts)
        _race(report, Path(folder))
    return report


# ---- a million signatures ------------------------------------------------------------------------


def _load(report: Report, folder: Path, documents: int) -> None:
    heading(f"{documents:,} documents, signatures only, the default bands")
    built = _measured(report, "load", _building, folder, documents)
    asked = _measured(report, "ask", _asking, folder, documents)
    if built is None or asked is None:
        return
    figures = {**built, **asked}
    _told(report, "signatures", figures)
    of_all = f"of {documents:,} documents"
    report.at_most(f"a posting {of_all}, bytes", figures["a posting, bytes"], 24)
    report.at_most(f"memory to ask an index {of_all}, MB", figures["peak, MB"], 300)
    report.at_most("opening it, s", figures["opened, s"], 0.1)
    report.at_most("one query beyond sketching, ms of CPU", figures["one query, ms of CPU"], 1)
    in_batches = figures["queries in batches, a CPU s"]
    report.at_least("queries in batches, a CPU s", in_batches, 10_000)
    report.at_least("documents found again, share", figures["found again, share"], 1, truth=True)


def _told(report: Report, what: str, found: Mapping[str, float]) -> None:
    """Prints figures and keeps them; their names end in the unit."""
    table(["", ""], [[name, number(value)] for name, value in found.items()])
    for name, value in found.items():
        called, _, unit = name.rpartition(", ")
        report.figure(f"{what}: {called}", unit, value)


def _building(folder: Path, documents: int) -> Task:
    def build() -> dict[str, float]:
        began = time.process_time(), time.perf_counter()
        with Index.open(folder, create=True, keep_text=False) as index:
            session = index._session  # noqa: SLF001 - texts of a gigabyte would be made for nothing
            for first in range(0, documents, 10_000):
                texts = _random(first, min(10_000, documents - first))
                named = [Document(str(first + d), "") for d in range(len(texts.bands))]
                with session.change():
                    changing.write(session, Batch(session.view, texts), named)
                index._maintenance.tend()  # noqa: SLF001
            loaded = time.process_time() - began[0], time.perf_counter() - began[1]
            began = time.process_time(), time.perf_counter()
            index.compact()
            stats = index.stats()
        size = _folder_bytes(folder)
        return {
            "loaded, documents a CPU s": documents / loaded[0],
            "compacted, CPU s": time.process_time() - began[0],
            "all postings, number": float(stats.postings),
            "a posting, bytes": stats.posting_bytes / stats.postings,
            "a document in all files, bytes": size / documents,
        }

    return build


def _asking(folder: Path, documents: int) -> Task:
    def ask() -> dict[str, float]:
        began = time.perf_counter()
        index = Index.open(folder)
        there = len(index) == documents
        opened = time.perf_counter() - began
        session = index._session  # noqa: SLF001

        def matches(texts: Sketched) -> list[Any]:
            with session.moment():
                answers = session.matcher.of_batch(Batch(session.view, texts), {})
            return [answer.matches for answer in answers]

        draw = np.random.default_rng(SEED)
        seconds = []
        found = 0
        for first in draw.integers(0, documents // 10_000, _QUERIES).tolist():
            texts = _random(first * 10_000, 10_000)
            one = _part(texts, slice(k := int(draw.integers(0, 10_000)), k + 1))
            began_cpu = time.process_time()
            (answer,) = matches(one)
            seconds.append(time.process_time() - began_cpu)
            found += answer[0].id == str(first * 10_000 + k)
        batch = _part(_random(0, 10_000), slice(0, 10_000))
        began_cpu = time.process_time()
        for first in range(0, 10_000, 1_000):
            answers = matches(_part(batch, slice(first, first + 1_000)))
            found += all(a[0].id == str(first + k) for k, a in enumerate(answers))
        in_batch = 10_000 / (time.process_time() - began_cpu)
        index.close()
        return {
            "opened, s": opened,
            "one query, ms of CPU": statistics.median(seconds) * 1e3,
            "queries in batches, a CPU s": in_batch,
            "found again, share": found / (_QUERIES + 10) * there,
        }

    return ask


def _random(first: int, count: int) -> Sketched:
    """Sketches of documents that do not exist, always the same."""
    draw = np.random.default_rng([SEED, first])
    settings = Settings()
    signatures = draw.integers(0, 1 << 32, (count, settings.num_perm), np.uint32)
    digests = draw.integers(0, 1 << 64, (count, 2), np.uint64)
    rows = Rows(signatures, digests, np.full(count, 100, np.int64))
    bands = band_keys(signatures, choose_bands(settings.threshold, settings.num_perm))
    none = Packed(np.empty(0, np.uint8), np.zeros(count + 1, np.int64))
    return Sketched(none, rows, bands, np.empty(0, np.uint32), np.zeros(count + 1, np.int64))


def _part(texts: Sketched, part: slice) -> Sketched:
    """Some of the random ones."""
    rows = texts.rows.part(part.start, part.stop)
    offsets = texts.offsets[: part.stop - part.start + 1]
    return Sketched(texts.packed, rows, texts.bands[part], texts.fingerprints, offsets)


# ---- texts ---------------------------------------------------------------------------------------


def _texts(report: Report, folder: Path, texts: Sequence[str]) -> None:
    heading(f"{len(texts):,} documents with their texts, compared exactly")
    found = _measured(report, "texts", _adding, folder, texts)
    if found is None:
        return
    _told(report, "texts", found)
    pairs = found["pairs as in a scan, share"]
    report.at_least("pairs with texts as in a scan, share", pairs, 1, truth=True)
    added = found["add_many, documents a CPU s"]
    report.at_least("add_many with texts, documents a CPU s", added, 5_000)
    if found["fsync, ms"] <= 2:
        alone = found["add one by one, documents a s"]
        report.at_least("add one by one with texts, documents a s", alone, 300)
    report.at_most("one query with its text, ms of CPU", found["one query, ms of CPU"], 1)
    note("A query is sketched, looked up and compared exactly with what may match it.")


def _adding(folder: Path, texts: Sequence[str]) -> Task:
    documents = [Document(str(i), text) for i, text in enumerate(texts)]
    few = min(_ONE_BY_ONE, len(documents) // 4)
    many, single = documents[: -2 * few], documents[-2 * few : -few]

    def add() -> dict[str, float]:
        with Index.open(folder, create=True) as index:
            began = time.process_time(), time.perf_counter()
            pairs = sum(len(r.matches) for r in index.add_many(many))  # type: ignore[union-attr, misc]
            cpu, wall = time.process_time() - began[0], time.perf_counter() - began[1]
            waits = []
            for document in single:
                began_wall = time.perf_counter()
                pairs += len(index.add(document.id, document.text))
                waits.append(time.perf_counter() - began_wall)
            index.compact()
            queries = []
            for document in documents[-few:]:
                began_cpu = time.process_time()
                index.query(document.text)
                queries.append(time.process_time() - began_cpu)
            stats = index.stats()
            found = {
                frozenset((one.id, match.id)): match.relation
                for one in (*many, *single)
                for match in index.matches(one.id)
            }
        size = _folder_bytes(folder)
        wanted = {frozenset((p.a, p.b)): p.relation for p in dedup.scan([*many, *single]).pairs}
        return {
            "add_many, documents a CPU s": len(many) / cpu,
            "add_many, documents a s": len(many) / wall,
            "add one by one, documents a s": 1 / statistics.mean(waits),
            "fsync, ms": _fsync_seconds(folder) * 1e3,
            "one query, ms of CPU": statistics.median(queries) * 1e3,
            "a document on disk, bytes": size / stats.documents,
            "its text, bytes": sum(len(t.encode()) for t in texts) / len(texts),
            "its postings, number": stats.postings / stats.documents,
            "pairs as in a scan, share": float(found == wanted),
        }

    return add


def _fsync_seconds(folder: Path) -> float:
    """What making a page last takes here."""
    seconds = []
    with (folder / "fsync.tmp").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            seconds.append(time.perf_counter() - began)
    (folder / "fsync.tmp").unlink()
    return statistics.median(seconds)


def _crashes(report: Report, folder: Path, texts: Sequence[str]) -> None:
    heading(f"{crashes.ROUNDS} writers of up to {len(texts):,} documents, killed at random moments")
    found = _measured(report, "crashes", crashes.crashing, folder, texts, SEED)
    if found is None:
        return
    _told(report, "crashes", found)
    report.at_most("kills that lost something, number", found["lost something, rounds"], 0)
    report.at_most("opening after a kill, at worst, s", found["opened at worst, s"], 1)
    report.at_most("and asking, at worst, s", found["opened and asked at worst, s"], 1)
    note("Opened and asked by a process that is running; the first question reads the word model.")


# ---- beside datasketch ---------------------------------------------------------------------------


def _race(report: Report, folder: Path) -> None:
    documents = list(planted_documents(SHARED, SEED, mean_words=120))
    texts = [document.text for document in documents]
    near = [d.id.split("<")[:2] for d in documents if d.id.endswith("<near")]
    wanted = {(int(source), int(copy)) for copy, source in near}
    heading(f"{SHARED:,} synthetic documents, {len(wanted)} near-duplicates among them")
    contestants: dict[str, tuple[Callable[..., Task], tuple[Any, ...]]] = {
        "dedup": (_dedup, (folder / "race",)),
        "dedup, without texts": (_dedup, (folder / "bare", False)),
        "datasketch in memory": (_datasketch, (None,)),
    }
    rows = []
    with _redis(report, folder) as port:
        if port:
            contestants["datasketch in Redis"] = (_datasketch, (port,))
            contestants["dedup in Redis"] = (_shared, (port,))
        for name, (build, arguments) in contestants.items():
            found = _measured(report, name, build, texts, *arguments)
            if found is None:
                continue
            pairs = found.pop("pairs")
            recall = len(wanted & pairs) / len(wanted)
            report.figure(f"{name}, recall", "recall", recall)
            for what, value in found.items():
                report.figure(f"{name}, {what}", what, value)
            rows.append([name, *(number(v) for v in found.values()), f"{recall:.3f}"])
            if name == "dedup":
                report.at_least("recall of near-duplicates", recall, 0.99, truth=True)
    heads = ["", "a CPU s", "a s", "bytes a document", "peak MB", "recall"]
    table(heads, rows)
    note(
        "Every document is added and told of those before it, one after the other; dedup in one "
        "batch of a thousand after another. datasketch hashes 5-grams of words with its own "
        "function and bands of its own choice, and keeps no texts; its bytes in memory are the "
        "growth of the process. CPU time is that of the client alone, not of the Redis server."
    )


def _dedup(texts: Sequence[str], folder: Path, keep_text: bool = True) -> Task:
    def add() -> dict[str, Any]:
        began = time.process_time(), time.perf_counter()
        pairs = set()
        with Index.open(folder, create=True, keep_text=keep_text) as index:
            for result in index.add_many(Document(str(i), t) for i, t in enumerate(texts)):
                pairs |= {(int(m.id), int(result.id)) for m in result.matches}  # type: ignore[union-attr]
            seconds = time.process_time() - began[0], time.perf_counter() - began[1]
        return _row(texts, seconds, _folder_bytes(folder) / len(texts), pairs)

    return add


def _datasketch(texts: Sequence[str], port: int | None) -> Task:
    from datasketch import MinHash, MinHashLSH

    from benchmarks.peers.datasketch import shingles

    storage: dict[str, Any] = {"type": "dict"}
    if port:
        storage = {"type": "redis", "basename": b"peer", "redis": {"port": port}}

    def add() -> dict[str, Any]:
        before = _server_bytes(port) if port else _resident_bytes()
        began = time.process_time(), time.perf_counter()
        lsh = MinHashLSH(threshold=0.7, num_perm=128, storage_config=storage)
        pairs = set()
        for i, text in enumerate(texts):
            (sketch,) = MinHash.bulk([shingles(text)], num_perm=128)
            pairs |= {(int(found), i) for found in lsh.query(sketch)}
            lsh.insert(str(i).encode(), sketch)
        seconds = time.process_time() - began[0], time.perf_counter() - began[1]
        after = _server_bytes(port) if port else _resident_bytes()
        return _row(texts, seconds, (after - before) / len(texts), pairs)

    return add


def _shared(texts: Sequence[str], port: int) -> Task:
    from dedup.index.redis import SharedIndex

    def add() -> dict[str, Any]:
        before = _server_bytes(port)
        began = time.process_time(), time.perf_counter()
        index = SharedIndex("ours", port=port)
        pairs = {
            (int(match.id), i) for i, text in enumerate(texts) for match in index.add(str(i), text)
        }
        seconds = time.process_time() - began[0], time.perf_counter() - began[1]
        index.close()
        return _row(texts, seconds, (_server_bytes(port) - before) / len(texts), pairs)

    return add


def _row(
    texts: Sequence[str], seconds: tuple[float, float], size: float, pairs: set[tuple[int, int]]
) -> dict[str, Any]:
    return {
        "documents a CPU s": len(texts) / seconds[0],
        "documents a s": len(texts) / seconds[1],
        "bytes a document": size,
        "pairs": pairs,
    }


def _folder_bytes(folder: Path) -> int:
    """Of an index that is closed: SQLite's log, which may hold everything once more, is gone."""
    return sum(path.stat().st_size for path in folder.iterdir())


def _resident_bytes() -> float:
    """Of this process."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _server_bytes(port: int) -> float:
    """What the server says that its data takes."""
    import redis

    with redis.Redis(port=port) as client:
        return float(client.info("memory")["used_memory_dataset"])


@contextmanager
def _redis(report: Report, folder: Path) -> Iterator[int | None]:
    """A server on loopback for as long as it is needed; None where there is none."""
    import socket

    server = shutil.which("redis-server")
    try:
        import redis
    except ImportError:
        server = None
    if server is None:
        report.fail("Redis", "needs redis-server and pip install 'dedup-text[redis]'", own=False)
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port) as client:
            for _ in range(100):
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _measured(
    report: Report, name: str, build: Callable[..., Task], *arguments: object
) -> dict[str, Any] | None:
    """What a task says, in a process of its own, with the peak of that; None when it failed."""
    progress(name)
    try:
        run = once(build, *arguments, limit_seconds=_LIMIT_SECONDS)
    except WorkerFailedError as error:
        report.fail(name, str(error), own=name.startswith("dedup") or "datasketch" not in name)
        return None
    found: dict[str, Any] = run.value
    return found | {"peak, MB": run.peak_bytes / 1e6}
