"""Texts to sketches, many at a time and on several cores."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedup.settings import Settings
from dedup.sketch.kernels import U32, U64, Fingerprints, Packed, Rows, kernels
from dedup.sketch.sketches import Scheme, Sketches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHARE_CHARS = 1 << 18  # below that handing a share to a thread costs more than it saves
_SHARES = 2  # for each thread


def permutations(num_perm: int, seed: int) -> tuple[U32, U32]:
    """The a (odd) and b of datasketch's ``affine32``; uint32, shape (num_perm,)."""
    generator = np.random.RandomState(seed)
    a = generator.randint(0, 1 << 31, num_perm, np.uint32) * np.uint32(2) + np.uint32(1)
    b = generator.randint(0, 1 << 32, num_perm, np.uint32)
    return a, b


def available_threads() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Sketcher:
    """Makes sketches; safe to share between threads.

    Args:
        settings: num_perm and seed are what matters here.
        threads: how many to use; all processors when None.

    Raises:
        ValueError: threads below 1.
    """

    def __init__(self, settings: Settings | None = None, *, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads={threads!r}: must be 1 or more")
        settings = settings or Settings()
        self.threads = threads or available_threads()
        self.scheme = Scheme(settings.num_perm, settings.seed)
        self._a, self._b = permutations(settings.num_perm, settings.seed)
        self._pool: ThreadPoolExecutor | None = None
        self._pool_of = 0  # the process whose threads they are: they do not survive a fork

    def sketch(self, texts: Iterable[str]) -> Sketches:
        """Sketches of texts, in their order, the same for every number of threads.

        Memory beyond the result: the UTF-8 of 256 kB of text a thread, or of the longest text.

        Raises:
            TypeError: a text is no str.
        """
        if isinstance(texts, str):
            raise TypeError("texts must be several: sketch([text]) for one")
        texts = list(texts)
        rows = Rows.empty(len(texts), self.scheme.num_perm)

        def sketch_batch(batch: slice) -> Fingerprints:
            part = rows.part(batch.start, batch.stop)
            return kernels().sketch_texts(texts[batch], self._a, self._b, part)

        batches = _shares(texts, self.threads)
        parts: Iterator[Fingerprints] = map(sketch_batch, batches)
        if len(batches) > 1:
            parts = self._threads().map(sketch_batch, batches)
        offsets = np.zeros(len(texts) + 1, np.int64)
        values: list[U64] = []
        for batch, part in zip(batches, parts, strict=True):
            offsets[batch.start + 1 : batch.stop + 1] = part.offsets[1:] + offsets[batch.start]
            values.append(part.values)
        return Sketches(
            self.scheme,
            rows.signatures,
            values[0] if len(values) == 1 else np.concatenate([*values, np.empty(0, np.uint64)]),
            offsets,
            rows.token_counts,
            rows.digests,
        )

    def _threads(self) -> ThreadPoolExecutor:
        """The pool, which is kept: starting threads costs as much as sketching 100 kB."""
        if self._pool is None or self._pool_of != os.getpid():
            self._pool, self._pool_of = ThreadPoolExecutor(self.threads), os.getpid()
        return self._pool

    def sketch_packed(self, packed: Packed, rows: Rows) -> Fingerprints:
        """Fills the rows of texts that are UTF-8 already, on this thread."""
        return kernels().sketch(packed, self._a, self._b, rows)


def _shares(texts: Sequence[str], threads: int) -> list[slice]:
    """Runs of texts for the threads: a few for each, so that none waits long for another's last."""
    if threads == 1:
        return [slice(0, len(texts))]
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    total = int(ends[-1]) if len(texts) else 0
    size = max(_SHARE_CHARS, total // (_SHARES * threads) + 1)
    edges = [0, *(np.flatnonzero(np.diff(ends // size)) + 1).tolist(), len(texts)]
    return [slice(first, stop) for first, stop in pairwise(edges)]
