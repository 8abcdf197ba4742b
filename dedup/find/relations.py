"""What two documents are to one another, from what was measured of them."""

from __future__ import annotations

from dedup.settings import Relation, Settings

CONTAINS = 0.9  # share of the shorter text's words that stand in the longer: all but nothing is new
BY_EVIDENCE = frozenset[Relation](("contains", "derived", "shares-passages"))
DERIVED = 0.25  # share from which one text is made out of the other, and does not only quote it


def relation(
    settings: Settings,
    *,
    jaccard: float,
    evidence_bits: float | None,
    shared_words: int,
    words: int,
) -> Relation | None:
    """The strongest relation of two documents that are not identical, or None.

    Args:
        settings: threshold and min_evidence_bits.
        jaccard: exact, over word 5-grams.
        evidence_bits: of the pair, corrected for the size of the corpus; None where nobody asked.
        shared_words: words in shared runs.
        words: tokens of the shorter document.
    """
    if jaccard >= settings.threshold:
        return "near-duplicate"
    if evidence_bits is None or evidence_bits < settings.min_evidence_bits:
        return None
    if shared_words >= CONTAINS * words:
        return "contains"
    if shared_words >= DERIVED * words:
        return "derived"
    return "shares-passages"
