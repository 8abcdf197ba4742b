"""Texts on their way into an index: sketched together, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.find.corpus import offsets_of, short_fingerprints
from dedup.find.lsh import Bands, band_keys
from dedup.index.rows import Sketch
from dedup.sketch import Sketcher
from dedup.sketch.kernels import I64, U32, U64, Fingerprints, Packed, Rows, kernels


class Sketched(NamedTuple):
    """Texts and their sketches.

    Attributes:
        packed: the texts as UTF-8.
        rows: signatures, digests and token counts.
        bands: hashed bands; uint32, shape (n, bands).
        fingerprints: 32 bits of each, distinct and ascending within a text; uint32, shape (f,).
        offsets: text d has fingerprints[offsets[d]:offsets[d + 1]]; int64, shape (n + 1,).
    """

    packed: Packed
    rows: Rows
    bands: U32
    fingerprints: U32
    offsets: I64

    def text(self, d: int) -> bytes:
        """Text d as UTF-8."""
        return text_of(self.packed, d)

    def digest(self, d: int) -> str:
        """Half of the digest of text d's words: 64 bits, in hexadecimal."""
        return f"{int(self.rows.digests[d, 0]):016x}"

    def sketch(self, d: int, number: int) -> Sketch:
        """What is kept of text d as a content with this number."""
        part = self.fingerprints[self.offsets[d] : self.offsets[d + 1]]
        return Sketch(number, self.rows.signatures[d], part)

    def only(self, texts: I64) -> Sketched:
        """Some of the texts, in this order."""
        rows = self.rows
        return Sketched(
            packed_of([self.text(d) for d in texts.tolist()]),
            Rows(rows.signatures[texts], rows.digests[texts], rows.token_counts[texts]),
            self.bands[texts],
            *self.fingerprints_of(texts),
        )

    def fingerprints_of(self, texts: I64) -> tuple[U32, I64]:
        """The fingerprints of some texts, and their offsets."""
        sizes = np.diff(self.offsets)[texts]
        offsets = offsets_of(sizes)
        places = np.repeat(self.offsets[:-1][texts] - offsets[:-1], sizes) + np.arange(offsets[-1])
        return self.fingerprints[places], offsets


def sketched(sketcher: Sketcher, bands: Bands, texts: Sequence[str]) -> Sketched:
    """Texts with their sketches, made on this thread."""
    packed = kernels().pack(texts)
    rows = Rows.empty(len(texts), sketcher.scheme.num_perm)
    prints = sketcher.sketch_packed(packed, rows)
    fingerprints, offsets = _distinct(prints)
    return Sketched(packed, rows, band_keys(rows.signatures, bands), fingerprints, offsets)


def _distinct(prints: Fingerprints) -> tuple[U32, I64]:
    """The short fingerprints of each text, each once."""
    texts: U64 = np.repeat(
        np.arange(len(prints.offsets) - 1, dtype=np.uint64), np.diff(prints.offsets)
    )
    both = np.sort(texts << np.uint64(32) | short_fingerprints(prints.values))
    both = both[np.append(True, both[1:] != both[:-1])[: len(both)]]
    sizes = np.bincount((both >> np.uint64(32)).astype(np.int64), minlength=len(prints.offsets) - 1)
    return both.astype(np.uint32), offsets_of(sizes)


def text_of(packed: Packed, d: int) -> bytes:
    """Text d as UTF-8."""
    return packed.data[packed.offsets[d] : packed.offsets[d + 1]].tobytes()


def packed_of(texts: Sequence[bytes]) -> Packed:
    """Texts that are UTF-8 already."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return Packed(np.frombuffer(b"".join(texts), np.uint8), offsets_of(lengths))
