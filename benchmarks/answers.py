"""Answers that students gave with and without their sources: whether the reuse found tells them.

``pairs.jsonl``, made of the corpus of plagiarised short answers of the University of Sheffield
(Clough and Stevenson 2011): ``text1`` is an answer, ``text2`` what it may have been made from,
``raw`` how much it was (non, heavy revision, light revision, cut).
"""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks import ranking
from benchmarks.report import heading, note
from benchmarks.texts import CorpusError, records
from benchmarks.trials import Trials, columns

CORPUS = "clough-stevenson"
_LEVELS = ("non", "heavy", "light", "cut")


def measure(folder: Path, trials: Trials) -> None:
    """Answers by how much was reused.

    Raises:
        CorpusError: the corpus cannot be used.
    """
    report = trials.report
    answers = records(folder / "pairs.jsonl", text1=str, text2=str, raw=str)
    texts = [(record["text2"], record["text1"]) for record in answers]
    levels = [record["raw"] for record in answers]
    if "non" not in levels or set(levels) == {"non"}:
        raise CorpusError(folder / "pairs.jsonl", "no two levels of reuse")
    report.corpus(CORPUS, [text for pair in texts for text in pair])
    reused = [level != "non" for level in levels]
    shown = {}
    for setting, alignments in trials.alignments(CORPUS, texts).items():
        shares = [alignment.reuse_of_b for alignment in alignments]
        by_level = {
            level: [share for share, its in zip(shares, levels, strict=True) if its == level]
            for level in _LEVELS
            if level in levels
        }
        best, threshold = ranking.best_f1(reused, shares)
        shown[setting] = {
            **{f"mean reuse, {level}": statistics.fmean(of) for level, of in by_level.items()},
            "AUC": ranking.auc(reused, shares),
            "best F1": best,
            "which is at reuse of": threshold,
        }
    heading(f"{len(answers)} answers, made from an article or not: reuse found")
    columns(report, CORPUS, shown)
    note(
        "AUC and F1 are of telling the answers made without the article (non) from the others. "
        "The share of an answer's word 3-grams that stand in the article has an AUC of .963."
    )
