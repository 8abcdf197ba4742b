"""`dedup index`: adding to an index kept on disk, and asking it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import click

from dedup.cli import options
from dedup.cli.intake import (
    awaited,
    by_path,
    by_words,
    is_there,
    opened,
    sources,
    traced,
    with_fields,
)
from dedup.cli.maintenance import compact, recover, remove, stats, verify
from dedup.cli.notes import Complaints, Progress
from dedup.cli.output import check_output, style, write
from dedup.printable import one_line
from dedup.settings import Relation, Settings

if TYPE_CHECKING:
    from dedup.read import InputFormat
    from dedup.records import Added, Document, Queried, Unreadable
    from dedup.report import Format

_paths = click.argument("paths", nargs=-1, type=options.PATH, metavar="[PATH]...")
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
@options.index
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

    A file's id is its path as you name it, with the folder: articles/a.txt, be
    it named itself or by its folder. A record's id is its id field, without one a
    hash of its text.

    \b
    Examples:
      dedup index add news.dedup articles/
      dedup index add --format jsonl news.dedup - < today.jsonl
    """
    settings = Settings(threshold, min_evidence_bits, relations)
    call = _Call(**given)
    unreadable, records = awaited(call.records())
    if unreadable and not is_there(index):
        return call.tell("add", iter(unreadable))  # none is made of that alone
    records, read = tee(records)  # apart by a batch at most
    with opened(index, settings, keep_text=not no_text) as into:
        added = into.add_many(call.with_fields(records))
        return call.tell("add", map(traced, read, added))


@index.command()
@options.index
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

    Of a copy, only that it is one: dedup index matches says what its original has
    to do with others.

    \b
    Examples:
      dedup index query news.dedup article.txt
      dedup index query --format jsonl news.dedup - < today.jsonl | jq .matches
    """
    from dedup.index import Index

    call = _Call(**given)
    with Index.open(index) as asked:
        return call.tell("query", asked.query_each(call.records()))


@index.command()
@options.index
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_form
@options.output
@options.color
def matches(
    index: str,
    ids: tuple[str, ...],
    form: Format,
    output: str | None,
    color: Literal["auto", "always", "never"],
) -> int:
    """Say what documents of the index have to do with others of it, by their ids.

    Exit status 2 when an id is not there; the others are told all the same.
    """
    from dedup.index import Index
    from dedup.report import match_lines

    check_output(output, (), "-o")
    with Index.open(index) as asked:
        missing = [name for name in ids if name not in asked]
        results = (asked.query_id(name) for name in ids if name not in missing)
        write((f"{line}\n" for line in match_lines(results, form, style(color, output))), output)
    for name in missing:
        click.echo(f"dedup: {one_line(name)}: not in the index", err=True)
    return 2 if missing else 0


for command in (remove, compact, stats, verify, recover):
    index.add_command(command)


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
        check_output(output, self.sources, "-o")

    def records(self) -> Iterator[Document | Unreadable]:
        """What is read, by the ids that an index keeps."""
        from dedup.read import read

        id_field = self.read_options.id_field
        records = read(self.sources, self.read_options)
        return (by_words(by_path(record), id_field) for record in records)

    def with_fields(
        self, records: Iterator[Document | Unreadable]
    ) -> Iterator[Document | Unreadable]:
        """The documents as an index takes them."""
        return with_fields(records, self.read_options.text_field, self.read_options.id_field)

    def tell(self, name: str, found: Iterator[Added | Queried | Unreadable]) -> int:
        """Writes what comes of it."""
        from dedup.records import Unreadable
        from dedup.report import match_lines

        complaints = Complaints()
        matched = done = False
        with Progress(shown=not self.quiet and bool(self.output)) as progress:

            def results() -> Iterator[Added | Queried]:
                nonlocal matched, done
                for number, result in enumerate(found, 1):
                    progress(name, number)
                    if isinstance(result, Unreadable):
                        complaints.add(result)
                    else:
                        matched |= bool(result.matches)
                        yield result
                done = True

            lines = match_lines(results(), self.form, self.style)
            write((f"{line}\n" for line in lines), self.output)
        complaints.end()
        if name == "add" and not done:
            click.echo("dedup: nobody reads the result: the rest was not added", err=True)
            return 2
        if complaints.count and not self.ignore_errors:
            return 2
        return 1 if self.check and matched else 0
