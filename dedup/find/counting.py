"""The word model: how often runs of one, two, three words occur in a corpus or a sample of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from dedup.find.corpus import Corpus
from dedup.find.kernels import WordModel, kernels
from dedup.sketch.kernels import I64, U64, Bool

SAMPLE_WORDS = 1 << 24  # what the word model counts, at most; half of that at least, of more
LOG2_RUNS = 26  # cells for runs of two and of three words, at most: 128 MB each
_LOG2_WORDS = 22
_CHUNK_BYTES = 1 << 25  # text that one call of the core takes; its tokens take twice as much


def word_model(corpus: Corpus, chosen: Bool) -> tuple[WordModel, Bool]:
    """Counts the words of the chosen documents, or of a sample of them.

    Returns:
        The model, and which documents it counted; shape (n,).
    """
    total = int(corpus.token_counts[chosen].sum())
    sampled: Bool = chosen & in_sample(corpus.digests, halvings(total))
    model = empty_model(model_size(int(corpus.token_counts[sampled].sum())))
    documents = np.flatnonzero(sampled)
    for chunk in chunks(np.diff(corpus.offsets)[documents]):
        model, _ = kernels().count(model, corpus.tokens(documents[chunk]))
    return model, sampled


def halvings(words: int) -> int:
    """How often a corpus of so many words is halved to be sampled."""
    return ((words - 1) // SAMPLE_WORDS).bit_length() if words else 0


def in_sample(digests: U64, halved: int) -> Bool:
    """Which documents the word model counts.

    It depends on their content alone, so that their order and number of threads change nothing;
    what is in a sample is in every larger one.
    """
    found: Bool = digests[:, 0] <= np.uint64(2**64 - 1) >> np.uint64(halved)
    return found


def model_size(words: int) -> int:
    """The binary logarithm of the cells for so many words, or of as many as there may be.

    Sixteen cells a word and more, because of two runs in one cell each looks like a set phrase.
    """
    return min(max(10, (16 * words).bit_length()), LOG2_RUNS)


def empty_model(log2: int) -> WordModel:
    """A word model that has counted nothing, with tables of 2**log2 cells."""
    runs = 1 << log2
    return WordModel(
        np.zeros(1 << min(log2, _LOG2_WORDS), np.uint32),
        np.zeros(runs, np.uint16),
        np.zeros(runs, np.uint16),
        0.0,
    )


def folded(model: WordModel, log2: int) -> WordModel:
    """The model, read as one whose tables have 2**log2 cells."""
    words, runs = (len(table).bit_length() - 1 for table in (model.words, model.pairs))
    return model._replace(words_fold=words - min(log2, _LOG2_WORDS), runs_fold=runs - log2)


def chunks(sizes: I64) -> list[slice]:
    """Runs of neighbours of about _CHUNK_BYTES each; what is larger is alone."""
    full = np.cumsum(sizes) // _CHUNK_BYTES
    edges = [0, *(np.flatnonzero(np.diff(full)) + 1).tolist(), len(sizes)]
    return [slice(first, stop) for first, stop in pairwise(edges) if first < stop]
