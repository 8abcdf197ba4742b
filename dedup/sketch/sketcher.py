"""Texts to sketches, many at a time and on several cores."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from dedup.settings import Settings
from dedup.sketch.kernels import U32, Fingerprints, Packed, Rows, kernels
from dedup.sketch.sketches import Scheme, Sketches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BATCH_CHARS = 1 << 18  # what one call of the core takes: its arrays stay in the second-level cache


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

        batches = list(_batches(texts))
        parts: Iterator[Fingerprints] = map(sketch_batch, batches)
        if self.threads > 1 and len(batches) > 1:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads)
            parts = self._pool.map(sketch_batch, batches)
        # Appended as they come: concatenating all of them would hold everything twice.
        values = bytearray()
        offsets = np.zeros(len(texts) + 1, np.int64)
        for batch, part in zip(batches, parts, strict=True):
            offsets[batch.start + 1 : batch.stop + 1] = part.offsets[1:] + len(values) // 8
            values += part.values.data
        return Sketches(
            self.scheme,
            rows.signatures,
            np.frombuffer(values, np.uint64),
            offsets,
            rows.token_counts,
            rows.digests,
        )

    def sketch_packed(self, packed: Packed, rows: Rows) -> Fingerprints:
        """Fills the rows of texts that are UTF-8 already, on this thread."""
        return kernels().sketch(packed, self._a, self._b, rows)


def _batches(texts: Sequence[str]) -> Iterator[slice]:
    """Runs of texts of about _BATCH_CHARS characters."""
    first = chars = 0
    for i, text in enumerate(texts, 1):
        chars += len(text)
        if chars >= _BATCH_CHARS:
            yield slice(first, i)
            first, chars = i, 0
    if first < len(texts):
        yield slice(first, len(texts))
