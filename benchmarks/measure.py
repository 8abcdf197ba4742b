"""Measuring: every contestant in a process of its own, rounds interleaved, medians and spreads.

Time is process CPU time, all threads of the process together; memory is the process's own peak.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Task = Callable[[], Any]
"""What is timed."""

LIMIT_SECONDS = 120.0
_PROC_STATUS = Path("/proc/self/status")


class Run(NamedTuple):
    """One repetition.

    Attributes:
        cpu_seconds: of the process and its children, all threads together, user and system.
        wall_seconds: by the clock.
        peak_bytes: resident memory of the process at its highest since it began.
        value: what the task returned.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int
    value: Any


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


class WorkerFailedError(Exception):
    """A contestant crashed, hung or raised; the message says which."""


class Worker:
    """A task in a process of its own, which stays until it is closed.

    Args:
        build: makes the task there; it and its arguments are pickled.
        arguments: of build.
        environment: variables set there before anything is built.
        limit_seconds: how long building or one run may take before the process is killed.

    Raises:
        WorkerFailedError: building failed.
    """

    def __init__(
        self,
        build: Callable[..., Task],
        *arguments: object,
        environment: Mapping[str, str] | None = None,
        limit_seconds: float = LIMIT_SECONDS,
    ) -> None:
        # Spawned, not forked: a fork would begin with the memory and the libraries of this process.
        context = multiprocessing.get_context("spawn")
        self._connection, there = context.Pipe()
        self._limit_seconds = limit_seconds
        self._process = context.Process(
            target=_serve, args=(there, dict(environment or {}), build, arguments), daemon=True
        )
        self._process.start()
        there.close()
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def run(self) -> Run:
        """One repetition.

        Raises:
            WorkerFailedError: the process crashed, took too long, or the task raised.
        """
        self._connection.send("run")
        return cast("Run", self._answer())

    def close(self) -> None:
        """Ends the process."""
        self._connection.close()
        self._process.kill()
        self._process.join()

    def _answer(self) -> object:
        """What the process says next; it is ended when that is nothing good."""
        failure = f"took longer than {self._limit_seconds:g} s"
        try:
            if self._connection.poll(self._limit_seconds):
                answer = self._connection.recv()
                if not isinstance(answer, str):
                    return answer
                failure = answer
        except (EOFError, OSError):
            self._process.join()
            failure = f"crashed (exit status {self._process.exitcode})"
        self.close()
        raise WorkerFailedError(failure)


def _serve(
    connection: Connection,
    environment: Mapping[str, str],
    build: Callable[..., Task],
    arguments: Sequence[object],
) -> None:
    """The other end of a `Worker`: builds, then runs whenever it is asked to."""
    os.environ.update(environment)
    # Some peers log and show progress; what matters goes through the connection.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        task = build(*arguments)
        connection.send(None)
        while True:
            connection.recv()
            connection.send(timed(task))
    except EOFError:
        return
    except Exception as error:  # noqa: BLE001 (whatever a peer raises is its result)
        connection.send(f"raised {type(error).__name__}: {error}")


def timed(task: Task) -> Run:
    """Runs a task in this process."""
    cpu, wall = _cpu_seconds(), time.perf_counter()
    value = task()
    cpu, wall = _cpu_seconds() - cpu, time.perf_counter() - wall
    return Run(cpu, wall, peak_bytes(), value)


def _cpu_seconds() -> float:
    """Of this process and of the children that have ended: some peers work in those."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


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


def peak_bytes() -> int:
    """The highest resident memory of this process so far.

    Not getrusage where it can be helped: on Linux its figure is inherited from the parent.
    """
    if _PROC_STATUS.exists():
        for line in _PROC_STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
