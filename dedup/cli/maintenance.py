"""The commands of `dedup index` that look after one: removing, compacting, counting, mending."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from dedup.cli import options
from dedup.cli.output import write
from dedup.printable import one_line

if TYPE_CHECKING:
    from dedup.index import Index
    from dedup.records import Damage


@click.command()
@options.index
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--ids-from",
    type=click.File("rb"),
    metavar="FILE",
    help="Read ids from FILE too, one a line or NUL-separated; - for standard input.",
)
@options.quiet
def remove(index: str, ids: tuple[str, ...], ids_from: BinaryIO | None, quiet: bool) -> int:
    """Remove documents by their ids.

    Their texts stay on disk until dedup index compact. Exit status 2 when an id
    is not there; the others are removed all the same.
    """
    from dedup.index import Index
    from dedup.read import read_list

    names = list(dict.fromkeys([*ids, *(read_list(ids_from) if ids_from else ())]))
    if not names and not ids_from:
        raise click.UsageError("Nothing to remove: name an id, or a file of them by --ids-from.")
    with Index.open(index) as opened:
        missing = [name for name in names if name not in opened]
        removed = opened.remove(*names)
    for name in missing:
        click.echo(f"dedup: {one_line(name)}: not in the index", err=True)
    if not quiet:
        click.echo(f"dedup: removed {removed:,}", err=True)
    return 2 if missing else 0


@click.command()
@options.index
@options.quiet
def compact(index: str, quiet: bool) -> int:
    """Make one file of all, without what was removed.

    Others can add and ask meanwhile. Faster to ask afterwards, and smaller where
    something was removed.
    """
    from dedup.index import Index

    with Index.open(index) as opened:
        opened.compact()
        _note("compacted", opened, quiet=quiet)
    return 0


@click.command()
@options.index
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for a person, json for a program.",
)
def stats(index: str, form: Literal["text", "json"]) -> int:
    """Say how much there is of what, and how the index was made."""
    from dedup.index import Index
    from dedup.report import stats_lines

    with Index.open(index) as opened:
        found, keep_text, settings = opened.stats(), opened.keep_text, opened.settings
    if form == "json":
        values = {**asdict(found), "keep_text": keep_text, "settings": asdict(settings)}
        write([json.dumps(values, indent=2) + "\n"], None)
    else:
        lines = stats_lines(found, settings, keep_text=keep_text)
        write((f"{line}\n" for line in lines), None)
    return 0


@click.command()
@options.index
@options.quiet
def verify(index: str, quiet: bool) -> int:
    """Read everything and compare it with its checksums; exit with 1 when it is damaged.

    What is damaged is printed, a line each; nothing when all is well.
    """
    from dedup.index import Index

    with Index.open(index) as opened:
        found = opened.verify()
        if not found:
            _note("sound", opened, quiet=quiet)
    return _damage(found)


@click.command()
@options.index
@options.quiet
def recover(index: str, quiet: bool) -> int:
    """Make postings and counters anew from documents that are sound.

    What could not be saved is printed, a line each, and the exit status is 1.
    Others cannot add meanwhile.
    """
    from dedup.index import Index

    found = Index.recover(index)
    with Index.open(index) as opened:
        _note("made anew", opened, quiet=quiet)
    return _damage(found)


def _note(done: str, index: Index, *, quiet: bool) -> None:
    """Says on stderr what was done, and how much there is now."""
    from dedup.report import size

    if not quiet:
        found = index.stats()
        documents = "1 document" if found.documents == 1 else f"{found.documents:,} documents"
        click.echo(f"dedup: {done}: {documents}, {size(found.bytes)}", err=True)


def _damage(found: list[Damage]) -> int:
    """Prints what is damaged."""
    write((f"{one_line(d.source)}: {one_line(d.reason)}\n" for d in found), None)
    return 1 if found else 0
