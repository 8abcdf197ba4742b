"""The texts that are measured on: a folder of corpora, or synthetic text where there is none.

What is missing, broken or unreadable in the folder is kept in the report, by file and line, and
what does not need it goes on.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import synthetic

if TYPE_CHECKING:
    from benchmarks.report import Report

SEED = 20240601
REVIEWS = "imdb-en.jsonl"
_SYNTHETIC_DOCUMENTS = 26_000
_SYNTHETIC_MEAN_WORDS = 230  # as the reviews have

Record = Mapping[str, Any]


class CorpusError(Exception):
    """Something in a corpus that cannot be used; the message says which file and why."""

    def __init__(self, source: object, reason: str) -> None:
        super().__init__(f"{source}: {reason}")


@dataclass(frozen=True, slots=True)
class English:
    """English text, or what stands for it.

    Attributes:
        name: a sentence's subject that says what it is.
        path: the file it came from; None for synthetic text.
        texts: the documents.
    """

    name: str
    path: Path | None
    texts: list[str]


def english(report: Report, corpora: Path | None) -> English:
    """The reviews in the folder, or synthetic text; why not the reviews is kept in the report."""
    if corpora is not None:
        path = corpora / REVIEWS
        try:
            if path.exists():
                return _reviews(report, path)
            report.fail(REVIEWS, f"{path} is not there; synthetic text in its place", own=False)
        except CorpusError as error:
            report.unreadable(REVIEWS, f"{error}; synthetic text in its place")
    texts = synthetic.documents(_SYNTHETIC_DOCUMENTS, SEED, mean_words=_SYNTHETIC_MEAN_WORDS)
    why = "" if corpora else " (no --corpora)"
    return English(f"Synthetic text{why}: Zipf words", None, list(texts))


def _reviews(report: Report, path: Path) -> English:
    """The reviews without the lines that are broken: no truth is told of them, so none is lost."""
    read, broken = [], []
    for record in parsed(path, id=str, text=str):
        if isinstance(record, CorpusError):
            broken.append(record)
        else:
            read.append(record["text"])
    if not read:
        raise broken[0] if broken else CorpusError(path, "there is no record in it")
    if broken:
        report.unreadable(REVIEWS, f"{len(broken):,} lines left out, the first {broken[0]}")
    return English(REVIEWS, path, read)


def each(
    report: Report, corpora: Path | None, measures: Mapping[str, Callable[[Path], None]]
) -> None:
    """Calls every measure with the folder of its corpus.

    A corpus that is missing or broken is not measured, and is kept in the report: a score on half
    of the truth would say something else than its name.
    """
    for name, measure in measures.items():
        if corpora is None:
            report.fail(name, "no --corpora", own=False)
        elif not (corpora / name).is_dir():
            report.fail(name, f"{corpora / name} is not there", own=False)
        else:
            try:
                measure(corpora / name)
            except CorpusError as error:
                report.unreadable(name, str(error))


def records(path: Path, **fields: type | tuple[type, ...]) -> list[Record]:
    """The records of a JSONL file.

    Args:
        path: the file.
        fields: what every record must have, and of what type; names come as they are.

    Raises:
        CorpusError: the file cannot be read, or one of its lines is no such record.
    """
    found = []
    for record in parsed(path, **fields):
        if isinstance(record, CorpusError):
            raise record
        found.append(record)
    return found


def parsed(path: Path, **fields: type | tuple[type, ...]) -> Iterator[Record | CorpusError]:
    """Like `records`, one after the other, and for a line that is broken what is wrong with it.

    Raises:
        CorpusError: the file cannot be read.
    """
    try:
        # As bytes: in a file of text, whatever str.splitlines takes for an end would be none.
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _record(f"{path}:{number}", line, fields)
    except OSError as error:
        raise CorpusError(path, error.strerror or str(error)) from error


def whole(path: Path) -> str:
    """The text of a file as offsets count it: no newline is translated.

    Raises:
        CorpusError: it cannot be read, or is no UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CorpusError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise CorpusError(path, f"no UTF-8 at byte {error.start:,}") from error


def head(texts: list[str], megabytes: float) -> list[str]:
    """The first texts that make up so many MB of UTF-8, at least one; all when there are fewer."""
    ends = itertools.accumulate(utf8_bytes(text) for text in texts)
    count = sum(1 for end in ends if end <= megabytes * 1e6)
    return texts[: max(1, count)]


def utf8_bytes(text: str) -> int:
    """Size of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _record(
    source: str, line: bytes, fields: Mapping[str, type | tuple[type, ...]]
) -> Record | CorpusError:
    """The record in a line, or what is wrong with it."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return CorpusError(source, f"no JSON: {error}")
    if not isinstance(record, dict):
        return CorpusError(source, "no JSON object")
    for name, kind in fields.items():
        if not isinstance(record.get(name), kind):
            return CorpusError(source, f"{name!r} is missing or of another type")
    return record
