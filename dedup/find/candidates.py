"""The cheap steps of the funnel: which documents are the same, and which pairs deserve a look."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.find.corpus import Corpus
from dedup.find.kernels import kernels
from dedup.find.lsh import band_candidates
from dedup.find.packing import pack
from dedup.find.relations import BY_EVIDENCE
from dedup.find.stages import Stages
from dedup.settings import Settings
from dedup.sketch.kernels import I64, U64, Bool

MOST_DOCUMENTS = 50  # with the same fingerprint: from there on it is a formula
LEAST_SHARED = 2  # fingerprints in common that make two documents candidates


class Candidates(NamedTuple):
    """What the cheap steps leave.

    Attributes:
        pairs: first << 32 | second, first < second, ascending; uint64.
        copies: original << 32 | copy, ascending; uint64.
        alone: documents that have words and are no copy; shape (n,).
        limits: what was capped, and how often.
    """

    pairs: U64
    copies: U64
    alone: Bool
    limits: dict[str, int]


def candidates(corpus: Corpus, settings: Settings, stages: Stages) -> Candidates:
    """Everything that may be a pair, as far as the settings ask for it."""
    wanted = set(settings.relations)
    places = np.arange(len(corpus))
    with stages.stage("identical", len(corpus)) as stage:
        first = first_with_content(corpus)
        copies = np.flatnonzero(first != places)
        stage.given = len(corpus) - len(copies)
    alone: Bool = (first == places) & (corpus.token_counts > 0)
    found: list[U64] = [np.empty(0, np.uint64)]
    large = common = 0
    if "near-duplicate" in wanted:
        with stages.stage("near-duplicate candidates", int(alone.sum())) as stage:
            pairs, large = band_candidates(corpus.bands, alone)
            found.append(pairs)
            stage.given = len(pairs)
    if wanted & BY_EVIDENCE:
        with stages.stage("derived candidates", int(alone.sum())) as stage:
            pairs, common = _sharing_passages(corpus, alone)
            found.append(pairs)
            stage.given = len(pairs)
    return Candidates(
        np.unique(np.concatenate(found)),
        np.sort(pack(first[copies], copies)) if "identical" in wanted else np.empty(0, np.uint64),
        alone,
        {"common_fingerprints": common, "large_buckets": large},
    )


def first_with_content(corpus: Corpus) -> I64:
    """Of every document the first with the same words; itself when it has none."""
    digests, places = corpus.digests, np.arange(len(corpus))
    order = np.lexsort((places, digests[:, 1], digests[:, 0]))
    ordered = digests[order]
    new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))[: len(order)]
    first = np.empty(len(corpus), np.int64)
    first[order] = order[np.maximum.accumulate(np.where(new, places, 0))]
    return np.where(corpus.token_counts > 0, first, places)


def _sharing_passages(corpus: Corpus, alone: Bool) -> tuple[U64, int]:
    """Pairs with passages in common that few documents have; fingerprints that too many have."""
    postings = kernels().postings(
        corpus.fingerprints, corpus.fingerprint_offsets, alone, MOST_DOCUMENTS
    )
    pairs = kernels().pairs(postings, len(corpus), LEAST_SHARED).astype(np.uint64)
    return pairs[:, 0] << np.uint64(32) | pairs[:, 1], postings.common
