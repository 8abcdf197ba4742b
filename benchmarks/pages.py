"""docs/benchmarks.md and the figures in README.md and docs/index.md, from the stored results.

    python -m benchmarks.pages

The results lie in ``benchmarks/results/``, one file a benchmark, as ``--json`` writes them; of a
benchmark that is there twice the file that comes last by name counts. A test checks that the pages
are what this makes of the files, not what the figures are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import number

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"
README = ROOT / "README.md"
INDEX = ROOT / "docs" / "index.md"
_FIGURES = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)
_BESIDE = {  # columns of the table that has an index beside its peers, and names of its figures
    "documents a CPU s": "documents a CPU s",
    "documents a s": "documents a s",
    "bytes a document": "bytes a document",
    "peak MB": "peak, MB",
    "recall": "recall",
}
_COPIES = "dedup, copies"
_OURS = ("dedup", "memory copy", "tokens and hashes")
_HEAD = (
    "Generated from `benchmarks/results/` by `python -m benchmarks.pages`; `python -m benchmarks` "
    "measures all of it on your machine. Each figure is the median, with the lowest and the "
    "highest behind it where it was measured more than once. Ratios are of one corpus each and "
    "never averaged."
)
_TITLES = {
    "speed": "Text to signatures",
    "scan": "Text to pairs",
    "align": "Two texts",
    "quality": "Alignments",
    "scale": "As the corpus grows",
    "index": "The index on disk",
    "startup": "Before anything is done",
}
_REASONS = {  # by benchmark, what is worse, and the peer where it is not the same for all
    (
        "speed",
        "MB/s",
        "rensa R, from hashes",
    ): "it is given hashes and reads no text; on hashes alone the "
    "two kernels do the same work, and ours does the reading too",
    ("scan", "peak memory"): "dedup keeps the texts, to compare them exactly; it keeps signatures",
    ("align", "CPU", "difflib"): "it looks for equal blocks in order and for nothing that was "
    "edited or moved",
    ("align", "CPU", "sentence-plagiarism"): "it compares the words of sentences one to one, "
    "without stems or weights, and in a longer text every sentence with every other",
    ("align", "peak memory"): "dedup loads NumPy, the stemmers and the language model",
    ("align", "precision"): "it reports only what is equal word for word",
    ("startup", "import"): "it loads less; dedup's own import loads no NumPy",
}

Result = Mapping[str, Any]
"""What a `Report` is as JSON."""


def stored(folder: Path = RESULTS) -> dict[str, Result]:
    """The results by benchmark, in the order of the page."""
    found: dict[str, Result] = {}
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        for result in content if isinstance(content, list) else [content]:
            found[result["benchmark"]] = result
    return {name: found[name] for name in _TITLES if name in found}


def page(results: Mapping[str, Result]) -> str:
    """docs/benchmarks.md."""
    parts = [
        "# Benchmarks",
        _HEAD,
        "## Where it loses",
        *(_loses(results) or ["Nowhere in these results."]),
    ]
    for name, result in results.items():
        parts += [f"## {_TITLES[name]}: `{name}`", _where(result)]
        parts += _tables(name, result)
        if result["bars"]:
            parts += ["What must hold:", _bars(result)]
        if result["failures"]:
            lines = (f"- {_plain(who)}: {_plain(why)}" for who, why in result["failures"].items())
            parts += ["Not measured:", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def readme(text: str, results: Mapping[str, Result]) -> str:
    """README.md with its figures: medians, as the page has the spreads."""
    tables = []
    if "scan" in results:
        result = results["scan"]
        for track in _tracks(result):
            tables += [_texts(result, track), _race(result, track, _median)]
    if "align" in results:
        for track in _tracks(results["align"]):
            tables += [f"Two texts, {track}:", _race(results["align"], track, _median)]
    return _with_figures(text, tables)


def index_page(text: str, results: Mapping[str, Result]) -> str:
    """docs/index.md with its figures."""
    result = results["index"]
    return _with_figures(text, [_bars(result), "Beside datasketch:", _beside(result)])


def _with_figures(text: str, tables: Sequence[str]) -> str:
    """A page with its figures replaced."""
    body = "\n\n".join(tables)
    return _FIGURES.sub(lambda match: f"{match[1]}{body}\n{match[2]}", text)


def _where(result: Result) -> str:
    """Machine, versions and texts."""
    machine = result["environment"]
    packages = ", ".join(f"{k} {v}" for k, v in machine["packages"].items())
    corpora = "; ".join(
        f"{one['name']}, {one['documents']:,} documents, {one['bytes'] / 1e6:.1f} MB, sha256 "
        f"{one['sha256'][:12]}"
        for one in result["corpora"]
    )
    return (
        f"{machine['cpu']}, {machine['processors']} processors, load {machine['load']}; "
        f"{machine['system']}; Python {machine['python']}; dedup {machine['dedup']}, commit "
        f"{machine.get('commit')}, core {machine['core']}; {packages}. Seed {result['seed']}, "
        f"repetitions {result['repetitions']}." + (f" {corpora}." if corpora else "")
    )


def _tables(name: str, result: Result) -> Iterator[str]:
    """The figures as tables: races side by side, all else one below the other."""
    tracks = _tracks(result) if name in {"scan", "align"} else []
    for track in tracks:
        yield f"### {track}"
        if name == "scan":
            yield _texts(result, track)
        yield _race(result, track)
    if name == "index":
        yield _beside(result)
        tracks = _indexes(result)
    says = [f"- {k[5:]}: {v}" for k, v in result["details"].items() if k.startswith("says ")]
    if says:
        yield "\n".join(says)
    rest = {
        key: figure
        for key, figure in result["figures"].items()
        if not any(key.startswith(f"{track}, ") for track in tracks)
    }
    if rest:
        rows = [[_plain(key), _value(figure), figure["unit"]] for key, figure in rest.items()]
        yield _table(["", "", "unit"], rows)


def _tracks(result: Result) -> list[str]:
    """The races of a result."""
    ends = ", CPU"
    names = (key.partition(", ")[0] for key in result["figures"] if key.endswith(ends))
    return [
        name for name in dict.fromkeys(names) if f"{name}, dedup" in "\n".join(result["figures"])
    ]


def _contestants(result: Result, track: str) -> list[str]:
    """Who ran, in the order of the table."""
    return [
        key.removeprefix(f"{track}, ").removesuffix(", CPU")
        for key in result["figures"]
        if key.startswith(f"{track}, ") and key.endswith(", CPU")
    ]


def _texts(result: Result, track: str) -> str:
    """What a race was over."""
    texts, pairs = (result["details"][f"{track}, {what}"] for what in ("texts", "pairs to find"))
    return f"Text to pairs, {track}: {texts:,} texts, {pairs:,} pairs to find."


def _race(
    result: Result, track: str, shown: Callable[[Mapping[str, Any]], str] | None = None
) -> str:
    """One race; figures are shown with their spread when not said otherwise."""
    shown = shown or _value
    columns = {
        "CPU s": "CPU",
        "wall s": "wall",
        "peak MB": "peak memory",
        "plagdet": "plagdet",
        "recall": "recall",
        "precision": "precision",
        "derived": "derived found",
    }
    whos = _contestants(result, track)
    figures = result["figures"]
    used = {
        head: what
        for head, what in columns.items()
        if any(f"{track}, {who}, {what}" in figures for who in whos)
    }
    rows = []
    for who in whos:
        cells = [figures.get(f"{track}, {who}, {what}") for what in used.values()]
        rows.append([who, *("" if cell is None else shown(cell) for cell in cells)])
    return _table(["", *used], rows)


def _indexes(result: Result) -> list[str]:
    """Those that documents were added to, one after the other."""
    end = ", documents a CPU s"
    return [key.removesuffix(end) for key in result["figures"] if key.endswith(end)]


def _beside(result: Result) -> str:
    """An index beside its peers."""
    rows = [
        [who, *(_median(result["figures"][f"{who}, {what}"]) for what in _BESIDE.values())]
        for who in _indexes(result)
    ]
    return _table(["", *_BESIDE], rows)


def _bars(result: Result) -> str:
    """What was promised."""
    words = {True: "met", False: "**not met**", None: "not measured"}
    rows = [
        [
            _plain(bar["what"]),
            "–" if bar["value"] is None else number(bar["value"]),
            f"{'≥' if bar['at_least'] else '≤'} {number(bar['limit'])}",
            words[bar["met"]],
        ]
        for bar in result["bars"]
    ]
    return _table(["", "measured", "bar", ""], rows)


def _loses(results: Mapping[str, Result]) -> list[str]:
    """Every figure of a peer that is better than ours."""
    lines: list[str] = []
    for name in ("scan", "align"):
        for track in _tracks(results[name]) if name in results else ():
            lines += _lost_race(name, results[name], track)
    for key, figure in results.get("speed", {}).get("figures", {}).items():
        base, _, who = key.partition(" / ")
        if base == "dedup, 1 thread" and not who.startswith(_OURS) and figure["median"] < 1:
            why = _reason("speed", "MB/s", who)
            times = 1 / figure["median"]
            lines.append(f"- Text to signatures: {who} runs at {times:.2f} × our speed: {why}.")
    figures = results.get("startup", {}).get("figures", {})
    own = figures.get("python -c 'import dedup', over bare Python")
    for key, figure in figures.items():
        peer = re.fullmatch(r"python -c 'import (\w+)', over bare Python", key)
        if own and peer and figure["highest"] < own["lowest"]:  # milliseconds, and noisy ones
            lines.append(
                f"- Import: {peer[1]} takes {_value(figure)} s, dedup {_value(own)} s: "
                f"{_REASONS['startup', 'import']}."
            )
    listed = results.get("quality", {}).get("figures", {}).get("licences, pairs found")
    if listed and listed["median"] < 1:
        lines.append(
            f"- Families of texts: of all near-duplicate pairs of licences {_value(listed)} are "
            "listed; who pairs out every bucket lists them all. Of more than 64 texts in a bucket "
            "each is compared with the first and with a neighbour, so that a thousand forms are "
            "one cluster and not 499,500 pairs; the result says how often."
        )
    return ["\n".join(lines)] if lines else []


def _lost_race(name: str, result: Result, track: str) -> Iterator[str]:
    """The lines of one race."""
    figures = result["figures"]
    whos = _contestants(result, track)
    mine = [who for who in whos if who.startswith("dedup")]
    mine = [_COPIES] if _COPIES in mine else mine
    for what, lower in (
        ("CPU", True),
        ("peak memory", True),
        ("recall", False),
        ("precision", False),
        ("plagdet", False),
        ("derived found", False),
    ):
        ours = [f for who in mine if (f := figures.get(f"{track}, {who}, {what}"))]
        if not ours:
            continue
        best = (min if lower else max)(ours, key=lambda figure: float(figure["median"]))
        if what == "derived found":
            best = figures[f"{track}, dedup, {what}"]
        for who in whos:
            figure = figures.get(f"{track}, {who}, {what}")
            if who.startswith("dedup") or figure is None:
                continue
            a, b = figure["median"], best["median"]
            if a < b if lower else a > b:
                why = _reason(name, what, who)
                unit = {"CPU": " s", "peak memory": " MB"}.get(what, "")
                yield (
                    f"- {_TITLES[name]}, {track}, {what}: {who} {_value(figure)}{unit}, dedup "
                    f"{_value(best)}{unit}: {why}."
                )


def _reason(name: str, what: str, who: str) -> str:
    """Why a peer is better there."""
    return _REASONS.get((name, what, who)) or _REASONS.get((name, what)) or "why is not known yet"


def _median(figure: Mapping[str, Any]) -> str:
    """The median; bytes in megabytes."""
    return _scaled(figure, "median")


def _scaled(figure: Mapping[str, Any], which: str) -> str:
    return number(figure[which] / (1e6 if figure["unit"] == "bytes" else 1))


def _value(figure: Mapping[str, Any]) -> str:
    """The median, and the spread where there is one."""
    middle, low, high = (_scaled(figure, which) for which in ("median", "lowest", "highest"))
    return middle if low == high else f"{middle} ({low}–{high})"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in [heads, *rows]]
    lines.insert(1, "|---" + "|---:" * (len(heads) - 1) + "|")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A name that no table takes for a cell's end."""
    return text.replace("|", "\\|")


def main() -> None:
    """Writes the pages."""
    results = stored()
    PAGE.write_text(page(results), "utf-8")
    for path, made in ((README, readme), (INDEX, index_page)):
        path.write_text(made(path.read_text("utf-8"), results), "utf-8")


if __name__ == "__main__":
    main()
