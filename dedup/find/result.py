"""The result of a scan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from dedup import __version__, core
from dedup.find.clusters import clusters
from dedup.find.relations import relation
from dedup.records import Cluster, Pair, Reference, Stage, Unreadable
from dedup.settings import Settings

SCHEMA = 1


@dataclass(frozen=True)
class ScanResult:
    """What a scan found.

    Attributes:
        settings: what it was asked.
        ids: every document that was read, in order.
        unreadable: sources that gave no document.
        encodings: of the documents whose bytes were not UTF-8, what they were read as.
        renamed: documents whose id another had first: the id they go by, and the id given.
        pairs: sorted by the places of a and b among the documents, those of an index before those
            that were read. Of identical documents only the pairs with the first of them are listed,
            and only that first is compared with others.
        clusters: documents joined by pairs, except by shares-passages.
        stages: what each step took and gave.
        limits: what was capped, and how often: ``common_fingerprints`` stood in too many
            documents to make candidates, ``large_buckets`` were not paired out, in
            ``pairs_cut_short`` the search for shared passages was ended early.
        against: the index that the documents were scanned against, if they were.
        paths: of the documents that are files of their own, by id; not in the JSON.
        texts: of the documents in pairs that were aligned, by id; not in the JSON.
    """

    settings: Settings
    ids: tuple[str, ...]
    unreadable: tuple[Unreadable, ...]
    encodings: Mapping[str, str]
    renamed: Mapping[str, str]
    pairs: tuple[Pair, ...]
    stages: tuple[Stage, ...] = field(compare=False)
    limits: Mapping[str, int]
    against: Reference | None = None
    paths: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """Clusters of two and more, in the order of their first members."""
        return clusters(self.pairs, self._order, self._known)

    @property
    def keep(self) -> tuple[str, ...]:
        """What remains of `ids` when one document a cluster is kept: its representative."""
        dropped = _dropped(self.clusters)
        return tuple(name for name in self.ids if name not in dropped)

    @property
    def redundant(self) -> tuple[str, ...]:
        """Copies and near-duplicates of a document that stays: what of `ids` can go without a loss.

        Less than `keep` leaves out: what contains or is derived from another has its own words too.
        What an index has by the same id and with the same words is no copy but that document.
        """
        same = [pair for pair in self.pairs if pair.relation in ("identical", "near-duplicate")]
        found = clusters(same, self._order, self._known)
        # At the end of a chain stands what may be quite unlike the one that stays.
        dropped = _dropped(found) - {name for cluster in found for name in cluster.indirect}
        if self.against is not None:
            known = self.against.known
            dropped -= {p.b for p in same if p.relation == "identical" and known.get(p.a) == p.b}
        return tuple(name for name in self.ids if name in dropped)

    def rethreshold(self, threshold: float) -> ScanResult:
        """What a scan with a higher threshold would have found, without scanning again.

        Raises:
            ValueError: a lower threshold; what lies below was not looked for.
        """
        if threshold < self.settings.threshold:
            raise ValueError(
                f"threshold={threshold!r}: below the {self.settings.threshold} of this scan"
            )
        settings = replace(self.settings, threshold=threshold)
        judged = (_judge_again(pair, settings) for pair in self.pairs)
        kept = tuple(pair for pair in judged if pair is not None)
        against = self.against
        if against is not None:
            left = {pair.a for pair in kept}
            known = {name: own for name, own in against.known.items() if name in left}
            against = replace(against, known=known)
        return replace(self, settings=settings, pairs=kept, against=against)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values; docs/json.md says what each means."""
        return {
            "schema": SCHEMA,
            "tool": tool(),
            "settings": asdict(self.settings),
            "documents": len(self.ids),
            "against": None if self.against is None else asdict(self.against),
            "unreadable": [asdict(record) for record in self.unreadable],
            "encodings": dict(self.encodings),
            "renamed": dict(self.renamed),
            "pairs": list(self.pair_values()),
            "clusters": [asdict(cluster) for cluster in self.clusters],
            "stages": [
                {"name": s.name, "seconds": round(s.seconds, 6), "in": s.taken, "out": s.given}
                for s in self.stages
            ],
            "limits": dict(self.limits),
        }

    def pair_values(self) -> Iterator[dict[str, Any]]:
        """The pairs as plain values; those with an index say what a is called there."""
        for pair in self.pairs:
            values = pair_values(pair)
            if self.against is not None:
                values["id_of_a_in_index"] = self._known.get(pair.a)
            yield values

    def to_json(self) -> str:
        """The result as JSON, one object."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    @cached_property
    def _order(self) -> dict[str, int]:
        return {name: i for i, name in enumerate((*self._known, *self.ids))}

    @property
    def _known(self) -> Mapping[str, str]:
        return {} if self.against is None else self.against.known


def tool() -> dict[str, str]:
    """What made a result."""
    return {"name": "dedup", "version": __version__, "core": core.description()}


def _dropped(found: tuple[Cluster, ...]) -> set[str]:
    """The members of clusters that are not their representatives."""
    return {
        member
        for cluster in found
        for member in cluster.members
        if member != cluster.representative
    }


def pair_values(pair: Pair) -> dict[str, Any]:
    """A pair as plain values, its measures rounded to what a reader can use."""
    values = asdict(replace(pair, alignment=None))
    for name in ("jaccard", "containment_of_a_in_b", "containment_of_b_in_a"):
        values[name] = round(values[name], 6)
    if pair.evidence_bits is not None:
        values["evidence_bits"] = round(pair.evidence_bits, 1)
    del values["alignment"]
    if pair.alignment is not None:
        values["alignment"] = pair.alignment.to_dict()
    return values


def _judge_again(pair: Pair, settings: Settings) -> Pair | None:
    """The pair under other settings, or None."""
    if pair.relation == "identical":
        return pair
    found = relation(
        settings,
        jaccard=pair.jaccard,
        evidence_bits=pair.evidence_bits,
        shared_words=pair.shared_words,
        words=min(pair.words_a, pair.words_b),
    )
    if found is None or found not in settings.relations:
        return None
    return replace(pair, relation=found)
