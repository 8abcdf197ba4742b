"""Licence texts: a corpus of large families, set beside a count of all its pairs and its labels.

Hundreds of texts differ by a name or a clause, and the label tells BSD-2 from BSD-3: no similarity
does, so that the labels are asked for one thing only, whether the likest text is of the same
licence. What is a near-duplicate is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import families, truth
from benchmarks.families import Families, Pair
from benchmarks.measure import once
from benchmarks.ours import FoundPair, FoundPairs
from benchmarks.report import Report, heading, note, number, progress, table
from benchmarks.truth import Alike
from benchmarks.worker import Task, WorkerFailedError
from dedup import Settings

CORPUS = "license-texts"
_THRESHOLD = Settings().threshold
_PAIRS = "pairs found"
_LEAST = {
    "precision": 1.0,
    "texts with one, found": 0.99,
    "families kept together": 0.97,
    "likest text has the licence": 0.91,
}

Finder = Callable[[Sequence[str]], Task]
"""Makes the task that gives the `FoundPairs` of some texts, in a process of its own."""


def measure(folder: Path, report: Report, find: Finder, limit_seconds: float) -> None:
    """Measures and prints.

    Raises:
        CorpusError: the corpus cannot be used.
    """
    labelled = families.read(folder)
    report.corpus(CORPUS, labelled.texts)
    progress(f"scanning {CORPUS}: {len(labelled.ids):,} documents")
    try:
        run = once(find, labelled.texts, limit_seconds=limit_seconds)
    except WorkerFailedError as error:
        report.fail(CORPUS, str(error), own=True)
        return
    found: FoundPairs = run.value
    progress(f"counting all pairs of {CORPUS}")
    counted = truth.alike(labelled.texts)
    values = _agreement(labelled, found.pairs, counted)
    likest = {
        "dedup": _likest(labelled, ((p.a, p.b, (p.jaccard, p.evidence_bits)) for p in found.pairs)),
        "all pairs counted": _likest(
            labelled, zip(*(column.tolist() for column in counted), strict=True)
        ),
    }
    values["likest text has the licence"] = likest["dedup"]
    for what, value in values.items():
        report.figure(f"licences, {what}", "share", value)
    report.figure("licences, likest by counting", "share", likest["all pairs counted"])
    report.figure("licences, scan", "CPU s", run.cpu_seconds)
    report.figure("licences, peak memory", "bytes", run.peak_bytes)
    report.details[CORPUS] = {
        "limits": found.limits,
        "kept": found.kept,
        "redundant": found.redundant,
    }
    heading(
        f"{len(labelled.ids):,} licence texts: near-duplicates, {number(run.cpu_seconds)} CPU s"
    )
    table(["", "share"], [[what, f"{value:.4f}"] for what, value in values.items()])
    note(
        f"Near-duplicates are those that a count of word 5-grams puts at {_THRESHOLD}. "
        f"{found.limits['large_buckets']} buckets were too large to pair all their texts: families "
        "stay together and not every pair of theirs is listed, which is what “pairs found” says. "
        "A text's likest, of the texts whose licence others have too: were it chosen by counting "
        f"all pairs, {likest['all pairs counted']:.4f} would be right; no published system gives "
        f"a figure. keep leaves {found.kept:,} texts, redundant takes {found.redundant:,} away."
    )
    for what, least in _LEAST.items():
        report.at_least(f"licences, {what}", values[what], least, truth=True)
    report.at_least(f"licences, {_PAIRS}", values[_PAIRS], 0.99)


def _agreement(labelled: Families, found: Sequence[FoundPair], counted: Alike) -> dict[str, float]:
    """What is reported as a near-duplicate, beside what is one."""
    alike = counted.jaccard >= _THRESHOLD
    due = set(zip(counted.a[alike].tolist(), counted.b[alike].tolist(), strict=True))
    copies = {(p.a, p.b) for p in found if p.relation == "identical"}
    reported = families.with_copies(
        ((p.a, p.b) for p in found if p.relation == "near-duplicate"), copies
    )
    partners, met = ({text for pair in pairs for text in pair} for pairs in (due, reported))
    count = len(labelled.ids)
    return {
        "precision": truth.share(len(reported & due), len(reported)),
        _PAIRS: truth.share(len(reported & due), len(due)),
        "texts with one, found": truth.share(len(partners & met), len(partners)),
        "families kept together": _together(count, due, reported),
    }


def _together(count: int, due: Iterable[Pair], reported: Iterable[Pair]) -> float:
    """Of the pairs of texts that belong to one family, the share that do in what is reported."""
    true, found = (families.joined(pairs) for pairs in (due, reported))
    both = [(true.get(i, i), found.get(i, i)) for i in range(count)]
    first = [true.get(i, i) for i in range(count)]
    kept, whole = (
        sum(len(members) * (len(members) - 1) // 2 for members in families.members_of(labels))
        for labels in (both, first)
    )
    return truth.share(kept, whole)


def _likest(labelled: Families, pairs: Iterable[tuple[int, int, object]]) -> float:
    """Of the texts whose label others have too, the share whose likest text has it.

    Of texts that are equally like, the first counts; a text that is in no pair counts as wrong.
    """
    best: dict[int, tuple[object, int]] = {}
    for a, b, likeness in pairs:
        for one, other in ((a, b), (b, a)):
            if one not in best or likeness > best[one][0]:  # type: ignore[operator]
                best[one] = (likeness, other)
    several = [place for members in families.members_of(labelled.groups) for place in members]
    right = sum(
        place in best and labelled.groups[best[place][1]] == labelled.groups[place]
        for place in several
    )
    return truth.share(right, len(several))
