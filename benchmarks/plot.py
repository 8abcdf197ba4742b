"""Pictures of a stored result, as SVG.

By matplotlib, which is loaded when something is drawn: ticks of logarithmic axes and labels that
keep clear of one another are what it has and what a hundred lines of our own would do badly.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Result = Mapping[str, Any]
"""What a `Report` is as JSON."""

_OURS = "#2a78c2"
_OTHERS = "#9aa4ad"
_THEORY = "#c0392b"
_LINEAR = 50  # longest bar over shortest, from where on the axis is logarithmic


def draw(result: Result, folder: Path) -> list[Path]:
    """Draws what there is to draw of a result, and gives the files.

    Raises:
        UsageError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ImportError as error:
        import click

        raise click.UsageError("--plot needs matplotlib: pip install matplotlib") from error
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    # Equal results give equal files, and text stays text.
    with mpl.rc_context({"svg.hashsalt": "dedup", "svg.fonttype": "none", "font.size": 9}):
        for name, picture in _pictures(result).items():
            figure = Figure(figsize=(7, 4), layout="constrained")
            axes = figure.add_subplot()
            axes.spines[["top", "right"]].set_visible(False)
            picture(axes)
            path = folder / f"{result['benchmark']}-{name}.svg"
            figure.savefig(path, format="svg", metadata={"Date": None})
            drawn.append(path)
    return drawn


def _pictures(result: Result) -> dict[str, Callable[[Axes], None]]:
    """The pictures of a result by name: those for which it has figures."""
    figures = result["figures"]
    found: dict[str, Callable[[Axes], None]] = {}
    speeds = {k: v for k, v in figures.items() if v["unit"] == "MB per CPU second"}
    if speeds:
        found["text-to-signatures"] = partial(_bars, figures=speeds, unit="MB per CPU second")
    for track in sorted({name.partition(", ")[0] for name in figures if name.endswith(", CPU")}):
        cpu = _of(figures, track, "CPU")
        found[f"{_slug(track)}-cpu"] = partial(_bars, figures=cpu, unit=f"CPU s, {track}")
        recall, precision = _of(figures, track, "recall"), _of(figures, track, "precision")
        if recall.keys() & precision.keys():
            found[f"{_slug(track)}-precision-recall"] = partial(
                _points, recall=recall, precision=precision
            )
    growth = {
        int(match[1]): figure["median"]
        for name, figure in figures.items()
        if (match := re.fullmatch(r"(\d+) documents, cpu_seconds", name))
    }
    if len(growth) > 1:
        found["growth"] = partial(_growth, seconds=growth)
    if "s-curve" in result["details"]:
        found["s-curve"] = partial(_curve, points=result["details"]["s-curve"])
    return found


def _of(figures: Mapping[str, Any], track: str, what: str) -> dict[str, Any]:
    """One figure of every contestant of a track, by the contestant's name."""
    pattern = re.compile(f"{re.escape(track)}, (.*), {re.escape(what)}")
    return {m[1]: figure for name, figure in figures.items() if (m := pattern.fullmatch(name))}


def _bars(axes: Axes, figures: Mapping[str, Any], unit: str) -> None:
    """A bar each, with the spread; logarithmic where the shortest would not be seen."""
    names = list(figures)
    medians = [figures[name]["median"] for name in names]
    spread = [
        [figures[name]["median"] - figures[name]["lowest"] for name in names],
        [figures[name]["highest"] - figures[name]["median"] for name in names],
    ]
    colors = [_OURS if name.startswith("dedup") else _OTHERS for name in names]
    bars = axes.barh(names, medians, xerr=spread, color=colors, capsize=2)
    axes.bar_label(bars, labels=[f"{value:.3g}" for value in medians], padding=4)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    if max(medians) > _LINEAR * min(medians):
        axes.set_xscale("log")
    axes.set_xlabel(unit)
    if figure := axes.get_figure(root=True):
        figure.set_figheight(1.2 + 0.25 * len(names))


def _points(axes: Axes, recall: Mapping[str, Any], precision: Mapping[str, Any]) -> None:
    """Precision over recall."""
    markers = itertools.cycle("osD^vP*X")
    for name in (name for name in recall if name in precision):
        color = _OURS if name.startswith("dedup") else _OTHERS
        x, y = recall[name]["median"], precision[name]["median"]
        axes.plot(x, y, next(markers), color=color, label=name, clip_on=False)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1))


def _growth(axes: Axes, seconds: Mapping[int, float]) -> None:
    """CPU time over documents, both logarithmic, and the power that fits best."""
    sizes = sorted(seconds)
    x = [math.log(size) for size in sizes]
    y = [math.log(seconds[size]) for size in sizes]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    slope /= sum((a - middle_x) ** 2 for a in x)
    fit = [math.exp(middle_y + slope * (a - middle_x)) for a in x]
    axes.loglog(sizes, [seconds[size] for size in sizes], "o", color=_OURS, label="measured")
    axes.loglog(sizes, fit, "--", color=_THEORY, label=f"n^{slope:.2f}")
    axes.set(xlabel="documents", ylabel="CPU s")
    axes.legend()


def _curve(axes: Axes, points: list[Mapping[str, float]]) -> None:
    """Measured candidates beside 1 - (1 - s^r)^b."""
    x = [point["jaccard"] for point in points]
    axes.plot(x, [point["theory"] for point in points], color=_THEORY, label="theory")
    axes.plot(x, [point["measured"] for point in points], "o", color=_OURS, label="measured")
    axes.set(xlabel="Jaccard", ylabel="share that become candidates")
    axes.legend()


def _slug(text: str) -> str:
    """A name as files have it."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
