"""Options that several commands have, with one wording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click

from dedup.errors import SchemeMismatch
from dedup.settings import RELATIONS, Settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_DEFAULTS = Settings()


class Relations(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.5
    """Some relations, separated by commas."""

    name = "relations"

    def convert(
        self, value: object, parameter: click.Parameter | None, context: click.Context | None
    ) -> tuple[str, ...]:
        """The names; those of a configuration file come as a list."""
        names = value.split(",") if isinstance(value, str) else list(value)  # type: ignore[call-overload]
        names = [str(name).strip() for name in names]
        for name in names:
            if name not in RELATIONS:
                self.fail(f"{name!r} is not one of {', '.join(RELATIONS)}", parameter, context)
        return tuple(names)


files_from: Decorator = click.option(
    "--files-from",
    type=click.File("rb"),
    metavar="FILE",
    help="Read the paths from FILE too, one a line or NUL-separated; - for standard input.",
)
threshold: Decorator = click.option(
    "-t",
    "--threshold",
    envvar="DEDUP_THRESHOLD",
    show_envvar=True,
    type=float,
    default=_DEFAULTS.threshold,
    show_default=True,
    metavar="T",
    help="Least Jaccard similarity of a near-duplicate, over word 5-grams.",
)
min_evidence_bits: Decorator = click.option(
    "--min-evidence-bits",
    envvar="DEDUP_MIN_EVIDENCE_BITS",
    show_envvar=True,
    type=float,
    default=_DEFAULTS.min_evidence_bits,
    show_default=True,
    metavar="BITS",
    help="Least evidence that shared text is reuse and not chance: 2^-BITS such pairs are to be "
    "expected by chance.",
)
relations: Decorator = click.option(
    "--relations",
    envvar="DEDUP_RELATIONS",
    show_envvar=True,
    type=Relations(),
    default=",".join(RELATIONS),
    metavar="LIST",
    help=f"What to report: some of {', '.join(RELATIONS)}; all when not given. The last three are "
    "less alike than the threshold.",
)
ignore_errors: Decorator = click.option(
    "--ignore-errors", is_flag=True, help="Exit with 0 even if a source was unreadable."
)
quiet: Decorator = click.option("-q", "--quiet", is_flag=True, help="No progress and no notes.")
output: Decorator = click.option(
    "-o",
    "--output",
    metavar="FILE",
    callback=lambda _context, _option, value: None if value == "-" else value,
    help="Write to FILE, whole or not at all; - is standard output.",
)


# Who reads it says that it may not be read, and the rest goes on; click would end there.
PATH = click.Path(readable=False, path_type=str)


def _folder(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    """Refuses standard input, whose place is behind the index."""
    if given == "-":
        raise click.UsageError("INDEX comes first, a folder: dedup index add INDEX -")
    return given


index: Decorator = click.argument("index", metavar="INDEX", type=PATH, callback=_folder)
color: Decorator = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: on a terminal, unless NO_COLOR is set.",
)


def form(help_text: str, *, drawn: str | None = None) -> Decorator:
    """``--format``: what each means is the command's own, and so is the one that is drawn."""
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(["text", "json", "jsonl", "csv", *([drawn] if drawn else [])]),
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


def reading(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is read, and as what: the options that `ReadOptions` takes."""
    for option in reversed(_READING):
        function = option(function)
    return function


_READING: tuple[Decorator, ...] = (
    click.option(
        "-g",
        "--glob",
        "globs",
        multiple=True,
        metavar="GLOB",
        help="In folders, only files that match; with ! in front, only those that do not.",
    ),
    click.option("--hidden", is_flag=True, help="In folders, also hidden files."),
    click.option("--no-ignore", is_flag=True, help="In folders, also what .gitignore leaves out."),
    click.option(
        "--input-format",
        type=click.Choice(["auto", "text", "jsonl"]),
        default="auto",
        show_default=True,
        help="What a source holds: one text, or a record a line. auto: by its name, or, from a "
        "pipe, by how it begins.",
    ),
    click.option(
        "--text-field", default="text", show_default=True, metavar="NAME", help="Text of a record."
    ),
    click.option(
        "--id-field", default="id", show_default=True, metavar="NAME", help="Id of a record."
    ),
)


JUDGING = ("threshold", "min_evidence_bits", "relations")


def require(place: str, found: Settings, wanted: Settings, names: Sequence[str] = JUDGING) -> None:
    """Refuses an index that was made otherwise than this call asks for.

    What a configuration file says is for new indexes: it was not said of this one.

    Raises:
        SchemeMismatch: it was; the message says who asks for what.
    """
    context = click.get_current_context()
    for option in context.command.params:
        name = str(option.name)
        who = {
            click.core.ParameterSource.COMMANDLINE: option.opts[-1],
            click.core.ParameterSource.ENVIRONMENT: option.envvar,
        }.get(context.get_parameter_source(name))  # type: ignore[arg-type]
        if who and name in names and getattr(found, name) != getattr(wanted, name):
            own, asked = (_shown(getattr(settings, name)) for settings in (found, wanted))
            mismatch(place, f"{name.replace('_', ' ')} {own}", f"{who} asks for {asked}")


def mismatch(place: str, own: str, asked: str) -> NoReturn:
    """Says so.

    Raises:
        SchemeMismatch: always.
    """
    raise SchemeMismatch(f"{place}: made with {own}, and {asked}")


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else f"{value:g}"
