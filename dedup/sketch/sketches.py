"""The sketches of many texts, as arrays that say which settings made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.errors import SchemeMismatch
from dedup.sketch.kernels import I64, PASSAGE_WORDS, SHINGLE_WORDS, U32, U64, WINNOW_WINDOW
from dedup.sketch.unicode_table import UNICODE_VERSION

if TYPE_CHECKING:
    import datasketch


@dataclass(frozen=True, slots=True)
class Scheme:
    """What must be equal for two sketches to be comparable."""

    num_perm: int
    seed: int
    permutations: str = "affine32"
    shingle_words: int = SHINGLE_WORDS
    passage_words: int = PASSAGE_WORDS
    winnow_window: int = WINNOW_WINDOW
    unicode_version: str = UNICODE_VERSION


@dataclass(frozen=True, slots=True, eq=False)
class Sketches:
    """Sketches of n texts.

    Attributes:
        scheme: what made them.
        signatures: MinHash signatures; uint32, shape (n, num_perm). A text without tokens is all
            0xFFFFFFFF.
        fingerprints: hashes of passages of four words, winnowed; uint64, shape (f,).
        fingerprint_offsets: text d has fingerprints[offsets[d]:offsets[d + 1]]; int64, (n + 1,).
        token_counts: tokens of each text; int64, shape (n,).
        content_hashes: equal for texts with equal tokens in equal order; uint64, shape (n, 2).
    """

    scheme: Scheme
    signatures: U32
    fingerprints: U64
    fingerprint_offsets: I64
    token_counts: I64
    content_hashes: U64

    def __len__(self) -> int:
        return len(self.signatures)

    def to_datasketch(self, i: int) -> datasketch.MinHash:
        """Sketch i as datasketch would have computed it from the same shingle hashes.

        It compares, merges and goes into datasketch's LSH, Forest, Ensemble and storages. Updating
        it further would hash with datasketch's function and not with ours.
        """
        import datasketch

        return datasketch.MinHash(
            seed=self.scheme.seed, hashvalues=self.signatures[i], scheme="affine32"
        )

    def jaccard_estimate(self, i: int, other: Sketches, j: int) -> float:
        """Estimated Jaccard similarity of text i here and text j there; 0 for an empty text.

        Raises:
            SchemeMismatch: the two were made with different settings.
        """
        if self.scheme != other.scheme:
            raise SchemeMismatch(f"{self.scheme} cannot be compared with {other.scheme}")
        if not self.token_counts[i] or not other.token_counts[j]:
            return 0.0
        return float(np.mean(self.signatures[i] == other.signatures[j]))
