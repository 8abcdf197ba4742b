"""text-dedup: MinHash over a data set, as a command."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from text_dedup import minhash

from benchmarks.peers import NUM_PERM, SHINGLE_WORDS, THRESHOLD, pairs_within


class Pairs:
    """The command in this process, so that its clusters can be read."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self) -> list[tuple[int, int]]:
        """See `Finder`."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with (folder / "texts.jsonl").open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps({"text": text}) + "\n" for text in self._texts)
            options = {
                "path": "json",
                "data_files": folder / "texts.jsonl",
                "cache_dir": folder / "cache",
                "output": folder / "output",
                "split": "train",
                "column": "text",
                "ngram": SHINGLE_WORDS,
                "min_length": 0,
                "num_perm": NUM_PERM,
                "threshold": THRESHOLD,
                "num_proc": 1,
            }
            arguments = [f"--{key}={value}" for key, value in options.items()]
            minhash.main(arguments, standalone_mode=False)
        clusters = defaultdict(list)
        for number in range(len(self._texts)):
            clusters[minhash.uf.find(number)].append(number)
        return pairs_within(clusters.values())
