"""The whole funnel."""

from __future__ import annotations

from dedup.find.candidates import candidates
from dedup.find.corpus import Corpus
from dedup.find.stages import Stages
from dedup.find.verify import verify
from dedup.records import Pair
from dedup.settings import Settings


def find(
    corpus: Corpus, settings: Settings, stages: Stages, *, threads: int
) -> tuple[tuple[Pair, ...], dict[str, int]]:
    """The pairs of a corpus, sorted by the places of their documents; and what was capped."""
    found = candidates(corpus, settings, stages)
    pairs, limits = verify(corpus, found, settings, stages, threads=threads)
    return pairs, found.limits | limits
