"""The records that travel between the rooms: plain, frozen, typed, without behaviour of a room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from dedup.alignment import Alignment
from dedup.settings import Relation

_NO_META: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Document:
    """One text with a name.

    Attributes:
        id: unique within a scan; a path as given, or the id a record carries.
        text: the text as given; matching folds a copy, never this.
        meta: whatever travels along; ``path`` of a document that is a file, ``encoding`` when the
            bytes were not UTF-8.
    """

    id: str
    text: str
    meta: Mapping[str, Any] = field(default_factory=lambda: _NO_META, compare=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source that gave no document, and why.

    Attributes:
        source: the path, or ``path:line``, as a person would name it.
        reason: what is wrong with it, in one line, without the source.
    """

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents of which one copies or rewrites the other, or both a third.

    Attributes:
        a: id of the document that came first.
        b: id of the other.
        relation: the strongest that holds.
        jaccard: exact, over word 5-grams.
        containment_of_a_in_b: share of a's word 5-grams that stand in b.
        containment_of_b_in_a: share of b's word 5-grams that stand in a.
        evidence_bits: how unlikely it is that chance made them share so much: 2**-bits such pairs
            are to be expected in a corpus of this size; None in a scan for identical documents and
            near-duplicates alone, which needs none.
        shared_words: words in shared runs of four words and more, each counted once.
        longest_run_words: words in the longest shared run.
        longest_run_text: that run, as it stands in the longer text; after 2,000 characters it is
            cut and ends in `` …``.
        source: id of the one that the other was probably made from; None without evidence.
        words_a: tokens of a.
        words_b: tokens of b.
        alignment: what went from one to the other, where the scan was asked for it; its a is the
            source, or, without evidence, the document that came first.
    """

    a: str
    b: str
    relation: Relation
    jaccard: float
    containment_of_a_in_b: float
    containment_of_b_in_a: float
    evidence_bits: float | None
    shared_words: int
    longest_run_words: int
    longest_run_text: str
    source: str | None
    words_a: int
    words_b: int
    alignment: Alignment | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A document of an index that a text copies or rewrites, or that copies or rewrites it.

    What ends in ``_estimate`` is there only where the index keeps no texts, what is exact only
    where it does; the others are None.

    Attributes:
        id: of the document.
        relation: the strongest that holds.
        words: tokens of the document.
        meta: what was stored with it.
        jaccard: exact, over word 5-grams.
        containment_of_text_in_match: share of the text's word 5-grams that stand in the document.
        containment_of_match_in_text: share of the document's that stand in the text.
        evidence_bits: how unlikely it is that chance made them share so much: 2**-bits such pairs
            are to be expected among the documents of the index.
        shared_words: words in shared runs of four words and more, each counted once.
        longest_run_words: words in the longest shared run.
        longest_run_text: that run, as it stands in the longer of the two.
        source: which of the two the other was probably made from; None without evidence.
        jaccard_estimate: from the signatures; standard error sqrt(J(1-J)/num_perm).
        containment_of_text_in_match_estimate: share of the text's fingerprints that the document
            has.
        containment_of_match_in_text_estimate: share of the document's that the text has.
    """

    id: str
    relation: Relation
    words: int
    meta: Mapping[str, Any] = field(compare=False)
    jaccard: float | None = None
    containment_of_text_in_match: float | None = None
    containment_of_match_in_text: float | None = None
    evidence_bits: float | None = None
    shared_words: int | None = None
    longest_run_words: int | None = None
    longest_run_text: str | None = None
    source: Literal["match", "text"] | None = None
    jaccard_estimate: float | None = None
    containment_of_text_in_match_estimate: float | None = None
    containment_of_match_in_text_estimate: float | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a document that was to be added to an index.

    Attributes:
        id: of the document.
        new: whether it was added.
        matches: the documents in the index that it has to do with, best first; when it was dropped
            for its relation to one, they say why.
        there: whether it was not added because it was there already: this id, the same words.
        limits: what was capped in looking for matches, and how often: ``common_fingerprints`` of
            it that stand in too many documents to lead to any, ``large_buckets`` of which only
            the first and the neighbours were looked at. Empty when nothing was.
        words: tokens of its text.
    """

    id: str
    new: bool
    matches: tuple[Match, ...]
    there: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)
    words: int = 0


@dataclass(frozen=True, slots=True)
class Queried:
    """What an index has to say of a document that it has, or was asked about.

    Attributes:
        id: of the document.
        matches: the documents in the index that it has to do with, best first.
        limits: as of `Added`.
        words: likewise.
    """

    id: str
    matches: tuple[Match, ...]
    limits: Mapping[str, int]
    words: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in an index that is not what was written.

    Attributes:
        source: the file.
        reason: what is wrong with it, in one line.
    """

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Documents that belong together by verified pairs.

    Attributes:
        members: ids, in the order in which the documents came.
        representative: the one to keep: the longest, and the first of several; of a scan against
            an index one that is in it, if any is.
        indirect: members that have no verified pair with the representative, or with another that
            is in the index, and belong to it only by way of others; they may be quite unlike it.
    """

    members: tuple[str, ...]
    representative: str
    indirect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """The index that documents were scanned against.

    Attributes:
        index: the folder.
        documents: how many are in it.
        known: those of them that are in pairs: the id they go by in the result, and their own.
    """

    index: str
    documents: int
    known: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a scan.

    Attributes:
        name: what it did.
        seconds: wall-clock time.
        taken: how many it took (``in`` in JSON).
        given: how many it gave (``out`` in JSON).
    """

    name: str
    seconds: float
    taken: int
    given: int
