"""Text to sentences, by code points."""

from __future__ import annotations

import re

import numpy as np

from dedup.sketch.kernels import I64

_SENTENCE_END = re.compile(r"[.!?…:;。！？।؟۔]['\"’”»)\]]*$")
_MOST_ENDED = 0.5  # of the lines of a text broken to a width, those that end where a sentence does
_LINE_CHARS = 40  # what a line must have to be broken for its length
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def sentence_bounds(text: str, language: str) -> I64:
    """Where sentences begin and end, white space around them left out; int64, shape (s, 2).

    A line ends a sentence, unless the text was broken into lines to fit a width.
    """
    from sentencex import get_sentence_boundaries

    bounds = []
    begin = 0
    for line in _joined(text).split("\n"):
        # One line at a time: what the splitter takes for a list or a quotation ends with its line.
        for found in get_sentence_boundaries(language, line) if line.strip() else ():
            inside = line[found["start_index"] : found["end_index"]]
            if sentence := inside.strip():
                first = begin + found["start_index"] + inside.index(sentence[0])
                bounds.append((first, first + len(sentence)))
        begin += len(line) + 1
    return np.array(bounds, np.int64).reshape(-1, 2)


def _joined(text: str) -> str:
    """The text with those line ends made spaces that only a width asked for; as long as it was."""
    if not text.isascii():
        text = _LONE_SURROGATE.sub("\ufffd", text)  # which no UTF-8 has
    lines = text.split("\n")
    words = [line.strip() for line in lines]
    # Lines with another below, and no empty one between.
    continued = [k for k in range(len(lines) - 1) if words[k] and words[k + 1]]
    inside = [k for k in continued if not _SENTENCE_END.search(words[k])]
    if len(inside) <= (1 - _MOST_ENDED) * len(continued):
        return text
    ends = ["\n"] * len(lines)
    for k in inside:
        if len(words[k]) >= _LINE_CHARS or words[k + 1][0].islower():
            ends[k] = " "
    return "".join(line + end for line, end in zip(lines, ends, strict=True))[:-1]
