"""The aligner in a process of its own, in every setting, and the settings side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks import ours
from benchmarks.measure import once
from benchmarks.ours import Aligner, FoundAlignment
from benchmarks.pan13 import TextPair
from benchmarks.plagdet import Passage
from benchmarks.report import Report, number, progress, table
from benchmarks.worker import Run, Worker, WorkerFailedError

SETTINGS = {"default": False, "sensitive": True}
"""What is measured, and whether it is sensitive."""

_BATCH = 50  # pairs of files in one run of the worker


class Trials:
    """Runs the aligner, and notes when it fails."""

    def __init__(self, report: Report, aligner: Aligner, limit_seconds: float) -> None:
        self.report = report
        self._aligner = aligner
        self._limit_seconds = limit_seconds

    def alignments(
        self, what: str, pairs: Sequence[tuple[str, str]]
    ) -> dict[str, list[FoundAlignment]]:
        """The alignments of pairs of texts, for every setting that does not fail."""
        found = {}
        for setting, sensitive in SETTINGS.items():
            progress(f"aligning {what}, {setting}: {len(pairs):,} pairs")
            try:
                run = once(
                    ours.aligning,
                    self._aligner,
                    pairs,
                    sensitive,
                    limit_seconds=self._limit_seconds,
                )
            except WorkerFailedError as error:
                self.report.fail(f"{what}, {setting}", str(error), own=True)
                continue
            found[setting] = run.value
        return found

    def passages(
        self, what: str, setting: str, pairs: Sequence[TextPair]
    ) -> tuple[dict[str, list[Passage]], float] | None:
        """The passages of every pair by its name, and CPU seconds; None when it failed.

        One process does it all, and loads the library and the texts in the time that counts.
        """
        found: dict[str, list[Passage]] = {}
        cpu_seconds = 0.0
        try:
            with Worker(
                ours.aligning_files,
                self._aligner,
                pairs,
                SETTINGS[setting],
                _BATCH,
                limit_seconds=self._limit_seconds,
            ) as worker:
                for first in range(0, len(pairs), _BATCH):
                    progress(f"aligning {what}, {setting}: {first:,} of {len(pairs):,} pairs")
                    run = worker.run()
                    cpu_seconds += run.cpu_seconds
                    for pair, spans in zip(pairs[first : first + _BATCH], run.value, strict=True):
                        found[pair.name] = [Passage(pair.name, *both) for both in spans]
        except WorkerFailedError as error:
            reason = f"{error}, in one of the {_BATCH} pairs from {pairs[len(found)].name} on"
            self.report.fail(f"{what}, {setting}", reason, own=True)
            return None
        return found, cpu_seconds

    def runs(self, what: str, source: str, derived: str, *, repetitions: int) -> list[Run]:
        """One pair, again and again in one process; nothing when it failed."""
        progress(f"aligning {what}")
        try:
            with Worker(
                ours.aligning_one,
                self._aligner,
                source,
                derived,
                limit_seconds=self._limit_seconds,
            ) as worker:
                return [worker.run() for _ in range(repetitions)]
        except WorkerFailedError as error:
            self.report.fail(what, str(error), own=True)
            return []


def columns(
    report: Report,
    what: str,
    settings: Mapping[str, Mapping[str, float]],
    *,
    counts: Sequence[str] = (),
) -> None:
    """Keeps the figures of every setting, and prints them side by side."""
    for setting, values in settings.items():
        for name, value in values.items():
            report.figure(f"{what} {setting}, {name}", "" if name in counts else "share", value)
    names = next(iter(settings.values()), {})
    table(
        ["", *settings],
        [[name, *(number(values[name]) for values in settings.values())] for name in names],
    )
