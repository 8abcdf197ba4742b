"""What a scan finds of what was planted."""

from __future__ import annotations

import itertools
import math

from benchmarks import truth
from benchmarks.ours import FoundPair
from benchmarks.planting import (
    DRAWN_EDITS,
    DRAWN_WORDS,
    EDITS,
    KEPT_WORDS,
    Copy,
    Drawn,
    Grid,
    Planted,
)
from benchmarks.report import Report, heading, note, table
from benchmarks.truth import share
from dedup import Settings

THRESHOLD = Settings().threshold
COPIES = ("identical", "near-duplicate")
_LEVELS = (0.0, THRESHOLD, 0.75, 0.8, 0.9, math.inf)
_SHARES = (0.15, 0.3, 0.6, 1.01)  # kept of a text, by which drawn derivations are shown
_LEAST_RECALL = {
    (140, 0.0): 0.99,
    (140, 0.1): 0.99,
    (140, 0.25): 0.99,
    (70, 0.0): 0.95,
    (70, 0.1): 0.95,
    (70, 0.25): 0.95,
    (35, 0.0): 0.90,
    (35, 0.1): 0.90,
}


def near_duplicates(
    report: Report, documents: list[str], made: list[Planted], found: list[FoundPair]
) -> None:
    """Recall by exact similarity, and whether all that is reported is as similar as it must be."""
    copies = {(pair.a, pair.b) for pair in found if pair.relation in COPIES}
    exact = {
        p.pair: truth.jaccard(documents[p.source], documents[p.copy])
        for p in made
        if isinstance(p.kind, Copy)
    }
    rows = []
    for low, high in itertools.pairwise(_LEVELS):
        level = [pair for pair, value in exact.items() if low <= value < high]
        hits = sum(pair in copies for pair in level)
        name = f"from {low:.2f}" if low else f"below {high:.2f}"
        shown = f"{hits / len(level):.4f}" if level and low else ""
        rows.append([name, str(len(level)), str(hits), shown])
    heading(f"Planted near-duplicates, threshold {THRESHOLD}")
    table(["exact Jaccard", "pairs", "found", "recall"], rows)
    due = [pair for pair, value in exact.items() if value >= THRESHOLD]
    recall = share(sum(pair in copies for pair in due), len(due))
    reported = [pair for pair in found if pair.relation == "near-duplicate"]
    right = sum(truth.jaccard(documents[p.a], documents[p.b]) >= THRESHOLD for p in reported)
    precision = share(right, len(reported))
    note(
        f"At and above the threshold: {_percent(recall)} of {len(due)} found. Of "
        f"{len(reported)} near-duplicates reported, {right} are as similar by an independent "
        "count of their word 5-grams."
    )
    report.figure("near-duplicates, recall", "share", recall)
    report.figure("near-duplicates, precision", "share", precision)
    report.at_least("near-duplicates, recall", recall, _attainable(0.99, len(due)), truth=True)
    report.at_least("near-duplicates, precision", precision, 1.0, truth=True)


def derivations(report: Report, base: int, made: list[Planted], found: list[FoundPair]) -> None:
    """Recall of every kind."""
    pairs = {(pair.a, pair.b) for pair in found}
    rows = []
    for words in KEPT_WORDS:
        row = [f"{words} words kept"]
        for edits in EDITS:
            name = f"derived, {words} words, {edits:.0%} edited, recall"
            cell = [p.pair in pairs for p in made if p.kind == Grid(words, edits)]
            row.append(_cell(report, name, cell))
            if (words, edits) in _LEAST_RECALL:
                least = _attainable(_LEAST_RECALL[words, edits], len(cell))
                report.at_least(name, share(sum(cell), len(cell)), least, truth=True)
        rows.append(row)
    heading(f"Planted derivations among {base:,} documents, found")
    table(["", *(f"{edits:.0%} edited" for edits in EDITS)], rows)
    rows = []
    for low, high in itertools.pairwise(_SHARES):
        name = f"derived, {low:.0%} to {min(1.0, high):.0%} kept, recall"
        cell = [
            p.pair in pairs for p in made if isinstance(p.kind, Drawn) and low <= p.kind.kept < high
        ]
        rows.append([f"{low:.0%} to {min(1.0, high):.0%} kept", _cell(report, name, cell)])
    low, high = DRAWN_EDITS
    table(["", f"{low:.0%} to {high:.0%} edited"], rows)
    note(
        "Pieces of 8 to 20 words of one text, shuffled, edited word by word (3 in 5 replaced, 1 in "
        "5 dropped, 1 in 5 added to) and mixed 1:1 with pieces of another. Above so many words, "
        f"below a share of a text of {DRAWN_WORDS} words and more, both shares drawn evenly; the "
        f"races are over these."
    )


def _cell(report: Report, name: str, hits: list[bool]) -> str:
    """How many were found."""
    recall = share(sum(hits), len(hits))
    report.figure(name, "share", recall)
    return f"{sum(hits)}/{len(hits)}  {recall:.3f}"


def _attainable(least: float, count: int) -> float:
    """The bar; of the few pairs that a small corpus gives, one may be missed."""
    return least if count >= 100 else share(math.floor(least * count), count)


def _percent(share: float) -> str:
    """A share in percent, never rounded up to all."""
    return f"{int(share * 10_000) / 100:g}%"
