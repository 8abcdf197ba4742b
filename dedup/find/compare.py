"""Candidates to verified pairs: exact comparison, and evidence against a model of the corpus."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from dedup.find.corpus import Corpus
from dedup.find.kernels import Comparisons, WordModel, kernels
from dedup.find.packing import pack, unpack
from dedup.sketch.kernels import I64, U32, U64, Bool

SAMPLE_WORDS = 10_000_000  # what the word model counts, at most
_LOG2_RUNS = 26  # cells for runs of two and of three words, at most: 128 MB each
_LOG2_WORDS = 22
_CHUNK_BYTES = 1 << 25  # text that one call of the core takes; its tokens take twice as much
_LEAST_BYTES = 1 << 13  # what a pair counts for at least, so that a chunk is 4096 pairs at most


def word_model(corpus: Corpus, chosen: Bool) -> tuple[WordModel, Bool]:
    """Counts the words of the chosen documents, or of a sample of them.

    Which documents are in the sample depends on their content alone, so that their order and
    number of threads change nothing.

    Returns:
        The model, and which documents it counted; shape (n,).
    """
    total = int(corpus.token_counts[chosen].sum())
    sampled = chosen.copy()
    if total > SAMPLE_WORDS:
        sampled &= corpus.digests[:, 0] < np.uint64(SAMPLE_WORDS / total * 2**64)
    words = int(corpus.token_counts[sampled].sum())
    # Sixteen cells a word and more, because of two runs in one cell each looks like a set phrase.
    log2 = max(10, (16 * words).bit_length())
    model = WordModel(
        np.zeros(1 << min(log2, _LOG2_WORDS), np.uint32),
        np.zeros(1 << min(log2, _LOG2_RUNS), np.uint16),
        np.zeros(1 << min(log2, _LOG2_RUNS), np.uint16),
        0.0,
    )
    documents = np.flatnonzero(sampled)
    for chunk in chunks(np.diff(corpus.offsets)[documents]):
        model = kernels().count(model, corpus.tokens(documents[chunk]))
    return model, sampled


def compare(
    corpus: Corpus, pairs: U64, model: WordModel, sampled: Bool, *, threads: int
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


def chunks(sizes: I64) -> list[slice]:
    """Runs of neighbours of about _CHUNK_BYTES each; what is larger is alone."""
    full = np.cumsum(sizes) // _CHUNK_BYTES
    edges = [0, *(np.flatnonzero(np.diff(full)) + 1).tolist(), len(sizes)]
    return [slice(first, stop) for first, stop in pairwise(edges) if first < stop]
