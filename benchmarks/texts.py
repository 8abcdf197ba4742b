"""The texts that are measured on: a folder of corpora, or synthetic text where there is none."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import synthetic

SEED = 20240601
REVIEWS = "imdb-en.jsonl"
_SYNTHETIC_DOCUMENTS = 26_000
_SYNTHETIC_MEAN_WORDS = 230  # as the reviews have


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


def english(corpora: Path | None) -> English:
    """The reviews in the folder, or synthetic text.

    Raises:
        UsageError: the folder has no reviews.
    """
    if corpora is None:
        texts = synthetic.documents(_SYNTHETIC_DOCUMENTS, SEED, mean_words=_SYNTHETIC_MEAN_WORDS)
        return English("Synthetic text (no --corpora): Zipf words", None, list(texts))
    path = corpora / REVIEWS
    if not path.exists():
        raise click.UsageError(f"--corpora {corpora}: there is no {REVIEWS} in it")
    return English(REVIEWS, path, [text for _, text in records(path)])


def records(path: Path) -> Iterator[tuple[str, str]]:
    """The id and the text of every record of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["id"], record["text"]


def whole(path: Path) -> str:
    """The text of a file as offsets count it: no newline is translated."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def head(texts: list[str], megabytes: float) -> list[str]:
    """The first texts that make up so many MB of UTF-8, at least one; all when there are fewer."""
    ends = itertools.accumulate(utf8_bytes(text) for text in texts)
    count = sum(1 for end in ends if end <= megabytes * 1e6)
    return texts[: max(1, count)]


def utf8_bytes(text: str) -> int:
    """Size of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
