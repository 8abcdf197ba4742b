"""rensa: MinHash in Rust. R is its faithful variant; Rho samples and is no match for truth."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rensa import RMinHash, RMinHashDeduplicator, RMinHashLSH

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS, THRESHOLD

_SEED = 1
_BANDS = 32
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


class Pairs:
    """Its deduplicator: keep what is new, and say what the rest is a copy of."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self) -> list[tuple[int, int]]:
        """See `Finder`."""
        sketches = []
        for text in self._texts:
            sketch = RMinHash(NUM_PERM, _SEED)
            sketch.update(_shingles(text))
            sketches.append(sketch)
        index = RMinHashDeduplicator(THRESHOLD, NUM_PERM, True, _BANDS, _SEED)  # noqa: FBT003
        kept = index.add_pairs((str(number), sketch) for number, sketch in enumerate(sketches))
        copies = [number for number, new in enumerate(kept) if not new]
        partners = index.get_duplicate_sets([sketches[number] for number in copies])
        return [(int(i), j) for j, of in zip(copies, partners, strict=True) for i in of]


class RhoFlags:
    """Its fastest pipeline, which samples and gives flags."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self) -> list[tuple[int, int]]:
        """See `Finder`."""
        matrix = RMinHash.digest_matrix_from_token_sets_rho(
            map(_shingles, self._texts), num_perm=NUM_PERM, seed=_SEED
        )
        index = RMinHashLSH(THRESHOLD, NUM_PERM, _BANDS)
        flags = index.query_duplicate_flags_matrix_one_shot(matrix)
        return [(number, number) for number, flag in enumerate(flags) if flag]


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
