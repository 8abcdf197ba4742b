"""Text to sentences, by code points."""

from __future__ import annotations

import re

import numpy as np

from dedup.sketch.kernels import I64

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
# A line with another below it, and no empty one between.
_CONTINUED = re.compile(r"^[^\S\n]*(\S[^\n]*?)[^\S\n]*\n(?=[^\S\n]*(\S))", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SENTENCE_END = re.compile(r"[.!?…:;。！？।؟۔]['\"’”»)\]]*$")
_MOST_ENDED = 0.5  # of the lines of a text broken to a width, those that end where a sentence does
_LINE_CHARS = 40  # what a line must have to be broken for its length


def sentence_bounds(text: str, language: str) -> I64:
    """Where sentences begin and end, white space around them left out; int64, shape (s, 2).

    A line ends a sentence, unless the text was broken into lines to fit a width.
    """
    from sentencex import get_sentence_boundaries

    joined = _SURROGATE.sub("\ufffd", _joined(text))  # which have no UTF-8, and it wants some
    bounds = [
        line.span()
        for found in get_sentence_boundaries(language, joined)
        for line in _LINE.finditer(joined, found["start_index"], found["end_index"])
    ]
    return np.array(bounds, np.int64).reshape(-1, 2)


def _joined(text: str) -> str:
    """The text with those line ends made spaces that only a width asked for; as long as it was."""
    lines = list(_CONTINUED.finditer(text))
    inside = [line for line in lines if not _SENTENCE_END.search(line[1])]
    if len(inside) <= (1 - _MOST_ENDED) * len(lines):
        return text
    joined = list(text)
    for line in inside:
        if len(line[1]) >= _LINE_CHARS or line[2].islower():
            joined[line.end() - 1] = " "
    return "".join(joined)
