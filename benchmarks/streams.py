"""Synthetic documents on their way through a scan and into an index; tasks for a worker.

They are made one after the other and are never all in memory as objects.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from benchmarks.synthetic import Planted, planted_documents
from benchmarks.texts import utf8_bytes
from dedup import Document, Settings, Sketcher, scan
from dedup.find import choose_bands
from dedup.find.corpus import CorpusBuilder


class StreamScan(NamedTuple):
    """What a scan of a stream found, and what it took to make the documents.

    Attributes:
        pairs: by the ids of the documents.
        making_cpu_seconds: of the thread that made them.
        making_wall_seconds: while it did.
        text_bytes: of all texts, in UTF-8.
    """

    pairs: list[tuple[str, str]]
    making_cpu_seconds: float
    making_wall_seconds: float
    text_bytes: int


class IndexSize(NamedTuple):
    """What the index of some documents takes, beside their texts.

    Attributes:
        memory_bytes: of the arrays and names that are held.
    """

    memory_bytes: int


def scanning_stream(documents: int, seed: int, mean_words: int) -> Callable[[], StreamScan]:
    """A scan."""

    def scan_stream() -> StreamScan:
        stream = _Clocked(planted_documents(documents, seed, mean_words=mean_words))
        result = scan(stream)
        pairs = [(pair.a, pair.b) for pair in result.pairs]
        return StreamScan(pairs, stream.cpu_seconds, stream.wall_seconds, stream.text_bytes)

    return scan_stream


def indexing_stream(documents: int, seed: int, mean_words: int) -> Callable[[], IndexSize]:
    """What is held of the same documents while pairs are looked for."""

    def index_stream() -> IndexSize:
        settings = Settings()
        bands = choose_bands(settings.threshold, settings.num_perm)
        builder = CorpusBuilder(Sketcher(settings), bands)
        for planted in planted_documents(documents, seed, mean_words=mean_words):
            builder.add(planted.id, planted.text)
        corpus = builder.finish()
        arrays = (one for one in vars(corpus).values() if isinstance(one, np.ndarray))
        ids = sys.getsizeof(corpus.ids) + sum(map(sys.getsizeof, corpus.ids))
        return IndexSize(sum(one.nbytes for one in arrays) - corpus.data.nbytes + ids)

    return index_stream


class _Clocked(Iterator[Document]):
    """Planted documents, and what it takes to make them."""

    def __init__(self, stream: Iterator[Planted]) -> None:
        self._stream = stream
        self.cpu_seconds = self.wall_seconds = 0.0
        self.text_bytes = 0

    def __next__(self) -> Document:
        # Of this thread: others sketch meanwhile.
        cpu, wall = time.thread_time(), time.perf_counter()
        planted = next(self._stream)
        self.cpu_seconds += time.thread_time() - cpu
        self.wall_seconds += time.perf_counter() - wall
        self.text_bytes += utf8_bytes(planted.text)
        return Document(planted.id, planted.text)
