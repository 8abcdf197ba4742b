"""The S-curve of a banded signature: how likely a pair is to become a candidate, by similarity.

Takes bands, gives lines; chooses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

from dedup.find import Bands
from dedup.report.style import Style

CurveFormat = Literal["text", "json", "jsonl", "csv", "svg"]

_STEPS = 20  # of the curve as data
_ROWS = 10
_MOST_COLUMNS = 64
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_SIZE, _LEFT, _TOP = 400, 60, 30  # of the plot in the SVG, and where it begins


def curve_lines(
    bands: Bands, threshold: float, num_perm: int, form: CurveFormat, style: Style
) -> Iterator[str]:
    """The lines of a curve, without their ends.

    Args:
        bands: how the signature is cut.
        threshold: least similarity that must become a candidate.
        num_perm: values in a signature.
        form: ``json`` is everything; ``jsonl`` and ``csv`` are the points of the curve.
        style: how ``text`` looks.
    """
    match form:
        case "text":
            yield from _text(bands, threshold, num_perm, style)
        case "json":
            yield json.dumps(_values(bands, threshold, num_perm), indent=2)
        case "jsonl":
            for point in _points(bands):
                yield json.dumps(point)
        case "csv":
            yield "jaccard,recall"
            for point in _points(bands):
                yield f"{point['jaccard']},{point['recall']}"
        case "svg":
            yield from _svg(bands, threshold, num_perm)


def _values(bands: Bands, threshold: float, num_perm: int) -> dict[str, object]:
    """Everything that is known."""
    return {
        "threshold": threshold,
        "num_perm": num_perm,
        "bands": bands.bands,
        "rows": bands.rows,
        "recall_at_threshold": bands.recall(threshold),
        "jaccard_at_half": bands.jaccard(0.5),
        "candidates_below": bands.candidates_below(threshold),
        "curve": _points(bands),
    }


def _points(bands: Bands) -> list[dict[str, float]]:
    """The curve from 0 to 1."""
    steps = (step / _STEPS for step in range(_STEPS + 1))
    return [{"jaccard": jaccard, "recall": bands.recall(jaccard)} for jaccard in steps]


def _caption(bands: Bands, threshold: float, num_perm: int) -> str:
    """What was cut how."""
    cut = " of ".join(
        f"{number} {noun}{'' if number == 1 else 's'}"
        for number, noun in ((bands.bands, "band"), (bands.rows, "row"))
    )
    return f"threshold {threshold:g}, {num_perm} permutations: {cut}"


def _text(bands: Bands, threshold: float, num_perm: int, style: Style) -> Iterator[str]:
    """For a person: the figures, and the curve as far as characters can draw it."""
    yield style.paint(_caption(bands, threshold, num_perm), 1)
    for share, words in (
        (_share(bands.recall(threshold)), "of the pairs at the threshold become candidates"),
        (f"{bands.jaccard(0.5):.2f}", "is the Jaccard at which half of them do"),
        (
            _share(bands.candidates_below(threshold)),
            "of the pairs below it do too, were they spread evenly from 0 to it,",
        ),
        (_share(bands.recall(0.1)), "of the pairs at 0.1: each costs an exact comparison"),
    ):
        yield f"  {share:>7}  {words}"
    yield ""
    columns = min(_MOST_COLUMNS, style.width - 16)
    heights = [
        round(bands.recall((column + 0.5) / columns) * _ROWS * 8) for column in range(columns)
    ]
    due = min(int(threshold * columns), columns - 1)
    for row in reversed(range(_ROWS)):
        label = {_ROWS - 1: "100% ┤", 4: " 50% ┤"}.get(row, "     │")
        cells = [_EIGHTHS[max(0, min(8, height - row * 8))] for height in heights]
        below, above = "".join(cells[:due]), "".join(cells[due:])
        yield f"{label}{style.paint(below, 2)}{style.paint(above, 32)}".rstrip()
    yield "  0% └" + "─" * due + "┴" + "─" * (columns - due - 1)
    ends = "0" + " " * (columns - 2) + "1  Jaccard"
    mark = f"{threshold:g}"
    if 0 < threshold < 1:
        at = min(max(due - len(mark) // 2, 2), columns - 2 - len(mark))
        ends = ends[:at] + style.paint(mark, 1) + ends[at + len(mark) :]
    yield " " * 6 + ends


def _share(share: float) -> str:
    """In percent, never rounded up to all; what is next to nothing as a power of ten."""
    if 0 < share < 1e-4:
        return f"{share:.0e}"
    return f"{int(share * 10_000) / 100:g}%"


def _svg(bands: Bands, threshold: float, num_perm: int) -> Iterator[str]:
    """A picture that scales, in the colours of the page it stands on."""

    def at(jaccard: float, recall: float) -> str:
        return f"{_LEFT + jaccard * _SIZE:.1f},{_TOP + (1 - recall) * _SIZE:.1f}"

    width, height, bottom = _LEFT + _SIZE + 20, _TOP + _SIZE + 50, _TOP + _SIZE
    caption = _caption(bands, threshold, num_perm)
    line = " ".join(at(step / 200, bands.recall(step / 200)) for step in range(201))
    due_x = _LEFT + threshold * _SIZE
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
    )
    yield f"<title>{caption}</title>"
    yield f'<text x="{_LEFT}" y="{_TOP - 12}" font-weight="bold">{caption}</text>'
    yield '<g stroke="currentColor" stroke-opacity=".15">'
    for tick in range(6):
        x, y = _LEFT + tick * _SIZE // 5, bottom - tick * _SIZE // 5
        yield f'<path d="M{x} {_TOP}V{bottom}M{_LEFT} {y}H{_LEFT + _SIZE}"/>'
    yield "</g>"
    for tick in range(6):
        x, y = _LEFT + tick * _SIZE // 5, bottom - tick * _SIZE // 5
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{tick / 5:g}</text>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tick * 20}%</text>'
    yield f'<text x="{_LEFT + _SIZE // 2}" y="{bottom + 38}" text-anchor="middle">Jaccard</text>'
    yield f'<path d="M{due_x:.1f} {_TOP}V{bottom}" stroke="#c0392b" stroke-dasharray="5 4"/>'
    yield f'<polyline points="{line}" fill="none" stroke="#2a78c2" stroke-width="2.5"/>'
    yield "</svg>"
