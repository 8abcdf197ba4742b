"""Results to draw: families of texts that were really scanned, and many pairs that were not."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from itertools import pairwise

from planted import NATO, Writer, cut, derived, dress, edited

import dedup
from dedup.find import ScanResult


@cache
def seeds() -> ScanResult:
    """The one pair."""
    return dedup.scan([str(NATO)], align=True)


@cache
def families() -> ScanResult:
    """Some thirty documents with every relation, and a family of several generations."""
    draw = random.Random(5)
    writer = Writer(5)
    texts: dict[str, list[str]] = {}
    for f in range(5):
        words = writer.words(320)
        texts[f"agency/release-{f}.txt"] = words
        texts[f"north/rewritten-{f}.txt"] = derived(words, 200, 0.1, draw, writer.words(400))
        texts[f"south/nearly-{f}.txt"] = edited(words, 0.02, draw, writer.words(50))
        if f % 2:
            texts[f"west/copy-of-{f}.txt"] = words
    root = writer.words(420)
    texts["wire/original.txt"] = root
    names = [f"wire/generation-{g}.txt" for g in range(1, 4)]
    for name in names:
        root = edited(root, 0.06, draw, writer.words(80))
        texts[name] = root
    texts["wire/short.txt"] = [word for piece in cut(root, draw)[4:12] for word in piece]
    texts["wire/with-more-around-it.txt"] = writer.words(150) + root + writer.words(150)
    passage = texts["agency/release-0.txt"][40:100]
    texts["letters/quoting.txt"] = [*writer.words(300), *passage, *writer.words(250)]
    documents = [
        dedup.Document(name, dress(words, random.Random(len(words))))
        for name, words in texts.items()
    ]
    documents += [dedup.Document(f"other/{i:02}.txt", writer.text(250)) for i in range(12)]
    return dedup.scan(documents, align=True)


def many(pairs: int, *, of: int = 2) -> ScanResult:
    """A result with so many pairs, made of short texts; clusters are chains of so many."""
    text = "A sentence that stands in both of these texts, word for word. Another one."
    aligned = dedup.align(text, text)
    draw = random.Random(1)
    names = [f"archive/article-{i:05}.txt" for i in range(pairs * of // (of - 1) + of)]
    chained = [(a, b) for i, (a, b) in enumerate(pairwise(names)) if i % of != of - 1][:pairs]
    pattern = seeds().pairs[0]
    found = []
    for i, (a, b) in enumerate(chained):
        found.append(
            replace(
                pattern,
                a=a,
                b=b,
                source=a,
                relation=("near-duplicate", "contains", "derived")[i % 3],
                jaccard=round(draw.random(), 3),
                evidence_bits=float(i),
                alignment=replace(aligned, a=replace(aligned.a, id=a), b=replace(aligned.b, id=b)),
            )
        )
    used = dict.fromkeys(name for pair in chained for name in pair)
    return replace(
        seeds(), ids=tuple(used), pairs=tuple(found), texts=dict.fromkeys(used, text), encodings={}
    )
