"""Finding out whether an index is sound, and making it so again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np

from dedup.errors import DamagedError, StoreError
from dedup.find.corpus import offsets_of
from dedup.find.lsh import band_keys
from dedup.index import snapshot
from dedup.index.batch import of_contents, of_documents
from dedup.index.candidates import Asked
from dedup.index.maintenance import SUFFIX, alone, sweep, without
from dedup.index.opening import opened
from dedup.index.postings import Postings
from dedup.index.rows import Row, SegmentName, Sketch, State, Table
from dedup.index.segment import Segment, merged, write
from dedup.index.session import Session
from dedup.index.store import DATABASE
from dedup.index.texts import sketched
from dedup.records import Damage
from dedup.sketch.kernels import U32, U64

_ROWS_AT_ONCE = 2_000
_MOST_NAMED = 100  # rows of a table; a file that was overwritten has many
_NO_WAY = "nothing was changed: restore a backup of the folder, or make the index anew"
_MIX = np.uint64(0x9E3779B97F4A7C15)


def verify(session: Session) -> list[Damage]:
    """Everything in an index that is not what was written."""
    store, found = session.store, _Damages(session)
    try:
        with store.errors():
            for text in store.tables.faults():
                found.add(DATABASE, text)
        with session.moment() as state:
            for segment in session.view.segments.values():
                if blocks := segment.damaged_blocks():
                    found.add(segment.path.name, f"{blocks:,} of its blocks")
            if state.model:
                try:
                    snapshot.load(session.folder / state.model.name, *state.model[1:3])
                except FileNotFoundError:
                    found.add(state.model.name, "it is missing")
            held = _Held(session, found)
            if not found.damages:
                _compare(session, state, held, found)
    except DamagedError as error:
        found.damages.append(Damage(error.source, error.reason))
    except FileNotFoundError as error:
        found.damages.append(Damage(str(error.filename), "it is missing"))
    return found.damages


def recover(folder: str | os.PathLike[str], timeout: float) -> list[Damage]:
    """Makes everything anew from sound rows; returns what could not be saved."""
    try:
        store, terms = opened(folder, create=False, settings=None, keep_text=None, timeout=timeout)
        session = Session(store, terms, timeout)
        try:
            return _recover(session)
        finally:
            session.close()
    except DamagedError as error:
        raise DamagedError(error.source, f"{error.reason}; {_NO_WAY}") from error


def _recover(session: Session) -> list[Damage]:
    store, folder, found = session.store, session.folder, _Damages(session)
    store.refuse_reader()
    with ExitStack() as stack:
        if not stack.enter_context(alone(folder, session.timeout)):
            raise StoreError(f"{folder}: another process is compacting it")
        store.rewrite_unsound()
        stack.enter_context(store.transaction(write=True, trusted=False))
        held = _Held(session, found)
        state = store.last_state() or State()
        number = max(state.next_file, _next_file(session))
        parts = []
        for k, chunk in enumerate(held.postings()):
            path = folder / f"{number + k:08d}{SUFFIX}"
            parts.append(Segment(path, write(path, [chunk])[1]))
        path = folder / f"{number + len(parts):08d}{SUFFIX}"
        postings, checksum = write(path, merged(parts)) if parts else (0, 0)
        segments = (SegmentName(path.name, postings, checksum),) if parts else ()
        held.drop_the_rest()
        # Larger than all that others have seen, so that they look anew.
        anew = max(store.acknowledged() or 0, state.seq + state.removals) + 1
        store.write_state(
            State(
                seq=anew,
                flushed=anew,
                removals=anew,
                purged=anew,
                documents=len(held.documents),
                contents=len(held.contents),
                words=sum(held.contents.values()),
                next_document=max(state.next_document, held.last_document + 1),
                next_content=max(state.next_content, held.last_content + 1),
                next_file=number + len(parts) + 1,
                segments=segments,
            )
        )
    with store.errors():
        store.acknowledge(replace(State(), seq=2 * anew))
        session.view.forget()
        with session.moment() as state:
            sweep(folder, state)
    return found.damages


@dataclass
class _Damages:
    """What was found to be damaged."""

    session: Session
    damages: list[Damage] = field(default_factory=list)

    def add(self, name: str, reason: str) -> None:
        """One more, in a file of the index."""
        self.damages.append(Damage(str(self.session.folder / name), reason))

    def rows(self, table: str, reasons: Sequence[str]) -> None:
        """Those of a table."""
        for reason in reasons[:_MOST_NAMED]:
            self.add(DATABASE, reason)
        if len(reasons) > _MOST_NAMED:
            self.add(DATABASE, f"{len(reasons) - _MOST_NAMED:,} more of its {table}s")


class _Held:
    """The rows of an index that are sound and stand for something."""

    def __init__(self, session: Session, found: _Damages) -> None:
        self._session, self._found = session, found
        removed = list(self._sound("removed"))
        self._gone = {document for document, _ in removed}
        self._gone_contents = {content for _, content in removed}
        list(self._sound("log"))
        self.last_document = self.last_content = 0
        self.documents: dict[int, int] = {}  # their contents
        self.contents: dict[int, int] = {}  # their words
        sketches = {sketch.number for sketch in self._sound("content")}
        self.last_content = max(sketches, default=0)
        lost = []
        for row in self._sound("document"):
            self.last_document = max(self.last_document, row.number)
            self.last_content = max(self.last_content, row.content)
            if row.number in self._gone:
                continue
            if row.content and row.content not in sketches and row.text is None:
                lost.append(f"document {row.name!r}: its sketch is missing")
                continue
            self.documents[row.number] = row.content
            if row.content:
                self.contents[row.content] = row.words
        found.rows("document", lost)
        self._sketches = sketches

    def postings(self) -> Iterator[Postings]:
        """All postings there should be, in parts that are sorted each."""
        seen: set[int] = set()
        rows = (
            row
            for row in self._session.store.tables.scan("document")
            if isinstance(row, Row) and row.number in self.documents
        )
        while part := list(islice(rows, _ROWS_AT_ONCE)):
            first = {row.content: row for row in reversed(part) if row.content}
            fresh = sorted(first.keys() - seen)
            seen.update(fresh)
            sketches = self._sketches_of([first[content] for content in fresh])
            digests = b"".join(first[content].digest for content in fresh)
            yield Postings.of(
                [
                    *of_contents(
                        _asked(self._session, sketches),
                        np.frombuffer(digests, "<u8").astype(np.uint64).reshape(-1, 2),
                    ),
                    *of_documents(
                        [row.id for row in part],
                        np.array([row.number for row in part], np.int64),
                        np.array([row.content for row in part], np.int64),
                    ),
                ]
            )

    def drop_the_rest(self) -> None:
        """Deletes rows that stand for nothing, and writes sketches that were missing."""
        tables = self._session.store.tables
        tables.keep_only("document", self.documents)
        tables.keep_only("content", self.contents)
        tables.drop_upto("log")
        tables.drop_upto("removed")

    def _sketches_of(self, rows: Sequence[Row]) -> list[Sketch]:
        """The sketches of contents, ascending; made anew where they are missing."""
        session = self._session
        missing = [row for row in rows if row.content not in self._sketches]
        found = session.store.sketches(
            [row.content for row in rows if row.content in self._sketches]
        )
        if missing:
            texts = [row.plain().decode("utf-8", "surrogatepass") for row in missing]
            made = sketched(session.sketcher, session.bands, texts)
            new = [made.sketch(d, row.content) for d, row in enumerate(missing)]
            session.store.replace_sketches(new)
            self._sketches.update(row.content for row in missing)
            found = sorted([*found, *new], key=lambda sketch: sketch.number)
        return found

    def _sound(self, table: Table) -> Iterator[Any]:
        """The sound rows of a table; the others are noted."""
        damaged = []
        for row in self._session.store.tables.scan(table):
            if isinstance(row, DamagedError):
                damaged.append(row.reason)
            else:
                yield row
        self._found.rows(table, damaged)


def _asked(session: Session, sketches: Sequence[Sketch]) -> Asked:
    """Contents, as they are looked for."""
    if not sketches:
        none: U32 = np.empty(0, np.uint32)
        bands = np.empty((0, session.bands.bands), np.uint32)
        return Asked(np.empty(0, np.int64), bands, none, np.zeros(1, np.int64))
    return Asked(
        np.array([sketch.number for sketch in sketches], np.int64),
        band_keys(np.stack([sketch.signature for sketch in sketches]), session.bands),
        np.concatenate([sketch.fingerprints for sketch in sketches]),
        offsets_of(np.array([len(sketch.fingerprints) for sketch in sketches], np.int64)),
    )


def _compare(session: Session, state: State, held: _Held, found: _Damages) -> None:
    """That the postings and counters are those of the rows."""
    counted = (len(held.documents), len(held.contents), sum(held.contents.values()))
    if counted != (state.documents, state.contents, state.words):
        found.add(DATABASE, "documents are missing, or too many")
        return
    view = session.view
    there = without(merged([*view.segments.values(), *view.hot]), *view.removed)
    if _tally(there) != _tally(held.postings()):
        found.add("", "its postings are not those of its documents")


def _tally(parts: Iterable[Postings]) -> tuple[int, int]:
    """How many postings, and a sum of their hashes: the same in any order."""
    count = total = 0
    for part in parts:
        mixed: U64 = part.keys.view(np.uint64) * _MIX ^ part.owners.astype(np.uint64)
        mixed = (mixed ^ mixed >> np.uint64(32)) * _MIX
        count += len(mixed)
        total += int((mixed ^ mixed >> np.uint64(29)).sum(dtype=np.uint64))
    return count, total % 2**64


def _next_file(session: Session) -> int:
    """A number that no file has."""
    names = [path.stem for path in session.folder.glob(f"*{SUFFIX}")]
    return 1 + max((int(name) for name in names if name.isdecimal()), default=0)
