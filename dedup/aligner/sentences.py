"""Text to sentences, by code points."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from dedup.sketch.kernels import I64

_SENTENCE_END = re.compile(r"[.!?…:;。！？।؟۔]['\"’”»)\]]*$")
_MOST_ENDED = 0.5  # of the lines of a text broken to a width, those that end where a sentence does
_LINE_CHARS = 40  # what a line must have to be broken for its length
_MOST_FULL = 0.8  # of the lines of such a text, those that the next word would have made too long
_WORD_CHARS = 8  # of a word in a script that leaves no spaces
_ENUMERATOR = re.compile(r"\s*[^\w\s]?(?:\d{1,3}|[^\W\d_])[.)]\s+(?=\S)")
_QUOTATION_MARK = re.compile('["“”„«»「」『』]')
_HOLDING = re.compile("[\"'“”„‟‘’‚‛«»‹›()\\[\\]{}（）「」『』]")  # what no sentence ends within
_LONG_CHARS = 200  # a sentence with more may be held together by a bracket that never closes
_QUOTED_BYTES = 20  # of the shortest sentence that is cut out of a quotation; UTF-8
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def sentence_bounds(text: str, language: str) -> I64:
    """Where sentences begin and end, white space around them left out; int64, shape (s, 2).

    A line ends a sentence, unless the text was broken into lines to fit a width. Several sentences
    between quotation marks are several, if they are no mere exclamations.
    """
    from sentencex import get_sentence_boundaries

    bounds = []
    begin = 0
    for line in _joined(text).split("\n"):
        # One line at a time: what the splitter takes for a list or a quotation ends with its line.
        number = _ENUMERATOR.match(line)
        body = number.end() if number else 0
        for found in get_sentence_boundaries(language, line[body:]) if line.strip() else ():
            start = body + found["start_index"]
            if start == body:
                start = 0  # the number goes with the first sentence
            sentence = line[start : body + found["end_index"]]
            for first, stop in pairwise([0, *_cuts(sentence, language), len(sentence)]):
                if inside := sentence[first:stop].strip():
                    at = begin + sentence.index(inside[0], first) + start
                    bounds.append((at, at + len(inside)))
        begin += len(line) + 1
    return np.array(bounds, np.int64).reshape(-1, 2)


def _cuts(sentence: str, language: str) -> list[int]:
    """Where sentences end inside the quotations of one that holds them together."""
    marks = _HOLDING if len(sentence) > _LONG_CHARS else _QUOTATION_MARK
    if not marks.search(sentence):
        return []
    from sentencex import get_sentence_boundaries

    bare = marks.sub(" ", sentence)
    cuts = [0]
    for found in get_sentence_boundaries(language, bare)[:-1]:
        at = found["start_index"] + len(found["text"].rstrip())
        while at < found["end_index"] and not sentence[at].isspace():
            at += 1  # the marks that close
        parts = sentence[max(cuts[-1], at - _QUOTED_BYTES) : at], sentence[at : at + _QUOTED_BYTES]
        if all(len(part.encode()) >= _QUOTED_BYTES for part in parts):
            cuts.append(at)
    return cuts[1:]


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
    wrapped = _is_wrapped([words[k] for k in inside], [words[k + 1] for k in inside])
    ends = ["\n"] * len(lines)
    for k in inside:
        if (wrapped and len(words[k]) >= _LINE_CHARS) or words[k + 1][0].islower():
            ends[k] = " "
    return "".join(line + end for line, end in zip(lines, ends, strict=True))[:-1]


def _is_wrapped(before: list[str], after: list[str]) -> bool:
    """Whether a width broke these lines, and they are no headlines: by what stands after each.

    Seldom a capital; without such letters, mostly a word for which there was no room.
    """
    lower = sum(line[0].islower() for line in after)
    upper = sum(line[0].isupper() for line in after)
    if lower or upper:
        return lower >= upper
    if len(before) == 1:
        return False
    width = max(map(len, before + after))
    full = sum(
        len(line) + min(_WORD_CHARS, len(following.split(maxsplit=1)[0])) >= width
        for line, following in zip(before, after, strict=True)
    )
    return full >= _MOST_FULL * len(before)
