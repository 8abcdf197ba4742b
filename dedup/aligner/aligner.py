"""The whole way of two texts: units, covers, links, passages, and what they come to."""

from __future__ import annotations

import numpy as np

from dedup.aligner.direction import direction
from dedup.aligner.kernels import F64
from dedup.aligner.links.boilerplate import boilerplate
from dedup.aligner.links.cover import Cover, cover
from dedup.aligner.links.groups import covered, groups, link
from dedup.aligner.passages.find import passages
from dedup.aligner.units import Side, Units, units
from dedup.aligner.weights import Weights, weights
from dedup.alignment import AlignedText, Alignment, Boilerplate, Sentence
from dedup.records import Document
from dedup.sketch.kernels import Bool

_LEAST_BITS = 55.0  # as in a scan: less is what texts on one subject have in common by chance ...
_ENOUGH_REUSE = 0.25  # ... unless so much of a text is reused: it is short
_SENTENCE_BITS = 30.0  # or unless one sentence stands in both as it is: about six words
_ALL = 0.999
_DIGITS = 4


def align(
    source: str | Document,
    derived: str | Document,
    *,
    sensitive: bool = False,
    language: str | None = None,
) -> Alignment:
    """Shows which sentences and passages of one text stand in another, and what became of them.

    Args:
        source: the text that was there first; a.
        derived: the text that may have been made from it; b.
        sensitive: take passages that are short or hardly to be recognised, too; more of them are
            chance. Links are the same.
        language: ISO 639 code of both; detected when None.

    Returns:
        Links, passages, what was cut and added, and which way the text probably went. Whichever
        text is given as the source, a verdict on the direction may say otherwise.

    Raises:
        SettingsError: the language is no ISO 639 code.
    """
    id_a, text_a = _named(source)
    id_b, text_b = _named(derived)
    both = units(text_a, text_b, language)
    weighed = weights(both)
    covers = cover(both, weighed)
    bits = _evidence(both, weighed, covers)
    evidence = float(bits.sum())
    in_a, in_b = covered(both, covers)
    reuse_a, reuse_b = _reuse(both.a, in_a), _reuse(both.b, in_b)
    shown = evidence >= _LEAST_BITS or max(reuse_a, reuse_b) >= _ENOUGH_REUSE
    if not shown and not _repeats_a_sentence(covers, bits):
        covers, reuse_a, reuse_b = [], 0.0, 0.0
    found = groups(both, covers)
    back = both._replace(a=both.b, b=both.a)
    found_back = groups(back, cover(back, weighed)) if covers else []
    cut = _without(both.a, {one.i for one in covers})
    added = _without(both.b, {one.j for one in covers})
    return Alignment(
        a=_text(id_a, both.a),
        b=_text(id_b, both.b),
        links=tuple(link(both, weighed, group) for group in found),
        cut=cut,
        added=added,
        boilerplate=Boilerplate(boilerplate(both.a, cut), boilerplate(both.b, added)),
        passages=tuple(passages(both, sensitive=sensitive)),
        reuse_of_a=round(reuse_a, _DIGITS),
        reuse_of_b=round(reuse_b, _DIGITS),
        evidence_bits=round(evidence, 1),
        direction=direction(
            [group.flags for group in found],
            [group.flags for group in found_back],
            reuse_a,
            reuse_b,
        ),
        language=both.language,
    )


def _named(text: str | Document) -> tuple[str, str]:
    """Id and text."""
    return (text.id, text.text) if isinstance(text, Document) else ("", text)


def _text(name: str, side: Side) -> AlignedText:
    return AlignedText(name, tuple(Sentence(*bounds) for bounds in side.bounds.tolist()))


def _reuse(side: Side, reused: Bool) -> float:
    """Share of the words, 0..1."""
    total = float(side.sizes.sum())
    return float(side.sizes[reused].sum()) / total if total else 0.0


def _without(side: Side, linked: set[int]) -> tuple[int, ...]:
    """The sentences without a link."""
    rest = np.ones(len(side.bounds), np.bool_)
    rest[list(linked)] = False
    return tuple(np.flatnonzero(rest).tolist())


def _evidence(both: Units, weighed: Weights, covers: list[Cover]) -> F64:
    """How surprising each cover is, in bits; shape (len(covers),).

    A run is worth the bits of its stems, less the places in the two sentences where it could stand:
    k runs stand in one of (n_a · n_b)^k / k! ways. A cover costs the pairs of sentences that it
    could have been.
    """
    before = np.append(0.0, np.cumsum(weighed.bits[both.b.stems] * both.b.sizes))
    sentences = np.log2(max(1, len(both.a.bounds) * len(both.b.bounds)))
    bits = np.zeros(len(covers))
    for k, one in enumerate(covers):
        begin, end = one.runs[:, 1], one.runs[:, 1] + one.runs[:, 2]
        worth = np.sort(before[end] - before[begin])[::-1]
        tokens_a = both.a.firsts[one.i + 1] - both.a.firsts[one.i]
        tokens_b = both.b.firsts[one.j + 1] - both.b.firsts[one.j]
        orders = np.log2(np.arange(1, len(worth) + 1))
        sums = np.cumsum(worth - np.log2(tokens_a * tokens_b) + orders)
        bits[k] = max(0.0, float(sums.max(initial=0.0) - sentences))
    return bits


def _repeats_a_sentence(covers: list[Cover], bits: F64) -> bool:
    """Whether a sentence of some length stands in both texts as it is."""
    return any(
        len(one.runs) == 1 and min(one.share_of_a, one.share_of_b) > _ALL and k >= _SENTENCE_BITS
        for one, k in zip(covers, bits.tolist(), strict=True)
    )
