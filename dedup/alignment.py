"""What an alignment of two texts consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PassageRelation = Literal["verbatim", "rewritten", "condensed"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the source and what became of it in the derived text.

    Attributes:
        a_start: where it begins in the source, in code points.
        a_end: where it ends there.
        b_start: where it begins in the derived text.
        b_end: where it ends there.
        relation: ``verbatim`` word for word, ``rewritten`` in other words or another order,
            ``condensed`` a summary of a much longer stretch.
    """

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    relation: PassageRelation
