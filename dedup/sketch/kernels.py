"""What the two cores of this room promise: the arrays that go in and come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from dedup import core

U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

SHINGLE_WORDS = 5  # similarity of whole documents
PASSAGE_WORDS = 4  # fingerprints of passages
WINNOW_WINDOW = 4  # every run of window + 3 shared words keeps a fingerprint in common


class Packed(NamedTuple):
    """Many texts as UTF-8, end to end.

    Attributes:
        data: the bytes; lone surrogates stand as their three bytes. uint8, shape (size,).
        offsets: text d is data[offsets[d]:offsets[d + 1]]; int64, shape (n + 1,).
    """

    data: U8
    offsets: I64


class Tokens(NamedTuple):
    """The tokens of many texts, end to end.

    Attributes:
        hashes: of the folded tokens; uint64, shape (t,).
        capitals: whether each begins with a letter that folding changes; bool, shape (t,).
        quoted: whether each stands between quotation marks; bool, shape (t,).
        begins: where each begins, in bytes of the packed data; int64, shape (t,) or, when places
            were not asked for, (0,).
        ends: where each ends; likewise.
        offsets: text d has hashes[offsets[d]:offsets[d + 1]]; int64, shape (n + 1,).
    """

    hashes: U64
    capitals: Bool
    quoted: Bool
    begins: I64
    ends: I64
    offsets: I64


class Rows(NamedTuple):
    """What a pass gives of fixed size, a row a text; the caller makes it, the core fills it.

    Attributes:
        signatures: row d is min over shingles of (a[p]·fmix32(h) + b[p]) mod 2**32; all ones for a
            text without tokens. uint32, shape (n, num_perm).
        digests: of the sequence of folded tokens; uint64, shape (n, 2).
        token_counts: int64, shape (n,).
    """

    signatures: U32
    digests: U64
    token_counts: I64

    @classmethod
    def empty(cls, n: int, num_perm: int) -> Rows:
        """Rows for n texts, to be filled."""
        return cls(
            np.empty((n, num_perm), np.uint32), np.empty((n, 2), np.uint64), np.empty(n, np.int64)
        )

    def part(self, first: int, stop: int) -> Rows:
        """Rows first..stop-1, the same memory."""
        part = slice(first, stop)
        return Rows(self.signatures[part], self.digests[part], self.token_counts[part])


class Fingerprints(NamedTuple):
    """Winnowed hashes of four words.

    Attributes:
        values: in order of the texts; uint64, shape (f,).
        offsets: text d has values[offsets[d]:offsets[d + 1]]; int64, shape (n + 1,).
    """

    values: U64
    offsets: I64


class Kernels(Protocol):
    """The functions that both cores have."""

    def pack(self, texts: Sequence[str]) -> Packed:
        """Texts to UTF-8."""

    def tokens(self, packed: Packed, *, places: bool) -> Tokens:
        """Token hashes, with places in bytes when asked for."""

    def sketch(self, packed: Packed, a: U32, b: U32, rows: Rows) -> Fingerprints:
        """The whole pass; a and b are the permutations, uint32, shape (num_perm,)."""

    def sketch_texts(self, texts: Sequence[str], a: U32, b: U32, rows: Rows) -> Fingerprints:
        """`sketch` of `pack`, without keeping the bytes."""


def kernels() -> Kernels:
    """The core that runs."""
    return cast("Kernels", core.kernels("sketch"))
