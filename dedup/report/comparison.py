"""What became of a text, for a person at a terminal or behind a pipe.

The derived text in its order, below each sentence where it came from and what was changed; then
what was cut.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from dedup.alignment import Alignment, Edit, Link, LinkRelation
from dedup.printable import one_line
from dedup.records import Document
from dedup.report.style import Style, counted, percent

_SYMBOL: dict[LinkRelation, str] = {"verbatim": "=", "edited": "~", "paraphrased": "≈"}
_COLOR: dict[LinkRelation, int] = {"verbatim": 32, "edited": 33, "paraphrased": 36}
_GONE, _CAME, _DIM, _BOLD = 31, 34, 2, 1
_KINDS = {
    "quoted": "{} put in quotation marks",
    "attributed": "{} given to a speaker",
    "reported": "{} turned to the third person",
    "merged": "{} joined from several",
    "reuse": "a larger share of it reused",
}
_MOST_UNLINKED = 20  # sentences in a row that are shown; of more ...
_KEPT_UNLINKED = 5  # ... so many at either end
_MOST_CHANGED_WORDS = 12  # of what a diff shows as gone or new in one place
_KEPT_WORDS = 3  # at either end of a longer one


def comparison(
    alignment: Alignment, source: Document, derived: Document, style: Style
) -> Iterator[str]:
    """The lines of a comparison.

    Args:
        alignment: of the two documents.
        source: its a.
        derived: its b.
        style: how it looks.
    """
    a, b = one_line(source.id) or "source", one_line(derived.id) or "derived text"
    together = f"{a} → {b}"
    names = [together] if len(together) <= style.width else [a, f"→ {b}"]
    yield from (style.paint(name, _BOLD) for name in names)
    yield from _header(alignment, *_short_names(a, b), style)
    if alignment.links:
        yield ""
        yield from body(alignment, source, derived, style)


def body(alignment: Alignment, source: Document, derived: Document, style: Style) -> Iterator[str]:
    """The sentences of a comparison, without its header."""
    yield from _legend(style)
    yield ""
    by_last: dict[int, list[Link]] = {}
    for link in alignment.links:
        by_last.setdefault(link.b[-1], []).append(link)
    relation_of = _strongest(alignment)
    texts = [derived.text[place.start : place.end] for place in alignment.b.sentences]
    for relation, group in groupby(range(len(texts)), key=relation_of.get):
        if relation is None:
            yield from _unlinked([*group], texts, set(alignment.boilerplate.b), "+", style)
            continue
        for j in group:
            yield from _sentence(_SYMBOL[relation], j, texts[j], _COLOR[relation], style)
            for link in by_last.get(j, []):
                yield from _origin(link, source.text, derived.text, style)
    if alignment.cut:
        yield ""
        yield style.paint(f"Cut from {one_line(source.id) or 'source'}:", _BOLD)
        texts = [source.text[place.start : place.end] for place in alignment.a.sentences]
        yield from _unlinked([*alignment.cut], texts, set(alignment.boilerplate.a), "-", style)


def _unlinked(
    indices: list[int], texts: list[str], labels: set[int], symbol: str, style: Style
) -> Iterator[str]:
    """Sentences without a link; of many in a row, the first and the last."""
    left_out: list[int] = []
    if len(indices) > _MOST_UNLINKED:
        left_out = indices[_KEPT_UNLINKED:-_KEPT_UNLINKED]
    for i in indices:
        if i in labels:
            mark, color = "·", _DIM
        else:
            mark, color = symbol, _GONE if symbol == "-" else _CAME
        if not left_out or not left_out[0] <= i <= left_out[-1]:
            yield from _sentence(mark, i, texts[i], color, style)
        elif i == left_out[0]:
            more = f"… {len(left_out):,} more, {i + 1}–{left_out[-1] + 1} …"
            yield "       " + style.paint(more, _DIM)


def _header(alignment: Alignment, a: str, b: str, style: Style) -> Iterator[str]:
    """The figures."""
    if not alignment.links and not alignment.passages:
        yield "  nothing reused"
        return
    relations = Counter(link.relation for link in alignment.links)
    kinds = [f"{relations[name]} {name}" for name in _SYMBOL if relations[name]]
    moved = sum("moved" in link.flags for link in alignment.links)
    shares = (
        f"{percent(alignment.reuse_of_b)} of {b} comes from {a}; "
        f"{percent(alignment.reuse_of_a)} of {a} was used"
    )
    links = f"{counted(len(alignment.links), 'link')}: {', '.join(kinds)}"
    if moved:
        links += f"; {moved} moved"
    facts = [
        shares,
        links,
        f"{counted(len(alignment.cut), 'sentence')} cut, {len(alignment.added)} added",
    ]
    changed = [
        f"{change.kind} {_or_nothing(change.a)} → {_or_nothing(change.b)}"
        for link in alignment.links
        for change in link.changes
    ]
    if changed:
        facts.append("changed: " + "; ".join(changed))
    facts.append(_direction(alignment, a, b))
    for fact in facts:
        yield from textwrap.wrap(fact, style.width, initial_indent="  ", subsequent_indent="    ")


def _direction(alignment: Alignment, a: str, b: str) -> str:
    """The verdict, and what speaks for and against it."""
    verdict = alignment.direction
    seen = {
        source: ", ".join(
            _KINDS[one.kind].format(one.count) for one in verdict.evidence if one.source == source
        )
        for source in ("a", "b")
    }
    if verdict.source is None:
        return "which way it went: not clear"
    source, derived, against = (a, b, "b") if verdict.source == "a" else (b, a, "a")
    text = f"source probably {source}: in {derived} {seen[verdict.source]}"
    return f"{text}; against it: {seen[against]}" if seen[against] else text


def _short_names(a: str, b: str) -> tuple[str, str]:
    """Names without their folders, where these alone tell them apart."""
    short_a, short_b = a.rpartition("/")[2], b.rpartition("/")[2]
    return (short_a, short_b) if short_a != short_b and short_a and short_b else (a, b)


def _legend(style: Style) -> Iterator[str]:
    """What the symbols mean."""
    relations = (style.paint(f"{mark} {name}", _COLOR[name]) for name, mark in _SYMBOL.items())
    rest = (("+ added", _CAME), ("- cut", _GONE), ("· boilerplate", _DIM))
    yield "   ".join([*relations, *(style.paint(text, code) for text, code in rest)])
    yield f"{style.paint('[-gone-]', _GONE)} {style.paint('{+new+}', _CAME)}"


def _strongest(alignment: Alignment) -> dict[int, LinkRelation]:
    """The most literal relation of each linked sentence of b."""
    order = list(_SYMBOL)
    found: dict[int, LinkRelation] = {}
    for link in alignment.links:
        for j in link.b:
            if j not in found or order.index(link.relation) < order.index(found[j]):
                found[j] = link.relation
    return found


def _sentence(symbol: str, index: int, text: str, color: int, style: Style) -> Iterator[str]:
    """A sentence with its symbol and its number, counted from 1."""
    head = f"{symbol} {index + 1:>3}  "
    lines = textwrap.wrap(one_line(text), style.width - len(head)) or [""]
    for k, line in enumerate(lines):
        yield style.paint(head if k == 0 else " " * len(head), color) + line


def _origin(link: Link, source: str, derived: str, style: Style) -> Iterator[str]:
    """Where a sentence came from, and what was changed."""
    names = _numbers(link.a)
    flags: list[str] = [flag for flag in link.flags if flag not in ("merged", "split")]
    if len(link.b) > 1:
        flags.append(f"into {_numbers(link.b)}")
    head = f"{_SYMBOL[link.relation]} from {names}"
    if link.relation == "verbatim":
        head += ", word for word"
    if flags:
        head += f" ({', '.join(flags)})"
    if link.relation == "verbatim":
        yield "       " + style.paint(head, _COLOR[link.relation])
        return
    words = list(_words(link.diff, source, derived))
    yield from _fold(
        [_Word(part, (_COLOR[link.relation],)) for part in (head + ":").split()] + words, style
    )


class _Word(NamedTuple):
    """A word to print, and its colours."""

    text: str
    codes: tuple[int, ...]


def _words(diff: tuple[Edit, ...], source: str, derived: str) -> Iterator[_Word]:
    """The words of a diff, what is gone and what is new marked as `wdiff` does."""
    for edit in diff:
        gone = one_line(source[edit.a_start : edit.a_end])
        came = one_line(derived[edit.b_start : edit.b_end])
        if edit.op == "equal":
            yield from (_Word(word, (_DIM,)) for word in gone.split())
            continue
        if gone:
            yield from (_Word(word, (_GONE,)) for word in f"[-{_shortened(gone)}-]".split())
        if came:
            yield from (_Word(word, (_CAME,)) for word in f"{{+{_shortened(came)}+}}".split())


def _shortened(text: str) -> str:
    """The text, its middle left out when it is long: the document has it whole."""
    words = text.split()
    if len(words) <= _MOST_CHANGED_WORDS:
        return text
    return " ".join([*words[:_KEPT_WORDS], "…", *words[-_KEPT_WORDS:]])


def _fold(words: list[_Word], style: Style) -> Iterator[str]:
    """Words in lines of the width, indented below their sentence."""
    room = style.width - 7
    line: list[str] = []
    used = 0
    for word in words:
        if line and used + 1 + len(word.text) > room:
            yield "       " + " ".join(line)
            line, used = [], 0
        used += len(word.text) + bool(line)
        line.append(style.paint(word.text, *word.codes))
    if line:
        yield "       " + " ".join(line)


def _numbers(indices: tuple[int, ...]) -> str:
    """Sentence numbers, counted from 1."""
    first, last = indices[0] + 1, indices[-1] + 1
    return str(first) if first == last else f"{first}–{last}"


def _or_nothing(text: str) -> str:
    return f"“{one_line(text)}”" if text else "nothing"
