"""datatrove: MinHash in stages that write files, made for clusters of machines."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupSignature,
)

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS

_BUCKETS = 14
_PAIR = struct.Struct("<4I")  # file and document, twice


class Pairs:
    """Signatures, then buckets; the later stages make clusters of these pairs."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self) -> list[tuple[int, int]]:
        """See `Finder`."""
        config = MinhashConfig(
            n_grams=SHINGLE_WORDS,
            num_buckets=_BUCKETS,
            hashes_per_bucket=NUM_PERM // _BUCKETS,
        )
        documents = [Document(text=text, id=str(i)) for i, text in enumerate(self._texts)]
        with tempfile.TemporaryDirectory() as folder:
            signing = MinhashDedupSignature(f"{folder}/signatures", config)
            bucketing = MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config)
            LocalPipelineExecutor([documents, signing], tasks=1, logging_dir=f"{folder}/log1").run()
            LocalPipelineExecutor(
                [bucketing], tasks=_BUCKETS, workers=1, logging_dir=f"{folder}/log2"
            ).run()
            files = sorted(Path(folder, "buckets").glob("*.dups"))
            found = {
                (a, b) for file in files for _, a, _, b in _PAIR.iter_unpack(file.read_bytes())
            }
        return sorted({(min(pair), max(pair)) for pair in found})
