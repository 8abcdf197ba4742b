"""Near-duplicates for a fleet of machines: signatures in a Redis that all of them share.

datasketch's `MinHashLSH` over its Redis storage, with our signatures, so that programs which use
datasketch read it too. What a server holds that others can write to is data: nothing is unpickled.
Identical and near-duplicate documents only, judged by their signatures; a document costs some ten
kilobytes of the server's memory. `dedup.Index` knows more and costs less, on one machine.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from dedup.errors import DamagedError, SchemeMismatch, StoreError
from dedup.find.lsh import choose_bands
from dedup.index.intake import check
from dedup.index.matches import ranked
from dedup.index.session import name_of
from dedup.records import Document, Match
from dedup.settings import Settings
from dedup.sketch import Sketcher, Sketches

if TYPE_CHECKING:
    import datasketch

_HEAD = struct.Struct("<QQQ")  # content hash, words


class SharedIndex:
    """Documents in Redis: those whose signatures say that they are near-duplicates.

    Threads may share one. Adding is idempotent: the record of a document is written last, and what
    an interrupted process left of one is replaced when it is added again.

    Args:
        name: of the index; several may share a server.
        settings: of a new index, and what an existing one must have been made with.
        connection: what `redis.Redis` takes: host, port, password, ssl and so on.

    Raises:
        TypeError: `redis.Redis` does not take it.
        SchemeMismatch: the index of this name was made with other settings.
        StoreError: the server cannot be reached or refuses, here and in all that it is asked for.
    """

    def __init__(self, name: str, settings: Settings | None = None, **connection: Any) -> None:
        import datasketch
        import redis

        self.settings = settings or Settings()
        self._name = name.encode()
        self._sketcher = Sketcher(self.settings, threads=1)
        self._redis = redis.Redis(**connection)
        self._pool = self._redis.connection_pool
        at = self._pool.connection_kwargs
        self._where = at["path"] if "path" in at else f"{at['host']}:{at['port']}"
        with self._errors():
            self._compare()
            bands = choose_bands(self.settings.threshold, self.settings.num_perm)
            self._lsh = datasketch.MinHashLSH(
                threshold=self.settings.threshold,
                num_perm=self.settings.num_perm,
                params=tuple(bands),
                # One pool for all: each of its storages would open a connection of its own.
                storage_config={
                    "type": "redis",
                    "basename": self._name,
                    "redis": {"connection_pool": self._pool},
                },
                prepickle=False,
            )

    def add(self, document_id: str, text: str) -> list[Match]:
        """Adds a document; returns those it matches, best first.

        Raises:
            ValueError: the id is there with other words.
            TypeError: id or text is no str.
        """
        check(Document(document_id, text))
        key, sketch = name_of(document_id), self._sketcher.sketch([text])
        mine = _record(sketch)
        with self._errors():
            record = self._records([key])[0]
            if record is not None and record[:16] != mine[:16]:
                raise ValueError(f"{document_id!r}: its id is in the index with other words")
            matches = self._matches(sketch, key)
            if record is None:
                if sketch.token_counts[0]:
                    if key in self._lsh:  # somebody was interrupted
                        self._lsh.remove(key)
                    with self._lsh.insertion_session() as session:
                        session.insert(key, self._minhash(sketch), check_duplication=False)
                self._redis.hset(self._name + b":records", key, mine)
        return matches

    def query(self, text: str) -> list[Match]:
        """The documents that a text matches, best first."""
        sketch = self._sketcher.sketch([text])
        with self._errors():
            return self._matches(sketch, None)

    def remove(self, document_id: str) -> bool:
        """Removes a document; returns whether it was there.

        Raises:
            TypeError: the id is no str.
        """
        key = name_of(document_id)
        with self._errors():
            there = bool(self._redis.hdel(self._name + b":records", key))
            if key in self._lsh:
                self._lsh.remove(key)
        return there

    def __contains__(self, document_id: object) -> bool:
        if not isinstance(document_id, str):
            return False
        with self._errors():
            return bool(self._redis.hexists(self._name + b":records", name_of(document_id)))

    def __len__(self) -> int:
        with self._errors():
            return int(self._redis.hlen(self._name + b":records"))

    def __repr__(self) -> str:
        return f"<dedup.index.redis.SharedIndex {self._name.decode()!r} at {self._where}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._pool.disconnect()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Errors of the server as the package's own, with its name."""
        import redis

        try:
            yield
        except redis.RedisError as error:
            name = self._name.decode()
            raise StoreError(f"redis index {name} at {self._where}: {error}") from error

    def _compare(self) -> None:
        """Writes what a new index is made with; refuses one that was made otherwise."""
        terms = {"threshold": self.settings.threshold, **asdict(self._sketcher.scheme)}
        key = self._name + b":dedup"
        self._redis.setnx(key, json.dumps(terms, sort_keys=True).encode())
        if differing := _differing(self._redis.get(key), terms):
            raise SchemeMismatch(f"redis index {self._name.decode()}: made with {differing}")

    def _minhash(self, sketch: Sketches) -> datasketch.MinHash:
        return sketch.to_datasketch(0)

    def _matches(self, sketch: Sketches, own: bytes | None) -> list[Match]:
        if not sketch.token_counts[0]:
            return []
        keys = sorted(set(self._lsh.query(self._minhash(sketch))) - {own})
        mine = _record(sketch)
        found = []
        for place, (key, record) in enumerate(zip(keys, self._records(keys), strict=True)):
            if record is None:  # of a document that is being added or removed
                continue
            if len(record) != len(mine):
                raise DamagedError(f"redis index {self._name.decode()}", f"record of {key!r}")
            theirs = np.frombuffer(record, "<u4", offset=_HEAD.size)
            estimate = float(np.mean(theirs == sketch.signatures[0]))
            same = record[:16] == mine[:16]
            if same or estimate >= self.settings.threshold:
                match = Match(
                    key.decode("utf-8", "surrogatepass"),
                    "identical" if same else "near-duplicate",
                    _HEAD.unpack_from(record)[2],
                    {},
                    jaccard_estimate=estimate,
                )
                found.append((place, match))
        return list(ranked(found))

    def _records(self, keys: Iterable[bytes]) -> list[bytes | None]:
        keys = list(keys)
        if not keys:
            return []
        # An asynchronous client, which this one is not, would give something to wait for.
        return cast("list[bytes | None]", self._redis.hmget(self._name + b":records", keys))


def _differing(found: Any, wanted: Mapping[str, Any]) -> str:
    """What an index was made with, as far as something else is asked for."""
    try:
        there = dict(json.loads(found))
    except (TypeError, ValueError):
        return f"what is no terms of an index: {found!r:.200}"
    return "; ".join(
        f"{name} {there.get(name)!r}, and {wanted.get(name)!r} is asked for"
        for name in sorted({*there, *wanted})
        if there.get(name) != wanted.get(name)
    )


def _record(sketch: Sketches) -> bytes:
    """Content hash, words and signature."""
    head = _HEAD.pack(*sketch.content_hashes[0].tolist(), int(sketch.token_counts[0]))
    signature: bytes = sketch.signatures[0].astype("<u4").tobytes()
    return head + signature
