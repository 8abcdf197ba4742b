"""PAN-13 text alignment: pairs of texts with the passages that one was given of the other.

The training part, by Webis, zenodo.org/records/3715980. The folder has ``src/``, ``susp/`` and one
folder for each kind of reuse, in which ``pairs`` lists the pairs and an XML file for each pair has
the offsets. Texts are UTF-8; offsets count code points, carriage returns included.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.families import joined
from benchmarks.plagdet import Passage, Span
from benchmarks.texts import CorpusError, whole

CLEAN = "no reuse"
SUMMARY = "summary"
KINDS = {
    "01-no-plagiarism": CLEAN,
    "02-no-obfuscation": "verbatim",
    "03-random-obfuscation": "random",
    "04-translation-obfuscation": "back-translation",
    "05-summary-obfuscation": SUMMARY,
}


@dataclass(frozen=True, slots=True)
class TextPair:
    """A source and a text that may have reused it.

    Attributes:
        source: file of the source, which is ``a``.
        suspicious: file of the other, which is ``b``.
        kind: one of the values of `KINDS`.
        half: 1 or 2; no text stands in both halves.
        cases: the passages that were reused.
    """

    source: Path
    suspicious: Path
    kind: str
    half: int
    cases: tuple[Passage, ...]

    @property
    def name(self) -> str:
        """The pair's own name, as its XML file has it."""
        return _name(self.suspicious.name, self.source.name)


def read(folder: Path) -> list[TextPair]:
    """All pairs, in the order of the lists.

    Raises:
        CorpusError: a list or the cases of a pair cannot be read.
    """
    listed = [(kind, *names) for kind in KINDS for names in _listed(folder / kind / "pairs")]
    halves = _halves((suspicious, source) for _, suspicious, source in listed)
    return [
        TextPair(
            folder / "src" / source,
            folder / "susp" / suspicious,
            KINDS[kind],
            halves[suspicious],
            _cases(folder / kind, _name(suspicious, source)),
        )
        for kind, suspicious, source in listed
    ]


def subset(pairs: Sequence[TextPair], count: int) -> list[TextPair]:
    """About so many of the pairs, chosen by their names: a larger subset has all of a smaller."""
    return [pair for pair in pairs if zlib.crc32(pair.name.encode()) % len(pairs) < count]


def _listed(path: Path) -> Iterator[tuple[str, str]]:
    """The two texts of every pair in a list."""
    for number, line in enumerate(whole(path).splitlines(), 1):
        match line.split():
            case suspicious, source:
                yield suspicious, source
            case _:
                raise CorpusError(f"{path}:{number}", "not the names of two texts")


def _name(suspicious: str, source: str) -> str:
    """What the two texts are called together."""
    return f"{suspicious.removesuffix('.txt')}-{source.removesuffix('.txt')}"


def _cases(folder: Path, name: str) -> tuple[Passage, ...]:
    """The passages in the XML file of a pair."""
    path = folder / f"{name}.xml"
    try:
        root = ET.fromstring(whole(path))  # noqa: S314 (a corpus that is known)
        return tuple(
            Passage(name, _span(feature.attrib, "source"), _span(feature.attrib, "this"))
            for feature in root.iter("feature")
            if feature.get("name") == "plagiarism"
        )
    except (ET.ParseError, LookupError, ValueError) as error:
        raise CorpusError(path, f"not the cases of a pair: {error}") from error


def _span(attributes: Mapping[str, str], side: str) -> Span:
    """Where a passage stands in one of the two texts."""
    start = int(attributes[f"{side}_offset"])
    return Span(start, start + int(attributes[f"{side}_length"]))


def _halves(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The half of each text.

    Texts that are joined by pairs, directly or through others, go into one half together, so that
    what was tuned on one half has seen no text of the other.
    """
    first = joined(pairs)
    return {text: 1 + zlib.crc32(first[text].encode()) % 2 for text in first}
