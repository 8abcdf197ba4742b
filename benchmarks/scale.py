"""Time, memory and the size of the index as the corpus grows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks import streams
from benchmarks.measure import once
from benchmarks.report import Report, heading, note, number, progress, table
from benchmarks.streams import IndexSize, StreamScan
from benchmarks.texts import SEED
from benchmarks.worker import LIMIT_BYTES, Task, WorkerFailedError

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BIG_SIZES = (*SIZES, 10_000_000)
_MEAN_WORDS = 80
_FIRST_TIMED = 10_000  # below, what is constant weighs more than what grows
_FIRST_WEIGHED = 100_000  # below, the word model still grows towards its constant size
_LIMIT_SECONDS = 3_600.0
_GROWING = {
    "cpu_seconds": ("CPU time", "CPU s", 1.0, _FIRST_TIMED),
    "peak_bytes": ("peak memory", "MB", 1e6, _FIRST_WEIGHED),
    "text_bytes": ("text", "MB", 1e6, _FIRST_TIMED),
    "index_memory_bytes": ("index in memory", "MB", 1e6, _FIRST_TIMED),
}
"""Name, unit, what of it makes one of the unit, and the size from which it is fitted."""

Stream = Callable[[int, int, int], Task]
"""Makes a task over so many documents of a seed and a mean length."""


def run(
    sizes: Sequence[int],
    *,
    scanning: Stream = streams.scanning_stream,
    indexing: Stream = streams.indexing_stream,
) -> Report:
    """Measures and prints.

    Args:
        sizes: numbers of documents, ascending.
        scanning: makes the task that scans the documents.
        indexing: makes the task that holds them and says what that takes.
    """
    report = Report("scale", SEED)
    report.begin()
    measured: list[dict[str, float]] = []
    for size in sizes:
        if reason := _too_large(size, measured):
            report.fail(f"{size:,} documents", reason, own=False)
            continue
        try:
            measured.append(_measure(report, size, scanning, indexing))
        except WorkerFailedError as error:
            report.fail(f"{size:,} documents", str(error), own=True)
    heading("Synthetic documents, streamed; 1 in 100 planted")
    table(
        ["documents", "text MB", "CPU s", "wall s", "peak MB", "index MB", "recall", "others"],
        [
            [
                f"{found['documents']:,.0f}",
                number(found["text_bytes"] / 1e6),
                f"{found['cpu_seconds']:.2f}",
                f"{found['wall_seconds']:.2f}",
                number(found["peak_bytes"] / 1e6),
                number(found["index_memory_bytes"] / 1e6),
                f"{found['recall']:.4f}",
                f"{found['others']:.0f}",
            ]
            for found in measured
        ],
    )
    note(
        f"About {_MEAN_WORDS} Zipf words each. Of the 1 in 100, half are near-duplicates and half "
        "are derived; “others” are pairs reported that nobody planted. Each size runs in a "
        "process of its own; what it takes to make the texts is not in CPU and wall. Peak is that "
        "of the whole process; index is what is held of the documents beside their texts."
    )
    _growth(report, measured)
    for found in measured:
        name = f"{found['documents']:,.0f} documents"
        report.at_least(f"{name}, recall", found["recall"], 0.99, truth=True)
        report.at_most(f"{name}, pairs nobody planted", found["others"], 0, truth=True)
    return report


def _too_large(size: int, measured: Sequence[Mapping[str, float]]) -> str | None:
    """Why a size is not tried: what the last two took, on a line, is more than there is."""
    if len(measured) < 2:
        return None
    documents, peaks = (
        [found[name] for found in measured[-2:]] for name in ("documents", "peak_bytes")
    )
    expected = peaks[1] + _slope(documents, peaks) * (size - documents[1])
    if expected <= LIMIT_BYTES:
        return None
    return f"would take about {expected / 1e9:.0f} GB of memory, of {LIMIT_BYTES / 1e9:.0f} to use"


def _measure(report: Report, size: int, scanning: Stream, indexing: Stream) -> dict[str, float]:
    """One size: what it costs, and whether what was planted is found."""
    progress(f"scanning {size:,} documents")
    run = once(scanning, size, SEED, _MEAN_WORDS, limit_seconds=_LIMIT_SECONDS)
    scanned: StreamScan = run.value
    progress(f"holding {size:,} documents")
    held: IndexSize = once(indexing, size, SEED, _MEAN_WORDS, limit_seconds=_LIMIT_SECONDS).value
    planted = sum(min(1000, size - first) // 100 for first in range(0, size, 1000))
    hits = sum(_is_planted(a, b) for a, b in scanned.pairs)
    found = {
        "documents": float(size),
        "text_bytes": float(scanned.text_bytes),
        "cpu_seconds": run.cpu_seconds - scanned.making_cpu_seconds,
        "wall_seconds": run.wall_seconds - scanned.making_wall_seconds,
        "peak_bytes": float(run.peak_bytes),
        **{f"index_{name}": float(value) for name, value in held._asdict().items()},
        "making_cpu_seconds": scanned.making_cpu_seconds,
        "recall": hits / planted if planted else 1.0,
        "others": float(len(scanned.pairs) - hits),
    }
    for name, value in found.items():
        unit = name.rpartition("_")[2]
        report.figure(f"{size} documents, {name}", unit, value)
    return found


def _is_planted(a: str, b: str) -> bool:
    """Whether one of the two was made from the other; a copy's id names its source."""
    return any(
        "<" in copy and copy.split("<")[1] == source.split("<")[0]
        for copy, source in ((a, b), (b, a))
    )


def _growth(report: Report, measured: Sequence[Mapping[str, float]]) -> None:
    """The powers with which it grows, and the bytes that one document more costs."""
    growth = []
    for key, (name, unit, scale, first) in _GROWING.items():
        fitted = [found for found in measured if found["documents"] >= first]
        exponent = None
        if len(fitted) > 1:
            documents, values = (
                [math.log(found[what]) for found in fitted] for what in ("documents", key)
            )
            exponent = _slope(documents, values)
            report.figure(f"exponent of {name}", "", exponent)
            note(f"From {first:,} documents on, {name} grows as n^{exponent:.2f}.")
        points = [(found["documents"], found[key] / scale) for found in measured]
        growth.append(
            {"what": name, "unit": unit, "exponent": exponent, "from": first, "points": points}
        )
    report.details["growth"] = growth
    weighed = [found for found in measured if found["documents"] >= _FIRST_WEIGHED]
    if len(weighed) > 1:
        documents = [found["documents"] for found in weighed]
        whole, text, index = (
            report.figure(name, "bytes", _slope(documents, [found[key] for found in weighed]))
            for name, key in (
                ("memory of one document more", "peak_bytes"),
                ("text of one document more", "text_bytes"),
                ("index of one document more", "index_memory_bytes"),
            )
        )
        note(
            f"From {documents[0]:,.0f} on, one document more takes {whole.median:,.0f} bytes at "
            f"the peak, of which {text.median:,.0f} are its text and {index.median:,.0f} the rest "
            "of the index."
        )
    exponents = report.figures.get("exponent of CPU time")
    report.at_most("exponent of CPU time", exponents, 1.1)
    whole_figure = report.figures.get("memory of one document more")
    report.at_most("bytes of one document more, its text included", whole_figure, 2000)


def _slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Of the straight line through the points, by least squares."""
    return float(np.polyfit(x, y, 1)[0])
