"""`dedup index`: everything that is done with an index kept on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import click

from dedup.cli import options
from dedup.cli.output import Complaints, Progress, refuse_inputs, style, write
from dedup.printable import one_line
from dedup.settings import RELATIONS, Relation, Settings

if TYPE_CHECKING:
    from dedup.index import Index
    from dedup.read import InputFormat
    from dedup.records import Added, Damage, Document, Queried, Unreadable
    from dedup.report import Format

_place = click.argument("index", metavar="INDEX", type=click.Path(path_type=str))
_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=str), metavar="[PATH]...")
_form = options.form(
    "text for a person; json, jsonl and csv for a program: a document with its matches a line, or "
    "in csv a match a row."
)
_check = click.option("--check", is_flag=True, help="Exit with 1 when anything matched.")


@click.group()
def index() -> None:
    """Keep documents on disk, and ask what a text has to do with them.

    INDEX is a folder, such as news.dedup. Several processes may ask while one
    adds.
    """


@index.command()
@_place
@_paths
@options.files_from
@options.threshold
@options.min_evidence_bits
@options.relations
@click.option(
    "--no-text",
    is_flag=True,
    help="Of a new index: keep no texts. It is smaller by a third, and what it says is estimated.",
)
@_form
@options.output
@_check
@options.ignore_errors
@options.reading
@options.quiet
@options.color
def add(
    index: str,
    threshold: float,
    min_evidence_bits: float,
    relations: tuple[Relation, ...],
    no_text: bool,
    **given: Any,
) -> int:
    """Add documents, and say what each has to do with those before it.

    The index is made when there is none. --threshold, --min-evidence-bits and
    --relations are its own for good. A document that is there already, with the
    same words, is left as it is. Other fields of JSONL records are kept.

    \b
    Examples:
      dedup index add news.dedup articles/
      dedup index add --format jsonl news.dedup - < today.jsonl
    """
    from dedup.index import Index

    settings = options.given_settings(Settings(threshold, min_evidence_bits, relations))
    call = _Call(**given)
    with Index.open(
        index, create=True, settings=settings, keep_text=False if no_text else None
    ) as opened:
        return _told(opened, call, adding=True)


@index.command()
@_place
@_paths
@options.files_from
@_form
@options.output
@_check
@options.ignore_errors
@options.reading
@options.quiet
@options.color
def query(index: str, **given: Any) -> int:
    """Say what documents have to do with those in the index, without adding them.

    \b
    Examples:
      dedup index query news.dedup article.txt
      dedup index query --format jsonl news.dedup - < today.jsonl | jq .matches
    """
    from dedup.index import Index

    with Index.open(index) as opened:
        return _told(opened, _Call(**given), adding=False)


@index.command()
@_place
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
    with Index.open(index) as opened:
        missing = [name for name in names if name not in opened]
        removed = opened.remove(*names)
    for name in missing:
        click.echo(f"dedup: {one_line(name)}: not in the index", err=True)
    if not quiet:
        click.echo(f"dedup: removed {removed:,}", err=True)
    return 2 if missing else 0


@index.command()
@_place
def compact(index: str) -> int:
    """Make one file of all, without what was removed.

    Others can add and ask meanwhile. Faster to ask and smaller afterwards.
    """
    from dedup.index import Index

    with Index.open(index) as opened:
        opened.compact()
    return 0


@index.command()
@_place
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

    with Index.open(index) as opened:
        values = {
            **asdict(opened.stats()),
            "keep_text": opened.keep_text,
            "settings": asdict(opened.settings),
        }
    if form == "json":
        write([json.dumps(values, indent=2) + "\n"], None)
        return 0
    settings = values.pop("settings")
    write((_line(name, value) for name, value in (values | settings).items()), None)
    return 0


@index.command()
@_place
def verify(index: str) -> int:
    """Read everything and compare it with its checksums; exit with 1 when it is damaged.

    What is damaged is printed, a line each; nothing when all is well.
    """
    from dedup.index import Index

    with Index.open(index) as opened:
        return _damage(opened.verify())


@index.command()
@_place
def recover(index: str) -> int:
    """Make postings and counters anew from documents that are sound.

    What could not be saved is printed, a line each, and the exit status is 1.
    Others cannot add meanwhile.
    """
    from dedup.index import Index

    return _damage(Index.recover(index))


class _Call:
    """The options that adding and asking share."""

    def __init__(
        self,
        *,
        paths: tuple[str, ...],
        files_from: BinaryIO | None,
        form: Format,
        output: str | None,
        check: bool,
        ignore_errors: bool,
        globs: tuple[str, ...],
        hidden: bool,
        no_ignore: bool,
        input_format: InputFormat,
        text_field: str,
        id_field: str,
        quiet: bool,
        color: Literal["auto", "always", "never"],
    ) -> None:
        from dedup.read import ReadOptions

        self.form, self.output = form, output
        self.style = style(color, output)
        self.check, self.ignore_errors, self.quiet = check, ignore_errors, quiet
        self.read_options = ReadOptions(
            hidden, no_ignore, globs, input_format, text_field, id_field, records=True
        )
        self.sources = sources(paths, files_from)
        refuse_inputs(output, self.sources, "-o")


def sources(paths: tuple[str, ...], files_from: BinaryIO | None) -> list[str]:
    """What is named, or standard input when something waits there.

    Raises:
        UsageError: nothing is named.
    """
    from dedup.read import read_list

    named = [*paths, *(read_list(files_from) if files_from else ())]
    if not named and not files_from:
        raise click.UsageError("Nothing to read: name a file, a folder, or - for standard input.")
    return named


def with_fields(
    records: Iterator[Document | Unreadable], text_field: str, id_field: str
) -> Iterator[Document | Unreadable]:
    """Documents of records with the other fields as meta."""
    from dedup.records import Document

    for record in records:
        if isinstance(record, Document) and "record" in record.meta:
            fields = record.meta["record"]
            meta = {k: v for k, v in fields.items() if k not in (text_field, id_field)}
            yield Document(record.id, record.text, meta)
        else:
            yield record


def _told(index: Index, call: _Call, *, adding: bool) -> int:
    """Adds or asks, and writes what comes of it."""
    from dedup.read import read
    from dedup.records import Unreadable
    from dedup.report import match_lines

    complaints = Complaints()
    matched = False
    with Progress(shown=not call.quiet and bool(call.output)) as progress:

        def results() -> Iterator[Added | Queried]:
            nonlocal matched
            options_ = call.read_options
            documents = with_fields(
                read(call.sources, options_), options_.text_field, options_.id_field
            )
            found = index.add_many(documents) if adding else index.query_each(documents)
            for number, result in enumerate(found, 1):
                progress("add" if adding else "query", number)
                if isinstance(result, Unreadable):
                    complaints.add(result)
                else:
                    matched |= bool(result.matches)
                    yield result

        write((f"{line}\n" for line in match_lines(results(), call.form, call.style)), call.output)
    complaints.end()
    if complaints.count and not call.ignore_errors:
        return 2
    return 1 if call.check and matched else 0


def _damage(found: list[Damage]) -> int:
    """Prints what is damaged."""
    write((f"{one_line(d.source)}: {one_line(d.reason)}\n" for d in found), None)
    return 1 if found else 0


def _line(name: str, value: object) -> str:
    """A value beside its name."""
    if name == "relations":
        value = "all" if value == RELATIONS else ", ".join(value)  # type: ignore[arg-type]
    number = isinstance(value, int) and not isinstance(value, bool) and name != "seed"
    shown = f"{value:,}" if number else value
    return f"{name.replace('_', ' '):<18}{shown}\n"
