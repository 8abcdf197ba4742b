"""What can go wrong, as one tree.

    DedupError
    ├── SettingsError     a setting has an impossible value, or a name nobody knows
    ├── CoreError         the native core was asked for and is not there
    └── SchemeMismatch    sketches made with different settings were brought together

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


class SchemeMismatch(DedupError):
    """Sketches made with different settings were brought together."""
