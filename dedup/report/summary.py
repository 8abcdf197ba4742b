"""What a scan found, for a person at a terminal or behind a pipe."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from dedup.find import ScanResult
from dedup.printable import one_line
from dedup.records import Document, Pair
from dedup.report.comparison import body
from dedup.report.style import Style, counted, indented, percent
from dedup.settings import RELATIONS, Relation

COLOR: dict[Relation, int] = {
    "identical": 31,
    "near-duplicate": 33,
    "contains": 35,
    "derived": 36,
    "shares-passages": 34,
}
SYMBOL: dict[Relation, str] = {
    "identical": "=",
    "near-duplicate": "≈",
    "contains": "⊃",
    "derived": "~",
    "shares-passages": "∩",
}
_QUOTED_LINES = 2  # of a longest run


def summary(result: ScanResult, style: Style) -> Iterator[str]:
    """Every relation that was found, strongest first, and what it comes to."""
    copies: dict[str, list[Pair]] = {}
    for pair in result.pairs:
        if pair.relation == "identical":
            copies.setdefault(pair.a, []).append(pair)
    for pairs in copies.values():
        yield from _identical(pairs, style)
    for relation in RELATIONS[1:]:
        chosen = [pair for pair in result.pairs if pair.relation == relation]
        for pair in sorted(chosen, key=_strength, reverse=True):
            yield from _pair(pair, style)
            if pair.alignment is not None and pair.alignment.links:
                names = (pair.alignment.a.id, pair.alignment.b.id)
                source, derived = (Document(name, result.texts[name]) for name in names)
                yield from body(pair.alignment, source, derived, style)
                yield ""
    yield from _indirect(result, style)
    yield from _totals(result, style)


def _strength(pair: Pair) -> float:
    """What pairs of one relation are ordered by."""
    return pair.jaccard if pair.evidence_bits is None else pair.evidence_bits


def _identical(pairs: list[Pair], style: Style) -> Iterator[str]:
    """All copies of one document."""
    names = [one_line(pairs[0].a), *(one_line(pair.b) for pair in pairs)]
    words = counted(pairs[0].words_a, "word")
    yield from _head("identical", " = ".join(names), style)
    yield from indented(f"{len(names)} copies of the same {words}", style)
    yield ""


def _pair(pair: Pair, style: Style) -> Iterator[str]:
    """One pair: what it is, which way it went, how much, and the longest run."""
    a, b = one_line(pair.a), one_line(pair.b)
    of_a, of_b = pair.shared_words / pair.words_a, pair.shared_words / pair.words_b
    if pair.source == pair.b or (pair.relation == "contains" and pair.words_b > pair.words_a):
        a, b, of_a, of_b = b, a, of_b, of_a
    arrow = "→" if pair.source is not None and pair.relation != "contains" else ""
    yield from _head(pair.relation, f"{a} {arrow or SYMBOL[pair.relation]} {b}", style)
    if pair.relation == "near-duplicate":
        share = f"{percent(pair.jaccard)} alike"
    else:
        share = f"{percent(of_b)} of {b} stands in {a}, {percent(of_a)} the other way"
    facts = [share, f"{counted(pair.shared_words, 'word')} in common"]
    if pair.source is not None and pair.relation == "contains":
        facts.append(f"source probably {one_line(pair.source)}")
    if pair.evidence_bits is not None:
        facts.append(f"evidence {pair.evidence_bits:.0f} bits")
    yield from indented("; ".join(facts), style)
    if pair.longest_run_words:
        yield from _quote(pair, style)
    yield ""


def _quote(pair: Pair, style: Style) -> Iterator[str]:
    """The longest run, cut to a few lines."""
    text = f"{pair.longest_run_words} words in a row: “{one_line(pair.longest_run_text)}”"
    room = style.width - 4
    folded = textwrap.wrap(text, room, max_lines=_QUOTED_LINES, placeholder=" …”")
    for line in folded:
        yield "    " + style.paint(line, 2)


def _indirect(result: ScanResult, style: Style) -> Iterator[str]:
    """Clusters that hang together by a chain only."""
    for cluster in result.clusters:
        if cluster.indirect:
            names = ", ".join(map(one_line, cluster.indirect))
            text = (
                f"{names}: in one cluster with {one_line(cluster.representative)} only by way of "
                "others"
            )
            yield from _head("chain", text, style)
            yield ""


def _totals(result: ScanResult, style: Style) -> Iterator[str]:
    """What it comes to, in a few lines."""
    kinds = Counter(pair.relation for pair in result.pairs)
    found = ", ".join(f"{kinds[name]:,} {name}" for name in RELATIONS if kinds[name])
    documents = documents_of(result)
    if not result.pairs:
        yield f"{documents}, nothing reused"
    else:
        pairs = counted(len(result.pairs), "pair")
        clusters = counted(len(result.clusters), "cluster")
        total = f"{documents}, {pairs} ({found}), {clusters}"
        if result.redundant:
            left = len(result.ids) - len(result.redundant)
            remain = "remains" if left == 1 else "remain"
            total += f"; {left:,} {remain} without copies and near-duplicates"
        yield from textwrap.wrap(total, style.width)
    for limit in limits(result):
        yield from textwrap.wrap(f"limit: {limit}", style.width)
    for name, encoding in result.encodings.items():
        yield f"read as {encoding}: {one_line(name)}"


def documents_of(result: ScanResult) -> str:
    """How many documents were read, and what they were set against."""
    documents = counted(len(result.ids), "document")
    if result.against is None:
        return documents
    return f"{documents} against {result.against.documents:,} in {one_line(result.against.index)}"


def limits(result: ScanResult) -> Iterator[str]:
    """What was capped."""
    for name, count in result.limits.items():
        if count:
            yield _LIMITS[name].format(count=count)


_LIMITS = {
    "common_fingerprints": "{count:,} passages stand in more than 50 documents and were not "
    "used to find candidates",
    "large_buckets": "{count:,} groups of more than 64 alike documents were joined by their first "
    "and neighbouring members, not compared all with all",
    "pairs_cut_short": "{count:,} pairs repeat themselves so much that not every run was tried",
}


def _head(label: str, text: str, style: Style) -> Iterator[str]:
    """The first line of an entry."""
    code = COLOR.get(label, 35)  # type: ignore[call-overload]
    yield f"{style.paint(label, code)}  {style.paint(text, 1)}"
