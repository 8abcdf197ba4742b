"""Results as a page to look at in a browser: one file, or for a large scan a folder of files.

The page is drawn by the scripts in `page/`, end to end one module, from data that stand in it as
JSON. Documents are somebody else's: their text reaches the page only as JSON whose every ``<`` is
escaped, the scripts show it only as text, and the page's policy lets nothing run but those scripts
and nothing be fetched from anywhere.

The data come in two steps, so that a page with many pairs opens at once: an index with what the
table of pairs shows, and parts of about a megabyte with the texts and alignments, read when a pair
is looked at. In a folder the parts are files, `data/0.js` and so on.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import islice
from typing import Any, Final

from dedup import __version__
from dedup.alignment import Alignment
from dedup.find import ScanResult
from dedup.printable import inert, one_line
from dedup.records import Document, Pair
from dedup.report.style import counted
from dedup.report.summary import documents_of, limits

INDEX: Final = "index.html"
MARK: Final = '<meta name="generator" content="dedup'  # by which a report is known as one
MOST_PAIRS: Final = 2_000  # in one file; with more, or with more characters, a folder is written
MOST_CHARS: Final = 20_000_000
_PART_CHARS = 1_000_000
_NAMED = 100  # unreadable sources
_SCRIPTS = ("elements.js", "corpus.js", "pair.js", "report.js")  # each uses those before it


def scan_report(
    result: ScanResult, *, most_pairs: int = MOST_PAIRS, most_chars: int = MOST_CHARS
) -> Iterator[tuple[str, str]]:
    """The files of a report on a scan with alignments, each as its name and its text.

    A report in one file is `INDEX` alone. One in a folder has `INDEX` as its last, so that a
    caller knows from the first name which it is, and need not hold them all.

    Args:
        result: of a scan with ``align=True``.
        most_pairs: that go into one file.
        most_chars: likewise.
    """
    for pair in result.pairs:
        if pair.alignment is None:
            raise ValueError(f"{pair.a!r}, {pair.b!r}: a report needs a scan with align=True")
    number = {name: d for d, name in enumerate(result.texts)}
    clusters: list[dict[str, Any]] = [
        {
            "members": [number[name] for name in cluster.members],
            "representative": number[cluster.representative],
            "indirect": [number[name] for name in cluster.indirect],
        }
        for cluster in result.clusters
    ]
    cluster_of = {d: c for c, cluster in enumerate(clusters) for d in cluster["members"]}
    rows = [_row(pair, number, cluster_of) for pair in result.pairs]
    parts = _parts(result, rows)
    few: list[str] = []
    chars = 0
    if len(rows) <= most_pairs:
        for part in parts:
            few.append(part)
            chars += len(part)
            if chars > most_chars:
                break
    in_folder = len(rows) > most_pairs or chars > most_chars
    if in_folder:
        for p, part in enumerate(_chained(few, parts)):
            yield f"data/{p}.js", f"dedupPart({p},{part});\n"
    index = {
        "corpus": {
            "documents": len(result.ids),
            "against": None if result.against is None else result.against.documents,
            "redundant": len(result.redundant),
            "threshold": result.settings.threshold,
            "min_evidence_bits": result.settings.min_evidence_bits,
            "notes": list(_notes(result)),
        },
        "names": list(map(one_line, number)),
        "words": _words(result.pairs, number),
        "pairs": _columns(rows),
        "clusters": clusters,
    }
    title = f"{documents_of(result)}, {counted(len(rows), 'pair')}"
    yield INDEX, _page(title, index, [] if in_folder else few)


def comparison_report(alignment: Alignment, source: Document, derived: Document) -> str:
    """The page of two texts.

    Args:
        alignment: of the two documents.
        source: its a.
        derived: its b.
    """
    names = [one_line(source.id) or "source", one_line(derived.id) or "derived text"]
    index = {
        "corpus": None,
        "names": names,
        "words": [],
        "pairs": {"a": [0], "b": [1], "part": [0]},
        "clusters": [],
    }
    texts = {"0": inert(source.text), "1": inert(derived.text)}
    part = _json({"texts": texts, "pairs": {"0": _details(alignment, "")}})
    return _page(" → ".join(names), index, [part])


def _row(pair: Pair, number: Mapping[str, int], cluster_of: Mapping[int, int]) -> dict[str, Any]:
    """What the table shows of a pair; a is the one on the left, the source where one is known."""
    a, b, words_a, words_b = pair.a, pair.b, pair.words_a, pair.words_b
    if pair.alignment is not None and pair.alignment.a.id == b:
        a, b, words_a, words_b = b, a, words_b, words_a
    cluster = cluster_of.get(number[a])
    return {
        "a": number[a],
        "b": number[b],
        "relation": pair.relation,
        "directed": pair.source is not None,
        "jaccard": round(pair.jaccard, 4),
        "share_of_a": round(pair.shared_words / words_a, 4) if words_a else 0,
        "share_of_b": round(pair.shared_words / words_b, 4) if words_b else 0,
        "shared_words": pair.shared_words,
        "longest_run_words": pair.longest_run_words,
        "evidence_bits": None if pair.evidence_bits is None else round(pair.evidence_bits),
        "cluster": cluster if cluster == cluster_of.get(number[b]) else None,
        "part": 0,
    }


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Rows by column, which is a third as long."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _words(pairs: Iterable[Pair], number: Mapping[str, int]) -> list[int]:
    """How long each document is."""
    words = [0] * len(number)
    for pair in pairs:
        words[number[pair.a]], words[number[pair.b]] = pair.words_a, pair.words_b
    return words


def _parts(result: ScanResult, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Texts and alignments as JSON, the pairs of a cluster together; notes in each row its part.

    Not one a cluster: ten thousand clusters of two would be ten thousand files, and a single
    cluster can be larger than what a browser reads at once.
    """
    order = sorted(range(len(rows)), key=lambda p: (rows[p]["cluster"] is None, rows[p]["cluster"]))
    part = chars = 0
    texts: dict[int, str] = {}
    pairs: dict[int, Any] = {}
    for p in order:
        row, pair = rows[p], result.pairs[p]
        assert pair.alignment is not None  # noqa: S101 - scan_report saw to it
        row["part"] = part
        pairs[p] = _details(pair.alignment, pair.longest_run_text)
        chars += 200 * (len(pair.alignment.links) + 1)  # about; what counts is that parts are small
        for d, name in ((row["a"], pair.alignment.a.id), (row["b"], pair.alignment.b.id)):
            if d not in texts:
                texts[d] = inert(result.texts[name])
                chars += len(texts[d])
        if chars > _PART_CHARS:
            yield _json({"texts": texts, "pairs": pairs})
            part, chars, texts, pairs = part + 1, 0, {}, {}
    if pairs:
        yield _json({"texts": texts, "pairs": pairs})


def _details(alignment: Alignment, longest_run_text: str) -> dict[str, Any]:
    """What the page of a pair shows, beside the texts."""
    values = alignment.to_dict()
    for link in values["links"]:
        for change in link["changes"]:
            change["a"], change["b"] = one_line(change["a"]), one_line(change["b"])
    for side in "ab":
        del values[side]["id"]  # the index has the names
    return {"alignment": values, "longest_run_text": inert(longest_run_text)}


def _chained(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    """Both, letting go of what was given."""
    while first:
        yield first.pop(0)
    yield from rest


def _notes(result: ScanResult) -> Iterator[str]:
    """What a reader of the figures should know."""
    for record in islice(result.unreadable, _NAMED):
        yield f"not read: {one_line(record.source)}: {one_line(record.reason)}"
    if len(result.unreadable) > _NAMED:
        yield f"not read: {len(result.unreadable) - _NAMED:,} more"
    for limit in limits(result):
        yield f"limit: {limit}"
    for name, encoding in result.encodings.items():
        yield f"read as {encoding}: {one_line(name)}"
    for name, given in result.renamed.items():
        yield f"a second {one_line(given)} goes by {one_line(name)}"


def _page(title: str, index: Mapping[str, Any], parts: Iterable[str]) -> str:
    """The file, with everything in it."""
    import jinja2
    from markupsafe import Markup

    style, script = _resource("report.css"), "".join(map(_resource, _SCRIPTS))
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_resource("template.html.j2")).render(
        title=title,
        version=__version__,
        mark=Markup(MARK),  # noqa: S704 - ours
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        index=Markup(_json({"version": __version__, **index})),  # noqa: S704 - escaped by _json
        parts=[Markup(part) for part in parts],  # noqa: S704 - likewise
    )


def _resource(name: str) -> str:
    return (files("dedup.report") / "page" / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: our style and our script, by their hashes, and nothing else.

    ``strict-dynamic`` lets our script, and nobody else, load the parts of a folder. ``'self'``
    would too, but means something else to every browser where the page comes from a file.
    """
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}' 'strict-dynamic'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_ENDS_SCRIPT = re.compile("[<>&\u2028\u2029]")


def _json(values: Any) -> str:
    """JSON that can stand in a script element: nothing in it can end the element or open another.

    Outside of strings JSON has none of these characters.
    """
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return _ENDS_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
