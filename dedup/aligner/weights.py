"""What a shared stem is worth: little where it is common in the two texts, or a name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.aligner.kernels import F64, I32
from dedup.aligner.units import Side, Units
from dedup.sketch.kernels import Bool

_LEAST_SENTENCES = 16  # as if there were that many: in fewer, every word is common
_LIGHT = 0.5  # weight below which a stem stands in more than the root of all sentences
_LIGHT_SHARE = 0.25
_NAME_SHARE = 0.5  # texts on one subject share its names
_MOST_CAPITALS = 0.5  # share of capitals above which they do not mean names: headlines
_CAPITAL_NOUNS = frozenset({"de", "lb", "nds"})  # languages whose capitals do not mean names either
_MOST_BITS = 10.0  # what a stem can be worth as evidence
_NAME_BITS = 2.0


class Weights(NamedTuple):
    """By stem; every array has the shape (stem_count,).

    Attributes:
        mass: what it counts when shares of sentences are compared; above 0, at most 1.
        core: the same, 0 for light stems and names.
        light: whether it is too common to link sentences by itself.
        name: whether it is written with a capital inside sentences.
        bits: how surprising it is, in bits.
    """

    mass: F64
    core: F64
    light: Bool
    name: Bool
    bits: F64


def weights(units: Units) -> Weights:
    """Weights from the two texts alone.

    A stem's mass is its rarity, less when it is light or a name; its bits are those of its share of
    all tokens, its own two occurrences left out.
    """
    sides = (units.a, units.b)
    rarity = rarities(units)
    nouns = units.language in _CAPITAL_NOUNS
    name = np.zeros(units.stem_count, np.bool_) if nouns else _names(sides, units.stem_count)
    light = rarity < _LIGHT
    mass = rarity * np.where(name, _NAME_SHARE, 1.0) * np.where(light, _LIGHT_SHARE, 1.0)
    tokens = sum(np.bincount(side.stems, minlength=units.stem_count) for side in sides)
    elsewhere = np.maximum(tokens - 2, 0)
    total = len(units.a.stems) + len(units.b.stems)
    bits = np.minimum(_MOST_BITS, np.log2((total + 1) / (elsewhere + 0.5)))
    return Weights(
        mass,
        np.where(light | name, 0.0, mass),
        light,
        name,
        np.where(name, np.minimum(bits, _NAME_BITS), bits),
    )


def rarities(units: Units) -> F64:
    """ln((N + .5) / sf) / ln(N + 1) of a stem in sf of the N sentences of both texts, as in tf-isf.

    Above 0, at most 1; shape (stem_count,).
    """
    sides = (units.a, units.b)
    n = max(_LEAST_SENTENCES, sum(len(side.bounds) for side in sides))
    sentences = np.zeros(units.stem_count)
    for side in sides:
        once = np.unique(side.sentence_of * units.stem_count + side.stems)
        sentences += np.bincount(once % units.stem_count, minlength=units.stem_count)
    found: F64 = np.log((n + 0.5) / sentences) / np.log(n + 1)
    return np.minimum(found, 1.0)


def _names(sides: tuple[Side, Side], stem_count: int) -> Bool:
    """Stems that have a capital at least every other time they stand inside a sentence."""
    capitals = np.zeros(stem_count)
    tokens = np.zeros(stem_count)
    for side in sides:
        if np.count_nonzero(side.capitals) > _MOST_CAPITALS * len(side.capitals):
            continue
        inside = np.ones(len(side.stems), np.bool_)
        inside[side.firsts[:-1]] = False
        stems: I32 = side.stems[inside]
        capitals += np.bincount(stems, side.capitals[inside], stem_count)
        tokens += np.bincount(stems, minlength=stem_count)
    named: Bool = (capitals > 0) & (2 * capitals >= tokens)
    return named
