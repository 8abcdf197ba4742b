"""datatrove: MinHash in stages that write files, made for clusters of machines."""

from __future__ import annotations

import struct
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupSignature,
)

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS, pairs_within

_BUCKETS = 14
_MEMBER = struct.Struct("<2I")  # a document and its cluster


class Pairs:
    """Its stages up to the clusters."""

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
            bucketing = MinhashDedupBuckets(
                f"{folder}/signatures", f"{folder}/buckets", config=config
            )
            clustering = MinhashDedupCluster(
                f"{folder}/buckets", f"{folder}/clusters", config, save_cluster_id=True
            )
            stages = [([documents, signing], 1), ([bucketing], _BUCKETS), ([clustering], 1)]
            for number, (stage, tasks) in enumerate(stages):
                log = f"{folder}/log{number}"
                LocalPipelineExecutor(stage, tasks=tasks, workers=1, logging_dir=log).run()
            files = Path(folder, "clusters").glob("*.clusters")
            members = [pair for file in files for pair in _MEMBER.iter_unpack(file.read_bytes())]
        clusters = defaultdict(list)
        for document, cluster in members:
            clusters[cluster].append(document)
        return pairs_within(clusters.values())
