"""What an index says of documents, one after the other, in every format."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from dedup.find.result import SCHEMA, tool
from dedup.printable import one_line
from dedup.records import Added, Match, Queried
from dedup.report.formats import Format, csv_lines
from dedup.report.style import Style, counted, indented, percent
from dedup.report.summary import COLOR, SYMBOL
from dedup.settings import RELATIONS

_ROUNDED = {"evidence_bits": 1}  # digits; 6 of everything else


_LIMITS = {  # how many documents met with each
    "common_fingerprints": "in {count:,} of these, passages that stand in more than 50 documents "
    "were not used to find candidates",
    "large_buckets": "for {count:,} of these, of more than 64 alike documents only the first and "
    "neighbours were looked at",
}


def match_lines(results: Iterable[Added | Queried], form: Format, style: Style) -> Iterator[str]:
    """The lines of results, without their ends, as they come.

    Args:
        results: what became of documents, or what an index says of them.
        form: ``json`` is one object with all documents, ``jsonl`` one a line, ``csv`` a match a
            row, ``text`` is for a person and leaves out documents without matches.
        style: how ``text`` looks.
    """
    match form:
        case "text":
            yield from _text(results, style)
        case "json":
            yield "{"
            yield f'  "schema": {SCHEMA},'
            yield f'  "tool": {json.dumps(tool())},'
            yield '  "documents": ['
            before = ""
            for result in results:
                if before:
                    yield before + ","
                before = "    " + json.dumps(result_values(result), ensure_ascii=False)
            if before:
                yield before
            yield "  ]"
            yield "}"
        case "jsonl":
            for result in results:
                yield json.dumps(result_values(result), ensure_ascii=False)
        case "csv":
            names = [field.name for field in fields(Match) if field.name not in ("id", "meta")]
            rows = (
                {**match_values(match), "id": result.id, "match": match.id}
                for result in results
                for match in result.matches
            )
            yield from csv_lines(["id", "match", *names], rows)


def result_values(result: Added | Queried) -> dict[str, Any]:
    """A result as plain values."""
    added = {"new": result.new, "there": result.there} if isinstance(result, Added) else {}
    return {
        "id": result.id,
        **added,
        "words": result.words,
        "matches": [match_values(match) for match in result.matches],
        "limits": dict(result.limits),
    }


def match_values(match: Match) -> dict[str, Any]:
    """A match as plain values, its measures rounded to what a reader can use."""
    return {
        name: round(value, _ROUNDED.get(name, 6)) if isinstance(value, float) else value
        for name, value in asdict(match).items()
    }


def _text(results: Iterable[Added | Queried], style: Style) -> Iterator[str]:
    documents = there = having = 0
    capped: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for result in results:
        documents += 1
        there += isinstance(result, Added) and not result.new
        having += bool(result.matches)
        kinds.update({match.relation for match in result.matches[:1]})
        capped.update(result.limits.keys())
        if result.matches:
            yield style.paint(one_line(result.id), 1)
            for match in result.matches:
                yield from _match(result, match, style)
            yield ""
    found = ", ".join(f"{kinds[name]:,} {name}" for name in RELATIONS if kinds[name])
    total = f"{counted(documents, 'document')}, {having:,} with matches"
    total += f" ({found})" if found else ""
    yield total + (f"; {there:,} not added" if there else "")
    for name, count in capped.items():
        yield from textwrap.wrap(f"limit: {_LIMITS[name].format(count=count)}", style.width)


def _match(result: Added | Queried, match: Match, style: Style) -> Iterator[str]:
    """One match of a text in a line or two, in the measures of a scan."""
    facts = []
    if match.jaccard_estimate is not None:
        facts.append(f"about {percent(match.jaccard_estimate)} alike")
        facts.append(f"{percent(match.containment_of_text_in_match_estimate or 0)} of it there")
    elif match.relation != "identical":
        shared = match.shared_words or 0
        if match.relation == "near-duplicate":
            facts.append(f"{percent(match.jaccard or 0)} alike")
        else:
            of_text, of_match = percent(shared / result.words), percent(shared / match.words)
            facts.append(f"{of_text} of it stands there, {of_match} the other way")
        facts.append(f"{counted(shared, 'word')} in common")
        if match.source and match.relation == "contains":
            source = match.id if match.source == "match" else result.id
            facts.append(f"source probably {one_line(source)}")
        if match.evidence_bits is not None:
            facts.append(f"evidence {match.evidence_bits:.0f} bits")
    text = f"{match.relation} {_symbol(match)} {one_line(match.id)}"
    lines = list(indented(f"{text}: {'; '.join(facts)}" if facts else text, style))
    lines[0] = lines[0].replace(
        match.relation, style.paint(match.relation, COLOR[match.relation]), 1
    )
    yield from lines


def _symbol(match: Match) -> str:
    """What stands between the text and the match, as between two documents of a scan."""
    if match.relation == "contains":
        text_in_match, match_in_text = (
            exact if exact is not None else estimate or 0.0
            for exact, estimate in (
                (match.containment_of_text_in_match, match.containment_of_text_in_match_estimate),
                (match.containment_of_match_in_text, match.containment_of_match_in_text_estimate),
            )
        )
        return "⊂" if text_in_match > match_in_text else "⊃"
    return {"match": "←", "text": "→", None: SYMBOL[match.relation]}[match.source]
