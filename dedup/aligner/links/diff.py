"""What changed between two stretches of text, word by word."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

from dedup.aligner.speech import speech
from dedup.aligner.units import Side, Units
from dedup.aligner.weights import Weights
from dedup.alignment import Change, Edit

_IN_NUMBERS = frozenset({",", ".", "'", "’", "٫", "٬"})


class Step(NamedTuple):
    """Tokens a1..a2 of the source became tokens b1..b2 of the derived text."""

    op: Literal["equal", "delete", "insert", "replace"]
    a1: int
    a2: int
    b1: int
    b2: int


def steps(units: Units, weights: Weights, a: slice, b: slice) -> list[Step]:
    """The steps from tokens a of the source to tokens b of the derived text.

    A light word that stays alone between two changes is part of the change, and so is a part of a
    word, in scripts that leave no spaces.
    """
    words_a, words_b = units.a.words[a].tolist(), units.b.words[b].tolist()
    parts = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(
        None, words_a, words_b, autojunk=False
    ).get_opcodes():
        inside = a1 > 0 and a2 < len(words_a) and b1 > 0 and b2 < len(words_b)
        left = slice(a.start + a1, a.start + a2)
        alone = a2 - a1 == 1 and weights.light[units.a.stems[left.start]]
        lost = inside and (alone or units.a.sizes[left].sum() < 1)
        parts.append((tag == "equal" and not lost, a1, a2, b1, b2))
    found = []
    for equal, several in groupby(parts, key=lambda part: part[0]):
        first, *_, last = [*several] * 2
        a1, a2, b1, b2 = first[1], last[2], first[3], last[4]
        op: Literal["equal", "delete", "insert", "replace"] = "replace"
        if equal:
            op = "equal"
        elif b1 == b2:
            op = "delete"
        elif a1 == a2:
            op = "insert"
        found.append(Step(op, a.start + a1, a.start + a2, b.start + b1, b.start + b2))
    return found


def edits(units: Units, found: list[Step], a: slice, b: slice) -> tuple[Edit, ...]:
    """Steps from tokens a to tokens b as places in the texts."""
    return tuple(
        Edit(step.op, *_place(units.a, step.a1, step.a2, a), *_place(units.b, step.b1, step.b2, b))
        for step in found
    )


def changes(units: Units, weights: Weights, found: list[Step], b: slice) -> tuple[Change, ...]:
    """Numbers and names that became others, and negations that came or went.

    Between the first shared word and the last: what lies outside was left out or came from
    elsewhere. A negation that went is no change when another came, anywhere in the derived
    sentence, b; nor is one that came when another went.
    """

    def is_number(side: Side, token: int) -> bool:
        return any(map(str.isdigit, units.spellings[side.words[token]]))

    def is_name(side: Side, token: int) -> bool:
        named = weights.name[side.stems[token]] and side.capitals[token]
        return bool(named) and not is_number(side, token)

    def denies(side: Side, token: int) -> bool:
        return units.spellings[side.words[token]] in denying

    denying = speech(units.language).denying
    equal = [k for k, step in enumerate(found) if step.op == "equal"]
    inside = found[equal[0] : equal[-1]] if equal else []
    result = []
    for step in inside:
        number = _phrases(units, step, is_number)
        if step.op == "replace" and all(number):
            result.append(Change("number", *number))
        name = _phrases(units, step, is_name)
        if step.op == "replace" and all(name):
            result.append(Change("name", *name))
    steps_between = [step for step in inside if step.op != "equal"]
    same = {token for step in found if step.op == "equal" for token in range(step.b1, step.b2)}
    lost = any(denies(units.a, token) for one in steps_between for token in range(one.a1, one.a2))
    new = any(denies(units.b, token) for token in range(b.start, b.stop) if token not in same)
    for step in steps_between:
        denial = _phrases(units, step, denies)
        if (denial[0] and not new) or (denial[1] and not lost):
            result.append(Change("negation", *denial))
    return tuple(result)


def _phrases(units: Units, step: Step, wanted: Callable[[Side, int], bool]) -> tuple[str, str]:
    """The text of a and of b from the first wanted token of a step to the last.

    A word that stands on both sides did not change: a light one may be inside a step.
    """
    sides = (units.a, step.a1, step.a2), (units.b, step.b1, step.b2)
    in_a, in_b = ({*side.words[first:stop].tolist()} for side, first, stop in sides)
    phrases = []
    for side, first, stop in sides:
        tokens = [
            token
            for token in range(first, stop)
            if wanted(side, token) and side.words[token] not in in_a & in_b
        ]
        phrases.append(_phrase(side, tokens[0], tokens[-1]) if tokens else "")
    return phrases[0], phrases[1]


def _phrase(side: Side, first: int, last: int) -> str:
    """The text of these tokens; a number has all its digits."""

    def joined(token: int) -> bool:
        """Whether a token and the next are parts of one number."""
        if not 0 <= token < len(side.begins) - 1:
            return False
        between = side.text[side.ends[token] : side.begins[token + 1]]
        return between in _IN_NUMBERS and all(
            side.text[side.begins[k]].isdigit() for k in (token, token + 1)
        )

    while joined(first - 1):
        first -= 1
    while joined(last):
        last += 1
    return side.text[side.begins[first] : side.ends[last]]


def _place(side: Side, first: int, stop: int, whole: slice) -> tuple[int, int]:
    """Where tokens begin and end; of none, where they would stand among the whole."""
    if first == stop:
        at = int(side.ends[first - 1] if first > whole.start else side.begins[first])
        return at, at
    return int(side.begins[first]), int(side.ends[stop - 1])
