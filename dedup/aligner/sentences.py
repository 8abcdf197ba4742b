"""Text to sentences, by code points."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from dedup.sketch.kernels import I64

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
# What a sentence is not cut within, as long as it is there.
_HOLDING = {ord(mark): " " for mark in "\"'“”„‟‘’‚‛«»‹›()[]{}（）「」『』"}
# A line with another below it, and no empty one between.
_CONTINUED = re.compile(r"^[^\S\n]*(\S[^\n]*?)[^\S\n]*\n(?=[^\S\n]*(\S))", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…:;。！？।؟۔]['\"’”»)\]]*$")
_MOST_ENDED = 0.5  # of the lines of a text broken to a width, those that end where a sentence does
_LONG_CHARS = 200  # a sentence with more may be held together by a quotation that never closes
_LINE_CHARS = 40  # what a line must have to be broken for its length


def sentence_bounds(text: str, language: str) -> I64:
    """Where sentences begin and end, white space around them left out; int64, shape (s, 2).

    A line ends a sentence, unless the text was broken into lines to fit a width.
    """
    joined = _joined(text)
    bounds = []
    for begin, end in _cut(joined, language):
        for line in _LINE.finditer(joined, begin, end):
            if line.end() - line.start() <= _LONG_CHARS:
                bounds.append(line.span())
                continue
            loose = line[0].translate(_HOLDING)
            for i, j in _cut(loose, language):
                bounds += [
                    part.span()
                    for part in _LINE.finditer(joined, line.start() + i, line.start() + j)
                ]
    return np.array(bounds, np.int64).reshape(-1, 2)


def _cut(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end, white space and all."""
    from sentencex import get_sentence_boundaries

    # A lone surrogate is no UTF-8; a question mark in its place ends a sentence at most.
    clean = text.encode(errors="replace").decode()
    for found in get_sentence_boundaries(language, clean):
        yield found["start_index"], found["end_index"]


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
