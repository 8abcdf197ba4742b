"""What a command costs before it does anything: CPU time and modules, over bare Python."""

from __future__ import annotations

import importlib.util
import re
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.report import Report, heading, note, progress, table
from benchmarks.texts import SEED
from benchmarks.worker import LIMIT_SECONDS

REPETITIONS = 9
_NATO = Path(__file__).parents[1] / "examples" / "nato"
_BARE = "python -c pass"
_SCAN = "dedup scan examples/nato"
COMMANDS: dict[str, Sequence[str]] = {
    _BARE: ("-c", "pass"),
    "dedup --version": ("-m", "dedup", "--version"),
    "dedup --help": ("-m", "dedup", "--help"),
    _SCAN: ("-m", "dedup", "scan", str(_NATO)),
}
_PEERS = ("datasketch", "daft", "gaoya", "rensa", "text_dedup", "datatrove", "semhash")
COMMANDS |= {
    f"python -c 'import {name}'": ("-c", f"import {name}")
    for name in ("dedup", *_PEERS)
    if importlib.util.find_spec(name)
}
_LIGHT = ("dedup --version", "dedup --help")
_IMPORTED = re.compile(r"^import time:[^|]*\|[^|]*\| *([\w.]+)$", re.MULTILINE)


def run(
    commands: Mapping[str, Sequence[str]] = COMMANDS, *, repetitions: int = REPETITIONS
) -> Report:
    """Measures and prints.

    Args:
        commands: the arguments of Python by name; the first is what the others are set against.
        repetitions: rounds that count.
    """
    report = Report("startup", SEED, repetitions)
    report.begin()
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for repetition in range(repetitions + 1):
        for name, arguments in commands.items():
            if name in report.failures:
                continue
            progress(f"round {repetition} of {repetitions}: {name}")
            try:
                seconds[name].append(_cpu_seconds(arguments))
            except subprocess.SubprocessError as error:
                report.fail(name, _reason(error), own="import" not in name)
    rows = []
    for name, arguments in commands.items():
        if name in report.failures:
            continue
        modules = _modules(arguments)
        # The first round filled the disk cache and wrote the bytecode.
        own = report.figure(name, "CPU s", *seconds[name][1:])
        over = report.figure(
            f"{name}, over bare Python",
            "CPU s",
            *(a - b for a, b in zip(seconds[name][1:], seconds[_BARE][1:], strict=True)),
        )
        report.details[name] = {"modules": len(modules), "numpy": "numpy" in modules}
        rows.append(
            [
                name,
                f"{own.median:.3f}",
                f"({own.lowest:.3f}–{own.highest:.3f})",
                f"{over.median:+.3f}",
                str(len(modules)),
                "yes" if "numpy" in modules else "no",
            ]
        )
        if name in _LIGHT:
            report.at_most(f"{name}, NumPy imported", float("numpy" in modules), 0, truth=True)
        if name == _SCAN:
            report.at_most(f"{name}, CPU s over bare Python", over.median, 0.3)
    heading(f"CPU seconds of a process from beginning to end; median of {repetitions}")
    table(["", "CPU s", "", "over bare", "modules", "NumPy"], rows)
    note("dedup runs as python -m dedup. Modules are those that Python imports while it runs.")
    return report


def _cpu_seconds(arguments: Sequence[str]) -> float:
    """User and system time of one run.

    Raises:
        SubprocessError: it failed, or took too long.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _python(arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _modules(arguments: Sequence[str]) -> set[str]:
    """The modules that a run imports."""
    return set(_IMPORTED.findall(_python(("-X", "importtime", *arguments)).stderr))


def _python(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """A run of this Python."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=LIMIT_SECONDS,
    )


def _reason(error: subprocess.SubprocessError) -> str:
    """Why a run failed, in a line."""
    if isinstance(error, subprocess.CalledProcessError):
        last = (error.stderr or "").strip().splitlines()[-1:] or ["no message"]
        return f"exit status {error.returncode}: {last[0]}"
    return f"took longer than {LIMIT_SECONDS:g} s"
