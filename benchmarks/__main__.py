"""The command line of the benchmarks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks import peers

if TYPE_CHECKING:
    from benchmarks.report import Report

_corpora = click.option(
    "--corpora",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the texts; what is missing in it is said. Synthetic text without it.",
)
_json = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every figure here as JSON.",
)
_peers = click.option(
    "--peers",
    metavar="LIST",
    callback=lambda _context, _parameter, value: peers.parse(value),
    help="Race only these, by name, separated by commas; all that are installed when not given.",
)
_plot = click.option(
    "--plot",
    type=click.Path(file_okay=False, path_type=Path),
    help="Draw the figures into this folder, as SVG.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@_corpora
@_peers
@_json
@_plot
@click.pass_context
def main(
    context: click.Context,
    corpora: Path | None,
    peers: list[str] | None,
    json_file: Path | None,
    plot: Path | None,
) -> None:
    """Speed, truth and limits of dedup, beside its peers.

    Without a command a short run of all of them, which ends within 5 minutes on two processors;
    options stand behind the command they are for.

    Exit status 1 when a result is wrong, 2 when a file of the corpora is broken, which is named and
    left out; a bar of speed that is not met is shown and is no error, because machines differ.
    """
    if context.invoked_subcommand is None:
        from benchmarks.short import run

        _end(run(corpora, peers), json_file, plot)
    elif corpora or peers or json_file or plot:
        raise click.UsageError(f"options stand behind {context.invoked_subcommand}")


@main.command()
@_corpora
@_peers
@_json
@_plot
def speed(
    corpora: Path | None, peers: list[str] | None, json_file: Path | None, plot: Path | None
) -> None:
    """Text to signatures, beside the peers."""
    from benchmarks.peers import PEERS, named
    from benchmarks.speed import run

    _end([run(corpora, rivals=named(PEERS, peers))], json_file, plot)


@main.command()
@_corpora
@_peers
@_json
@_plot
def scan(
    corpora: Path | None, peers: list[str] | None, json_file: Path | None, plot: Path | None
) -> None:
    """What is found and what it costs, text to pairs, beside the peers."""
    from benchmarks.peers import FINDERS, named
    from benchmarks.scan import run

    _end([run(corpora, rivals=named(FINDERS, peers))], json_file, plot)


@main.command()
@_corpora
@_peers
@click.option(
    "--pan",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Take about so many of the 5,185 pairs of PAN-13, always the same.",
)
@_json
@_plot
def align(
    corpora: Path | None,
    peers: list[str] | None,
    pan: int,
    json_file: Path | None,
    plot: Path | None,
) -> None:
    """What is found between two texts, beside the peers."""
    from benchmarks.align import run
    from benchmarks.peers import MATCHERS, named

    _end([run(corpora, rivals=named(MATCHERS, peers), pan=pan)], json_file, plot)


@main.command()
@_corpora
@click.option(
    "--pan",
    type=click.IntRange(min=1),
    help="Take about so many of the 5,185 pairs of PAN-13, always the same; sets no bars on them.",
)
@_json
@_plot
def quality(
    corpora: Path | None, pan: int | None, json_file: Path | None, plot: Path | None
) -> None:
    """How right pairs and alignments are, against labelled texts, and what they cost."""
    from benchmarks.quality import run

    _end([run(corpora, pan=pan)], json_file, plot)


@main.command()
@click.option(
    "--big", is_flag=True, help="Up to 10,000,000 documents: a quarter of an hour and 12 GB."
)
@_json
@_plot
def scale(*, big: bool, json_file: Path | None, plot: Path | None) -> None:
    """Time, memory and the size of the index as the corpus grows."""
    from benchmarks.scale import BIG_SIZES, SIZES, run

    _end([run(BIG_SIZES if big else SIZES)], json_file, plot)


@main.command()
@_corpora
@click.option(
    "--documents",
    type=click.IntRange(min=10_000),
    default=1_000_000,
    show_default=True,
    help="Signatures that are loaded, a multiple of 10,000.",
)
@_json
@_plot
def index(corpora: Path | None, documents: int, json_file: Path | None, plot: Path | None) -> None:
    """The index on disk, beside datasketch in memory and in Redis."""
    from benchmarks.index import run

    _end([run(corpora, documents=documents)], json_file, plot)


@main.command()
@_json
@_plot
def startup(json_file: Path | None, plot: Path | None) -> None:
    """What a command costs before it does anything, beside importing the peers."""
    from benchmarks.startup import run

    _end([run()], json_file, plot)


def _end(reports: Iterable[Report], json_file: Path | None, plot: Path | None) -> None:
    """Prints the verdicts, writes the figures, and fails when a result is wrong.

    One report is written as an object, several as a list of them.
    """
    done = []
    for report in reports:
        report.conclude()
        done.append(report)
    results = [report.to_dict() for report in done]
    if json_file:
        whole = results[0] if len(results) == 1 else results
        json_file.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if plot:
        from benchmarks.plot import draw

        for result in results:
            for path in draw(result, plot):
                click.echo(f"drawn: {path}", err=True)
    if any(report.wrong for report in done):
        raise SystemExit(1)
    if any(report.damaged for report in done):
        raise SystemExit(2)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
