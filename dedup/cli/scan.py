"""`dedup scan`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from dedup.cli import options
from dedup.cli.intake import by_path
from dedup.cli.notes import Progress, complain
from dedup.cli.output import check_output, style, write, write_report
from dedup.printable import one_line
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.find import ScanResult
    from dedup.read import InputFormat, Skipped
    from dedup.report import Format
    from dedup.settings import Relation


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH, metavar="[PATH]...")
@options.files_from
@options.threshold
@options.min_evidence_bits
@options.relations
@options.form(
    "text for a person, json for everything, jsonl and csv for a pair a line; html for a page to "
    "look at in a browser, which needs -o; with --align, or for a large scan, a folder.",
    drawn="html",
)
@options.output
@click.option(
    "--against",
    metavar="INDEX",
    help="Only pairs with a document of this index, which is shown as ID (in INDEX), judged as it "
    "was made to; see dedup index. What is scanned is not added to it, and goes by the ids that "
    "adding would give it.",
)
@click.option(
    "--among-themselves",
    is_flag=True,
    help="With --against, also pairs of two documents that are scanned.",
)
@click.option(
    "--align",
    is_flag=True,
    help="Add to every pair what was reused, edited, moved, cut and added, as dedup compare shows "
    "it; with text, json, jsonl and html.",
)
@click.option(
    "--print0",
    is_flag=True,
    help="Print only what is redundant: the paths of copies and near-duplicates of a document that "
    "stays (of records, their ids), each followed by NUL. Nothing is deleted. With --against, what "
    "the index has by the same id and with the same words is no copy.",
)
@click.option("--check", is_flag=True, help="Exit with 1 when anything was found.")
@options.ignore_errors
@options.reading
@click.option(
    "-j",
    "--threads",
    envvar="DEDUP_THREADS",
    show_envvar=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Threads; all cores when not given.",
)
@options.quiet
@options.color
def scan(
    paths: tuple[str, ...],
    files_from: BinaryIO | None,
    threshold: float,
    min_evidence_bits: float,
    relations: tuple[Relation, ...],
    form: Format | Literal["html"],
    output: str | None,
    against: str | None,
    among_themselves: bool,
    align: bool,
    print0: bool,
    check: bool,
    ignore_errors: bool,
    globs: tuple[str, ...],
    hidden: bool,
    no_ignore: bool,
    input_format: InputFormat,
    text_field: str,
    id_field: str,
    threads: int | None,
    quiet: bool,
    color: Literal["auto", "always", "never"],
) -> int:
    """Find the copies, near-duplicates and derived documents among files.

    PATH is a file, a folder, or - for standard input. Files named .jsonl hold a
    document a line. Binary and hidden files in folders are skipped, and what a
    .gitignore or .ignore leaves out.

    \b
    Examples:
      dedup scan articles/
      dedup scan --format json -o result.json articles/ releases/
      dedup scan --format html -o report.html articles/
      dedup scan --relations identical,near-duplicate corpus.jsonl
      dedup scan --check --relations identical,near-duplicate -t 0.9 docs/
      dedup scan --against news.dedup articles/

    Exit status: 0 done; 1 something was found and --check was given; 2 wrong
    usage, or a source could not be read or the result not written; 130
    interrupted.
    """
    # What follows needs NumPy; --help does not.
    from dedup.read import ReadOptions, Skipped, read, read_list
    from dedup.report import lines, scan_report
    from dedup.scanning import run, run_against

    sources = [*paths, *(read_list(files_from) if files_from else ())]
    if not sources and not files_from:
        raise click.UsageError("Nothing to scan: name a file, a folder, or - for standard input.")
    check_output(output, sources, "-o")
    read_options = ReadOptions(hidden, no_ignore, globs, input_format, text_field, id_field)
    if align and form == "csv":
        raise click.UsageError("--align has no place in csv: use text, json or jsonl.")
    if form == "html":
        if print0:
            raise click.UsageError("--print0 prints paths: it has no place in html.")
        output, align = options.page(output), True
    if among_themselves and not against:
        raise click.UsageError("--among-themselves belongs to --against.")
    settings = Settings(threshold, min_evidence_bits, relations)
    skipped = Skipped()
    with Progress(shown=not quiet) as progress:
        documents = read(sources, read_options, skipped=skipped)
        if against:
            from dedup.index import Index

            documents = map(by_path, documents)
            with Index.open(against) as index:
                options.require(against, index.settings, settings)
                result = run_against(
                    documents,
                    index,
                    among_themselves=among_themselves,
                    align=align,
                    threads=threads,
                    progress=progress,
                )
        else:
            result = run(documents, settings, align=align, threads=threads, progress=progress)
    complain(result.unreadable)
    if not quiet:
        _note(result, skipped)
    if print0:
        names = (result.paths.get(name, name) for name in result.redundant)
        write("".join(f"{name}\0" for name in names), output)
    elif form == "html":
        written = write_report(scan_report(result), output or "")
        if written != output and not quiet:
            click.echo(f"dedup: large, so written as a folder: {one_line(written)}", err=True)
    else:
        write((f"{line}\n" for line in lines(result, form, style(color, output))), output)
    if result.unreadable and not ignore_errors:
        return 2
    return 1 if check and result.pairs else 0


def _note(result: ScanResult, skipped: Skipped) -> None:
    """Says what was passed over, and what was taken otherwise than it was given."""
    kinds = {
        "binary": skipped.binary,
        "hidden": skipped.hidden,
        "ignored": skipped.ignored,
        "symlinks": skipped.symlink,
        "special": skipped.special,
    }
    passed = [f"{count:,} {name}" for name, count in kinds.items() if count]
    if skipped.binary:
        more = ", …" if skipped.binary > len(skipped.binary_names) else ""
        passed[0] += f" ({', '.join(map(one_line, skipped.binary_names))}{more})"
    if passed:
        click.echo(f"dedup: skipped {', '.join(passed)}", err=True)
    for name, given in islice(result.renamed.items(), 3):
        click.echo(f"dedup: a second {one_line(given)!r} goes by {one_line(name)!r}", err=True)
    if len(result.renamed) > 3:
        click.echo(f"dedup: and so on, {len(result.renamed):,} in all", err=True)
    if not result.ids:
        click.echo("dedup: no documents found", err=True)
