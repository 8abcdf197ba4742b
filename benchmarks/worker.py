"""A contestant in a process of its own: its time, its memory, its answer, or how it failed.

Time is process CPU time, all threads of the process together; memory is the process's own peak.
A contestant that crashes, hangs or takes too much memory is ended with all that it started, and a
`WorkerFailedError` says which of these it was.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnContext

Task = Callable[[], Any]
"""What is timed."""

# Not forked: a fork would begin with the memory and the libraries of this process.
START = "spawn"
LIMIT_SECONDS = 120.0
_WATCH_SECONDS = 0.5  # between two looks at the memory of a contestant
_GRACE_SECONDS = 5.0  # to end, for who hung up
_MESSAGE_CHARS = 300
_PROC = Path("/proc")
_PROC_STATUS = _PROC / "self" / "status"
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def _limit_bytes() -> float:
    """Three quarters of the memory that there is; infinite where /proc does not say who has it."""
    if not _PROC_STATUS.exists():
        return math.inf
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if _CGROUP.exists() and (text := _CGROUP.read_text("ascii").strip()).isdecimal():
        there = min(there, int(text))
    return there * 0.75


LIMIT_BYTES = _limit_bytes()
"""Memory that a contestant and what it started may take together."""


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


class WorkerFailedError(Exception):
    """A contestant crashed, hung, took too much memory or raised; the message says which."""


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
        context = cast("SpawnContext", multiprocessing.get_context(START))
        self._connection, there = context.Pipe()
        self._limit_seconds = limit_seconds
        self._process = context.Process(
            target=_serve, args=(there, dict(environment or {}), build, arguments), daemon=True
        )
        self._process.start()
        there.close()
        self._answer(None)

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
            WorkerFailedError: the process crashed, took too long or too much memory, or the task
                raised.
        """
        return cast("Run", self._answer("run"))

    def close(self) -> None:
        """Ends the process and all that it started."""
        if self._connection.closed:
            return
        self._connection.close()
        # The session has its number.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(cast("int", self._process.pid), signal.SIGKILL)
        self._process.kill()
        self._process.join()

    def _answer(self, request: str | None) -> object:
        """What the process says next; it is ended when that is nothing good."""
        try:
            if request is not None:
                self._connection.send(request)
            failure = self._wait()
            if failure is None:
                answer = self._connection.recv()
                if not isinstance(answer, str):
                    return answer
                failure = answer
        except (EOFError, OSError):
            failure = self._end()
        except Exception as error:  # noqa: BLE001 (objects of a peer's own may not open here)
            failure = f"gave an answer that cannot be read: {error}"
        self.close()
        raise WorkerFailedError(failure)

    def _wait(self) -> str | None:
        """Until there is something to read; why there will be nothing, when a limit is reached."""
        end = time.monotonic() + self._limit_seconds
        while (left := end - time.monotonic()) > 0:
            if self._connection.poll(min(left, _WATCH_SECONDS)):
                return None
            if session_bytes(cast("int", self._process.pid)) > LIMIT_BYTES:
                return f"took more than {LIMIT_BYTES / 1e9:.3g} GB of memory"
        return f"took longer than {self._limit_seconds:g} s"

    def _end(self) -> str:
        """How a process ended that hung up."""
        end = time.monotonic() + _GRACE_SECONDS
        while self._process.exitcode is None and time.monotonic() < end:
            time.sleep(0.01)
        status = self._process.exitcode
        if status is None:
            return "hung up, and went on"
        if status >= 0:
            return f"crashed (exit status {status})"
        name = signal.Signals(-status).name
        hint = ", as where no memory is left" if name == "SIGKILL" else ""
        return f"crashed ({name}{hint})"


def _serve(
    connection: Connection,
    environment: Mapping[str, str],
    build: Callable[..., Task],
    arguments: Sequence[object],
) -> None:
    """The other end of a `Worker`: builds, then runs whenever it is asked to."""
    os.environ.update(environment)
    os.setsid()  # so that what a peer starts can be watched and ended with it
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
        message = " ".join(f"raised {type(error).__name__}: {error}".split())
        connection.send(message[:_MESSAGE_CHARS])


def session_bytes(session: int) -> int:
    """Resident memory of a session's processes together; 0 where /proc does not tell."""
    pages = 0
    for status in _PROC.glob("[0-9]*/stat"):
        # A process may end before it is read. Its name is in brackets and may have any in it.
        with contextlib.suppress(OSError):
            fields = status.read_bytes().rpartition(b")")[2].split()
            pages += int(fields[21]) if int(fields[3]) == session else 0
    return pages * os.sysconf("SC_PAGE_SIZE")


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
