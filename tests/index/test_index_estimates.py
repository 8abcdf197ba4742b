"""An index without texts, on planted derivations: what its estimates find, and make up."""

from __future__ import annotations

import random
from pathlib import Path

import planted
import pytest

import dedup
from dedup import Document, Index

UNRELATED, DERIVED, WORDS = 400, 60, 220


@pytest.mark.parametrize(
    ("kept", "edits", "floor"), [(140, 0.1, 0.98), (70, 0.0, 0.98), (70, 0.1, 0.9), (35, 0.0, 0.85)]
)
def test_recall_and_false_matches(tmp_path: Path, kept: int, edits: float, floor: float) -> None:
    writer, draw = planted.Writer(5), random.Random(5)
    base = [writer.words(WORDS) for _ in range(UNRELATED)]
    texts = [planted.dress(words, draw) for words in base]
    for source in base[:DERIVED]:
        made = planted.derived(source, kept, edits, draw, writer.words(400))
        texts.append(planted.dress(made, draw))
    found = set()
    with Index.open(tmp_path / "i", create=True, keep_text=False) as index:
        for result in index.add_many(Document(str(i), text) for i, text in enumerate(texts)):
            assert isinstance(result, dedup.Added)
            found |= {(int(match.id), int(result.id)) for match in result.matches}
    wanted = {(i, UNRELATED + i) for i in range(DERIVED)}
    assert len(found & wanted) >= floor * DERIVED
    assert len(found - wanted) <= 2
