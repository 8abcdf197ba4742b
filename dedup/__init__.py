"""Find documents that copy or rewrite one another, and see what was reused.

    import dedup

    result = dedup.scan(["articles/"])
    for pair in result.pairs:
        print(pair.a, pair.b, pair.relation, pair.longest_run_text)
    alignment = dedup.align(source_text, derived_text)

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.aligner import align
    from dedup.alignment import Alignment, Link, Passage
    from dedup.errors import (
        CoreError,
        DamagedError,
        DedupError,
        SchemeMismatch,
        SettingsError,
        StoreError,
    )
    from dedup.find import ScanResult
    from dedup.index import Index
    from dedup.index.stats import Stats
    from dedup.read import ReadOptions
    from dedup.records import (
        Added,
        Cluster,
        Damage,
        Document,
        Match,
        Pair,
        Queried,
        Stage,
        Unreadable,
    )
    from dedup.scanning import scan
    from dedup.settings import Relation, Settings
    from dedup.sketch import Sketcher, Sketches

__version__ = "0.1.0"

_HOMES = {
    "Added": "records",
    "Alignment": "alignment",
    "Cluster": "records",
    "CoreError": "errors",
    "Damage": "records",
    "DamagedError": "errors",
    "DedupError": "errors",
    "Document": "records",
    "Index": "index",
    "Link": "alignment",
    "Match": "records",
    "Pair": "records",
    "Queried": "records",
    "Passage": "alignment",
    "ReadOptions": "read",
    "Relation": "settings",
    "ScanResult": "find",
    "SchemeMismatch": "errors",
    "Settings": "settings",
    "SettingsError": "errors",
    "Sketcher": "sketch",
    "Sketches": "sketch",
    "Stage": "records",
    "Stats": "index.stats",
    "StoreError": "errors",
    "Unreadable": "records",
    "align": "aligner",
    "scan": "scanning",
}

__all__ = [
    "Added",
    "Alignment",
    "Cluster",
    "CoreError",
    "Damage",
    "DamagedError",
    "DedupError",
    "Document",
    "Index",
    "Link",
    "Match",
    "Pair",
    "Passage",
    "Queried",
    "ReadOptions",
    "Relation",
    "ScanResult",
    "SchemeMismatch",
    "Settings",
    "SettingsError",
    "Sketcher",
    "Sketches",
    "Stage",
    "Stats",
    "StoreError",
    "Unreadable",
    "__version__",
    "align",
    "scan",
]


def __getattr__(name: str) -> Any:
    """Imports what is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'dedup' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"dedup.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
