"""Clusters: documents joined by verified pairs, never by a bucket."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from dedup.records import Cluster, Pair

# A shared quotation does not make two documents one family.
CLUSTERED = frozenset({"identical", "near-duplicate", "contains", "derived"})


def clusters(
    pairs: Iterable[Pair], order: Mapping[str, int], kept: Container[str] = ()
) -> tuple[Cluster, ...]:
    """The connected components of the pairs whose relation is in CLUSTERED.

    Args:
        pairs: verified pairs.
        order: every document's place among the documents.
        kept: documents that stay whatever comes: those of an index.

    Returns:
        Clusters of two and more, in the order of their first members.
    """
    parent: dict[str, str] = {}
    words: dict[str, int] = {}
    joined = [pair for pair in pairs if pair.relation in CLUSTERED]

    def root(document: str) -> str:
        top = document
        while parent.setdefault(top, top) != top:
            top = parent[top]
        while parent[document] != top:
            parent[document], document = top, parent[document]
        return top

    for pair in joined:
        words[pair.a], words[pair.b] = pair.words_a, pair.words_b
        parent[root(pair.b)] = root(pair.a)
    families: dict[str, list[str]] = {}
    for document in sorted(parent, key=order.__getitem__):
        families.setdefault(root(document), []).append(document)
    representatives = {
        top: max(members, key=lambda one: (one in kept, words[one], -order[one]))
        for top, members in families.items()
    }
    stay = set(representatives.values()).union(one for one in parent if one in kept)
    direct = set(stay)
    for pair in joined:
        if pair.a in stay:
            direct.add(pair.b)
        if pair.b in stay:
            direct.add(pair.a)
    # A copy is as near to the representative as what it is a copy of.
    for pair in joined:
        if pair.relation == "identical" and (pair.a in direct or pair.b in direct):
            direct.update((pair.a, pair.b))
    return tuple(
        Cluster(
            tuple(members),
            representatives[top],
            tuple(member for member in members if member not in direct),
        )
        for top, members in families.items()
    )
