"""The index: documents over time, and what each has to do with those before it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from dedup.errors import DamagedError, StoreError
from dedup.index import changing, repair
from dedup.index.against import Against, against
from dedup.index.batch import Batch
from dedup.index.intake import batches, check, documents_of, in_order, storable
from dedup.index.maintenance import Maintenance
from dedup.index.matches import Answer
from dedup.index.opening import opened
from dedup.index.session import Session, name_of
from dedup.index.stats import Stats, stats
from dedup.index.texts import sketched
from dedup.records import Added, Damage, Document, Match, Queried, Unreadable
from dedup.settings import Relation, Settings, check_relations

if TYPE_CHECKING:
    from dedup.alignment import Alignment


class Index:
    """Documents on disk, and what a text has to do with them; made by `Index.open`.

    Threads may share one; they take turns. A process that was forked must open it again. Any number
    of processes may ask while one writes: what was acknowledged before a question begins is in the
    answer.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._maintenance = Maintenance(session)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = False,
        settings: Settings | None = None,
        keep_text: bool | None = None,
        timeout: float = 10.0,
    ) -> Self:
        """Opens the index in a folder.

        Args:
            path: the folder.
            create: make an empty index when there is none.
            settings: what a new index is made with; of an existing one, what it must have been
                made with, if given.
            keep_text: whether texts are kept, compressed; without them answers are estimates. Of a
                new index True when None, of an existing one as with `settings`.
            timeout: seconds to wait while another process writes.

        Raises:
            StoreError: there is no index, it is of another format, or it cannot be read.
            SchemeMismatch: it was made with other settings, or by a version of dedup that sketches
                otherwise; the message says what differs.
            DamagedError: it is damaged.

        Warns:
            UserWarning: the folder is on a network file system.
        """
        store, terms = opened(
            path, create=create, settings=settings, keep_text=keep_text, timeout=timeout
        )
        return cls(Session(store, terms, timeout))

    @property
    def settings(self) -> Settings:
        """What it was made with."""
        return self._session.terms.settings

    @property
    def keep_text(self) -> bool:
        """Whether it keeps texts."""
        return self._session.terms.keep_text

    def add(
        self, document_id: str, text: str, meta: Mapping[str, Any] | None = None
    ) -> list[Match]:
        """Adds a document; it is on disk when this returns.

        Adding one that is there already, with the same words, changes nothing: who was interrupted
        adds again.

        Args:
            document_id: what it is called; unique in the index.
            text: the text as given.
            meta: what can be written as JSON; it comes back with matches.

        Returns:
            The documents of the index that it has to do with, best first, as a scan over all of
            them would find.

        Raises:
            ValueError: the id is there with other words.
            TypeError: id or text is no str, or meta is not what JSON can hold.
            StoreError: it cannot be written; then it is not in the index.
        """
        document = Document(document_id, text, {} if meta is None else meta)
        check(document)
        if isinstance(unstorable := storable(document), Unreadable):
            raise TypeError(f"{document_id!r}: {unstorable.reason}")
        (result,) = self.add_many([document])
        if isinstance(result, Unreadable):
            raise ValueError(f"{document_id!r}: {result.reason}")  # noqa: TRY004 - no wrong type
        return list(result.matches)

    def add_many(
        self,
        documents: Iterable[Document | Unreadable],
        *,
        unless: Collection[Relation] = (),
        rename: bool = False,
    ) -> Iterator[Added | Unreadable]:
        """Adds documents, up to a thousand with one commit; on disk when its result comes.

        All of a batch count as in the index when one of them is judged; each that is new is told of
        those before it, and one that is there already of all, as by `matches`. Documents are added
        only as results are taken.

        Args:
            documents: read as results are taken; `Unreadable`s are passed on.
            unless: relations to a document that is there which make one needless: it is not added,
                its result is not new, and the matches say why.
            rename: a document whose id other words have goes by that id, ``#`` and 16 hexadecimal
                digits of a hash of its words, which is the same every time.

        Returns:
            What became of each, in their order, by the ids they go by. An `Unreadable` also
            stands for a document whose meta JSON cannot hold, and without `rename` for one whose id
            is in the index with other words.

        Raises:
            SettingsError: something in `unless` is no relation.
            TypeError: what is given is no document, or not what its type says.
            StoreError: it cannot be written; what came before is in the index.
        """
        check_relations("unless", unless)
        for batch in batches(documents):
            given = [storable(one) for one in batch]
            wanted = documents_of(given)
            added = changing.add(self._session, wanted, unless, rename=rename) if wanted else []
            self._tend()
            yield from in_order(given, added)

    @contextmanager
    def offer(
        self, documents: Sequence[Document | Unreadable], unless: Collection[Relation]
    ) -> Iterator[list[Added | Unreadable]]:
        """What adding a batch of documents would say; it is added when the block ends.

        For who passes documents on: what was interrupted before the end of the block is offered
        again by the next run, so that nothing is lost, and some of it may come twice. No lock is
        held in the block: another process may add the same words meanwhile, or other words by the
        same id; then the document goes by another id than its result says, as with `rename`.

        Args:
            documents: some thousand at most.
            unless: as of `add_many`, which renames as this does with `rename`.

        Raises:
            SettingsError: something in `unless` is no relation.
            TypeError: what is given is no document, or not what its type says.
            StoreError: nothing can be added, because of the folder before the block begins, because
                of a full disk or another writer at its end.
        """
        check_relations("unless", unless)
        for one in documents:
            check(one)
        given = [storable(one) for one in documents]
        judged = changing.judge(self._session, documents_of(given), unless)
        yield list(in_order(given, judged.results))
        changing.accept(self._session, judged)
        self._tend()

    def query(self, text: str) -> list[Match]:
        """The documents that a text has to do with, best first: what adding it would say."""
        return self.query_many([text])[0]

    def query_many(self, texts: Sequence[str]) -> list[list[Match]]:
        """The same of many texts at once, for far less each.

        All of them count as in the index when one of them is judged; they are not matched with one
        another, and copies of one another are all told the same. What was capped is in the results
        of `query_each`.
        """
        if isinstance(texts, str):
            raise TypeError("texts must be several: query_many([text]) for one")
        return [list(answer.matches) for answer in self._answers(texts)]

    def query_each(
        self, documents: Iterable[Document | Unreadable]
    ) -> Iterator[Queried | Unreadable]:
        """`query_many` of documents as they come, in batches as `add_many` makes them.

        Returns:
            The matches of each, in their order; `Unreadable`s are passed on.
        """
        for batch in batches(documents):
            asked = documents_of(batch)
            answers = self._answers([document.text for document in asked])
            told = (Queried(d.id, *answer) for d, answer in zip(asked, answers, strict=True))
            yield from in_order(batch, told)

    def pairs(
        self, documents: Sequence[Document], *, among_themselves: bool = False, threads: int = 1
    ) -> Against:
        """The pairs that a scan of the index and these documents would find with one of these.

        Args:
            documents: with ids that no other of them has.
            among_themselves: also the pairs that have two of these; without them, a copy of one of
                these has the pairs of that one with the index, which a scan would leave out.
            threads: that compare; the result does not depend on it.

        Raises:
            StoreError: the index keeps no texts.
        """
        if not self.keep_text:
            raise StoreError(f"{self._session.folder}: keeps no texts, and so has no exact pairs")
        return against(self._session, documents, among_themselves=among_themselves, threads=threads)

    def query_id(self, document_id: str) -> Queried:
        """What the index has to say of one of its documents, as of now.

        Of identical documents, each has to do with the first of them, and only that one with
        others, as in a scan.

        Raises:
            KeyError: there is none of this id.
        """
        session = self._session
        with session.moment():
            try:
                answer = session.matcher.of_document(session.row(document_id))
            finally:
                session.matcher.words.settle()
        return Queried(document_id, *answer)

    def matches(self, document_id: str) -> list[Match]:
        """The documents that one of the index has to do with, best first: those of `query_id`."""
        return list(self.query_id(document_id).matches)

    def remove(self, *document_ids: str) -> int:
        """Removes documents with one commit; returns how many of them were there.

        Their texts stay on disk until `compact`.

        Raises:
            TypeError: an id is no str; several are given as remove(*ids).
        """
        for one in document_ids:
            if not isinstance(one, str):
                raise TypeError(f"an id must be a str, not {type(one).__name__}: remove(*ids)")
        return changing.remove(self._session, document_ids)

    def document(self, document_id: str) -> Document:
        """A document as it was added.

        Raises:
            KeyError: there is none of this id.
            StoreError: the index keeps no texts.
        """
        with self._session.moment():
            row = self._session.row(document_id)
        if not self.keep_text:
            raise StoreError(f"{self._session.folder}: keeps no texts")
        return Document(document_id, row.plain().decode("utf-8", "surrogatepass"), row.metadata)

    def align(self, document_id: str, text: str) -> Alignment:
        """What a text took from a document, sentence by sentence: see `dedup.align`.

        Raises:
            KeyError: there is none of this id.
            TypeError: the text is no str.
            StoreError: the index keeps no texts.
        """
        from dedup.aligner import align

        if not isinstance(text, str):
            raise TypeError(f"a text must be a str, not {type(text).__name__}")
        return align(self.document(document_id), text)

    def compact(self) -> None:
        """Makes one file of all postings and drops what was removed.

        Others can add and ask meanwhile. Needs room for the postings once more until it is done.

        Raises:
            StoreError: another process is at it for longer than the timeout, or the disk is full;
                then the index is as it was.
        """
        self._maintenance.compact()

    def stats(self) -> Stats:
        """How much there is of what."""
        with self._session.moment():
            return stats(self._session.view)

    def verify(self) -> list[Damage]:
        """Reads everything and compares it with its checksums, and the postings with the documents.

        Returns:
            What is damaged; nothing when the index is sound.
        """
        return repair.verify(self._session)

    @classmethod
    def recover(cls, path: str | os.PathLike[str], *, timeout: float = 10.0) -> list[Damage]:
        """Makes the postings anew from the documents and sketches that are sound.

        Others cannot write meanwhile. Everything that `verify` finds is gone afterwards.

        Returns:
            What could not be saved.

        Raises:
            StoreError: there is no index, or another process writes or compacts.
            DamagedError: SQLite itself cannot read its file; then nothing was changed.
        """
        return repair.recover(path, timeout)

    def __contains__(self, document_id: object) -> bool:
        if not isinstance(document_id, str):
            return False
        with self._session.moment():
            return self._session.view.named([name_of(document_id)]) != [None]

    def __len__(self) -> int:
        with self._session.moment() as state:
            return state.documents

    def close(self) -> None:
        """Lets go of the files; doing so again does nothing."""
        self._session.close()

    def __repr__(self) -> str:
        return f"<dedup.Index {str(self._session.folder)!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answers(self, texts: Sequence[str]) -> list[Answer]:
        """What the index has to say of texts, none of which is in it."""
        session = self._session
        sketches = sketched(session.sketcher, session.bands, texts)
        with session.moment():
            try:
                batch = Batch(session.view, sketches)
                answers = session.matcher.of_batch(batch, {})
            finally:
                session.matcher.words.settle()
        for copy, original in batch.copies():
            answers[copy] = answers[original]
        return answers

    def _tend(self) -> None:
        """Looks after the files, behind what was added."""
        try:
            self._maintenance.tend()
        except DamagedError:
            raise
        except StoreError:
            pass  # what was added is on disk; who adds next tries again
