"""How well a score tells two classes apart, over all thresholds at once."""

from __future__ import annotations

from collections.abc import Sequence


def auc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Share of pairs of a true and a false one in which the true one scores higher; ties half.

    The area under the ROC curve. 0.5 where there is no such pair.
    """
    true = [score for score, label in zip(scores, labels, strict=True) if label]
    false = [score for score, label in zip(scores, labels, strict=True) if not label]
    won = sum((a > b) + (a == b) / 2 for a in true for b in false)
    return won / (len(true) * len(false)) if true and false else 0.5


def best_f1(labels: Sequence[bool], scores: Sequence[float]) -> tuple[float, float]:
    """The highest F1 of “true from this score on”, and that score: the highest of equals."""
    best = 0.0, max(scores)
    for threshold in sorted(set(scores), reverse=True):
        taken = [label for label, score in zip(labels, scores, strict=True) if score >= threshold]
        best = max(best, (2 * sum(taken) / (len(taken) + sum(labels)), threshold))
    return best
