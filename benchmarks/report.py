"""What a benchmark says: tables for a reader, JSON for a program, bars that are never hidden."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from benchmarks.measure import Figure
from dedup import __version__, core

SCHEMA = 1
_WIDTH = 80
_PACKAGES = (
    "numpy",
    "daft",
    "datasketch",
    "datatrove",
    "gaoya",
    "rensa",
    "semhash",
    "sentence-plagiarism",
    "text-dedup",
    "text-matcher",
    "xxhash",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit that was promised.

    Attributes:
        what: in words.
        value: what was measured; None when it could not be.
        limit: the least value, or the greatest.
        at_least: which of the two the limit is.
        truth: whether missing it means a wrong result; otherwise it is a matter of the machine.
    """

    what: str
    value: float | None
    limit: float
    at_least: bool
    truth: bool

    @property
    def met(self) -> bool | None:
        """Whether it holds; None when it could not be measured."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass
class Report:
    """Everything one benchmark found.

    Attributes:
        benchmark: its name.
        seed: of everything drawn at random.
        repetitions: counted rounds.
        corpora: what was measured on: name, documents, bytes, sha256.
        figures: by name.
        bars: in the order in which they were measured.
        failures: what could not be measured, and why.
        broken: those of the failures that are dedup's own.
        damaged: those of the failures that are of a file that is there and cannot be used.
        details: what a reader of the JSON may want besides.
    """

    benchmark: str
    seed: int
    repetitions: int = 1
    corpora: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        """What is wrong with the results, as opposed to slow."""
        return [f"{name}: {self.failures[name]}" for name in self.broken] + [
            f"{bar.what}: {number(bar.value)}, must be {_limit(bar)}"
            for bar in self.bars
            if bar.truth and bar.value is not None and not bar.met
        ]

    def begin(self) -> None:
        """Says where this runs."""
        machine = environment()
        heading(f"dedup {__version__}, benchmark {self.benchmark}")
        note(
            f"{machine['cpu']}, {machine['processors']} processors, load {machine['load']}; "
            f"Python {machine['python']}; core {machine['core']}; seed {self.seed}."
        )
        self.details["environment"] = machine

    def corpus(self, name: str, texts: Sequence[str]) -> None:
        """Notes and says what is measured on."""
        digest = hashlib.sha256()
        size_bytes = 0
        for text in texts:
            data = text.encode("utf-8", "surrogatepass")
            size_bytes += len(data)
            digest.update(data + b"\0")
        self.corpora.append(
            {
                "name": name,
                "documents": len(texts),
                "bytes": size_bytes,
                "sha256": digest.hexdigest(),
            }
        )
        note(f"{name}: {len(texts):,} documents, {size_bytes / 1e6:.1f} MB of UTF-8.")

    def figure(self, name: str, unit: str, *values: float) -> Figure:
        """Keeps a figure."""
        self.figures[name] = Figure(unit, values)
        return self.figures[name]

    def fail(self, name: str, reason: str, *, own: bool) -> None:
        """Keeps why something could not be measured; a failure of dedup's own is a wrong result."""
        self.failures[name] = reason
        if own:
            self.broken.append(name)

    def unreadable(self, name: str, reason: str) -> None:
        """Keeps why something was not measured that is there: a file that cannot be used."""
        self.fail(name, reason, own=False)
        self.damaged.append(name)

    def at_least(
        self, what: str, value: Figure | float | None, limit: float, *, truth: bool = False
    ) -> None:
        """Keeps a bar that must be reached; a figure is judged by its median."""
        self.bars.append(Bar(what, _one(value), limit, at_least=True, truth=truth))

    def at_most(
        self, what: str, value: Figure | float | None, limit: float, *, truth: bool = False
    ) -> None:
        """Keeps a bar that must not be passed; a figure is judged by its median."""
        self.bars.append(Bar(what, _one(value), limit, at_least=False, truth=truth))

    def conclude(self) -> None:
        """Prints the bars, what could not be measured, and what is wrong."""
        if self.bars:
            heading("What must hold")
            words = {True: "met", False: "NOT MET", None: "not measured"}
            table(
                ["", "measured", "bar", ""],
                [
                    [
                        bar.what,
                        "–" if bar.value is None else number(bar.value),
                        _limit(bar),
                        words[bar.met],
                    ]
                    for bar in self.bars
                ],
            )
        if self.failures:
            heading("Not measured")
            for name, reason in self.failures.items():
                note(f"{name}: {reason}")
        for name in self.damaged:
            click.echo(click.style(f"UNREADABLE: {self.failures[name]}", fg="yellow"), err=True)
        for line in self.wrong:
            click.echo(click.style(f"WRONG RESULT: {line}", fg="red", bold=True), err=True)

    def to_json(self) -> str:
        """Everything, as one object."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        details = dict(self.details)
        return {
            "schema": SCHEMA,
            "benchmark": self.benchmark,
            "environment": details.pop("environment", None) or environment(),
            "corpora": self.corpora,
            "seed": self.seed,
            "repetitions": self.repetitions,
            "figures": {
                name: {
                    "unit": figure.unit,
                    "median": figure.median,
                    "lowest": figure.lowest,
                    "highest": figure.highest,
                    "values": list(figure.values),
                }
                for name, figure in self.figures.items()
            },
            "bars": [asdict(bar) | {"met": bar.met} for bar in self.bars],
            "failures": self.failures,
            "unreadable": self.damaged,
            "wrong": self.wrong,
            "details": details,
        }


def environment() -> dict[str, Any]:
    """The machine, Python, the core, and the versions of what is installed."""
    return {
        "cpu": _cpu_model(),
        "processors": os.cpu_count(),
        # Above the number of processors, the wall times of this run are worth nothing.
        "load": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "dedup": __version__,
        "commit": _commit(),
        "core": core.description(),
        "packages": {name: version for name in _PACKAGES if (version := _version(name))},
    }


def _commit() -> str | None:
    """What was measured, with a + when it was changed since; None outside a checkout."""
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, check=True, text=True
        )
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return head.stdout.strip() + "+" * bool(changed.stdout)


def _cpu_model() -> str:
    """What the processor calls itself."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    """The version that is installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def heading(text: str) -> None:
    """A line that begins a section."""
    click.echo()
    click.echo(click.style(text, bold=True))


def note(text: str) -> None:
    """A sentence or two, wrapped."""
    click.echo(click.wrap_text(text, _WIDTH, "  ", "  "))


def progress(text: str) -> None:
    """What is going on, for a person who waits; replaced by what comes next."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text[:_WIDTH]}\r", err=True, nl=False)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns, the first to the left, the others to the right.

    A row of two cells in a wider table is a name and a remark, which is cut at the line's end.
    """
    progress("")
    full = [row for row in [heads, *rows] if len(row) == len(heads)]
    widths = [max(len(row[i]) for row in full) for i in range(len(heads))]
    widths[0] = max(len(row[0]) for row in [heads, *rows])
    for row in [heads, *rows]:
        if len(row) < len(heads):
            click.echo(f"  {row[0].ljust(widths[0])}  {row[1]}"[:_WIDTH])
            continue
        first, *others = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo("  " + "  ".join([first, *others]).rstrip())


def number(value: float) -> str:
    """Three digits that count, and thousands set apart."""
    if value and abs(value) < 1:
        return f"{value:.3f}"
    if abs(value) < 10:
        return f"{value:.2f}".removesuffix(".00")
    if abs(value) < 100:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:,.0f}"


def spread(figure: Figure) -> str:
    """From the lowest to the highest."""
    return f"({number(figure.lowest)}–{number(figure.highest)})"


def _one(value: Figure | float | None) -> float | None:
    """The value, or the median of several."""
    return value.median if isinstance(value, Figure) else value


def _limit(bar: Bar) -> str:
    """The limit with its sign."""
    return f"{'≥' if bar.at_least else '≤'} {number(bar.limit)}"
