"""What an index must say: what a scan says of the same documents in the order of adding."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import planted

import dedup
from dedup import Document, Index, Match, Settings

Verdict = tuple[object, ...]


def scanned(documents: Sequence[Document], settings: Settings) -> dict[tuple[str, str], Verdict]:
    """Every pair of a scan, both ways round: the first is told of the second."""
    found = {}
    for pair in dedup.scan(documents, settings, threads=1).pairs:
        a_in_b, b_in_a = pair.containment_of_a_in_b, pair.containment_of_b_in_a
        same = (
            pair.relation,
            pair.jaccard,
            pair.evidence_bits,
            pair.shared_words,
            pair.longest_run_words,
            pair.longest_run_text,
            pair.source,
        )
        found[pair.a, pair.b] = (*same, a_in_b, b_in_a, pair.words_b)
        found[pair.b, pair.a] = (*same, b_in_a, a_in_b, pair.words_a)
    return found


def told(text_id: str, matches: Iterable[Match]) -> dict[tuple[str, str], Verdict]:
    """Matches of a text in the same form."""
    return {
        (text_id, match.id): (
            match.relation,
            match.jaccard,
            match.evidence_bits,
            match.shared_words,
            match.longest_run_words,
            match.longest_run_text,
            {"match": match.id, "text": text_id, None: None}[match.source],
            match.containment_of_text_in_match,
            match.containment_of_match_in_text,
            match.words,
        )
        for match in matches
    }


def verdicts(index: Index, ids: Iterable[str]) -> dict[tuple[str, str], Verdict]:
    """What an index says of every document in it."""
    found: dict[tuple[str, str], Verdict] = {}
    for one in ids:
        found |= told(one, index.matches(one))
    return found


def family(seed: int, n: int) -> list[Document]:
    """Copies, near-copies, excerpts, mixtures, short and empty texts, among unrelated ones."""
    writer, draw = planted.Writer(seed), random.Random(seed)
    words: list[list[str]] = []
    texts: list[str] = []
    for _ in range(n):
        kind = draw.choice(["new", "new", "copy", "near", "part", "mix", "short", "empty"])
        old = draw.choice(words) if words else writer.words(120)
        if kind == "new":
            one = writer.words(draw.randint(60, 160))
        elif kind == "copy":
            one = old
        elif kind == "near":
            one = planted.edited(old, 0.04, draw, writer.words(20))
        elif kind == "part":
            begin = draw.randrange(max(1, len(old) // 2))
            one = old[begin : begin + 60]
        elif kind == "mix":
            other = draw.choice(words) if words else []
            one = planted.derived(old, 60, 0.05, draw, writer.words(200)) + other[:30]
        elif kind == "short":
            one = draw.choice([["one"], ["one", "two"], ["red", "fish", "blue", "fish"]])
        else:
            one = []
        words.append(one or ["nothing"])
        text = planted.dress(one, draw)
        texts.append(f"“{text}”" if draw.random() < 0.15 else text)
    return [Document(f"d{i}", text, {"at": i}) for i, text in enumerate(texts)]
