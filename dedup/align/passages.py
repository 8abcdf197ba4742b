"""From two texts to the passages that were reused: candidates compete, the best evidence first."""

from __future__ import annotations

from dedup.align.candidates import scan_both
from dedup.align.clauses import in_clauses
from dedup.align.condensation import summaries
from dedup.align.cover import UNIT, Stretch, stem_weights
from dedup.align.fit import Fitted, fit
from dedup.align.runs import exact_runs, verbatim
from dedup.align.units import Units
from dedup.alignment import Passage, PassageRelation

LEAST_EVIDENCE = 7 * UNIT  # weight of what is covered, times the share of a side that it is
LEAST_SHARE = 0.4
LEAST_CHARS = 120  # of each side; PAN-shaped: titles and lists of names are shared without reuse
VERBATIM_WORTH = 1.25  # of its weight: a run is shown rather than the run and a little more
LONG_RUN = 30 * UNIT  # evidence of a run that no summary contains
MOST_AGAIN = 0.5  # of a passage's source that other passages may come from, too


def passages(units: Units) -> list[Passage]:
    """Passages of b that come from a, in the order of b; none of them overlap there.

    A summary comes before what it quotes, unless that is long; among the others the evidence
    decides: the weight of the words that have a partner on the other side, times how much of the
    passage they are.
    """
    if not len(units.a.bounds) or not len(units.b.bounds):
        return []
    kept: list[Passage] = []
    others = _others(units)
    long_runs = [passage for evidence, passage in others if _is_long_run(evidence, passage)]
    for passage in _summaries(units, long_runs) + [passage for _, passage in others]:
        if all(_compatible(passage, other) for other in kept):
            kept.append(passage)
    return sorted(kept, key=lambda passage: passage.b_start)


def _summaries(units: Units, long_runs: list[Passage]) -> list[Passage]:
    """Condensed passages without a long run, the heaviest first."""
    found = [_passage(units, a, b, "condensed") for _, a, b in summaries(units)]
    return [p for p in found if not any(_overlap(p, run) for run in long_runs)]


def _is_long_run(evidence: float, passage: Passage) -> bool:
    return passage.relation == "verbatim" and evidence >= LONG_RUN


def _others(units: Units) -> list[tuple[float, Passage]]:
    """Verbatim and rewritten passages with their evidence, those with most first."""
    units = units._replace(a=in_clauses(units.a), b=in_clauses(units.b))
    weights = stem_weights(units)
    found = [
        (VERBATIM_WORTH * weight, verbatim(units, run))
        for weight, run in exact_runs(units, weights, LEAST_EVIDENCE)
    ]
    fits: dict[Fitted, None] = {}
    for a, b in scan_both(units, weights):
        fits.update(dict.fromkeys(fit(units, weights, a, b)))
    for fitted in fits:
        evidence = fitted.covered * fitted.share
        if evidence >= LEAST_EVIDENCE and fitted.share >= LEAST_SHARE:
            found.append((evidence, _passage(units, fitted.a, fitted.b, "rewritten")))
    found = [
        (evidence, passage)
        for evidence, passage in found
        if passage.a_end - passage.a_start >= LEAST_CHARS
        and passage.b_end - passage.b_start >= LEAST_CHARS
    ]
    found.sort(key=lambda item: (-item[0], item[1].b_start, item[1].a_start))
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


def _compatible(passage: Passage, other: Passage) -> bool:
    """Whether a passage tells something that one already kept does not."""
    if _overlap(passage, other):
        return False
    again = min(passage.a_end, other.a_end) - max(passage.a_start, other.a_start)
    most = MOST_AGAIN * (passage.a_end - passage.a_start)
    return other.relation == "condensed" or again <= most


def _overlap(one: Passage, other: Passage) -> bool:
    """Whether two passages have something of b in common."""
    return min(one.b_end, other.b_end) > max(one.b_start, other.b_start)
