"""Which way the text went: who took from whom."""

from __future__ import annotations

import re

import numpy as np

from dedup.find.corpus import Corpus
from dedup.sketch.kernels import I64, PASSAGE_WORDS, Bool
from dedup.sketch.reference import roll

LEAST_DIFFERENCE = 0.1  # of the shares of common words that stand between quotation marks

# Between quotation marks of any kind, in UTF-8; a mark that is never closed quotes nothing.
_QUOTED = re.compile(
    rb'(?:"|\xe2\x80[\x9c\x9e]|\xc2\xab|\xe3\x80[\x8c\x8e])'
    rb"(.{1,3000}?)"
    rb'(?:"|\xe2\x80[\x9c\x9d]|\xc2\xbb|\xe3\x80[\x8d\x8f])',
    re.DOTALL,
)


def source(corpus: Corpus, a: int, b: int) -> int | None:
    """The one of two documents that the other was probably made from; None when nothing says so.

    Who quotes has it from somebody: when clearly more of what the two have in common stands
    between quotation marks in one of them, the other is the source.
    """
    tokens = corpus.tokens(np.array([a, b]), places=True)
    packed = corpus.packed(np.array([a, b]))
    data = packed.data.tobytes()
    grams, texts, places = [], [], []
    for side in range(2):
        words = slice(int(tokens.offsets[side]), int(tokens.offsets[side + 1]))
        begin, end = packed.offsets[side : side + 2].tolist()
        grams.append(roll(tokens.hashes[words])[0])
        texts.append(data[begin:end])
        places.append(tokens.begins[words] - begin)
    quoted_in_a = _quoted_share(np.isin(grams[0], grams[1]), texts[0], places[0])
    quoted_in_b = _quoted_share(np.isin(grams[1], grams[0]), texts[1], places[1])
    if abs(quoted_in_a - quoted_in_b) < LEAST_DIFFERENCE:
        return None
    return b if quoted_in_a > quoted_in_b else a


def _quoted_share(common: Bool, text: bytes, places: I64) -> float:
    """The share of a text's common words that stand between quotation marks.

    Args:
        common: which of its passages of four words the other text has too.
        text: as UTF-8.
        places: where in it each word begins.
    """
    covered = np.convolve(common, np.ones(PASSAGE_WORDS, np.int64))[: len(places)] > 0
    if not covered.any():
        return 0.0
    edges = [edge for match in _QUOTED.finditer(text) for edge in match.span(1)]
    between = np.searchsorted(edges, places, side="right") % 2 == 1
    return float(between[covered].mean())
