"""How much an index holds and how it was made, for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedup.report.style import counted
from dedup.settings import RELATIONS, Settings

if TYPE_CHECKING:
    from dedup.index.stats import Stats


def stats_lines(stats: Stats, settings: Settings, *, keep_text: bool) -> Iterator[str]:
    """The lines, without their ends."""
    relations = "all" if settings.relations == RELATIONS else ", ".join(settings.relations)
    files = f" and {counted(stats.segments, 'file')} of {size(stats.posting_bytes)}"
    for name, value in (
        ("documents", f"{stats.documents:,}"),
        ("different texts", f"{stats.distinct:,}, with {counted(stats.words, 'word')}"),
        ("removed", f"{counted(stats.removed, 'document')} that compacting will drop"),
        ("on disk", size(stats.bytes)),
        ("postings", f"{stats.postings:,}, in SQLite{files if stats.segments else ''}"),
        ("texts kept", "yes" if keep_text else "no, so that what is said is estimated"),
        ("threshold", f"{settings.threshold:g} (least Jaccard similarity of a near-duplicate)"),
        ("evidence", f"at least {settings.min_evidence_bits:g} bits"),
        ("relations", relations),
        ("signatures", f"{settings.num_perm:,} values, seed {settings.seed}"),
    ):
        yield f"{name:<17}{value}"


def size(n_bytes: int) -> str:
    """So many bytes, with two digits at least."""
    value, unit = float(n_bytes), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.0f} {unit}" if unit == "bytes" or value >= 10 else f"{value:.1f} {unit}"
