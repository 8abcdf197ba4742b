"""The records that travel between the rooms: plain, frozen, typed, without behaviour of a room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_NO_META: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Document:
    """One text with a name.

    Attributes:
        id: unique within a scan; a path as given, or the id a record carries.
        text: the text as given; matching folds a copy, never this.
        meta: whatever travels along; ``encoding`` when the bytes were not UTF-8.
    """

    id: str
    text: str
    meta: Mapping[str, Any] = field(default_factory=lambda: _NO_META, compare=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source that gave no document, and why.

    Attributes:
        source: the path, or ``path:line``, as a person would name it.
        reason: what is wrong with it, in one line, without the source.
    """

    source: str
    reason: str
