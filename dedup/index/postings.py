"""Postings in memory: sorted keys, and what has each.

A key is 63 bits: what kind it is above, 32 bits of a hash below. The owner of a band, a fingerprint
or a digest is a content (documents with the same words are one); the owner of a name or of a
content is a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dedup.sketch.kernels import I64, U32, U64

# Bands are kinds 0..4095: there are no more values in a signature.
FINGERPRINT, DIGEST, NAME, MEMBER = 1 << 16, 1 << 17, 1 << 18, 1 << 19
_LARGER = 8  # times a run must be as large as the next, or the two become one


class Source(Protocol):
    """Sorted postings, in memory or in a file."""

    def ranges(self, keys: I64) -> tuple[I64, I64]:
        """Where each key's postings begin and stop."""

    def owners_at(self, places: I64) -> I64:
        """What stands at these places."""


class Postings(NamedTuple):
    """Postings in memory, sorted by key.

    Attributes:
        keys: int64, shape (n,).
        owners: uint32, shape (n,).
    """

    keys: I64
    owners: U32

    @classmethod
    def of(cls, parts: Iterable[tuple[npt.ArrayLike, npt.ArrayLike]]) -> Postings:
        """The postings of some arrays of keys and owners, sorted."""
        both = list(parts)
        keys: I64 = np.concatenate([np.asarray(k, np.int64).ravel() for k, _ in both])
        owners: U32 = np.concatenate([np.asarray(o, np.uint32).ravel() for _, o in both])
        order = np.argsort(keys, kind="stable")  # what is sorted in parts is sorted fast
        return cls(keys[order], owners[order])

    def ranges(self, keys: I64) -> tuple[I64, I64]:
        """See `Source`."""
        first = np.searchsorted(self.keys, keys, "left")
        stop = first.copy()
        # Most are in no posting, and need not be looked up twice.
        inside = np.flatnonzero(first < len(self.keys))
        some = inside[self.keys[first[inside]] == keys[inside]]
        stop[some] = np.searchsorted(self.keys, keys[some], "right")
        return first, stop

    def owners_at(self, places: I64) -> I64:
        """See `Source`."""
        return self.owners[places].astype(np.int64)

    @property
    def size(self) -> int:
        """How many."""
        return len(self.keys)

    def chunk(self, first: int, stop: int) -> Postings:
        """Neighbours."""
        return Postings(self.keys[first:stop], self.owners[first:stop])

    def to_bytes(self) -> bytes:
        """Keys, then owners, little-endian."""
        return self.keys.astype("<i8").tobytes() + self.owners.astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Postings:
        """What `to_bytes` gave."""
        n = len(data) // 12
        keys = np.frombuffer(data, "<i8", n).astype(np.int64)
        return cls(keys, np.frombuffer(data, "<u4", n, 8 * n).astype(np.uint32))


def pushed(runs: Sequence[Postings], new: Postings) -> list[Postings]:
    """The runs with one more, of which few stay: each is much larger than the next."""
    runs = [*runs, new]
    while len(runs) > 1 and runs[-2].size < _LARGER * runs[-1].size:
        last, before = runs.pop(), runs.pop()
        runs.append(Postings.of([before, last]))
    return runs


class Hits(NamedTuple):
    """What was found of some keys.

    Attributes:
        totals: postings of each key, of what was removed too; int64, shape (k,).
        asked: the key, counted from 0, of each owner; int64, shape (h,).
        owners: int64, shape (h,).
    """

    totals: I64
    asked: I64
    owners: I64


def lookup(sources: Iterable[Source], keys: I64, most: I64 | None = None) -> Hits:
    """The owners of keys; of one with more than its `most` postings only how many they are."""
    order = np.argsort(keys)  # neighbours are looked for where the last was found
    keys = keys[order]
    found = [(source, *source.ranges(keys)) for source in sources]
    totals = np.zeros(len(keys), np.int64)
    for _, first, stop in found:
        totals += stop - first
    wanted = totals > 0 if most is None else (totals > 0) & (totals <= most[order])
    asked: list[I64] = [np.empty(0, np.int64)]
    owners: list[I64] = [np.empty(0, np.int64)]
    for source, first, stop in found:
        sizes = np.where(wanted, stop - first, 0)
        if not sizes.any():
            continue
        ends = np.cumsum(sizes)
        places = np.repeat(first - ends + sizes, sizes) + np.arange(ends[-1])
        asked.append(np.repeat(order, sizes))
        owners.append(source.owners_at(places))
    in_order = np.empty_like(totals)
    in_order[order] = totals
    return Hits(in_order, np.concatenate(asked), np.concatenate(owners))


def band_keys(bands: U32) -> I64:
    """Keys of hashed bands; shape (n, bands)."""
    kinds = np.arange(bands.shape[1], dtype=np.int64)
    return kinds << 32 | bands.astype(np.int64)


def fingerprint_keys(fingerprints: U32) -> I64:
    """Keys of fingerprints."""
    return np.int64(FINGERPRINT) << 32 | fingerprints.astype(np.int64)


def digest_keys(digests: U64) -> I64:
    """Keys of content hashes, of shape (n, 2)."""
    return np.int64(DIGEST) << 32 | (digests[:, 1] >> np.uint64(32)).astype(np.int64)


def name_keys(names: Iterable[bytes]) -> I64:
    """Keys of the ids of documents."""
    hashes = [int.from_bytes(blake2b(name, digest_size=4).digest(), "little") for name in names]
    return np.int64(NAME) << 32 | np.array(hashes, np.int64)


def member_keys(contents: I64) -> I64:
    """Keys of contents, whose owners are documents."""
    return np.int64(MEMBER) << 32 | contents
