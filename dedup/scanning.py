"""The whole way: sources or documents in, the result of a scan out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dedup.find import Corpus, CorpusBuilder, Progress, ScanResult, Stages, choose_bands, find
from dedup.read import ReadOptions, read
from dedup.records import Document, Pair, Unreadable
from dedup.settings import Settings
from dedup.sketch import Sketcher
from dedup.sketch.sketcher import available_threads

if TYPE_CHECKING:
    from dedup.index import Index

Source = str | os.PathLike[str]


def scan(
    documents: Iterable[Document | Unreadable | Source],
    settings: Settings | None = None,
    *,
    align: bool = False,
    read_options: ReadOptions | None = None,
    threads: int | None = None,
) -> ScanResult:
    """Finds the documents that copy or rewrite one another.

    Args:
        documents: `Document`s, or paths of files and folders (``-`` is standard input), mixed as
            you like; an iterator is read once and not kept. `Unreadable`s are passed on.
        settings: thresholds and what to report.
        align: add to every pair what went from one to the other, sentence by sentence; takes some
            8 ms a pair of articles.
        read_options: how to read the paths.
        threads: how many to use; all processors when None. The result does not depend on it.

    Returns:
        What was found. What could not be read is in `unreadable`; nothing raises for it.

    Raises:
        TypeError: `documents` is a single path or text; pass a list.

    Memory: about 500 bytes a document beside its UTF-8, and at most 300 MB for the word model of a
    large corpus.
    """
    if isinstance(documents, (str, bytes, os.PathLike, Document)):
        raise TypeError(f"documents must be several: scan([{documents!r}]) for one")
    return run(
        _documents(documents, read_options or ReadOptions()),
        settings or Settings(),
        align=align,
        threads=threads,
    )


def run(
    documents: Iterable[Document | Unreadable],
    settings: Settings,
    *,
    align: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> ScanResult:
    """`scan` of documents that are read already, telling `progress` how far it is."""
    stages = Stages(progress)
    sketcher = Sketcher(settings, threads=threads)
    builder = CorpusBuilder(sketcher, choose_bands(settings.threshold, settings.num_perm))
    intake = _Intake()
    with stages.stage("read and sketch") as stage:
        try:
            for document in documents:
                stage.taken += 1
                if isinstance(document, Unreadable):
                    intake.unreadable.append(document)
                    continue
                builder.add(intake.name(document), document.text)
                stages.progress("read and sketch", stage.taken)
            corpus = builder.finish()
        finally:
            builder.close()
        stage.given = len(corpus)
    pairs, limits = find(corpus, settings, stages, threads=sketcher.threads)
    texts: dict[str, str] = {}
    if align:
        texts = _texts(corpus, pairs)
        pairs = _all_aligned(pairs, texts, stages)
    return ScanResult(
        settings=settings,
        ids=tuple(corpus.ids),
        unreadable=tuple(intake.unreadable),
        encodings=intake.encodings,
        renamed=intake.renamed,
        pairs=pairs,
        stages=tuple(stages.done),
        limits=limits,
        paths=intake.paths,
        texts=texts,
    )


def run_against(
    documents: Iterable[Document | Unreadable],
    index: Index,
    *,
    among_themselves: bool = False,
    align: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> ScanResult:
    """The pairs that documents make with those of an index, as a scan over both would find them.

    `ScanResult.against` says which documents of its pairs are those of the index.

    Memory: all texts that are read, beside what the index needs.
    """
    index.pairs([])  # an index without texts says so before all is read
    stages = Stages(progress)
    intake = _Intake()
    new: list[Document] = []
    with stages.stage("read") as stage:
        for document in documents:
            stage.taken += 1
            if isinstance(document, Unreadable):
                intake.unreadable.append(document)
                continue
            new.append(Document(intake.name(document), document.text))
            stages.progress("read", stage.taken)
        stage.given = len(new)
    with stages.stage("ask the index", len(new)) as stage:
        found = index.pairs(
            new, among_themselves=among_themselves, threads=threads or available_threads()
        )
        stage.given = len(found.pairs)
    return ScanResult(
        settings=index.settings,
        ids=tuple(document.id for document in new),
        unreadable=tuple(intake.unreadable),
        encodings=intake.encodings,
        renamed=intake.renamed,
        pairs=_all_aligned(found.pairs, found.texts, stages) if align else found.pairs,
        stages=tuple(stages.done),
        limits=found.limits,
        against=found.reference,
        paths=intake.paths,
        texts=found.texts if align else {},
    )


def _all_aligned(
    pairs: Sequence[Pair], texts: Mapping[str, str], stages: Stages
) -> tuple[Pair, ...]:
    """The pairs with their alignments."""
    with stages.stage("align", len(pairs)) as stage:
        aligned = []
        for pair in pairs:
            aligned.append(_aligned(pair, texts))
            stage.given += 1
            stages.progress("align", stage.given)
    return tuple(aligned)


def _texts(corpus: Corpus, pairs: Iterable[Pair]) -> dict[str, str]:
    """The texts of all documents that stand in a pair."""
    wanted = {name for pair in pairs for name in (pair.a, pair.b)}
    return {name: corpus.text(d) for d, name in enumerate(corpus.ids) if name in wanted}


def _aligned(pair: Pair, texts: Mapping[str, str]) -> Pair:
    """The pair with its alignment, from the source to the other."""
    from dedup.aligner import align

    names = (pair.b, pair.a) if pair.source == pair.b else (pair.a, pair.b)
    source, derived = (Document(name, texts[name]) for name in names)
    return replace(pair, alignment=align(source, derived))


class _Intake:
    """What a scan notes of the documents as they pass."""

    def __init__(self) -> None:
        self.unreadable: list[Unreadable] = []
        self.encodings: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self._seen: set[str] = set()

    def name(self, document: Document) -> str:
        """The document's id; another one when a document before had it."""
        if not isinstance(document.id, str) or not isinstance(document.text, str):
            raise TypeError(f"id and text of a document must be str: {document!r:.200}")
        name = document.id
        number = 1
        while name in self._seen:
            number += 1
            name = f"{document.id}#{number}"
        self._seen.add(name)
        if name != document.id:
            self.renamed[name] = document.id
        if "path" in document.meta:
            self.paths[name] = str(document.meta["path"])
        if document.meta:
            encoding = _encoding(document.meta)
            if encoding:
                self.encodings[name] = encoding
        return name


def _encoding(meta: Mapping[str, Any]) -> str | None:
    """What a document was read as, when that was not plain UTF-8."""
    if "encoding" not in meta:
        return None
    notes = ["guessed"] if meta.get("encoding_guessed") else []
    if meta.get("replaced"):
        notes.append(f"{meta['replaced']} characters replaced")
    return f"{meta['encoding']} ({', '.join(notes)})" if notes else str(meta["encoding"])


def _documents(
    items: Iterable[Document | Unreadable | Source], options: ReadOptions
) -> Iterator[Document | Unreadable]:
    """Documents as they are, paths read; paths that follow one another are read as one list."""
    paths: list[Source] = []
    for item in items:
        if isinstance(item, Document | Unreadable):
            if paths:
                yield from read(paths, options)
                paths = []
            yield item
        elif isinstance(item, (str, os.PathLike)):
            paths.append(item)
        else:
            raise TypeError(f"a document must be a Document or a path, not {type(item).__name__}")
    yield from read(paths, options)
