"""Covers to links: how sentences were changed, in what order they stand, and who speaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dedup.aligner.links import diff
from dedup.aligner.links.cover import Cover
from dedup.aligner.speech import speech
from dedup.aligner.units import Side, Units
from dedup.aligner.weights import Weights
from dedup.alignment import Flag, Link, LinkRelation
from dedup.sketch.kernels import Bool

_EDITED_SHARE = 0.6  # of the weight of a sentence, or ...
_EDITED_RUN_WORDS = 9  # ... a run this long makes it edited and not paraphrased
_DIGITS = 4  # of shares in the result


@dataclass(frozen=True, slots=True)
class Group:
    """Covers that make one link: many sentences to one, or one to many.

    Attributes:
        covers: in order of b, then of a.
        relation: of each of them.
        flags: of all together.
    """

    covers: list[Cover]
    relation: LinkRelation
    flags: tuple[Flag, ...]


def groups(units: Units, covers: list[Cover]) -> list[Group]:
    """Groups in order of b, then of a.

    Neighbouring sentences that went into one, or came of one, in the same way and in their order
    are together.
    """
    moved = _moved(covers)
    speaker = _Speaker(units, covers)
    relations = [_relation(units, one) for one in covers]
    feeds = Counter(one.i for one in covers)
    fed = Counter(one.j for one in covers)
    found = []
    for run in _neighbours(covers, relations, moved):
        several = [covers[k] for k in run]
        flags: dict[Flag, bool] = {
            "moved": moved[run[0]],
            "merged": fed[several[0].j] > 1,
            "split": feeds[several[0].i] > 1,
            **speaker.flags(several),
        }
        kept = tuple(flag for flag, holds in flags.items() if holds)
        found.append(Group(several, relations[run[0]], kept))
    return found


def covered(units: Units, covers: Iterable[Cover]) -> tuple[Bool, Bool]:
    """Which tokens of a and of b stand in the runs of the covers."""
    in_a = np.zeros(len(units.a.stems), np.bool_)
    in_b = np.zeros(len(units.b.stems), np.bool_)
    for one in covers:
        for x, y, length in one.runs.tolist():
            in_a[x : x + length] = True
            in_b[y : y + length] = True
    return in_a, in_b


def link(units: Units, weights: Weights, group: Group) -> Link:
    """The record of a group."""
    several = group.covers
    runs = np.concatenate([one.runs for one in several])
    a, b = (sorted({index(one) for one in several}) for index in (_sentence_of_a, _sentence_of_b))
    in_a = slice(int(units.a.firsts[a[0]]), int(units.a.firsts[a[-1] + 1]))
    whole_b = slice(int(units.b.firsts[b[0]]), int(units.b.firsts[b[-1] + 1]))
    # The rest of b's sentence came from elsewhere.
    in_b = slice(int(runs[:, 1].min()), int((runs[:, 1] + runs[:, 2]).max()))
    found = diff.steps(units, weights, in_a, in_b)
    mass = sum(one.mass for one in several)
    share_of_a, share_of_b = (
        min(1.0, mass / sum({index(one): whole(one) for one in several}.values()))
        for index, whole in ((_sentence_of_a, _mass_of_a), (_sentence_of_b, _mass_of_b))
    )
    return Link(
        a=tuple(a),
        b=tuple(b),
        relation=group.relation,
        flags=group.flags,
        score=round(max(share_of_a, share_of_b), _DIGITS),
        share_of_a=round(share_of_a, _DIGITS),
        share_of_b=round(share_of_b, _DIGITS),
        longest_run_words=max(one.run_words for one in several),
        diff=diff.edits(units, found, in_a, in_b),
        changes=diff.changes(units, weights, found, whole_b),
    )


def _sentence_of_a(one: Cover) -> int:
    return one.i


def _sentence_of_b(one: Cover) -> int:
    return one.j


def _mass_of_a(one: Cover) -> float:
    return one.mass / one.share_of_a


def _mass_of_b(one: Cover) -> float:
    return one.mass / one.share_of_b


def _neighbours(
    covers: list[Cover], relations: list[LinkRelation], moved: list[bool]
) -> list[list[int]]:
    """Which covers make one link, as indices."""
    groups: list[list[int]] = []
    for k, one in enumerate(covers):
        if groups:
            last = groups[-1]
            before = covers[last[-1]]
            alike = relations[k] == relations[last[-1]] and moved[k] == moved[last[-1]]
            many_to_one = one.j == before.j == covers[last[0]].j and one.i == before.i + 1
            one_to_many = one.i == before.i == covers[last[0]].i and one.j == before.j + 1
            side = 1 if many_to_one else 0
            ascend = before.runs[:, side].min() < one.runs[:, side].min()
            if alike and ascend and (many_to_one or one_to_many):
                last.append(k)
                continue
        groups.append([k])
    return groups


def _relation(units: Units, one: Cover) -> LinkRelation:
    """How much of the wording is left."""
    words_a = units.a.words[units.a.firsts[one.i] : units.a.firsts[one.i + 1]]
    words_b = units.b.words[units.b.firsts[one.j] : units.b.firsts[one.j + 1]]
    for x, y, length in one.runs.tolist():
        whole = length == min(len(words_a), len(words_b))
        if whole and np.array_equal(units.a.words[x : x + length], units.b.words[y : y + length]):
            return "verbatim"
    larger = max(one.share_of_a, one.share_of_b)
    if larger >= _EDITED_SHARE or one.run_words >= _EDITED_RUN_WORDS:
        return "edited"
    return "paraphrased"


def _moved(covers: list[Cover]) -> list[bool]:
    """Which covers are off the heaviest chain that ascends in a and in b.

    A sentence of a that was used again has its place where most of it is.
    """
    if not covers:
        return []
    place: dict[int, int] = {}
    for k, one in enumerate(covers):  # in order of b, then of a
        if one.i not in place or one.mass > covers[place[one.i]].mass:
            place[one.i] = k
    chain = _Chain(1 + max(one.i for one in covers))
    for k in sorted(place.values()):
        chain.add(k, covers[k].i, covers[k].mass)
    off = set(place.values()) - set(chain.heaviest())
    return [k in off for k in range(len(covers))]


class _Chain:
    """The heaviest chain of places that do not descend, by a tree of prefix maxima (Fenwick)."""

    def __init__(self, size: int) -> None:
        self._best = [(0.0, -1)] * (size + 1)
        self._before: dict[int, int] = {}

    def add(self, k: int, place: int, mass: float) -> None:
        """Appends item k."""
        weight, before = 0.0, -1
        at = place + 1
        while at:
            if self._best[at][0] > weight:
                weight, before = self._best[at]
            at &= at - 1
        self._before[k] = before
        at = place + 1
        while at < len(self._best):
            if weight + mass > self._best[at][0]:
                self._best[at] = weight + mass, k
            at += at & -at

    def heaviest(self) -> list[int]:
        """The items of the heaviest chain, last first."""
        _, k = max(self._best, key=lambda best: best[0])
        chain = []
        while k >= 0:
            chain.append(k)
            k = self._before[k]
        return chain


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Of one side: what tells who speaks; bool, shape (t,) each."""

    first_person: Bool
    reporting: Bool


class _Speaker:
    """Whose words sentences are."""

    def __init__(self, units: Units, covers: list[Cover]) -> None:
        self._units = units
        self._a, self._b = (_tokens(units, side) for side in (units.a, units.b))
        _, self._covered = covered(units, covers)

    def flags(self, several: list[Cover]) -> dict[Flag, bool]:
        """Quoted, reported and attributed."""
        a, b = self._units.a, self._units.b
        runs = np.concatenate([one.runs for one in several])
        length = int(runs[:, 2].sum())
        in_a = np.concatenate([np.arange(x, x + n) for x, _, n in runs.tolist()])
        in_b = np.concatenate([np.arange(y, y + n) for _, y, n in runs.tolist()])
        quoted = (
            2 * np.count_nonzero(b.quoted[in_b]) > length > 2 * np.count_nonzero(a.quoted[in_a])
        )
        whole_a = slice(a.firsts[several[0].i], a.firsts[several[-1].i + 1])
        whole_b = slice(b.firsts[several[0].j], b.firsts[several[-1].j + 1])
        speaks = self._a.first_person[whole_a] & ~a.quoted[whole_a]
        still = self._b.first_person[whole_b] & ~b.quoted[whole_b]
        return {
            "quoted": bool(quoted),
            "reported": bool(speaks.any() and not still.any() and not quoted),
            "attributed": bool(
                (self._b.reporting[whole_b] & ~self._covered[whole_b]).any()
                and not self._a.reporting[whole_a].any()
            ),
        }


def _tokens(units: Units, side: Side) -> _Tokens:
    """Looks up the words of one side."""
    known = speech(units.language)
    first_person, reporting = (
        np.array([spelling in words for spelling in units.spellings], np.bool_)[side.words]
        for words in (known.first_person, known.reporting)
    )
    for token in np.flatnonzero(first_person).tolist():
        word = side.text[side.begins[token] : side.ends[token]]
        first_person[token] = len(word) == 1 or not word.isupper()  # US is no pronoun
    return _Tokens(first_person, reporting)
