"""`dedup compare`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

import click

from dedup.cli import options
from dedup.cli.output import check_output, style, write
from dedup.errors import DedupError
from dedup.printable import one_line

if TYPE_CHECKING:
    from dedup.records import Document
    from dedup.report import Format


@click.command()
@click.argument("source", type=options.PATH)
@click.argument("derived", type=options.PATH)
@options.form(
    "text for a person, json for everything, jsonl and csv for the links and the sentences cut and "
    "added, one a line; html for a page to look at in a browser, which needs -o.",
    drawn="html",
)
@options.output
@click.option(
    "--sensitive",
    is_flag=True,
    help="Take passages that are short or hardly to be recognised, too; more of them are chance.",
)
@click.option(
    "--language",
    envvar="DEDUP_LANGUAGE",
    show_envvar=True,
    metavar="CODE",
    help="ISO 639 code of both texts, such as en; detected when not given.",
)
@click.option("--check", is_flag=True, help="Exit with 1 when anything was reused.")
@options.color
def compare(
    source: str,
    derived: str,
    form: Format | Literal["html"],
    output: str | None,
    sensitive: bool,
    language: str | None,
    check: bool,
    color: Literal["auto", "always", "never"],
) -> int:
    """Show what became of a text: what was reused, edited, moved, cut and added.

    SOURCE is the text that was there first, DERIVED the one made from it; one
    of them may be - for standard input. Which was there first is judged too.

    \b
    Examples:
      dedup compare release.txt article.txt
      dedup compare --format html -o pair.html release.txt article.txt
      dedup compare --format json release.txt article.txt | jq .reuse_of_b
      pdftotext paper.pdf - | dedup compare thesis.txt -

    Exit status: 0 done; 1 something was reused and --check was given; 2 wrong
    usage, or a file could not be read or the result not written; 130
    interrupted.
    """
    # What follows needs NumPy; --help does not.
    from dedup.aligner import align
    from dedup.report import comparison_lines, comparison_report

    if form == "html":
        output = options.page(output)
    if os.path.realpath(source) == os.path.realpath(derived):
        raise click.UsageError(f"{one_line(source)} is named twice: name two texts.")
    check_output(output, (source, derived), "-o")
    a, b = _document(source), _document(derived)
    alignment = align(a, b, sensitive=sensitive, language=language)
    if form == "html":
        write([comparison_report(alignment, a, b)], output)
    else:
        lines = comparison_lines(alignment, a, b, form, style(color, output))
        write((line + "\n" for line in lines), output)
    return int(check and bool(alignment.links or alignment.passages))


class InputError(DedupError):
    """A file gives no text, or several."""


def _document(path: str) -> Document:
    """The one text of a file.

    Raises:
        InputError: there is none, or there are several.
    """
    from dedup.read import ReadOptions, read
    from dedup.records import Unreadable

    if os.path.isdir(path):  # noqa: PTH112 - what stands on the command line is no Path yet
        raise InputError(f"{one_line(path)}: a folder; name a file")
    found = list(read([path], ReadOptions()))
    for record in found:
        if isinstance(record, Unreadable):
            raise InputError(f"{one_line(record.source)}: {one_line(record.reason)}")
    documents = [record for record in found if not isinstance(record, Unreadable)]
    if len(documents) != 1:
        raise InputError(f"{one_line(path)}: holds {len(documents)} documents, not one")
    return documents[0]
