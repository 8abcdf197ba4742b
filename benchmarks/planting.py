"""Copies among unrelated documents: what there is to find, because we put it there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks import truth
from benchmarks.texts import SEED

SIMILARITIES = (0.65, 0.72, 0.78, 0.85, 0.95)  # aimed at; the exact one decides the row
COPY_EDITS, COPY_CUT = 0.03, 0.1
KEPT_WORDS = (140, 70, 35)
EDITS = (0.0, 0.1, 0.25)
DRAWN_KEPT, DRAWN_EDITS = (0.15, 1.0), (0.05, 0.25)
DRAWN_WORDS = 200  # of the source, at least: a sixth of a shorter text is a sentence
_PLANTED = 400  # of every kind: a recall of .95 has a standard error of .011
_LEAST_WORDS = 35  # of any other source


class Grid(NamedTuple):
    """A derivation that keeps so many words, and what share of them is edited."""

    words: int
    edits: float


class Drawn(NamedTuple):
    """A derivation that keeps such a share of a text, and what share of that is edited."""

    kept: float
    edits: float


class Copy(NamedTuple):
    """A near-duplicate, and how similar it is meant to be; None: edited a little, its end cut."""

    similarity: float | None


Kind = Grid | Drawn | Copy


@dataclass(frozen=True, slots=True)
class Planted:
    """A pair of which one was made from the other.

    Attributes:
        source: place of the text it was made from.
        copy: place of what was made.
        kind: how.
    """

    source: int
    copy: int
    kind: Kind

    @property
    def pair(self) -> tuple[int, int]:
        """Both places."""
        return self.source, self.copy


def plant(
    base: Sequence[str], rest: Sequence[str], related: set[int]
) -> tuple[list[str], list[Planted]]:
    """The base with copies after it.

    No text is used twice, neither as a source nor as what a source is mixed with, and none that a
    scan relates to another: so that no true pair arises but the planted ones.

    Args:
        base: the documents.
        rest: what derivations are mixed with.
        related: places in base and rest, end to end, of texts that are not to be used.
    """
    draw = random.Random(SEED)
    # Not text.split(): a-chain-of-eight-words would be reuse that nobody planted.
    vocabulary = [word for text in base[:2000] for word in truth.words(text)]
    sources = [i for i in range(len(base)) if i not in related]
    foreign = [text for i, text in enumerate(rest, len(base)) if i not in related]
    draw.shuffle(sources)
    derived = 1 + len(KEPT_WORDS) * len(EDITS)
    copies = 1 + len(SIMILARITIES)
    # With few texts, as many of every kind as there are sources and foreign texts for.
    each = min(_PLANTED, len(sources) // (2 * (derived + copies)), len(foreign) // derived)
    kinds: list[list[Kind]] = [
        # First who needs long texts.
        [Drawn(draw.uniform(*DRAWN_KEPT), draw.uniform(*DRAWN_EDITS)) for _ in range(each)],
    ]
    kinds += [[Grid(words, edits)] * each for words in KEPT_WORDS for edits in EDITS]
    kinds += [[Copy(similarity)] * each for similarity in (None, *SIMILARITIES)]
    documents, planted = list(base), []
    for same in kinds:
        least = _least_words(same)
        fitting = [i for i in sources if len(base[i].split()) >= least][: len(same)]
        used = set(fitting)
        sources = [i for i in sources if i not in used]
        for i, kind in zip(fitting, same, strict=False):  # of long texts there may be too few
            mixed_with = "" if isinstance(kind, Copy) else foreign.pop()
            planted.append(Planted(i, len(documents), kind))
            documents.append(
                _made(kind, base[i], mixed_with, vocabulary, seed=SEED + len(documents))
            )
    return documents, planted


def _least_words(same: Sequence[Kind]) -> int:
    """Of a source of one of these kinds."""
    kind = next(iter(same), None)
    if isinstance(kind, Drawn):
        return DRAWN_WORDS
    return kind.words if isinstance(kind, Grid) else _LEAST_WORDS


def _made(kind: Kind, source: str, foreign: str, vocabulary: Sequence[str], *, seed: int) -> str:
    """What is made of a source."""
    match kind:
        case Copy(similarity):
            if similarity is None:
                return truth.edited_and_cut(source, COPY_EDITS, COPY_CUT, vocabulary, seed)
            return truth.near_duplicate(source, similarity, vocabulary, seed)
        case Drawn(kept, edits):
            words = round(kept * len(source.split()))
        case Grid(words, edits):
            pass
    return truth.derivation(
        source, foreign, keep_words=words, edits=edits, vocabulary=vocabulary, seed=seed
    )
