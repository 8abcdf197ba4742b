"""A process that changes an index until it is killed, and says what was acknowledged."""

from __future__ import annotations

import itertools
import os
import sys

import index_oracle as oracle

from dedup import Document, Index
from dedup.index import maintenance


def documents(turn: int) -> list[Document]:
    """What the turn adds; both sides can make it."""
    return [Document(f"{turn}/{d.id}", d.text) for d in oracle.family(turn, 6)]


def main(folder: str, what: str, first: int, hot: int) -> None:
    """Prints ``begin WHAT TURN`` before a change and ``done WHAT TURN`` after it."""
    maintenance.HOT_POSTINGS = hot

    def say(word: str, kind: str, turn: int) -> None:
        os.write(1, f"{word} {kind} {turn}\n".encode())

    if what == "recover":
        say("begin", "recover", 0)
        Index.recover(folder)
        say("done", "recover", 0)
        return
    with Index.open(folder) as index:
        for turn in itertools.count(first):
            say("begin", "add", turn)
            list(index.add_many(documents(turn)))
            say("done", "add", turn)
            if what == "remove" and turn > first:
                say("begin", "remove", turn - 1)
                index.remove(*(d.id for d in documents(turn - 1)))
                say("done", "remove", turn - 1)
            if what == "compact":
                say("begin", "compact", turn)
                index.compact()
                say("done", "compact", turn)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
