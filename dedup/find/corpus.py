"""Everything that finding needs to hold of the documents, in arrays: some 500 bytes and the text.

The texts themselves, as UTF-8 end to end, because a candidate pair is judged by its words; band
keys in place of signatures; 32 bits of every fingerprint.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.find.lsh import Bands, band_keys
from dedup.sketch.kernels import I64, U8, U32, U64, Packed, Rows, Tokens, kernels
from dedup.sketch.sketcher import Sketcher

_BATCH_CHARS = 1 << 20


class _Part(NamedTuple):
    """What is kept of one batch; a row a document, except for data and fingerprints."""

    data: U8
    lengths: I64
    digests: U64
    token_counts: I64
    bands: U32
    fingerprints: U32
    fingerprint_counts: I64


class _Column:
    """An array that grows at its end; concatenating parts would hold everything twice."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def append(self, values: npt.NDArray[Any]) -> None:
        self._bytes += np.ascontiguousarray(values).reshape(-1).view(np.uint8).data

    def array(self, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """The values appended; there can be no more of them from now on."""
        return np.frombuffer(self._bytes, dtype)


class _Columns(NamedTuple):
    """What is kept of all batches, in the order of `_Part`."""

    data: _Column
    lengths: _Column
    digests: _Column
    token_counts: _Column
    bands: _Column
    fingerprints: _Column
    fingerprint_counts: _Column


def short_fingerprints(values: U64) -> U32:
    """The upper half of each; two that agree by chance cost a comparison, never an answer."""
    return (values >> np.uint64(32)).astype(np.uint32)


class CorpusBuilder:
    """Takes documents one by one; sketches them in batches, on the sketcher's threads."""

    def __init__(self, sketcher: Sketcher, bands: Bands) -> None:
        self._sketcher = sketcher
        self._bands = bands
        self._ids: list[str] = []
        self._batch: list[str] = []
        self._chars = 0
        self._columns = _Columns(*(_Column() for _ in _Columns._fields))
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
        return Corpus(self._ids, self._columns, self._bands)

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
        rows = Rows.empty(len(packed.offsets) - 1, self._sketcher.scheme.num_perm)
        prints = self._sketcher.sketch_packed(packed, rows)
        return _Part(
            packed.data,
            np.diff(packed.offsets),
            rows.digests,
            rows.token_counts,
            band_keys(rows.signatures, self._bands),
            short_fingerprints(prints.values),
            np.diff(prints.offsets),
        )

    def _take(self, part: _Part) -> None:
        for name in _Columns._fields:
            getattr(self._columns, name).append(getattr(part, name))


class Texts:
    """Documents that can be compared.

    Attributes:
        ids: their names, in order.
        data: their texts as UTF-8, end to end.
        offsets: text d is data[offsets[d]:offsets[d + 1]]; int64, shape (n + 1,).
        digests: content hashes; uint64, shape (n, 2).
        token_counts: int64, shape (n,).
    """

    def __init__(self, ids: Sequence[str], packed: Packed, digests: U64, token_counts: I64) -> None:
        self.ids = ids
        self.data, self.offsets = packed
        self.digests = digests
        self.token_counts = token_counts

    def __len__(self) -> int:
        return len(self.ids)

    def text(self, d: int) -> str:
        """The text of a document, as it was given."""
        data = self.data[self.offsets[d] : self.offsets[d + 1]].tobytes()
        return data.decode("utf-8", "surrogatepass")

    def packed(self, documents: I64) -> Packed:
        """The texts of some documents, in the order given."""
        view = self.data.data
        firsts, ends = self.offsets[documents], self.offsets[documents + 1]
        joined = b"".join([view[i:j] for i, j in zip(firsts.tolist(), ends.tolist(), strict=True)])
        return Packed(np.frombuffer(joined, np.uint8), offsets_of(ends - firsts))

    def tokens(self, documents: I64, *, places: bool = False) -> Tokens:
        """The tokens of some documents; places are bytes of `packed(documents).data`."""
        return kernels().tokens(self.packed(documents), places=places)


class Corpus(Texts):
    """Documents that have been sketched: among them pairs are looked for.

    Attributes:
        bands: band keys; uint32, shape (n, bands).
        fingerprints: 32 bits of each; uint32, shape (f,).
        fingerprint_offsets: int64, shape (n + 1,).
    """

    def __init__(self, ids: Sequence[str], columns: _Columns, bands: Bands) -> None:
        super().__init__(
            ids,
            Packed(columns.data.array(np.uint8), offsets_of(columns.lengths.array(np.int64))),
            columns.digests.array(np.uint64).reshape(-1, 2),
            columns.token_counts.array(np.int64),
        )
        self.bands: U32 = columns.bands.array(np.uint32).reshape(-1, bands.bands)
        self.fingerprints: U32 = columns.fingerprints.array(np.uint32)
        self.fingerprint_offsets = offsets_of(columns.fingerprint_counts.array(np.int64))


def offsets_of(lengths: I64) -> I64:
    """Where each begins and the last ends."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets
