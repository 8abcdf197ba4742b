"""Which of two texts was made from the other: what speaks for either, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.alignment import Direction, Evidence, Flag, Side

Flags = tuple[Flag, ...]

_VERDICT_BITS = 1.5  # weaker evidence is no verdict
_BITS = {
    # What is seen: what a sighting is worth, and what all of them are, at most: one author's habit
    # or one unclosed quotation mark makes many.
    "quoted": (1.0, 4.0),  # one text has between quotation marks what the other says itself
    "attributed": (1.0, 4.0),  # one text says who said it
    "reported": (0.5, 2.0),  # first person in one, third in the other
    "merged": (0.25, 1.0),  # sentences of one were joined in the other
    "reuse": (1.0, 1.0),  # more of one stands in the other than the other way
}
_FLAGS: Flags = ("quoted", "attributed", "reported", "merged")
_REUSE_RATIO = 1.25  # of the shares that are reused, for it to mean anything


def direction(
    forward: Sequence[Flags], backward: Sequence[Flags], reuse_of_a: float, reuse_of_b: float
) -> Direction:
    """Weighs what was seen.

    Args:
        forward: flags of the links from a to b, which speak for a as the source.
        backward: flags of the links from b to a, which speak for b.
        reuse_of_a: share of a that stands in b.
        reuse_of_b: share of b that stands in a: the source has more that was not used.
    """
    sides: tuple[tuple[Side, Sequence[Flags]], ...] = (("a", forward), ("b", backward))
    seen: list[tuple[str, Side, int]] = [
        (kind, source, sum(kind in flags for flags in links))
        for source, links in sides
        for kind in _FLAGS
    ]
    if reuse_of_b > _REUSE_RATIO * reuse_of_a:
        seen.append(("reuse", "a", 1))
    if reuse_of_a > _REUSE_RATIO * reuse_of_b:
        seen.append(("reuse", "b", 1))
    evidence = tuple(
        Evidence(kind, source, count, min(count * _BITS[kind][0], _BITS[kind][1]))
        for kind, source, count in seen
        if count
    )
    balance = sum(one.weight if one.source == "a" else -one.weight for one in evidence)
    # The probability that the verdict is right, were the sightings independent; 0 at even odds.
    strength = round(2 / (1 + 2 ** -abs(balance)) - 1, 4)
    verdict: Side | None = None
    if abs(balance) >= _VERDICT_BITS:
        verdict = "a" if balance > 0 else "b"
    return Direction(verdict, strength, evidence)
