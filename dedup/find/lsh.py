"""Near-duplicate candidates: banded MinHash, by sorting."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.sketch.kernels import U32, U64, Bool

RECALL = 0.99  # least recall at the threshold
MOST_TOGETHER = 64  # documents in a bucket that are all paired with one another
_K = np.uint64(0x9E3779B97F4A7C15)


class Bands(NamedTuple):
    """How a signature is cut: documents that agree on all rows of one band are candidates."""

    bands: int
    rows: int

    def recall(self, jaccard: float) -> float:
        """The share of pairs with this similarity that become candidates: 1 - (1 - s^r)^b."""
        return 1.0 - (1.0 - jaccard**self.rows) ** self.bands

    def jaccard(self, recall: float) -> float:
        """The similarity at which this share of the pairs become candidates."""
        return float((1.0 - (1.0 - recall) ** (1.0 / self.bands)) ** (1.0 / self.rows))

    def candidates_below(self, threshold: float) -> float:
        """The share of candidates among pairs spread evenly over all similarities below."""
        steps = 1000
        middles = ((step + 0.5) * threshold / steps for step in range(steps))
        return sum(map(self.recall, middles)) / steps


def choose_bands(threshold: float, num_perm: int) -> Bands:
    """The most rows, hence the fewest chance candidates, with RECALL at the threshold.

    Where no cut has it (a low threshold), one row a band: the best there is.
    """
    for rows in range(num_perm, 1, -1):
        bands = Bands(num_perm // rows, rows)
        if bands.recall(threshold) >= RECALL:
            return bands
    return Bands(num_perm, 1)


def band_keys(signatures: U32, bands: Bands) -> U32:
    """One hash a band; uint32, shape (n, bands).

    32 bits: that two different bands agree by chance costs an exact comparison, never an answer.
    """
    cut = signatures[:, : bands.bands * bands.rows].reshape(-1, bands.bands, bands.rows)
    keys: U64 = np.zeros(cut.shape[:2], np.uint64)
    for row in range(bands.rows):
        keys ^= cut[:, :, row]
        keys *= _K
        keys ^= keys >> np.uint64(32)
    return (keys >> np.uint64(32)).astype(np.uint32)


def band_candidates(bands: U32, chosen: Bool) -> tuple[U64, int]:
    """Pairs of chosen documents that share a bucket.

    A bucket of more than MOST_TOGETHER documents is not paired out: each of its documents is paired
    with the first and with the one before it, which keeps a family together without costing its
    square.

    Args:
        bands: band keys; uint32, shape (n, bands).
        chosen: which documents take part; shape (n,).

    Returns:
        Pairs as a << 32 | b with a < b, ascending; and how many buckets were larger.
    """
    documents = np.flatnonzero(chosen).astype(np.uint64)
    found: list[U64] = [np.empty(0, np.uint64)]
    large = 0
    for band in range(bands.shape[1]):
        items = bands[chosen, band].astype(np.uint64) << np.uint64(32) | documents
        items.sort()
        keys = items >> np.uint64(32)
        members = items & np.uint64(0xFFFFFFFF)
        first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        sizes = np.diff(np.append(first, len(keys)))
        for size in np.unique(sizes[sizes >= 2]).tolist():
            begins = first[sizes == size]
            if size <= MOST_TOGETHER:
                i, j = np.triu_indices(size, 1)
            else:
                large += len(begins)
                rest = np.arange(1, size)
                i = np.concatenate([np.zeros(size - 1, np.int64), rest - 1])
                j = np.concatenate([rest, rest])
            a, b = members[begins[:, None] + i], members[begins[:, None] + j]
            found.append((a << np.uint64(32) | b).ravel())
    return np.unique(np.concatenate(found)), large
