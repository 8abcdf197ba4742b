"""The native core of this room: makes the arrays that the C code fills."""

from __future__ import annotations

import numpy as np

from dedup import _native
from dedup.find.kernels import LOG2, Comparisons, Full, Postings, WordModel
from dedup.sketch.kernels import I64, U32, Bool, Tokens


def postings(fingerprints: U32, offsets: I64, chosen: Bool, most: int) -> Postings:
    """See `Kernels.postings`."""
    groups, documents, common = _native.postings(fingerprints, offsets, chosen, most)
    return Postings(np.frombuffer(groups, np.int64), np.frombuffer(documents, np.uint32), common)


def pairs(postings: Postings, n: int, least: int) -> U32:
    """See `Kernels.pairs`."""
    found = _native.pairs(postings.groups, postings.documents, n, least)
    return np.frombuffer(found, np.uint32).reshape(-1, 2)


def count(model: WordModel, tokens: Tokens, times: int = 1) -> tuple[WordModel, Full]:
    """See `Kernels.count`."""
    full = _native.count(tokens.hashes, tokens.offsets, *model[:3], times)
    counted = model._replace(total=model.total + times * len(tokens.hashes))
    return counted, Full(*(np.frombuffer(cells, np.uint32) for cells in full))


def compare(model: WordModel, tokens: Tokens, sampled: Bool, pairs: U32) -> Comparisons:
    """See `Kernels.compare`."""
    out = np.empty((len(pairs), len(Comparisons._fields)), np.int64)
    _native.compare(
        tokens.hashes,
        tokens.offsets,
        tokens.capitals,
        tokens.quoted,
        sampled,
        np.ascontiguousarray(pairs, np.uint32),
        *model,
        LOG2,
        out,
    )
    return Comparisons(*out.T)
