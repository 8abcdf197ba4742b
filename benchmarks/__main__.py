"""The command line of the benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from benchmarks.report import Report

_corpora = click.option(
    "--corpora",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with imdb-en.jsonl and what else is measured on; synthetic text without it.",
)
_json = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every figure here as JSON.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Speed, truth and limits of dedup, beside its peers.

    Exit status 1 when a result is wrong; a bar of speed that is not met is shown and is no error,
    because machines differ.
    """


@main.command()
@_corpora
@_json
def speed(corpora: Path | None, json_file: Path | None) -> None:
    """Text to signatures, beside the peers."""
    from benchmarks.speed import run

    _end(run(corpora), json_file)


@main.command()
@_corpora
@_json
def scan(corpora: Path | None, json_file: Path | None) -> None:
    """What a scan finds of what was planted, and what it costs."""
    from benchmarks.scan import run

    _end(run(corpora), json_file)


@main.command()
@_corpora
@click.option(
    "--pan",
    type=click.IntRange(min=1),
    help="Take about so many of the 5,185 pairs of PAN-13, always the same; sets no bars on them.",
)
@_json
def quality(corpora: Path | None, pan: int | None, json_file: Path | None) -> None:
    """How good alignments are, against labelled texts, and what they cost."""
    from benchmarks.quality import run

    _end(run(corpora, pan=pan), json_file)


@main.command()
@click.option("--big", is_flag=True, help="Up to 1,000,000 documents; takes minutes.")
@_json
def scale(*, big: bool, json_file: Path | None) -> None:
    """Time and memory as the corpus grows."""
    from benchmarks.scale import BIG_SIZES, SIZES, run

    _end(run(BIG_SIZES if big else SIZES), json_file)


@main.command()
@_json
def startup(json_file: Path | None) -> None:
    """What a command costs before it does anything."""
    from benchmarks.startup import run

    _end(run(), json_file)


def _end(report: Report, json_file: Path | None) -> None:
    """Prints the verdict, writes the figures, and fails when a result is wrong."""
    report.conclude()
    if json_file:
        json_file.write_text(report.to_json(), encoding="utf-8")
    if report.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
