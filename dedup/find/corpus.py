"""Everything that finding needs to hold of the documents, in arrays: about 2 kB a document.

The texts themselves, as UTF-8 end to end, because a candidate pair is judged by its words; band
keys in place of signatures; 32 bits of every fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.find.lsh import Bands, band_keys
from dedup.sketch.kernels import I64, U8, U32, U64, Packed, Rows, Tokens, kernels
from dedup.sketch.sketcher import Sketcher

_BATCH_CHARS = 1 << 20


class _Part(NamedTuple):
    """What is kept of one batch."""

    packed: Packed
    digests: U64
    token_counts: I64
    bands: U32
    fingerprints: U32
    fingerprint_counts: I64


class CorpusBuilder:
    """Takes documents one by one; sketches them in batches, on the sketcher's threads."""

    def __init__(self, sketcher: Sketcher, bands: Bands) -> None:
        self._sketcher = sketcher
        self._bands = bands
        self._ids: list[str] = []
        self._batch: list[str] = []
        self._chars = 0
        self._data = bytearray()
        self._parts: list[_Part] = []
        self._pool = ThreadPoolExecutor(sketcher.threads) if sketcher.threads > 1 else None
        self._pending: list[Future[_Part]] = []

    def add(self, document_id: str, text: str) -> None:
        """One more document."""
        self._ids.append(document_id)
        self._batch.append(text)
        self._chars += len(text)
        if self._chars >= _BATCH_CHARS:
            self._flush()

    def finish(self) -> Corpus:
        """The corpus of all documents, in the order in which they came."""
        self._flush()
        while self._pending:
            self._take(self._pending.pop(0).result())
        self.close()
        return Corpus(self._ids, np.frombuffer(self._data, np.uint8), self._parts)

    def close(self) -> None:
        """Ends the threads; needed only when `finish` is not reached."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def _flush(self) -> None:
        if not self._batch:
            return
        packed = kernels().pack(self._batch)
        self._batch, self._chars = [], 0
        if self._pool is None:
            self._take(self._sketch(packed))
            return
        self._pending.append(self._pool.submit(self._sketch, packed))
        # A few in flight keep the threads busy while the next texts are read; more is memory.
        if len(self._pending) > 2 * self._sketcher.threads:
            self._take(self._pending.pop(0).result())

    def _sketch(self, packed: Packed) -> _Part:
        n = len(packed.offsets) - 1
        rows = Rows.empty(n, self._sketcher.scheme.num_perm)
        prints = self._sketcher.sketch_packed(packed, rows)
        return _Part(
            packed,
            rows.digests,
            rows.token_counts,
            band_keys(rows.signatures, self._bands),
            (prints.values >> np.uint64(32)).astype(np.uint32),
            np.diff(prints.offsets),
        )

    def _take(self, part: _Part) -> None:
        self._data += part.packed.data.data
        lengths = np.diff(part.packed.offsets)
        self._parts.append(part._replace(packed=Packed(part.packed.data[:0], lengths)))


class Corpus:
    """Documents that have been sketched.

    Attributes:
        ids: their names, in order.
        data: their texts as UTF-8, end to end.
        offsets: text d is data[offsets[d]:offsets[d + 1]]; int64, shape (n + 1,).
        digests: content hashes; uint64, shape (n, 2).
        token_counts: int64, shape (n,).
        bands: band keys; uint32, shape (n, bands).
        fingerprints: 32 bits of each; uint32, shape (f,).
        fingerprint_offsets: int64, shape (n + 1,).
    """

    def __init__(self, ids: Sequence[str], data: U8, parts: list[_Part]) -> None:
        self.ids = ids
        self.data = data
        none = np.empty(0, np.int64)
        self.offsets = _offsets([p.packed.offsets for p in parts] or [none])
        self.digests: U64 = np.concatenate([p.digests for p in parts] or [np.empty((0, 2), "u8")])
        self.token_counts: I64 = np.concatenate([p.token_counts for p in parts] or [none])
        self.bands: U32 = np.concatenate([p.bands for p in parts] or [np.empty((0, 1), np.uint32)])
        self.fingerprints: U32 = np.concatenate(
            [p.fingerprints for p in parts] or [np.empty(0, np.uint32)]
        )
        self.fingerprint_offsets = _offsets([p.fingerprint_counts for p in parts] or [none])
        parts.clear()  # twice in memory otherwise

    def __len__(self) -> int:
        return len(self.ids)

    def packed(self, documents: npt.NDArray[np.integer]) -> Packed:
        """The texts of some documents, in the order given."""
        view = self.data.data
        firsts, ends = self.offsets[documents], self.offsets[documents + 1]
        joined = b"".join([view[i:j] for i, j in zip(firsts.tolist(), ends.tolist(), strict=True)])
        return Packed(np.frombuffer(joined, np.uint8), _offsets([ends - firsts]))

    def tokens(self, documents: npt.NDArray[np.integer], *, places: bool = False) -> Tokens:
        """The tokens of some documents; places are bytes of `packed(documents).data`."""
        return kernels().tokens(self.packed(documents), places=places)


def _offsets(lengths: Iterable[I64]) -> I64:
    """Where each begins and the last ends."""
    joined = np.concatenate(list(lengths))
    offsets = np.zeros(len(joined) + 1, np.int64)
    np.cumsum(joined, out=offsets[1:])
    return offsets
