"""What can go wrong, as one tree.

    DedupError
    ├── SettingsError     a setting has an impossible value, or a name nobody knows
    ├── CoreError         the native core was asked for and is not there
    └── StoreError        an index cannot be opened, read or written
        ├── SchemeMismatch    sketches made with different settings were brought together
        └── DamagedError      what an index reads is not what was written

A source that cannot be read raises nothing: it becomes an ``Unreadable`` in the result. A wrong
argument of a call stays ``ValueError`` or ``TypeError``, with the value in the message.
"""

from __future__ import annotations


class DedupError(Exception):
    """Anything this package raises on purpose."""


class SettingsError(DedupError, ValueError):
    """A setting has an impossible value, or a name nobody knows."""


class CoreError(DedupError):
    """The native core was asked for and is not there."""


class StoreError(DedupError):
    """An index cannot be opened, read or written."""


class SchemeMismatch(StoreError):
    """Sketches made with different settings were brought together."""


class DamagedError(StoreError):
    """What an index reads is not what was written.

    Attributes:
        source: the file.
        reason: what is wrong with it.
    """

    def __init__(self, source: object, reason: str) -> None:
        super().__init__(f"{source}: damaged: {reason}")
        self.source, self.reason = str(source), reason
