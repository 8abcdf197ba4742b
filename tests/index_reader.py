"""A process that asks an index: a line on standard input is a question, a line of JSON its answer.

``len`` and ``ids N`` ask; ``verify`` reads all; ``hold`` begins a moment that the next line ends;
``write`` tries everything that writes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from dedup import Document, Index, StoreError


def answer(index: Index, question: str, folder: str) -> Any:
    """What is printed."""
    what, *rest = question.split()
    if what == "len":
        return len(index)
    if what == "found":
        return [match.id for match in index.query(" ".join(rest))]
    if what == "verify":
        return [str(damage) for damage in index.verify()]
    if what == "hold":
        with index._session.moment() as state:
            print('"held"', flush=True)
            sys.stdin.readline()
            return state.documents
    tries: list[Callable[[], object]] = [
        lambda: index.add("x", "words"),
        lambda: index.offer([Document("x", "words")], unless=()).__enter__(),
        lambda: index.remove("0"),
        index.compact,
        lambda: Index.recover(folder),
    ]
    return [said(one) for one in tries]


def said(ask: Callable[[], object]) -> object:
    """An answer, or the message of an error."""
    try:
        return ask()
    except StoreError as error:
        return f"{type(error).__name__}: {error}"


def main(folder: str) -> None:
    """Until standard input ends."""
    opened = said(lambda: Index.open(folder))
    print(json.dumps("open" if isinstance(opened, Index) else opened), flush=True)
    while isinstance(opened, Index) and (question := sys.stdin.readline()):
        asked = said(lambda: answer(opened, question, folder))
        print(json.dumps(asked), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
