"""`dedup unique`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import click

from dedup.cli import options
from dedup.cli.index import sources, with_fields
from dedup.cli.output import Complaints, OutputError, Progress, write
from dedup.records import Document
from dedup.settings import Relation, Settings

if TYPE_CHECKING:
    from dedup.index import Index
    from dedup.read import InputFormat
    from dedup.records import Unreadable

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

    \b
    Examples:
      dedup unique corpus.jsonl > unique.jsonl
      fetch | dedup unique --index news.dedup --dropped dropped.jsonl - | publish

    Exit status: 0 done; 2 wrong usage, or a source could not be read or the
    result not written; 130 interrupted.
    """
    from dedup.read import ReadOptions, read
    from dedup.records import Unreadable
    from dedup.report import result_values

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
            records: deque[dict[str, Any] | None] = deque()
            documents = _remembered(read(named, read_options), records, text_field, id_field)
            kept = with_fields(documents, text_field, id_field)
            for result in index.add_many(kept, unless=relations):
                record = records.popleft()
                if isinstance(result, Unreadable):
                    complaints.add(result)
                    continue
                counts[result.new] += 1
                progress("unique", sum(counts.values()))
                if result.new:
                    yield json.dumps(record, ensure_ascii=False) + "\n"
                elif reasons:
                    reasons.write(json.dumps(result_values(result), ensure_ascii=False) + "\n")

        write(passed_on(), None)
    complaints.end()
    if not quiet:
        click.echo(f"dedup: {counts[True]:,} passed on, {counts[False]:,} dropped", err=True)
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


def _remembered(
    documents: Iterator[Document | Unreadable],
    records: deque[dict[str, Any] | None],
    text_field: str,
    id_field: str,
) -> Iterator[Document | Unreadable]:
    """The documents, whose records are noted as they pass."""
    for document in documents:
        if isinstance(document, Document):
            plain = {id_field: document.id, text_field: document.text}
            records.append(document.meta.get("record", plain))
        else:
            records.append(None)
        yield document
