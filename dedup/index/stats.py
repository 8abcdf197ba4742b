"""How much an index holds."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.index.connecting import locks
from dedup.index.view import View


@dataclass(frozen=True, slots=True)
class Stats:
    """What is in an index.

    Attributes:
        documents: that are in it.
        distinct: how many of them have words that none before them has.
        words: of these.
        removed: documents that compacting will drop.
        postings: in files and in memory.
        segments: files of postings.
        bytes: of all files, but for the one of SQLite's locks, which goes when all have closed it.
        posting_bytes: of the files of postings.
    """

    documents: int
    distinct: int
    words: int
    removed: int
    postings: int
    segments: int
    bytes: int
    posting_bytes: int


def stats(view: View) -> Stats:
    """Of an index, inside a transaction."""
    state = view.state
    names = {segment.name for segment in state.segments}
    files = set(view.store.folder.iterdir()) - {locks(view.store.path)}
    sizes = {path.name: path.stat().st_size for path in files}
    return Stats(
        documents=state.documents,
        distinct=state.contents,
        words=state.words,
        removed=state.removals - state.purged,
        postings=sum(s.postings for s in state.segments) + sum(r.size for r in view.hot),
        segments=len(state.segments),
        bytes=sum(sizes.values()),
        posting_bytes=sum(sizes.get(name, 0) for name in names),
    )
