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


def form(help_text: str, *more: str) -> Decorator:
    """``--format``: what each means is the command's own, which may have more of them."""
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(["text", "json", "jsonl", "csv", *more]),
        default="text",
        show_default=True,
        help=help_text,
    )
