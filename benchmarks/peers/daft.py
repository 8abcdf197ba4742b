"""daft: a columnar engine with a MinHash expression."""

from __future__ import annotations

from collections.abc import Sequence

import daft
import numpy as np
from daft.functions import minhash

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS
from benchmarks.truth import words


class FromText:
    """The expression over a DataFrame in memory, with the fastest of its hash functions."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._frame = daft.from_pydict({"text": [" ".join(words(t)) for t in texts]}).collect()
        self._signed = self._frame

    def sign(self) -> None:
        """See `Signer`."""
        self._signed = self._frame.select(
            minhash(
                daft.col("text"),
                num_hashes=NUM_PERM,
                ngram_size=SHINGLE_WORDS,
                hash_function="xxhash3_64",
            )
        ).collect()

    def estimates(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """See `Signer`."""
        rows = np.array(self._signed.to_pydict()["text"])
        return [float(np.mean(rows[i] == rows[j])) for i, j in pairs]
