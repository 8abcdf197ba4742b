"""The command `dedup`, and what all its subcommands have in common."""

from __future__ import annotations

import os
import platform
import sys

import click

from dedup import __version__, core
from dedup.cli import config
from dedup.cli.compare import compare
from dedup.cli.index import index
from dedup.cli.params import params
from dedup.cli.scan import scan
from dedup.cli.unique import unique
from dedup.errors import DedupError
from dedup.printable import one_line


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Prints what a bug report should say."""
    if wanted:
        python = platform.python_version()
        click.echo(f"dedup {__version__} (core: {core.description()}; Python {python})")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and which core runs, and exit.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Find documents that copy or rewrite one another, and see what was reused."""
    context.default_map = config.load(cli.commands)


cli.add_command(scan)
cli.add_command(compare)
cli.add_command(params)
cli.add_command(index)
cli.add_command(unique)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command and exits."""
    # NumPy's linear algebra, which is never called, would start threads that cost a third of a
    # short run.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    """The exit status."""
    try:
        return int(cli.main(arguments, prog_name="dedup", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except DedupError as error:
        click.echo(f"dedup: {one_line(str(error))}", err=True)
        return 2
