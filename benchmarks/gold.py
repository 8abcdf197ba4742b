"""One pair of texts read by hand, sentence by sentence, and how far an alignment agrees with it.

The reading is ``benchmarks/data/003-001.gold.json``; its texts are in ``examples/nato``. It says
which sentences of the press conference each sentence of the article was made from, and how.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ours import FoundAlignment, FoundLink
from benchmarks.plagdet import Span

GOLD = Path(__file__).parent / "data" / "003-001.gold.json"
_RELATIONS = {"verbatim": "verbatim", "edited": "edited", "paraphrase": "paraphrased"}

Edge = tuple[str, str]
"""A sentence of the source and a sentence made from it, by the names they have in the reading."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person found.

    Attributes:
        a: name of the source.
        b: name of the text made from it.
        sentences_a: code point offsets of the source's sentences, by name.
        sentences_b: those of the other text.
        edges: what was made from what, with the relation as an alignment would call it.
        moved: the edges that stand in another order than their neighbours, one or the other.
        optional: edges that are neither right nor wrong.
    """

    a: str
    b: str
    sentences_a: Mapping[str, Span]
    sentences_b: Mapping[str, Span]
    edges: Mapping[Edge, str]
    moved: frozenset[Edge]
    optional: frozenset[Edge]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an alignment agrees with a reading.

    Attributes:
        linked: pairs of sentences that the alignment links, optional ones left out.
        wrong: those of them that have no edge, as pairs of offsets where the sentences start.
        missed: edges without a link.
        mislabelled: edges that are linked with another relation than theirs.
        found: edges that are linked.
        moved: whether one of the moved edges is linked and flagged so.
        alike: share of the reading's sentences that the alignment cuts in about the same way.
    """

    linked: int
    wrong: list[tuple[int, int]]
    missed: list[Edge]
    mislabelled: list[Edge]
    found: int
    moved: bool
    alike: float

    @property
    def precision(self) -> float:
        """Share of the links that are right; 1 without any."""
        return 1 - len(self.wrong) / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Share of the edges that are linked."""
        return self.found / (self.found + len(self.missed))

    @property
    def f1(self) -> float:
        """Of precision and recall."""
        together = self.precision + self.recall
        return 2 * self.precision * self.recall / together if together else 0.0

    @property
    def labels(self) -> float:
        """Share of the linked edges whose relation is right; 0 without any."""
        return 1 - len(self.mislabelled) / self.found if self.found else 0.0


def read(path: Path = GOLD) -> Reading:
    """The reading in a file."""
    record = json.loads(path.read_text(encoding="utf-8"))
    sentences_a, sentences_b = (
        {one["id"]: Span(one["start"], one["end"]) for one in record[f"sentences_{side}"]}
        for side in ("source", "target")
    )
    edges = record["edges"]
    return Reading(
        record["source"],
        record["target"],
        sentences_a,
        sentences_b,
        {(edge["s"], edge["t"]): _RELATIONS[edge["relation"]] for edge in edges},
        frozenset((edge["s"], edge["t"]) for edge in edges if "moved" in edge["flags"]),
        frozenset((edge["s"], edge["t"]) for edge in record["optional_edges"]),
    )


def compare(reading: Reading, alignment: FoundAlignment) -> Agreement:
    """Sets an alignment beside a reading, whose sentences may be cut in another way.

    Two linked sentences are right when there is an edge between any sentences that they stand for;
    an edge is found when there is a link between any that stand for its ends. The relation of an
    edge is that of the link with the highest score.
    """
    of_a = _matches(alignment.sentences_a, reading.sentences_a)
    of_b = _matches(alignment.sentences_b, reading.sentences_b)
    found: dict[Edge, list[FoundLink]] = {}
    right, wrong = set(), set()
    for link in alignment.links:
        for i, j in ((i, j) for i in link.a for j in link.b):
            meant = {(s, t) for s in of_a[i] for t in of_b[j]}
            for edge in meant & reading.edges.keys():
                found.setdefault(edge, []).append(link)
            if meant & reading.edges.keys():
                right.add((i, j))
            elif not meant & reading.optional:
                wrong.add((i, j))
    labels = {edge: max(links, key=lambda one: one.score) for edge, links in found.items()}
    both = [*of_a, *of_b]
    times = Counter(name for names in both for name in names)
    alike = sum(len(names) == 1 and times[names[0]] == 1 for names in both)
    return Agreement(
        linked=len(right) + len(wrong),
        wrong=sorted(
            (alignment.sentences_a[i].start, alignment.sentences_b[j].start) for i, j in wrong
        ),
        missed=[edge for edge in reading.edges if edge not in found],
        mislabelled=[edge for edge, link in labels.items() if link.relation != reading.edges[edge]],
        found=len(found),
        moved=any("moved" in one.flags for edge in reading.moved for one in found.get(edge, ())),
        alike=alike / (len(reading.sentences_a) + len(reading.sentences_b)),
    )


def _matches(sentences: Sequence[Span], named: Mapping[str, Span]) -> list[list[str]]:
    """The sentences of the reading that each of ours stands for.

    The two share more than half of one of them: a sentence that was cut in two is met twice, and
    one that was joined with the next stands for both.
    """
    return [
        [
            name
            for name, other in named.items()
            if 2 * (min(one.end, other.end) - max(one.start, other.start))
            > min(one.end - one.start, other.end - other.start)
        ]
        for one in sentences
    ]
