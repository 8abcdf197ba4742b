"""A batch of texts as it would stand in an index: its numbers, its postings, its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from dedup.index.candidates import Asked
from dedup.index.postings import (
    Postings,
    band_keys,
    digest_keys,
    fingerprint_keys,
    member_keys,
    name_keys,
)
from dedup.index.rows import Row, Sketch, compressed, meta_json, now, sketch_rows
from dedup.index.texts import Sketched
from dedup.index.view import View
from dedup.sketch.kernels import I64, U64


class Batch:
    """Texts after all that an index has, in the order given.

    Attributes:
        texts: the texts, sketched.
        documents: the number that each has or would have; int64, shape (n,).
        contents: likewise of its content; 0 without words.
        fresh: the texts that nothing before them is a copy of; int64.
        originals: for the others with words, the document of which each is a copy.
        known: these documents, as far as the index has them.
    """

    def __init__(self, view: View, texts: Sketched) -> None:
        n = len(texts.rows.digests)
        self.texts = texts
        self.documents: I64 = view.state.next_document + np.arange(n)
        self.contents: I64 = np.zeros(n, np.int64)
        self.originals: dict[int, int] = {}
        known = view.with_digests(texts.rows.digests)
        self.known = list(known.values())
        first: dict[bytes, int] = {}
        fresh: list[int] = []
        for d, words in enumerate(texts.rows.token_counts.tolist()):
            if not words:
                continue
            digest = texts.rows.digests[d].tobytes()
            if d in known:
                self.contents[d], self.originals[d] = known[d].content, known[d].number
            elif digest in first:
                self.contents[d] = self.contents[first[digest]]
                self.originals[d] = int(self.documents[first[digest]])
            else:
                first[digest] = d
                self.contents[d] = view.state.next_content + len(fresh)
                fresh.append(d)
        self.fresh: I64 = np.array(fresh, np.int64)

    @property
    def words(self) -> int:
        """Of the contents that are new."""
        return int(self.texts.rows.token_counts[self.fresh].sum())

    def copies(self) -> list[tuple[int, int]]:
        """The texts that are copies of one before them in the batch, and that one."""
        first = int(self.documents[0]) if len(self.documents) else 0
        return [(d, of - first) for d, of in self.originals.items() if of >= first]

    @cached_property
    def asked(self) -> Asked:
        """The contents that are new, to be looked for."""
        return Asked(
            self.contents[self.fresh],
            self.texts.bands[self.fresh],
            *self.texts.fingerprints_of(self.fresh),
        )

    @cached_property
    def content_postings(self) -> Postings:
        """How the new contents are found."""
        return Postings.of(of_contents(self.asked, self.texts.rows.digests[self.fresh]))

    def postings(self, names: Sequence[bytes]) -> Postings:
        """How everything is found: the contents, and the documents by id and content."""
        documents = of_documents(names, self.documents, self.contents)
        return Postings.of([self.content_postings, *documents])

    def rows(
        self, names: Sequence[bytes], metas: Sequence[Mapping[str, Any]], *, keep_text: bool
    ) -> list[Row]:
        """The documents as they are kept."""
        digests = self.texts.rows.digests.astype("<u8")
        added = now()
        return [
            Row(
                int(self.documents[d]),
                name,
                int(self.contents[d]),
                int(self.texts.rows.token_counts[d]),
                digests[d].tobytes(),
                added,
                meta_json(meta),
                compressed(self.texts.text(d)) if keep_text else None,
            )
            for d, (name, meta) in enumerate(zip(names, metas, strict=True))
        ]

    def sketches(self) -> list[Sketch]:
        """The sketches of the new contents."""
        return [self.texts.sketch(d, int(self.contents[d])) for d in self.fresh.tolist()]

    def sketch_rows(self) -> Iterator[tuple[int, bytes, bytes]]:
        """The same, as they are kept."""
        asked = self.asked
        signatures = self.texts.rows.signatures[self.fresh]
        return sketch_rows(
            asked.contents, signatures, asked.fingerprints, asked.fingerprint_offsets
        )


def of_contents(asked: Asked, digests: U64) -> list[tuple[I64, I64]]:
    """Keys and owners of contents."""
    keys = band_keys(asked.bands)
    return [
        (keys, np.repeat(asked.contents, keys.shape[1])),
        (
            fingerprint_keys(asked.fingerprints),
            np.repeat(asked.contents, np.diff(asked.fingerprint_offsets)),
        ),
        (digest_keys(digests), asked.contents),
    ]


def of_documents(names: Sequence[bytes], documents: I64, contents: I64) -> list[tuple[I64, I64]]:
    """Keys and owners of documents; those of content 0 have no words."""
    having = contents > 0
    return [
        (name_keys(names), documents),
        (member_keys(contents[having]), documents[having]),
    ]
