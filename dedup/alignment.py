"""What two documents have in common, sentence by sentence: plain, frozen, typed records.

All places are code points of the texts as given; sentences are named by their index.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeVar

SCHEMA = 1  # of the JSON; names are only added within one

LinkRelation = Literal["verbatim", "edited", "paraphrased"]
PassageRelation = Literal["verbatim", "rewritten", "condensed"]
Flag = Literal["moved", "merged", "split", "quoted", "reported", "attributed"]
Side = Literal["a", "b"]

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Sentence:
    """text[start:end] of its document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AlignedText:
    """One of the two documents.

    Attributes:
        id: of the document; empty when a text came without one.
        sentences: in order; what lies between them is white space and marks.
    """

    id: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A step of a word diff: a[a_start:a_end] became b[b_start:b_end].

    Attributes:
        op: ``equal``, ``delete`` (b is empty), ``insert`` (a is empty) or ``replace``.
    """

    op: Literal["equal", "delete", "insert", "replace"]
    a_start: int
    a_end: int
    b_start: int
    b_end: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a word that may change the meaning.

    Attributes:
        kind: ``number``, ``name`` or ``negation``.
        a: the words in a; empty where there were none.
        b: the words in b; likewise.
    """

    kind: Literal["number", "name", "negation"]
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Link:
    """Sentences of b that were made from sentences of a.

    Attributes:
        a: neighbouring sentences; ascending.
        b: likewise; either a or b is a single sentence.
        relation: ``verbatim`` when all words of one stand in a row in the other, ``edited`` when
            most do, else ``paraphrased``.
        flags: ``moved``: out of order; ``merged``: b holds more than one sentence of a; ``split``:
            a went into more than one sentence of b; ``quoted``: b has it between quotation marks
            and a not; ``reported``: direct speech became reported; ``attributed``: b says who said
            it.
        score: the larger of the two shares.
        share_of_a: share of the weight of a's words that stands in b; 0..1.
        share_of_b: likewise of b in a.
        longest_run_words: the longest shared run, by word stems.
        diff: from a to that part of b which the link covers.
        changes: of numbers, names and negations.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    relation: LinkRelation
    flags: tuple[Flag, ...]
    score: float
    share_of_a: float
    share_of_b: float
    longest_run_words: float
    diff: tuple[Edit, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """b[b_start:b_end] was made from a[a_start:a_end].

    Attributes:
        relation: ``verbatim``, ``rewritten``, or ``condensed``: b says in few words what a says in
            many, and a_start..a_end is where these begin and end.
    """

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    relation: PassageRelation


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Sentences without a link that are no part of the text proper: datelines, captions, labels."""

    a: tuple[int, ...]
    b: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to think that one of the documents was made from the other.

    Attributes:
        kind: what was seen.
        source: which document it speaks for as the source.
        count: how often it was seen.
        weight: how much it counts, in bits.
    """

    kind: str
    source: Side
    count: int
    weight: float


@dataclass(frozen=True, slots=True)
class Direction:
    """Which document is probably the source.

    Attributes:
        source: ``a``, ``b``, or None when the evidence is too weak.
        strength: 0 (none) to 1.
        evidence: what was seen, for either.
    """

    source: Side | None
    strength: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """What went from a to b.

    Attributes:
        a: the source.
        b: the derived document.
        links: in order of b, then of a.
        cut: sentences of a without a link.
        added: sentences of b without a link.
        boilerplate: those of cut and added that are no part of the text proper.
        passages: in order of b.
        reuse_of_a: share of a's words that stand in linked sentences of b in the same order; 0..1.
        reuse_of_b: likewise of b's words in a.
        evidence_bits: how surprising the links are together; 2**-bits is how many such sets to
            expect by chance.
        direction: which is probably the source.
        language: ISO 639 code, given or detected.
    """

    a: AlignedText
    b: AlignedText
    links: tuple[Link, ...]
    cut: tuple[int, ...]
    added: tuple[int, ...]
    boilerplate: Boilerplate
    passages: tuple[Passage, ...]
    reuse_of_a: float
    reuse_of_b: float
    evidence_bits: float
    direction: Direction
    language: str

    def to_dict(self) -> dict[str, Any]:
        """What `to_json` writes: plain values, without the texts."""
        return {"schema": SCHEMA, **asdict(self, dict_factory=_plain)}

    def to_json(self) -> str:
        """The alignment as JSON, see docs/json.md."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Alignment:
        """The alignment that `to_dict` was made of.

        Raises:
            ValueError: it has another schema.
        """
        if values.get("schema") != SCHEMA:
            raise ValueError(f"schema={values.get('schema')!r}: must be {SCHEMA}")
        direction = values["direction"]
        return cls(
            a=_text(values["a"]),
            b=_text(values["b"]),
            links=tuple(_link(link) for link in values["links"]),
            cut=tuple(values["cut"]),
            added=tuple(values["added"]),
            boilerplate=Boilerplate(*(tuple(values["boilerplate"][side]) for side in "ab")),
            passages=tuple(_record(Passage, passage) for passage in values["passages"]),
            reuse_of_a=values["reuse_of_a"],
            reuse_of_b=values["reuse_of_b"],
            evidence_bits=values["evidence_bits"],
            direction=Direction(
                direction["source"],
                direction["strength"],
                tuple(_record(Evidence, evidence) for evidence in direction["evidence"]),
            ),
            language=values["language"],
        )

    @classmethod
    def from_json(cls, text: str) -> Alignment:
        """The alignment that `to_json` was made of."""
        return cls.from_dict(json.loads(text))


def _plain(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """A record as a dictionary; an edit has its places as pairs, which keeps diffs readable."""
    values = dict(items)
    if "op" in values:
        return {
            "op": values["op"],
            "a": [values["a_start"], values["a_end"]],
            "b": [values["b_start"], values["b_end"]],
        }
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def _record(kind: type[_R], values: Mapping[str, Any]) -> _R:
    """A record of its own names; a later version may have written more."""
    return kind(**{field.name: values[field.name] for field in fields(kind)})  # type: ignore[arg-type]


def _text(values: Mapping[str, Any]) -> AlignedText:
    return AlignedText(values["id"], tuple(_record(Sentence, one) for one in values["sentences"]))


def _link(values: Mapping[str, Any]) -> Link:
    return _record(
        Link,
        {
            **values,
            "a": tuple(values["a"]),
            "b": tuple(values["b"]),
            "flags": tuple(values["flags"]),
            "diff": tuple(Edit(one["op"], *one["a"], *one["b"]) for one in values["diff"]),
            "changes": tuple(_record(Change, one) for one in values["changes"]),
        },
    )
