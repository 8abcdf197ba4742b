"""Texts in labelled groups, the pairs that the labels make, and what pairs join."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.texts import CorpusError, records

Pair = tuple[int, int]
"""The places of two texts, the smaller first."""

_T = TypeVar("_T", int, str)


@dataclass(frozen=True, slots=True)
class Families:
    """Texts, each with its group.

    Attributes:
        ids: of the texts.
        texts: the texts.
        groups: the label of each; of a text that has none, its own id.
    """

    ids: Sequence[str]
    texts: Sequence[str]
    groups: Sequence[str]

    def pairs(self) -> set[Pair]:
        """Every two texts of the same group."""
        return {pair for members in members_of(self.groups) for pair in _combinations(members)}


def read(folder: Path) -> Families:
    """The texts in ``docs.jsonl`` and the labels in ``groups.jsonl``.

    Raises:
        CorpusError: one of them cannot be read, or they do not belong together.
    """
    documents = records(folder / "docs.jsonl", id=str, text=str)
    if not documents:
        raise CorpusError(folder / "docs.jsonl", "there is no record in it")
    ids = [record["id"] for record in documents]
    groups = {name: name for name in ids}
    if len(groups) < len(ids):
        raise CorpusError(folder / "docs.jsonl", "two texts have the same id")
    for record in records(folder / "groups.jsonl", doc=str, group=(str, int)):
        if record["doc"] not in groups:
            reason = f"{record['doc']} is not in docs.jsonl"
            raise CorpusError(folder / "groups.jsonl", reason)
        # A mark, so that no label is taken for the id of a text that has none.
        groups[record["doc"]] = f"group {record['group']}"
    return Families(ids, [record["text"] for record in documents], [groups[name] for name in ids])


def joined(pairs: Iterable[tuple[_T, _T]]) -> dict[_T, _T]:
    """For everything that stands in a pair the smallest that it is joined with, itself included.

    Two are joined by their pair, or through others.
    """
    parents: dict[_T, _T] = {}

    def first_of(one: _T) -> _T:
        parents.setdefault(one, one)
        while parents[one] != one:
            parents[one] = one = parents[parents[one]]
        return one

    for pair in pairs:
        first, second = sorted(map(first_of, pair))
        parents[second] = first
    return {one: first_of(one) for one in list(parents)}


def members_of(labels: Iterable[object]) -> list[list[int]]:
    """The places of equal labels, of two and more."""
    places: dict[object, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    return [members for members in places.values() if len(members) > 1]


def with_copies(pairs: Iterable[Pair], copies: Iterable[Pair]) -> set[Pair]:
    """The pairs, and those of the copies too: of identical texts only the first is compared."""
    first = joined(copies)
    alike: dict[int, list[int]] = {}
    for place, original in first.items():
        alike.setdefault(original, []).append(place)
    found = {pair for members in alike.values() for pair in _combinations(sorted(members))}
    for a, b in pairs:
        of_a, of_b = (alike.get(first.get(place, place), [place]) for place in (a, b))
        found |= {(min(pair), max(pair)) for pair in itertools.product(of_a, of_b)}
    return {(a, b) for a, b in found if a != b}


def _combinations(members: Sequence[int]) -> Iterable[Pair]:
    """Every two of them."""
    return itertools.combinations(members, 2)
