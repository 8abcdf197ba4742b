"""Candidates to measured pairs: exact comparison, and evidence against a model of the corpus."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dedup.find.corpus import Texts
from dedup.find.counting import chunks
from dedup.find.kernels import Comparisons, WordModel, kernels
from dedup.find.packing import pack, unpack
from dedup.sketch.kernels import I64, U32, U64, Bool

_LEAST_BYTES = 1 << 13  # what a pair counts for at least, so that a chunk is 4096 pairs at most


def compare(
    corpus: Texts, pairs: U64, model: WordModel, sampled: Bool, *, threads: int
) -> tuple[U64, Comparisons]:
    """Compares the documents of every pair.

    Args:
        corpus: the documents.
        pairs: first << 32 | second; shape (m,).
        model: of the corpus.
        sampled: which documents the model counted.
        threads: how many to use.

    Returns:
        The pairs, turned and sorted so that the first is the longer, and its columns.
    """
    # The longer first, so that the answer depends on the two texts and not on their order; what was
    # prepared of a document is used for all its pairs.
    a, b = unpack(pairs)
    size_a, size_b = corpus.token_counts[a], corpus.token_counts[b]
    digest_a, digest_b = corpus.digests[a, 0], corpus.digests[b, 0]
    turned = (size_a < size_b) | ((size_a == size_b) & (digest_a < digest_b))
    turned_pairs = pack(np.where(turned, b, a), np.where(turned, a, b))
    turned_pairs.sort()

    longer, shorter = unpack(turned_pairs)

    def compare_chunk(chunk: slice) -> Comparisons:
        both = np.stack([longer[chunk], shorter[chunk]], 1)
        documents, places = np.unique(both, return_inverse=True)
        places32: U32 = places.reshape(-1, 2).astype(np.uint32)
        return kernels().compare(model, corpus.tokens(documents), sampled[documents], places32)

    lengths = np.diff(corpus.offsets)
    work = chunks(np.maximum(lengths[longer] + lengths[shorter], _LEAST_BYTES))
    if threads > 1 and len(work) > 1:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(compare_chunk, work))
    else:
        parts = [compare_chunk(chunk) for chunk in work]
    if not parts:
        empty: I64 = np.empty(0, np.int64)
        return turned_pairs, Comparisons(*[empty] * len(Comparisons._fields))
    return turned_pairs, Comparisons(*map(np.concatenate, zip(*parts, strict=True)))
