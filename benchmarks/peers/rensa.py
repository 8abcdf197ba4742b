"""rensa: MinHash in Rust. R is its faithful variant; Rho samples and is no match for truth."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rensa import RMinHash

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS

_SEED = 1
_WORD = re.compile(r"\w+")


class FromText:
    """A sketch a document; faster than its matrix call, which holds the 5-grams of all."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._digests: list[list[int]] = []

    def sign(self) -> None:
        """See `Signer`."""
        self._digests = []
        for text in self._texts:
            sketch = RMinHash(NUM_PERM, _SEED)
            sketch.update(_shingles(text))
            self._digests.append(sketch.digest())

    def estimates(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """See `Signer`."""
        return _agreement(self._digests, pairs)


class FromHashes:
    """A matrix of all documents, from hashes that were made before."""

    def __init__(self, texts: Sequence[str]) -> None:
        hashes = RMinHash.hash_token_sets([_shingles(text) for text in texts])
        self._hashes = np.concatenate([np.array(row, np.uint64) for row in hashes])
        self._offsets = np.zeros(len(hashes) + 1, np.uint64)
        np.cumsum([len(row) for row in hashes], out=self._offsets[1:])

    def sign(self) -> None:
        """See `Signer`."""
        self._matrix = RMinHash.digest_matrix_from_flat_token_hashes(
            self._hashes, self._offsets, NUM_PERM, _SEED
        )

    def estimates(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """See `Signer`."""
        return _agreement(self._matrix.to_rows(), pairs)


def _shingles(text: str) -> list[str]:
    """Word 5-grams, as fast as Python makes them."""
    words = _WORD.findall(text.lower())
    if len(words) < SHINGLE_WORDS:
        return [" ".join(words)]
    return list(map(" ".join, zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False)))


def _agreement(digests: list[list[int]], pairs: Sequence[tuple[int, int]]) -> list[float]:
    """Shares of equal values."""
    rows = np.array(digests)
    return [float(np.mean(rows[i] == rows[j])) for i, j in pairs]
