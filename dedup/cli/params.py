"""`dedup params`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from dedup.cli import options
from dedup.cli.output import style, write
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.report import CurveFormat

_DEFAULTS = Settings()


@click.command()
@options.threshold
@click.option(
    "--num-perm",
    type=int,
    default=_DEFAULTS.num_perm,
    show_default=True,
    metavar="N",
    help="Values in a MinHash signature.",
)
@options.form(
    "text and svg show the curve, json has everything, jsonl and csv have the curve's points.",
    drawn="svg",
)
@options.output
@options.color
def params(
    threshold: float,
    num_perm: int,
    form: CurveFormat,
    output: str | None,
    color: Literal["auto", "always", "never"],
) -> None:
    """Show how signatures are cut into bands at a threshold, and what that finds.

    Two documents that agree on all rows of one band are compared exactly. The
    curve says how likely that is, by how similar they are: 1 - (1 - J^rows)^bands.

    \b
    Examples:
      dedup params --threshold 0.8
      dedup params --threshold 0.5 --num-perm 256 --format svg -o curve.svg
    """
    # What follows needs NumPy; --help does not.
    from dedup.find import choose_bands
    from dedup.report import curve_lines

    settings = Settings(threshold=threshold, num_perm=num_perm)
    bands = choose_bands(settings.threshold, settings.num_perm)
    lines = curve_lines(bands, threshold, num_perm, form, style(color, output))
    write((line + "\n" for line in lines), output)
