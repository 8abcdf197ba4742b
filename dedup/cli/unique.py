"""`dedup unique`."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

import click

from dedup.cli import options
from dedup.cli.index import sources, with_fields
from dedup.cli.output import Complaints, OutputError, Progress, write
from dedup.records import Added, Document, Unreadable
from dedup.settings import Relation, Settings

if TYPE_CHECKING:
    from dedup.index import Index
    from dedup.read import InputFormat

_SAME = "identical,near-duplicate"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=str), metavar="[PATH]...")
@options.files_from
@click.option(
    "--index",
    "place",
    metavar="INDEX",
    help="Drop what this index has seen too, and add what is new to it; made when there is none. "
    "Without it only what is read is compared, by way of a temporary one.",
)
@click.option(
    "--dropped",
    metavar="FILE",
    help="Write what was dropped to FILE, as JSON lines: the id, and the matches that say why.",
)
@options.threshold
@click.option(
    "--relations",
    envvar="DEDUP_UNIQUE_RELATIONS",
    show_envvar=True,
    type=options.Relations(),
    default=_SAME,
    show_default=True,
    metavar="LIST",
    help="Relations to a document before it for which one is dropped.",
)
@options.ignore_errors
@options.reading
@options.quiet
def unique(
    paths: tuple[str, ...],
    files_from: BinaryIO | None,
    place: str | None,
    dropped: str | None,
    threshold: float,
    relations: tuple[Relation, ...],
    ignore_errors: bool,
    globs: tuple[str, ...],
    hidden: bool,
    no_ignore: bool,
    input_format: InputFormat,
    text_field: str,
    id_field: str,
    quiet: bool,
) -> int:
    """Pass on what is new: a filter for pipelines, in JSON lines.

    Of documents that copy one another the first is passed on. Records come out
    with all their fields, texts of files as id and text. Standard input and pipes
    are JSON lines unless --input-format is text. It streams, a thousand documents
    at a time; memory does not grow with what was read.

    A record without an id goes by a hash of its text. One whose id other words have
    is judged by its words, and goes by its id, # and a hash of them.

    \b
    Examples:
      dedup unique corpus.jsonl > unique.jsonl
      fetch | dedup unique --index news.dedup --dropped dropped.jsonl - | publish

    Exit status: 0 done; 2 wrong usage, or a source could not be read or the
    result not written; 130 interrupted.
    """
    from dedup.index.index import batches
    from dedup.read import ReadOptions, read

    read_options = ReadOptions(
        hidden,
        no_ignore,
        globs,
        input_format,
        text_field,
        id_field,
        records=True,
        pipes_as_jsonl=True,
    )
    named = sources(paths, files_from)
    complaints = Complaints()
    counts = {True: 0, False: 0}
    with ExitStack() as stack:
        reasons = stack.enter_context(_open(dropped)) if dropped else None
        index = stack.enter_context(_opened(stack, place, threshold, relations))
        progress = stack.enter_context(Progress(shown=not quiet and not sys.stdout.isatty()))

        def passed_on() -> Iterator[str]:
            documents = (_with_id(d, id_field) for d in read(named, read_options))
            for batch in batches(documents):
                kept = with_fields(iter(batch), text_field, id_field)
                results = index.add_many(kept, unless=relations, rename=True)
                for document, result in zip(batch, results, strict=True):
                    if isinstance(document, Document) and isinstance(result, Added):
                        counts[result.new] += 1
                        progress("unique", sum(counts.values()))
                        if result.new:
                            yield _line(document, text_field, id_field)
                        elif reasons:
                            reasons.write(_reason(document, result))
                    elif isinstance(result, Unreadable):
                        complaints.add(result)

        write(passed_on(), None)
    complaints.end()
    if not quiet:
        unread = f", {complaints.count:,} unreadable" if complaints.count else ""
        click.echo(
            f"dedup: {counts[True]:,} passed on, {counts[False]:,} dropped{unread}", err=True
        )
    return 2 if complaints.count and not ignore_errors else 0


def _opened(
    stack: ExitStack, place: str | None, threshold: float, relations: tuple[Relation, ...]
) -> Index:
    """The index, or a temporary one that judges no more than is asked for."""
    from dedup.index import Index

    if place is not None:
        settings = options.given_settings(Settings(threshold), ("threshold",))
        return Index.open(place, create=True, settings=settings)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dedup-")))
    return Index.open(
        folder / "seen", create=True, settings=Settings(threshold, relations=relations)
    )


def _open(path: str) -> IO[str]:
    """A file for lines, that has each as soon as may be: what was dropped is told once only."""
    try:
        return Path(path).open("w", encoding="utf-8", errors="backslashreplace", buffering=1)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _with_id(document: Document | Unreadable, id_field: str) -> Document | Unreadable:
    """A record that has no id under one made of its text: its line is another every day."""
    if isinstance(document, Document) and "record" in document.meta:
        ident = document.meta["record"].get(id_field)
        # As in reading, where true is no integer.
        if type(ident) not in (str, int):
            digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
            return replace(document, id=f"sha256:{digest[:16]}")
    return document


def _line(document: Document, text_field: str, id_field: str) -> str:
    """A document as it is passed on: its record, or what one would have."""
    plain = {id_field: document.id, text_field: document.text}
    return json.dumps(document.meta.get("record", plain), ensure_ascii=False) + "\n"


def _reason(document: Document, result: Added) -> str:
    """Why a document was dropped, by the id it was given."""
    from dedup.report import result_values

    return json.dumps(result_values(replace(result, id=document.id)), ensure_ascii=False) + "\n"
