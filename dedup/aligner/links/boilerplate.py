"""Sentences that are no part of the text proper: datelines, captions, labels."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedup.aligner.units import Side

_LABEL_WORDS = 6  # a line this short without a full stop, or with a label in front, is no sentence
_DIGIT_SHARE = 0.3  # of the words of a line: a date
_ENDS = frozenset(".!?…。！？।؟۔")
_LABELLED = re.compile(r"\W*[^\W\d_]+(?: [^\W\d_]+)?\s?[:：]\s")
_BRACKETED = re.compile(r"[(\[（【].*[)\]）】]$", re.DOTALL)


def boilerplate(side: Side, sentences: Iterable[int]) -> tuple[int, ...]:
    """Those of some sentences that fill a line alone and look like a date, a caption or a label."""
    return tuple(i for i in sentences if _is_boilerplate(side, i))


def _is_boilerplate(side: Side, i: int) -> bool:
    begin, end = side.bounds[i].tolist()
    before = side.text[:begin] if i == 0 else side.text[side.bounds[i - 1, 1] : begin]
    after = side.text[end:] if i + 1 == len(side.bounds) else side.text[end : side.bounds[i + 1, 0]]
    alone = (i == 0 or "\n" in before) and (i + 1 == len(side.bounds) or "\n" in after)
    if not alone:
        return False
    line = side.text[begin:end]
    tokens = slice(int(side.firsts[i]), int(side.firsts[i + 1]))
    words = float(side.sizes[tokens].sum())
    digits = sum(side.text[first].isdigit() for first in side.begins[tokens].tolist())
    ended = not _ENDS.isdisjoint(side.text[int(side.ends[tokens.stop - 1]) : end])
    short = words <= _LABEL_WORDS and (not ended or bool(_LABELLED.match(line)))
    return short or digits >= _DIGIT_SHARE * words or bool(_BRACKETED.match(line))
