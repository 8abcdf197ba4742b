"""Passages detected in PAN-13, beside the cases, by kind and by half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import pan13, plagdet
from benchmarks.pan13 import TextPair
from benchmarks.plagdet import Passage, Score
from benchmarks.report import Report, heading, note, table
from benchmarks.texts import whole
from benchmarks.trials import SETTINGS, Trials

CORPUS = "pan13-text-alignment"
_KINDS = ("all", "verbatim", "random", "back-translation", pan13.SUMMARY)
_MEASURES = ("plagdet", "precision", "recall", "granularity")
# Sanchez-Perez, Sidorov and Gelbukh 2014; the kinds are of the test part.
_PUBLISHED = dict(zip(_KINDS, (0.877, 0.900, 0.884, 0.887, 0.561), strict=True))
_LEAST_PLAGDET = dict(zip(_KINDS, (0.935, 0.985, 0.92, 0.915, 0.78), strict=True))


def measure(folder: Path, trials: Trials, *, count: int | None) -> None:
    """Both settings, all pairs or about so many of them.

    Raises:
        CorpusError: the corpus cannot be used.
    """
    report = trials.report
    pairs = pan13.read(folder / "train")
    if count:
        pairs = pan13.subset(pairs, count)
    paths = {path for pair in pairs for path in (pair.source, pair.suspicious)}
    report.corpus(CORPUS, [whole(path) for path in sorted(paths)])
    report.details["pan13 published"] = _PUBLISHED
    for setting in SETTINGS:
        found = trials.passages(CORPUS, setting, pairs)
        if found is not None:
            _pan_table(report, setting, pairs, *found)
    note(
        "Halves have no text in common; theirs is plagdet. 2014 is the plagdet of Sanchez-Perez "
        "and others, the best published, on all of these pairs and, by kind, on the test part."
    )
    if count is None:
        _pan_bars(report)


def _pan_table(
    report: Report,
    setting: str,
    pairs: Sequence[TextPair],
    found: Mapping[str, Sequence[Passage]],
    cpu_seconds: float,
) -> None:
    """The scores of a setting by kind, and where something was detected that nobody planted."""
    rows = []
    for kind in _KINDS:
        of_kind = [pair for pair in pairs if kind in {"all", pair.kind}]
        score = _score(of_kind, found)
        halves = [_score([p for p in of_kind if p.half == half], found) for half in (1, 2)]
        for part, one in zip((kind, f"half 1, {kind}", f"half 2, {kind}"), (score, *halves)):
            for measure in _MEASURES:
                report.figure(f"pan13 {setting}, {part}, {measure}", "", getattr(one, measure))
        rows.append(
            [
                kind,
                f"{score.cases:,}",
                *(f"{getattr(score, measure):.3f}" for measure in _MEASURES),
                *(f"{half.plagdet:.3f}" for half in halves),
                f"{_PUBLISHED[kind]:.3f}",
            ]
        )
    heading(f"PAN-13, {setting}: {len(pairs):,} pairs in {cpu_seconds:.1f} CPU s, with loading")
    table(
        ["", "cases", "plagdet", "prec.", "recall", "gran.", "half 1", "half 2", "2014"],
        rows,
    )
    report.figure(f"pan13 {setting}, all pairs", "CPU s", cpu_seconds)
    words = []
    for where, kind in (
        ("pairs without reuse", pan13.CLEAN),
        ("summaries without a case", pan13.SUMMARY),
    ):
        empty = [pair.name for pair in pairs if pair.kind == kind and not pair.cases]
        detected = [name for name in empty if found[name]]
        report.figure(f"pan13 {setting}, detected in {where}", "pairs", len(detected))
        report.details[f"pan13 {setting}, detected in {where}"] = detected
        words.append(f"in {len(detected):,} of {len(empty):,} {where}")
    note(f"Something was detected {' and '.join(words)}.")


def _score(pairs: Sequence[TextPair], found: Mapping[str, Sequence[Passage]]) -> Score:
    """The score over these pairs."""
    return plagdet.score(
        [case for pair in pairs for case in pair.cases],
        [passage for pair in pairs for passage in found[pair.name]],
    )


def _pan_bars(report: Report) -> None:
    """What must hold on all pairs: in the setting with the better plagdet, and in the default."""
    figures = report.figures
    measured = [name for name in SETTINGS if f"pan13 {name}, all, plagdet" in figures]
    best = max(
        measured, key=lambda name: figures[f"pan13 {name}, all, plagdet"].median, default="default"
    )
    for kind, least in _LEAST_PLAGDET.items():
        value = figures.get(f"pan13 {best}, {kind}, plagdet")
        report.at_least(f"pan13 better, {kind}, plagdet", value, least, truth=True)
    for what, most in (("all, granularity", 1.01), ("detected in pairs without reuse", 3)):
        value = figures.get(f"pan13 {best}, {what}")
        report.at_most(f"pan13 better, {what}", value, most, truth=True)
    name = "pan13 default, all, plagdet"
    report.at_least(name, figures.get(name), 0.90, truth=True)
    for setting in SETTINGS:
        name = f"pan13 {setting}, all pairs"
        report.at_most(f"{name}, CPU s", figures.get(name), 120)
