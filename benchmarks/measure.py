"""Measuring: every contestant in a process of its own, rounds interleaved, medians and spreads."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.worker import LIMIT_SECONDS, Run, Task, Worker, WorkerFailedError


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured several times.

    Attributes:
        unit: of the values.
        values: in the order in which they were measured.
    """

    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def lowest(self) -> float:
        """The least value."""
        return min(self.values)

    @property
    def highest(self) -> float:
        """The greatest value."""
        return max(self.values)


def once(
    build: Callable[..., Task], *arguments: object, limit_seconds: float = LIMIT_SECONDS
) -> Run:
    """One run in a process of its own.

    Raises:
        WorkerFailedError: it failed.
    """
    with Worker(build, *arguments, limit_seconds=limit_seconds) as worker:
        return worker.run()


def interleave(
    workers: Mapping[str, Worker], repetitions: int, progress: Callable[[str], None]
) -> tuple[dict[str, list[Run]], dict[str, str]]:
    """A B C, A B C, …: the runs of every worker, and why those that failed did.

    A first round warms up and is not counted. A worker that fails is left out from then on.
    """
    runs: dict[str, list[Run]] = {name: [] for name in workers}
    failures: dict[str, str] = {}
    for repetition in range(repetitions + 1):
        for name, worker in workers.items():
            if name in failures:
                continue
            progress(f"round {repetition} of {repetitions}: {name}")
            try:
                runs[name].append(worker.run())
            except WorkerFailedError as error:
                failures[name] = str(error)
    return {name: runs[name][1:] for name in workers if name not in failures}, failures
