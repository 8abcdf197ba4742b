"""Pictures of a stored result, as SVG.

By matplotlib, which is loaded when something is drawn: ticks of logarithmic axes and labels that
keep clear of one another are what it has and what a hundred lines of our own would do badly.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.report import number
from dedup.find import Bands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Result = Mapping[str, Any]
"""What a `Report` is as JSON."""

_OURS = "#2a78c2"
_OTHERS = "#9aa4ad"
_CEILINGS = "#d5dade"
_THEORY = "#c0392b"
# Of Okabe and Ito, which weak eyes tell apart; ours is left out.
_PEERS = ("#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8a6d3b", "#7a7a7a")
_LIMITS = ("memory copy", "tokens and hashes")
_LINEAR = 50  # longest bar over shortest, from where on the axis is logarithmic
_GROWTH = {"CPU s": ("growth-time", "CPU time"), "MB": ("growth-memory", "Memory")}


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
    figures, details = result["figures"], result["details"]
    found: dict[str, Callable[[Axes], None]] = {}
    speeds = {k: v for k, v in figures.items() if v["unit"] == "MB per CPU second"}
    scripts = {k: v for k, v in speeds.items() if k == "ASCII" or f"{k} / ASCII" in figures}
    race = {k: v for k, v in speeds.items() if k not in scripts}
    more = "MB per CPU second; more is better"
    if race:
        found["text-to-signatures"] = partial(
            _bars, title="Text to signatures", figures=race, unit=more
        )
    if scripts:
        found["other-text"] = partial(
            _bars, title="dedup, 1 thread, on other text", figures=scripts, unit=more, ours=True
        )
    for track in sorted({name.partition(", ")[0] for name in figures if name.endswith(", CPU")}):
        cpu = _of(figures, track, "CPU")
        found[f"{_slug(track)}-cpu"] = partial(
            _bars, title=f"CPU time: {track}", figures=cpu, unit="s; less is better"
        )
        recall, precision = _of(figures, track, "recall"), _of(figures, track, "precision")
        if recall.keys() & precision.keys():
            found[f"{_slug(track)}-precision-recall"] = partial(
                _points, title=f"What is found: {track}", recall=recall, precision=precision
            )
    started = {
        k: v
        for k, v in figures.items()
        if v["unit"] == "CPU s" and f"{k}, over bare Python" in figures
    }
    if started:
        found["cpu"] = partial(
            _bars, title="A process from beginning to end", figures=started, unit="CPU s"
        )
    if "pan13 published" in details:
        found["pan13-plagdet"] = partial(
            _beside_published,
            ours={
                kind: figures[f"pan13 default, {kind}, plagdet"]["median"]
                for kind in details["pan13 published"]
                if f"pan13 default, {kind}, plagdet" in figures
            },
            published=details["pan13 published"],
        )
    for unit, series in _by_unit(details.get("growth", [])).items():
        name, title = _GROWTH[unit]
        found[name] = partial(_growth, title=title, series=series, unit=unit)
    if "bands" in details:
        found["s-curve"] = partial(_curve, points=details["s-curve"], bands=details["bands"])
    return found


def _of(figures: Mapping[str, Any], track: str, what: str) -> dict[str, Any]:
    """One figure of every contestant of a track, by the contestant's name."""
    pattern = re.compile(f"{re.escape(track)}, (.*), {re.escape(what)}")
    return {m[1]: figure for name, figure in figures.items() if (m := pattern.fullmatch(name))}


def _bars(
    axes: Axes, *, title: str, figures: Mapping[str, Any], unit: str, ours: bool = False
) -> None:
    """A bar each, with the spread; logarithmic where the shortest would not be seen."""
    names = list(figures)
    medians = [figures[name]["median"] for name in names]
    spread = [
        [figures[name]["median"] - figures[name]["lowest"] for name in names],
        [figures[name]["highest"] - figures[name]["median"] for name in names],
    ]
    colors = [_OURS if ours else _color(name) for name in names]
    bars = axes.barh(names, medians, xerr=spread, color=colors, capsize=2)
    axes.bar_label(bars, labels=[number(value) for value in medians], padding=4)
    axes.invert_yaxis()
    axes.margins(x=0.12, y=0.6 / len(names))
    if max(medians) > _LINEAR * min(medians):
        axes.set_xscale("log")
        unit += "; logarithmic"
    axes.set_xlabel(unit)
    axes.set_title(title, loc="left")
    if figure := axes.get_figure(root=True):
        figure.set_figheight(1.2 + 0.25 * len(names))


def _color(name: str) -> str:
    """Ours, a limit that nobody can pass, or another."""
    if name.startswith("dedup") or "import dedup" in name:
        return _OURS
    return _CEILINGS if name.startswith(_LIMITS) else _OTHERS


def _points(
    axes: Axes, *, title: str, recall: Mapping[str, Any], precision: Mapping[str, Any]
) -> None:
    """Precision over recall; of those that lie on one another both are seen."""
    peers = zip(itertools.cycle(_PEERS), itertools.cycle("Ds^vP*Xo"), strict=False)
    own_markers = itertools.cycle("os")
    for name in (name for name in recall if name in precision):
        own = name.startswith("dedup")
        color, marker = (_OURS, next(own_markers)) if own else next(peers)
        axes.plot(
            recall[name]["median"],
            precision[name]["median"],
            marker,
            color=color,
            markerfacecolor=color if own else "none",
            markersize=8,
            linestyle="none",
            label=name,
            clip_on=False,
        )
    least = min(figure["median"] for side in (recall, precision) for figure in side.values())
    first = math.floor(10 * least - 0.5) / 10
    axes.set(xlabel="recall", ylabel="precision", xlim=(first, 1), ylim=(first, 1))
    axes.grid(color="#eeeeee")
    axes.set_axisbelow(True)
    axes.set_title(title, loc="left")
    axes.legend(loc="upper left", bbox_to_anchor=(1.03, 1), frameon=False)


def _beside_published(
    axes: Axes, *, ours: Mapping[str, float], published: Mapping[str, float]
) -> None:
    """Two bars for every kind of reuse."""
    places = range(len(ours))
    for shift, color, label, values in (
        (-0.2, _OURS, "dedup, passages", list(ours.values())),
        (0.2, _OTHERS, "best published, 2014", [published[kind] for kind in ours]),
    ):
        bars = axes.bar([x + shift for x in places], values, 0.38, color=color, label=label)
        axes.bar_label(bars, labels=[f"{value:.3f}" for value in values], padding=2, fontsize=8)
    axes.set_xticks(places, list(ours))
    axes.set(ylabel="plagdet", ylim=(0, 1.1))
    axes.set_title("PAN-13, by kind of reuse", loc="left")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)


def _by_unit(growth: Sequence[Result]) -> dict[str, list[Result]]:
    """What grows and was measured more than once, by its unit."""
    found: dict[str, list[Result]] = {}
    for series in growth:
        if len(series["points"]) > 1:
            found.setdefault(series["unit"], []).append(series)
    return found


def _growth(axes: Axes, *, title: str, series: Sequence[Result], unit: str) -> None:
    """What grows over documents, both logarithmic, and the power that fits best where it does."""
    colors = itertools.cycle([_OURS, _THEORY, _OTHERS])
    for one, color, marker in zip(series, colors, itertools.cycle("osD"), strict=False):
        documents, values = zip(*one["points"], strict=True)
        label = one["what"]
        if one["exponent"] is not None:
            fitted = [point for point in one["points"] if point[0] >= one["from"]]
            middle = sum(math.log(y / x ** one["exponent"]) for x, y in fitted) / len(fitted)
            ends = [fitted[0][0], fitted[-1][0]]
            line = [math.exp(middle) * x ** one["exponent"] for x in ends]
            axes.loglog(ends, line, "--", color=color, linewidth=1)
            label += f", from {one['from']:,} on n^{one['exponent']:.2f}"
        axes.loglog(documents, values, marker, color=color, label=label)
    axes.set(xlabel="documents", ylabel=unit)
    axes.grid(color="#eeeeee")
    axes.set_axisbelow(True)
    axes.set_title(f"{title}, both axes logarithmic", loc="left")
    axes.legend(loc="upper left", frameon=False)


def _curve(axes: Axes, *, points: list[Mapping[str, float]], bands: Mapping[str, int]) -> None:
    """Measured candidates beside 1 - (1 - s^r)^b."""
    curve = Bands(**bands)
    x = [i / 200 for i in range(201)]
    axes.plot(x, [curve.recall(s) for s in x], color=_THEORY, label="theory")
    measured = [point["measured"] for point in points]
    jaccard = [point["jaccard"] for point in points]
    axes.plot(jaccard, measured, "o", color=_OURS, label="measured", clip_on=False)
    axes.set(xlabel="Jaccard", ylabel="share that become candidates", xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title(f"{curve.bands} bands of {curve.rows} rows", loc="left")
    axes.legend(loc="lower right", frameon=False)


def _slug(text: str) -> str:
    """A name as files have it."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
