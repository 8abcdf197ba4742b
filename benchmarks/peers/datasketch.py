"""datasketch: MinHash in NumPy, one object a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from datasketch import MinHash, MinHashLSH

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS, THRESHOLD

_WORD = re.compile(r"\w+")


class FromText:
    """Its bulk call, with the hash function that it takes when it is not told another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._sketches: list[MinHash] = []

    def sign(self) -> None:
        """See `Signer`."""
        self._sketches = MinHash.bulk(
            map(shingles, self._texts), num_perm=NUM_PERM, **self.options()
        )

    def estimates(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """See `Signer`."""
        return [float(self._sketches[i].jaccard(self._sketches[j])) for i, j in pairs]

    def options(self) -> dict[str, Any]:
        """What is not left at its default."""
        return {}


class FromTextXxhash(FromText):
    """The same, with a hash function made for speed."""

    def options(self) -> dict[str, Any]:
        """What is not left at its default."""
        import xxhash

        return {"hashfunc": xxhash.xxh32_intdigest}


class Pairs:
    """An LSH of its own choice: insert all, query all."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self) -> list[tuple[int, int]]:
        """See `Finder`."""
        sketches = MinHash.bulk(map(shingles, self._texts), num_perm=NUM_PERM)
        index = self.index()
        for number, sketch in enumerate(sketches):
            index.insert(number, sketch)
        found = ((i, j) for j, sketch in enumerate(sketches) for i in index.query(sketch) if i < j)
        return [(i, j) for i, j in found if self.keeps(sketches[i], sketches[j])]

    def index(self) -> MinHashLSH:
        """Where the sketches go."""
        return MinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM)

    def keeps(self, _a: MinHash, _b: MinHash) -> bool:
        """Whether a candidate is a pair."""
        return True


class PairsOfOurBands(Pairs):
    """The same with the bands that find all, and the estimate to drop what they find besides."""

    def index(self) -> MinHashLSH:
        """Where the sketches go."""
        return MinHashLSH(num_perm=NUM_PERM, params=(32, 4))

    def keeps(self, a: MinHash, b: MinHash) -> bool:
        """Whether a candidate is a pair."""
        return bool(a.jaccard(b) >= THRESHOLD)


def shingles(text: str) -> list[bytes]:
    """Word 5-grams in UTF-8, as fast as Python makes them."""
    words = " ".join(_WORD.findall(text.lower())).encode().split()
    if len(words) < SHINGLE_WORDS:
        return [b" ".join(words)]
    return list(map(b" ".join, zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False)))
