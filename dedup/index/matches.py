"""What was found, as it is told to the one who asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

from dedup.index.estimating import Estimate
from dedup.index.rows import Row
from dedup.records import Match, Pair
from dedup.settings import RELATIONS


class Known(NamedTuple):
    """What a match tells of its document."""

    id: str
    words: int
    meta: Mapping[str, Any]

    @classmethod
    def of(cls, row: Row) -> Self:
        """Of a document in the index."""
        return cls(row.name, row.words, row.metadata)


class Answer(NamedTuple):
    """What an index has to say of a text.

    Attributes:
        matches: best first.
        limits: what was capped, and how often, as in a `ScanResult`; empty when nothing was.
        words: tokens of the text.
    """

    matches: tuple[Match, ...]
    limits: Mapping[str, int]
    words: int


def exact(pair: Pair, known: Known, side: str) -> Match:
    """The document that is `side` of a pair, to the one that is the other."""
    a_in_b, b_in_a = pair.containment_of_a_in_b, pair.containment_of_b_in_a
    text_in_match, match_in_text = (b_in_a, a_in_b) if side == "a" else (a_in_b, b_in_a)
    number = pair.a if side == "a" else pair.b
    return Match(
        known.id,
        pair.relation,
        known.words,
        known.meta,
        jaccard=pair.jaccard,
        containment_of_text_in_match=text_in_match,
        containment_of_match_in_text=match_in_text,
        evidence_bits=pair.evidence_bits,
        shared_words=pair.shared_words,
        longest_run_words=pair.longest_run_words,
        longest_run_text=pair.longest_run_text,
        source=None if pair.source is None else "match" if pair.source == number else "text",
    )


def estimated(found: Estimate, known: Known, side: str) -> Match:
    """The same of an estimate."""
    text_in_match, match_in_text = (
        (found.b_in_a, found.a_in_b) if side == "a" else (found.a_in_b, found.b_in_a)
    )
    return Match(
        known.id,
        found.relation,
        known.words,
        known.meta,
        jaccard_estimate=found.jaccard,
        containment_of_text_in_match_estimate=text_in_match,
        containment_of_match_in_text_estimate=match_in_text,
    )


def ranked(matches: Iterable[tuple[int, Match]]) -> tuple[Match, ...]:
    """Best first: by relation, then by how alike they are, then in the order of adding."""

    def rank(item: tuple[int, Match]) -> tuple[float, ...]:
        number, match = item
        alike = match.jaccard if match.jaccard is not None else match.jaccard_estimate or 0.0
        return RELATIONS.index(match.relation), -(match.evidence_bits or 0.0), -alike, number

    return tuple(match for _, match in sorted(matches, key=rank))
