"""An index whose writer is killed at random moments: what is there, and how soon it answers."""

from __future__ import annotations

import os
import random
import signal
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dedup import Document, Index

ROUNDS = 8
_AT_MOST_SECONDS = 1.5  # that a writer adds


def crashing(folder: Path, texts: Sequence[str], seed: int) -> Callable[[], dict[str, float]]:
    """A task: half of the texts are added; then writers add the others until they are killed."""
    documents = [Document(str(i), text) for i, text in enumerate(texts)]

    def crash() -> dict[str, float]:
        draw = random.Random(seed)
        with Index.open(folder, create=True) as index:
            for _ in index.add_many(documents[: len(documents) // 2]):
                pass
        seconds, first, lost = [], [], 0
        for _ in range(ROUNDS):
            acknowledged = _killed(folder, documents, draw.random() * _AT_MOST_SECONDS)
            began = time.perf_counter()
            with Index.open(folder) as index:
                there = len(index)
                seconds.append(time.perf_counter() - began)
                index.query(draw.choice(texts))
                first.append(time.perf_counter() - began)
            lost += there < acknowledged
        return {
            "documents, number": float(there),
            "opened, s": statistics.median(seconds),
            "opened at worst, s": max(seconds),
            "opened and asked at worst, s": max(first),
            "lost something, rounds": float(lost),
        }

    return crash


def _killed(folder: Path, documents: Sequence[Document], after: float) -> int:
    """How many were there for certain when a writer was killed, that long after it began."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with Index.open(folder) as index:
            first = len(index)
            os.write(writer, b"%9d" % first)
            for there, _ in enumerate(index.add_many(documents[first:]), first + 1):
                if there % 100 == 0:  # so that all of it finds room in the pipe
                    os.write(writer, b"%9d" % there)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as said:
        heard = said.read(9)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        heard += said.read()
    return int(heard[-9:])
