"""Bills of American states: passages that were judged by hand, and bills on the same matter.

- ``pairs.jsonl``: pairs of passages that a Smith-Waterman search put beside one another (Burgess
  and others 2016, the Legislative Influence Detector), its score, and whether a person saw
  substance that was reused (1), a formula that all laws have (0), or could not tell (null).
- ``docs.jsonl``, ``groups.jsonl``: bills, grouped by the model bill they are said to follow, some
  of them word for word and others only in what they want.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks import families, ranking
from benchmarks.licences import Finder
from benchmarks.measure import once
from benchmarks.ours import FoundPairs
from benchmarks.report import Report, heading, note, progress, table
from benchmarks.texts import CorpusError, records
from benchmarks.trials import Trials, columns
from benchmarks.worker import WorkerFailedError

CORPUS = "lid-policy-diffusion"
_PASSAGES = "passages of bills"
_BILLS = "bills"
_LEAST_AUC = 0.93  # what the search's own score has, which saw all bills
_DERIVED = ("identical", "near-duplicate", "contains", "derived")


def passages(folder: Path, trials: Trials) -> None:
    """Whether the evidence tells substance from formulas.

    Raises:
        CorpusError: the corpus cannot be used.
    """
    report = trials.report
    path = folder / "pairs.jsonl"
    judged = []
    for record in records(path, text1=str, text2=str, raw=dict):
        if record.get("label") not in (0, 1, None):
            raise CorpusError(path, f"a label that is not 0, 1 or null: {record['label']!r:.40}")
        if record.get("label") is not None:
            judged.append(record)
    texts = [(record["text1"], record["text2"]) for record in judged]
    labels = [bool(record["label"]) for record in judged]
    try:
        theirs = [float(record["raw"]["score"]) for record in judged]
    except (LookupError, ValueError, TypeError) as error:
        raise CorpusError(path, f"a pair without the score of the search: {error}") from error
    if len(set(labels)) < 2:
        raise CorpusError(path, "no two kinds of passages")
    report.corpus(_PASSAGES, [text for pair in texts for text in pair])
    shown = {}
    for setting, alignments in trials.alignments(_PASSAGES, texts).items():
        shown[setting] = _told_apart(labels, [one.evidence_bits for one in alignments])
    search = _told_apart(labels, theirs)
    heading(
        f"{len(judged)} pairs of passages of bills, {sum(labels)} with substance: evidence bits"
    )
    columns(report, _PASSAGES, shown)
    for what in ("AUC", "best F1"):
        report.figure(f"{_PASSAGES} Smith-Waterman, {what}", "share", search[what])
    note(
        "AUC and F1 are of telling substance from formulas. The score of the search that found "
        f"these pairs has an AUC of {search['AUC']:.3f} and an F1 of {search['best F1']:.3f}."
    )
    name = f"{_PASSAGES} default, AUC"
    report.at_least(name, report.figures.get(name), _LEAST_AUC, truth=True)


def _told_apart(labels: list[bool], scores: list[float]) -> dict[str, float]:
    """How well the scores tell the labels apart."""
    best, threshold = ranking.best_f1(labels, scores)
    return {"AUC": ranking.auc(labels, scores), "best F1": best, "which is from": threshold}


def groups(folder: Path, report: Report, find: Finder, limit_seconds: float) -> None:
    """Which bills are reported together, beside their groups.

    Raises:
        CorpusError: the corpus cannot be used.
    """
    labelled = families.read(folder)
    report.corpus(_BILLS, labelled.texts)
    progress(f"scanning {CORPUS}: {len(labelled.ids)} bills")
    try:
        found: FoundPairs = once(find, labelled.texts, limit_seconds=limit_seconds).value
    except WorkerFailedError as error:
        report.fail(_BILLS, str(error), own=True)
        return
    gold = labelled.pairs()
    copies = {(p.a, p.b) for p in found.pairs if p.relation == "identical"}
    rows = []
    for what, relations in (("derived and stronger", _DERIVED), ("any relation", None)):
        chosen = [p for p in found.pairs if relations is None or p.relation in relations]
        pairs = families.with_copies(((p.a, p.b) for p in chosen), copies)
        right = len(pairs & gold)
        precision = right / len(pairs) if pairs else 1.0
        recall = right / len(gold) if gold else 1.0
        name = f"{_BILLS}, {what}"
        report.figure(f"{name}, precision", "share", precision)
        report.figure(f"{name}, recall", "share", recall)
        rows.append([what, str(len(pairs)), f"{precision:.3f}", f"{recall:.3f}"])
        report.at_least(f"{name}, precision", precision, 0.7, truth=True)
        if relations is None:
            report.at_least(f"{name}, recall", recall, 0.4, truth=True)
    heading(f"{len(labelled.ids)} bills, {len(gold)} pairs in groups")
    table(["", "pairs", "precision", "recall"], rows)
    note(
        "The labels are loose: some bills of a group share no five words in a row, and some pairs "
        "across groups share the navigation of a page, or follow two model bills on one matter."
    )
