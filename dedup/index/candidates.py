"""Which contents of an index deserve a look: the cheap steps of a scan, by postings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.find.candidates import LEAST_SHARED, MOST_DOCUMENTS
from dedup.find.lsh import MOST_TOGETHER
from dedup.find.packing import pack, unpack
from dedup.find.relations import BY_EVIDENCE
from dedup.index.postings import Source, band_keys, fingerprint_keys
from dedup.index.view import View
from dedup.settings import Settings
from dedup.sketch.kernels import I64, U32, U64, Bool


class Asked(NamedTuple):
    """Contents whose pairs are looked for; they have postings already, with these numbers.

    Attributes:
        contents: their numbers; int64, shape (n,).
        bands: hashed bands; uint32, shape (n, bands).
        fingerprints: 32 bits of each, distinct within a content; uint32, shape (f,).
        fingerprint_offsets: content k has fingerprints[offsets[k]:offsets[k + 1]]; shape (n + 1,).
    """

    contents: I64
    bands: U32
    fingerprints: U32
    fingerprint_offsets: I64


def candidates(
    view: View, settings: Settings, asked: Asked, new: Sequence[Source] = ()
) -> tuple[I64, I64]:
    """The pairs that a scan would compare exactly.

    Args:
        view: of the index.
        settings: what is reported.
        asked: whose pairs.
        new: postings of those asked that are not in the index.

    Returns:
        Which was asked, counted from 0, and the number of the other content; without repetition.
    """
    found: list[U64] = [np.empty(0, np.uint64)]
    if "near-duplicate" in settings.relations:
        found += _sharing_bands(view, asked, new)
    if BY_EVIDENCE.intersection(settings.relations):
        found.append(_sharing_passages(view, asked, new))
    places, others = unpack(np.unique(np.concatenate(found)))
    different = asked.contents[places] != others
    return places[different], others[different]


def _sharing_bands(view: View, asked: Asked, new: Sequence[Source]) -> list[U64]:
    """Those in one bucket. A large one is not paired out: see `band_candidates`."""
    all_keys = band_keys(asked.bands)
    keys, inverse = np.unique(all_keys, return_inverse=True)
    hits = view.contents(keys, new)
    having = np.bincount(hits.asked, minlength=len(keys))
    wanting = np.repeat(np.arange(len(asked.contents)), all_keys.shape[1])
    inverse = inverse.ravel()
    small = having <= MOST_TOGETHER
    found = [_joined(wanting, inverse, hits.asked, hits.owners, small)]
    for key in np.flatnonzero(~small).tolist():
        members = np.sort(hits.owners[hits.asked == key])
        for place in wanting[inverse == key].tolist():
            at = int(np.searchsorted(members, asked.contents[place]))
            # The first is paired with all, the others with it and with their neighbours.
            others = members if at == 0 else members[[0, at - 1, min(at + 1, len(members) - 1)]]
            found.append(pack(np.full(len(others), place), others))
    return found


def _sharing_passages(view: View, asked: Asked, new: Sequence[Source]) -> U64:
    """Those that have passages in common which few contents have."""
    keys, inverse = np.unique(fingerprint_keys(asked.fingerprints), return_inverse=True)
    hits = view.contents(keys, new, MOST_DOCUMENTS)
    having = np.bincount(hits.asked, minlength=len(keys))
    wanting = np.repeat(np.arange(len(asked.contents)), np.diff(asked.fingerprint_offsets))
    rare = having <= MOST_DOCUMENTS
    pairs, shared = np.unique(
        _joined(wanting, inverse, hits.asked, hits.owners, rare), return_counts=True
    )
    return pairs[shared >= LEAST_SHARED]


def _joined(wanting: I64, keys: I64, hit_keys: I64, owners: I64, chosen: Bool) -> U64:
    """Who wants a key with who has it, for the chosen keys."""
    kept = chosen[hit_keys]
    hit_keys, owners = hit_keys[kept], owners[kept]
    order = np.argsort(hit_keys, kind="stable")
    hit_keys, owners = hit_keys[order], owners[order]
    first, stop = np.searchsorted(hit_keys, keys, "left"), np.searchsorted(hit_keys, keys, "right")
    sizes = stop - first
    ends = np.cumsum(sizes)
    places = np.repeat(first - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)
    return pack(np.repeat(wanting, sizes), owners[places])
