"""Time and memory of a scan as the corpus grows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks import ours
from benchmarks.measure import Task, WorkerFailedError, once
from benchmarks.report import Report, heading, note, number, progress, table
from benchmarks.texts import SEED

SIZES = (1_000, 10_000, 100_000)
BIG_SIZES = (*SIZES, 1_000_000)
_MEAN_WORDS = 120
_FIRST_TIMED = 10_000  # below, what is constant weighs more than what grows
_FIRST_WEIGHED = 100_000  # below, the word model still grows towards its constant size
_LIMIT_SECONDS = 1_800.0


def run(
    sizes: Sequence[int], *, scanning: Callable[[int, int, int], Task] = ours.scanning_stream
) -> Report:
    """Measures and prints.

    Args:
        sizes: numbers of documents, ascending.
        scanning: makes the task that scans so many documents of a seed and a mean length.
    """
    report = Report("scale", SEED)
    report.begin()
    rows, measured = [], []
    for size in sizes:
        try:
            found = _measure(report, size, scanning)
        except WorkerFailedError as error:
            report.fail(f"{size:,} documents", str(error), own=True)
            continue
        measured.append(found)
        rows.append(
            [
                f"{size:,}",
                f"{found['text_bytes'] / 1e6:.1f}",
                f"{found['cpu_seconds']:.2f}",
                f"{found['wall_seconds']:.2f}",
                number(found["peak_bytes"] / 1e6),
                f"{found['recall']:.4f}",
                f"{found['others']:.0f}",
            ]
        )
    heading("Synthetic documents, streamed; 1 in 100 planted")
    table(["documents", "text MB", "CPU s", "wall s", "peak MB", "recall", "others"], rows)
    note(
        f"About {_MEAN_WORDS} Zipf words each. Of the 1 in 100, half are near-duplicates and half "
        "are derived; “others” are pairs reported that nobody planted. Each size runs in a "
        "process of its own. A second process only makes the texts: its time is taken off CPU and "
        "wall, nothing is taken off the peak, which is that of the whole process."
    )
    _growth(report, measured)
    for found in measured:
        name = f"{found['documents']:,.0f} documents"
        report.at_least(f"{name}, recall", found["recall"], 0.99, truth=True)
        report.at_most(f"{name}, pairs nobody planted", found["others"], 0, truth=True)
    return report


def _measure(
    report: Report, size: int, scanning: Callable[[int, int, int], Task]
) -> dict[str, float]:
    """One size: what it costs, and whether what was planted is found."""
    progress(f"making {size:,} documents")
    made = once(ours.generating_stream, size, SEED, _MEAN_WORDS, limit_seconds=_LIMIT_SECONDS)
    progress(f"scanning {size:,} documents")
    scanned = once(scanning, size, SEED, _MEAN_WORDS, limit_seconds=_LIMIT_SECONDS)
    planted = sum(min(1000, size - first) // 100 for first in range(0, size, 1000))
    hits = sum(_is_planted(a, b) for a, b in scanned.value)
    found = {
        "documents": float(size),
        "text_bytes": float(made.value),
        "cpu_seconds": scanned.cpu_seconds - made.cpu_seconds,
        "wall_seconds": scanned.wall_seconds - made.wall_seconds,
        "peak_bytes": float(scanned.peak_bytes),
        "making_cpu_seconds": made.cpu_seconds,
        "making_peak_bytes": float(made.peak_bytes),
        "recall": hits / planted if planted else 1.0,
        "others": float(len(scanned.value) - hits),
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
    """The exponent of time, and the bytes that one document more costs."""
    exponent = per_document = None
    timed = [found for found in measured if found["documents"] >= _FIRST_TIMED]
    if len(timed) > 1:
        slope = _slope(
            [math.log(found["documents"]) for found in timed],
            [math.log(found["cpu_seconds"]) for found in timed],
        )
        note(f"From {timed[0]['documents']:,.0f} documents on, CPU time grows as n^{slope:.2f}.")
        exponent = report.figure("exponent of CPU time", "", slope)
    weighed = [found for found in measured if found["documents"] >= _FIRST_WEIGHED]
    if len(weighed) > 1:
        documents = [found["documents"] for found in weighed]
        whole = _slope(documents, [found["peak_bytes"] for found in weighed])
        text = _slope(documents, [found["text_bytes"] for found in weighed])
        note(
            f"From {documents[0]:,.0f} on, one document more takes {whole:,.0f} bytes, of which "
            f"{text:,.0f} are its text."
        )
        per_document = report.figure("memory of one document more", "bytes", whole)
        report.figure("text of one document more", "bytes", text)
    report.at_most("exponent of CPU time", exponent, 1.1)
    report.at_most("bytes of one document more, its text included", per_document, 2000)


def _slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Of the straight line through the points, by least squares."""
    return float(np.polyfit(x, y, 1)[0])
