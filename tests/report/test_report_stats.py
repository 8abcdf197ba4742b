"""How much an index holds, in words."""

from __future__ import annotations

import pytest

from dedup import Settings
from dedup.index.stats import Stats
from dedup.report.stats import size, stats_lines


@pytest.mark.parametrize(
    ("n_bytes", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (90_124, "90 kB"),
        (12_600_000, "13 MB"),
        (4_000_000_000_000_000, "4,000 TB"),
    ],
)
def test_sizes(n_bytes: int, shown: str) -> None:
    assert size(n_bytes) == shown


def test_every_figure_is_told() -> None:
    found = Stats(1_234, 1_200, 99_000, 1, 5_000, 2, 3_000_000, 60_000)
    settings = Settings(0.8, 60.0, ("identical", "derived"))
    shown = [line.split(maxsplit=1) for line in stats_lines(found, settings, keep_text=False)]
    assert shown == [
        ["documents", "1,234"],
        ["different", "texts  1,200, with 99,000 words"],
        ["removed", "1 document that compacting will drop"],
        ["on", "disk          3.0 MB"],
        ["postings", "5,000, in SQLite and 2 files of 60 kB"],
        ["texts", "kept       no, so that what is said is estimated"],
        ["threshold", "0.8 (least Jaccard similarity of a near-duplicate)"],
        ["evidence", "at least 60 bits"],
        ["relations", "identical, derived"],
        ["signatures", "128 values, seed 1"],
    ]
