"""`dedup unique`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dedup.cli import options
from dedup.cli.intake import awaited, by_path, by_words, is_there, opened, sources, with_fields
from dedup.cli.notes import Complaints, Progress
from dedup.cli.output import OutputError, check_output, standard_output
from dedup.errors import StoreError
from dedup.records import Added, Document, Unreadable
from dedup.settings import Relation, Settings

if TYPE_CHECKING:
    from dedup.index import Index
    from dedup.read import InputFormat

_SAME = "identical,near-duplicate"
_Told = tuple[Document | Unreadable, Added | Unreadable]  # what was read, what became of it


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH, metavar="[PATH]...")
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
    help="Write what was dropped to FILE, as JSON lines: the id, and why: the matches, or that it "
    "is there already by this id. What was in FILE is replaced.",
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

    Documents are added to INDEX when they have been passed on: after a crash
    nothing is lost, and some may come a second time.

    \b
    Examples:
      dedup unique corpus.jsonl > unique.jsonl
      fetch | dedup unique --index news.dedup --dropped dropped.jsonl - | publish

    Exit status: 0 done; 2 wrong usage, or a source could not be read or the
    result not written; 130 interrupted.
    """
    from dedup.index.intake import batches
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
    if dropped == "-":
        raise click.UsageError("--dropped -: standard output has what is passed on; name a file.")
    check_output(dropped, named, "--dropped")
    complaints = Complaints()
    counts = {"new": 0, "dropped": 0, "bare": 0}
    with ExitStack() as stack:
        if place is None:
            stack.enter_context(_hint_of_tmpdir())
        unreadable, records = awaited(
            by_words(by_path(record), id_field) for record in read(named, read_options)
        )
        if unreadable and place and not is_there(place):
            place = None  # none is made of that alone
        index = stack.enter_context(_opened(stack, place, threshold, relations))
        write_dropped = stack.enter_context(_lines_to(dropped)) if dropped else None
        progress = stack.enter_context(Progress(shown=not quiet and not sys.stdout.isatty()))
        stream = stack.enter_context(standard_output())
        for batch in batches(records):
            documents, bare = _keepable(with_fields(batch, text_field, id_field))
            counts["bare"] += bare
            with index.offer(documents, unless=relations) as results:
                told = list(zip(batch, results, strict=True))
                if write_dropped:
                    write_dropped(_reasons(told))
                stream.writelines(_new_lines(told, text_field, id_field))
                stream.flush()
            for result in results:
                if isinstance(result, Unreadable):
                    complaints.add(result)
                else:
                    counts["new" if result.new else "dropped"] += 1
            progress("unique", counts["new"] + counts["dropped"])
    complaints.end()
    if counts["bare"] and place:
        why = "in the index without their other fields, which JSON cannot hold (NaN and the like)"
        click.echo(f"dedup: {counts['bare']:,} {why}", err=True)
    if not quiet:
        unread = f", {complaints.count:,} unreadable" if complaints.count else ""
        click.echo(
            f"dedup: {counts['new']:,} passed on, {counts['dropped']:,} dropped{unread}", err=True
        )
    return 2 if complaints.count and not ignore_errors else 0


def _keepable(
    records: Iterable[Document | Unreadable],
) -> tuple[list[Document | Unreadable], int]:
    """The records; without their fields, which are passed on as they came, where no index has them.

    And how many these are.
    """
    from dedup.index.intake import storable

    kept: list[Document | Unreadable] = []
    bare = 0
    for record in records:
        if isinstance(record, Document) and isinstance(storable(record), Unreadable):
            kept.append(replace(record, meta={}))
            bare += 1
        else:
            kept.append(record)
    return kept, bare


def _opened(
    stack: ExitStack, place: str | None, threshold: float, relations: tuple[Relation, ...]
) -> Index:
    """The index, or a temporary one that judges no more than is asked for.

    Raises:
        SchemeMismatch: the index was made with another threshold, or without some of the relations.
    """
    import tempfile

    from dedup.index import Index

    if place is not None:
        index = opened(place, Settings(threshold), names=("threshold",))
        if missing := [name for name in relations if name not in index.settings.relations]:
            index.close()
            own = f"relations {', '.join(index.settings.relations)}"
            options.mismatch(place, own, f"--relations asks for {', '.join(missing)}")
        return index
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dedup-")))
    return Index.open(
        folder / "seen", create=True, settings=Settings(threshold, relations=relations)
    )


@contextmanager
def _hint_of_tmpdir() -> Iterator[None]:
    """Says of an index that nobody named where it is."""
    try:
        yield
    except StoreError as error:
        raise StoreError(f"{error} (a temporary index; TMPDIR says where)") from error


@contextmanager
def _lines_to(path: str) -> Iterator[Callable[[Iterable[str]], None]]:
    """What writes lines to a file, each time to the last.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        stream = Path(path).open("w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: SIM115 - closed below
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error

    def write(lines: Iterable[str]) -> None:
        try:
            stream.writelines(lines)
            stream.flush()
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror}") from error

    try:
        yield write
    finally:
        # Each write was flushed: what is left could not be written, and that was said.
        with suppress(OSError):
            stream.close()


def _new_lines(told: Iterable[_Told], text_field: str, id_field: str) -> Iterator[str]:
    """What is passed on: records, or what those of files would be."""
    for document, result in told:
        if isinstance(document, Document) and isinstance(result, Added) and result.new:
            plain = {id_field: document.id, text_field: document.text}
            yield json.dumps(document.meta.get("record", plain), ensure_ascii=False) + "\n"


def _reasons(told: Iterable[_Told]) -> Iterator[str]:
    """Why documents were dropped, by the ids they were given."""
    from dedup.report import result_values

    for document, result in told:
        if isinstance(document, Document) and isinstance(result, Added) and not result.new:
            values = result_values(replace(result, id=document.id))
            if result.id != document.id:
                values["goes_by"] = result.id
            yield json.dumps(values, ensure_ascii=False) + "\n"
