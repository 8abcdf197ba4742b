"""gaoya: MinHash and LSH in Rust. Its call signs and inserts; there is none that only signs."""

from __future__ import annotations

from collections.abc import Sequence

from gaoya.minhash import MinHashStringIndex

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS, THRESHOLD
from benchmarks.truth import words


class FromText:
    """An index of one band: the least insertion that it offers."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [" ".join(words(text)) for text in texts]

    def sign(self) -> None:
        """See `Signer`."""
        self._fill(_index(bands=1))

    def estimates(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """See `Signer`; every value of a signature is a band, so that no pair stays unseen."""
        index = _index(bands=NUM_PERM)
        self._fill(index)
        found = []
        for i, j in pairs:
            similar = dict(index.query(self._texts[i], return_similarity=True))
            found.append(float(similar.get(j, 0.0)))
        return found

    def _fill(self, index: MinHashStringIndex) -> None:
        for number, text in enumerate(self._texts):
            index.insert_document(number, text)


class Pairs:
    """Insert all, query all."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self) -> list[tuple[int, int]]:
        """See `Finder`."""
        texts = [" ".join(words(text)) for text in self._texts]
        index = _index(bands=32, threshold=THRESHOLD)
        for number, text in enumerate(texts):
            index.insert_document(number, text)
        return [(i, j) for j, text in enumerate(texts) for i in index.query(text) if i < j]


def _index(*, bands: int, threshold: float = 0.0) -> MinHashStringIndex:
    """An empty index whose signatures have 128 values."""
    return MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=threshold,
        num_bands=bands,
        band_size=NUM_PERM // bands,
        analyzer="word",
        lowercase=False,
        ngram_range=(SHINGLE_WORDS, SHINGLE_WORDS),
        id_container="vec",
    )
