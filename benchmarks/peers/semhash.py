"""semhash: nearest neighbours of embeddings."""

from __future__ import annotations

from collections.abc import Sequence

from semhash import SemHash

from benchmarks.peers import THRESHOLD


class Pairs:
    """Its own default: the model it names, its index, every text against all."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self) -> list[tuple[int, int]]:
        """See `Finder`."""
        records = [{"text": text, "id": str(i)} for i, text in enumerate(self._texts)]
        index = SemHash.from_records(records, columns=["text"])
        result = index.self_deduplicate(threshold=THRESHOLD)
        return sorted(
            {
                (min(pair), max(pair))
                for one in result.selected_with_duplicates
                for other, _ in one.duplicates
                if (pair := (int(one.record["id"]), int(other["id"])))
            }
        )
