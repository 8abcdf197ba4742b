"""Which contents of an index deserve a look: the cheap steps of a scan, by postings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.find.candidates import LEAST_SHARED, MOST_DOCUMENTS
from dedup.find.lsh import MOST_TOGETHER
from dedup.find.packing import pack, unpack
from dedup.find.relations import BY_EVIDENCE
from dedup.index.postings import FINGERPRINT, Source, band_keys, fingerprint_keys
from dedup.index.view import View
from dedup.settings import Settings
from dedup.sketch.kernels import I64, U32, U64


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


class Capped(NamedTuple):
    """Keys that made no pairs, or few, since too many contents have them.

    Attributes:
        places: who asked for each, counted from 0; int64, shape (m,).
        keys: distinct for each who asked; likewise.
    """

    places: I64
    keys: I64

    def limits(self) -> dict[str, int]:
        """What they come to, as a scan counts it."""
        kinds = np.unique(self.keys) >> 32
        common = int((kinds == FINGERPRINT).sum())
        return {"common_fingerprints": common, "large_buckets": len(kinds) - common}

    def of_each(self, n: int) -> list[dict[str, int]]:
        """What each of n that asked met with; nothing that it did not."""
        common = self.keys >> 32 == FINGERPRINT
        counts = {
            "common_fingerprints": np.bincount(self.places[common], minlength=n).tolist(),
            "large_buckets": np.bincount(self.places[~common], minlength=n).tolist(),
        }
        return [{name: c[place] for name, c in counts.items() if c[place]} for place in range(n)]


class Found(NamedTuple):
    """Pairs that a scan would compare exactly, without repetition.

    Attributes:
        places: which was asked, counted from 0; int64, shape (n,).
        others: the number of the other content; likewise.
        capped: what was left out.
    """

    places: I64
    others: I64
    capped: Capped


def candidates(view: View, settings: Settings, asked: Asked, new: Sequence[Source] = ()) -> Found:
    """The pairs that a scan would compare exactly.

    Args:
        view: of the index.
        settings: what is reported.
        asked: whose pairs.
        new: postings of those asked that are not in the index.
    """
    keys, wanting = _keys(settings, asked)
    n_bands = len(keys) - len(asked.fingerprints) * _by_evidence(settings)
    is_band = np.arange(len(keys)) < n_bands
    most = np.where(is_band, MOST_TOGETHER, MOST_DOCUMENTS)
    hits = view.contents(keys, new, most)
    having = np.bincount(hits.asked, minlength=len(keys))
    crowded = (having > most) | ((having == 0) & (hits.totals > 0))
    few = ~crowded[hits.asked]
    pairs, of_band = pack(wanting[hits.asked], hits.owners), is_band[hits.asked]
    sharing, shared = np.unique(pairs[few & ~of_band], return_counts=True)
    found = [pairs[few & of_band], sharing[shared >= LEAST_SHARED]]
    crowds = crowded & is_band
    if crowds.any():
        found += _in_crowds(view, asked, keys[crowds], wanting[crowds], new)
    places, others = unpack(np.unique(np.concatenate(found)))
    different = asked.contents[places] != others
    # Of a key with more than `most` that are there and all that were removed, none may be given.
    many = (having > most) | (hits.totals > most + len(view.removed[1]))
    return Found(places[different], others[different], Capped(wanting[many], keys[many]))


def _by_evidence(settings: Settings) -> bool:
    return bool(BY_EVIDENCE.intersection(settings.relations))


def _keys(settings: Settings, asked: Asked) -> tuple[I64, I64]:
    """Keys of bands, then of fingerprints, as far as they are of use; and who asks."""
    n, each = asked.bands.shape
    keys: list[I64] = []
    wanting: list[I64] = []
    if "near-duplicate" in settings.relations:
        keys.append(band_keys(asked.bands).ravel())
        wanting.append(np.repeat(np.arange(n), each))
    if _by_evidence(settings):
        keys.append(fingerprint_keys(asked.fingerprints))
        wanting.append(np.repeat(np.arange(n), np.diff(asked.fingerprint_offsets)))
    none: I64 = np.empty(0, np.int64)
    return np.concatenate([*keys, none]), np.concatenate([*wanting, none])


def _in_crowds(
    view: View, asked: Asked, keys: I64, wanting: I64, new: Sequence[Source]
) -> list[U64]:
    """Those in a bucket of many, which is not paired out: see `band_candidates`."""
    found = []
    distinct, which = np.unique(keys, return_inverse=True)
    hits = view.contents(distinct, new)
    order = np.argsort(hits.asked, kind="stable")
    ends = np.cumsum(np.bincount(hits.asked, minlength=len(distinct)))
    for key, members in enumerate(np.split(hits.owners[order], ends[:-1])):
        members.sort()
        for place in wanting[which == key].tolist():
            others = members
            at = int(np.searchsorted(members, asked.contents[place]))
            # The first is paired with all, the others with it and with their neighbours.
            if len(members) > MOST_TOGETHER and at > 0:
                others = members[[0, at - 1, min(at + 1, len(members) - 1)]]
            found.append(pack(np.full(len(others), place), others))
    return found
