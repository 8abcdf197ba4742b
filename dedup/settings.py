"""What a person can set, with the defaults and what they mean."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import inf
from typing import Literal, get_args

from dedup.errors import SettingsError

Relation = Literal["identical", "near-duplicate", "contains", "derived", "shares-passages"]

RELATIONS: tuple[Relation, ...] = get_args(Relation)
"""Strongest first."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are sketched, compared and reported.

    Attributes:
        threshold: least Jaccard similarity of a near-duplicate, over word 5-grams; 0 < t <= 1.
        min_evidence_bits: least evidence that shared text is reuse and not chance, for the
            relations below near-duplicate; 2**-bits is how many such pairs to expect by chance.
        relations: which relations to report.
        num_perm: values in a MinHash signature, 16..4096; the standard error of an estimate is
            sqrt(J(1-J)/num_perm).
        seed: chooses the permutations, 0..2**32-1; equal seeds give equal signatures everywhere.

    Raises:
        SettingsError: a value is impossible.
    """

    threshold: float = 0.7
    min_evidence_bits: float = 55.0
    relations: tuple[Relation, ...] = RELATIONS
    num_perm: int = 128
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise SettingsError(f"threshold={self.threshold!r}: must be above 0 and at most 1")
        if not 0 <= self.min_evidence_bits < inf:
            raise SettingsError(
                f"min_evidence_bits={self.min_evidence_bits!r}: must be 0 or more, and finite"
            )
        if not 16 <= self.num_perm <= 4096:
            raise SettingsError(f"num_perm={self.num_perm!r}: must be 16 to 4096")
        if not 0 <= self.seed < 2**32:
            raise SettingsError(f"seed={self.seed!r}: must be 0 to 2**32 - 1")
        if not self.relations:
            raise SettingsError("relations=(): must be one at least")
        check_relations("relations", self.relations)
        # Order and repetition mean nothing: equal settings compare equal.
        ordered = tuple(name for name in RELATIONS if name in self.relations)
        object.__setattr__(self, "relations", ordered)


def check_relations(name: str, relations: Collection[str]) -> None:
    """Refuses what is no relation.

    Raises:
        SettingsError: one is none; `name` says of what.
    """
    if any(one not in RELATIONS for one in relations):
        raise SettingsError(f"{name}={relations!r}: must be some of {', '.join(RELATIONS)}")
