"""How well passages were detected: precision, recall, granularity, and plagdet, which is all three.

The measures of PAN, from Potthast et al. 2010, "An Evaluation Framework for Plagiarism Detection",
macro-averaged. A detection meets a case when the two overlap in both texts, and only then counts
for it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a text, in code points."""

    start: int
    end: int


class Passage(NamedTuple):
    """A stretch of one text and a stretch of another: a case, or what was detected.

    Attributes:
        pair: which two texts.
        a: where it stands in the source.
        b: where it stands in the other text.
    """

    pair: str
    a: Span
    b: Span


@dataclass(frozen=True, slots=True)
class Score:
    """How well cases were detected.

    Attributes:
        cases: how many there are; a case that is given twice counts once.
        detections: how many there are, counted likewise.
        precision: mean share of a detection that lies in the cases it meets; 0 without any.
        recall: mean share of a case that lies in the detections that meet it; 0 without any.
        granularity: mean number of detections of a case that was detected; 1 at best, and
            when nothing was detected.
    """

    cases: int
    detections: int
    precision: float
    recall: float
    granularity: float

    @property
    def plagdet(self) -> float:
        """F1 / log2(1 + granularity), 0..1."""
        together = self.precision + self.recall
        f1 = 2 * self.precision * self.recall / together if together else 0.0
        return f1 / math.log2(1 + self.granularity)


def score(cases: Collection[Passage], detections: Collection[Passage]) -> Score:
    """The measures over all cases and detections, whatever pairs they are from."""
    detected = _meetings(cases, detections)
    right = _meetings(detections, cases)
    times = [float(len(hits)) for hits in detected.values() if hits]
    return Score(
        cases=len(detected),
        detections=len(right),
        precision=_mean([_covered(passage, met) for passage, met in right.items()]),
        recall=_mean([_covered(passage, met) for passage, met in detected.items()]),
        granularity=_mean(times) if times else 1.0,
    )


def _meetings(
    passages: Collection[Passage], others: Collection[Passage]
) -> Mapping[Passage, list[Passage]]:
    """For each passage those of the others that overlap it in both texts."""
    by_pair: dict[str, list[Passage]] = defaultdict(list)
    for other in dict.fromkeys(others):
        by_pair[other.pair].append(other)
    return {
        one: [
            other
            for other in by_pair[one.pair]
            if _overlap(one.a, other.a) and _overlap(one.b, other.b)
        ]
        for one in passages
    }


def _overlap(one: Span, other: Span) -> bool:
    """Whether two stretches of a text have a character in common."""
    return max(one.start, other.start) < min(one.end, other.end)


def _covered(passage: Passage, met: Sequence[Passage]) -> float:
    """Share of the characters of a passage, both texts together, that lie in those it meets."""
    chars = _common(passage.a, [one.a for one in met]) + _common(passage.b, [one.b for one in met])
    size = sum(span.end - span.start for span in (passage.a, passage.b))
    return chars / size if chars else 0.0


def _common(span: Span, others: Iterable[Span]) -> int:
    """How many characters of a stretch lie in any of the others."""
    chars, start = 0, span.start
    for other in sorted(others):
        chars += max(0, min(other.end, span.end) - max(other.start, start))
        start = max(start, other.end)
    return chars


def _mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0
