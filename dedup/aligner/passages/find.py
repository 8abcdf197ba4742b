"""From two texts to the passages that were reused: candidates compete, the best evidence first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from dedup.aligner.passages.clauses import in_clauses
from dedup.aligner.passages.condensation import summaries
from dedup.aligner.passages.fit import Fitted, fit
from dedup.aligner.passages.partners import UNIT, Stretch, stem_weights
from dedup.aligner.passages.runs import RUN_WORDS, Run, exact_runs, verbatim
from dedup.aligner.passages.scan import scan_both
from dedup.aligner.units import Units
from dedup.alignment import Passage, PassageRelation
from dedup.sketch.kernels import I64

LEAST_SHARE = 0.4  # of the weight of one side that the other covers
VERBATIM_WORTH = 1.1  # of its weight: a run is shown rather than the run and a little more
MOST_IN_RUNS = 0.7  # of what a passage covers, when they stand in another order
MOVED_RUN = 15 * UNIT  # weight of a run that is looked at for that
LONG_RUN = 30 * UNIT  # evidence of a run that no summary contains
MOST_TRIES = 4  # of a clause, best candidates first: in a long text, most are chance
MOST_AGAIN = 0.5  # of a passage's source that other passages may come from, too


class Bar(NamedTuple):
    """What a passage must have to be kept.

    Attributes:
        evidence: the weight of what is covered, times the share of a side that it is.
        quote_chars: of each side, word for word.
        chars: of each side, rewritten.
    """

    evidence: int
    quote_chars: int
    chars: int


# PAN-shaped are the characters: titles and lists of names are shared without reuse there.
USUAL = Bar(7 * UNIT, 80, 120)
SENSITIVE = Bar(5 * UNIT, 1, 1)


def passages(units: Units, *, sensitive: bool = False) -> list[Passage]:
    """Passages of b that come from a, in the order of b; none of them overlap there.

    A summary comes before what it quotes, unless that is long; among the others the evidence
    decides: the weight of the words that have a partner on the other side, times how much of the
    passage they are.

    Args:
        units: both texts.
        sensitive: take short and weak ones, too; more of them are chance.
    """
    if not len(units.a.bounds) or not len(units.b.bounds):
        return []
    whole = len(units.a.words)
    if whole >= RUN_WORDS and np.array_equal(units.a.words, units.b.words):
        return [verbatim(units, Run(whole, 0, 0))]
    others = _others(units, SENSITIVE if sensitive else USUAL)
    long_runs = [p for evidence, p in others if p.relation == "verbatim" and evidence >= LONG_RUN]
    kept = []
    used_a = np.zeros(len(units.a.text), np.bool_)
    used_b = np.zeros(len(units.b.text), np.bool_)
    for passage in _summaries(units, long_runs) + [passage for _, passage in others]:
        in_a = used_a[passage.a_start : passage.a_end]
        in_b = used_b[passage.b_start : passage.b_end]
        if in_b.any() or in_a.mean() > MOST_AGAIN:
            continue
        in_b[:] = True
        # What was summed up may be told again at length.
        in_a[:] = passage.relation != "condensed"
        kept.append(passage)
    return sorted(kept, key=lambda passage: passage.b_start)


def _summaries(units: Units, long_runs: list[Passage]) -> list[Passage]:
    """Condensed passages without a long run, the heaviest first."""
    found = [_passage(units, a, b, "condensed") for _, a, b in summaries(units)]
    return [
        passage
        for passage in found
        if not any(
            min(passage.b_end, run.b_end) > max(passage.b_start, run.b_start) for run in long_runs
        )
    ]


def _others(units: Units, bar: Bar) -> list[tuple[float, Passage]]:
    """Verbatim and rewritten passages with their evidence, those with most first."""
    units = units._replace(a=in_clauses(units.a), b=in_clauses(units.b))
    weights = stem_weights(units)
    runs = exact_runs(units, weights, bar.evidence)
    found = [(VERBATIM_WORTH * weight, verbatim(units, run)) for weight, run in runs]
    moved = sorted((run.b, run.a, weight) for weight, run in runs if weight >= MOVED_RUN)
    by_b = np.array(moved, np.int64).reshape(-1, 3)
    for fitted in _fits(units, weights):
        evidence = fitted.covered * fitted.share
        if evidence < bar.evidence or fitted.share < LEAST_SHARE:
            continue
        if not _are_moved_runs(units, fitted, by_b):
            found.append((evidence, _passage(units, fitted.a, fitted.b, "rewritten")))
    least = {"verbatim": bar.quote_chars, "rewritten": bar.chars}
    found = [(e, p) for e, p in found if _chars(p) >= least[p.relation]]
    return sorted(found, key=lambda item: (-item[0], item[1].b_start, item[1].a_start))


def _are_moved_runs(units: Units, fitted: Fitted, runs: I64) -> bool:
    """Whether a passage is little more than runs in another order; they are (b, a, weight)."""
    begin_a, end_a = units.a.firsts[list(fitted.a)]
    cut = slice(*np.searchsorted(runs[:, 0], units.b.firsts[list(fitted.b)]))
    inside = runs[cut][(runs[cut, 1] >= begin_a) & (runs[cut, 1] < end_a)]
    moved = bool((np.diff(inside[:, 1]) < 0).any())
    return moved and int(inside[:, 2].sum()) >= MOST_IN_RUNS * fitted.covered


def _fits(units: Units, weights: I64) -> Iterable[Fitted]:
    """What the candidates come to, each once."""
    found: dict[Fitted, None] = {}
    # The last of them that each clause went into.
    of_a = np.full(len(units.a.bounds), -1)
    of_b = np.full(len(units.b.bounds), -1)
    tried_a = np.zeros(len(units.a.bounds), np.int64)
    tried_b = np.zeros(len(units.b.bounds), np.int64)
    for a, b in scan_both(units, weights):
        here = of_a[a.begin]
        inside_a, inside_b = of_a[a.begin : a.end] == here, of_b[b.begin : b.end] == here
        if here >= 0 and inside_a.all() and inside_b.all():
            continue  # it would come to the same
        in_a, in_b = tried_a[a.begin : a.end], tried_b[b.begin : b.end]
        if min(in_a.min(), in_b.min()) >= MOST_TRIES:
            continue
        in_a += 1
        in_b += 1
        for fitted in fit(units, weights, a, b):
            of_a[fitted.a.begin : fitted.a.end] = len(found)
            of_b[fitted.b.begin : fitted.b.end] = len(found)
            found[fitted] = None
    return found


def _passage(units: Units, a: Stretch, b: Stretch, relation: PassageRelation) -> Passage:
    """Two stretches by their characters."""
    return Passage(
        int(units.a.bounds[a.begin, 0]),
        int(units.a.bounds[a.end - 1, 1]),
        int(units.b.bounds[b.begin, 0]),
        int(units.b.bounds[b.end - 1, 1]),
        relation,
    )


def _chars(passage: Passage) -> int:
    """How long the shorter side is."""
    return min(passage.a_end - passage.a_start, passage.b_end - passage.b_start)
