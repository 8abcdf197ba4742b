"""What can go wrong, as one tree.

    DedupError
    ├── SettingsError     a setting has an impossible value, or a name nobody knows
    ├── InputError        a source could not be read (.source names it, .reason says why)
    │   └── DecodeError   its bytes are not text
    ├── CoreError         the native core was asked for and is not there
    └── SchemeMismatch    sketches made with different settings were brought together

A wrong argument of a call stays ``ValueError`` or ``TypeError``, with the value in the message.
"""

from __future__ import annotations


class DedupError(Exception):
    """Anything this package raises on purpose."""


class SettingsError(DedupError, ValueError):
    """A setting has an impossible value, or a name nobody knows."""


class InputError(DedupError):
    """A source could not be read.

    Attributes:
        source: the path, or ``path:line``, as a person would name it.
        reason: what is wrong with it, without the source.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class DecodeError(InputError):
    """The bytes of a source are not text."""


class CoreError(DedupError):
    """The native core was asked for and is not there."""


class SchemeMismatch(DedupError):
    """Sketches made with different settings were brought together."""
