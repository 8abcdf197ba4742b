"""Options that several commands have, with one wording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

output: Decorator = click.option(
    "-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all."
)
color: Decorator = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: on a terminal, unless NO_COLOR is set.",
)


def form(help_text: str, *, drawn: str) -> Decorator:
    """``--format``: what each means is the command's own, and so is the one that is drawn."""
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(["text", "json", "jsonl", "csv", drawn]),
        default="text",
        show_default=True,
        help=help_text,
    )


def page(output: str | None) -> str:
    """Where a page goes, which is no use on a terminal.

    Raises:
        UsageError: nowhere.
    """
    if output is None:
        raise click.UsageError("--format html needs -o: name the file to write, as -o report.html.")
    return output
