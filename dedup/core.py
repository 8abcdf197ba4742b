"""Which implementation of the hot loops runs.

Every hot loop is there twice, with one name, one signature and the same answer bit for bit:
``native`` (C, ``dedup/native/``) and ``reference`` (NumPy). The environment variable ``DEDUP_CORE``
chooses: ``auto`` (native where it was built, the default), ``native`` (an error where it was not)
or ``reference``.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from functools import cache
from types import ModuleType

from dedup.errors import CoreError, SettingsError

_CHOICES = ("auto", "native", "reference")


def selected() -> str:
    """``native`` or ``reference``.

    Raises:
        SettingsError: DEDUP_CORE has an unknown value.
        CoreError: DEDUP_CORE is ``native`` and the native core was not built.
    """
    choice = os.environ.get("DEDUP_CORE", "auto")
    if choice not in _CHOICES:
        raise SettingsError(f"DEDUP_CORE={choice!r}: must be one of {', '.join(_CHOICES)}")
    if choice == "reference":
        return choice
    if _built():
        return "native"
    if choice == "native":
        raise CoreError(
            "DEDUP_CORE=native, but the native core is not in this installation: "
            "it is built when a C compiler is there at install time"
        )
    return "reference"


@cache
def _built() -> bool:
    """Whether the native core is there: looked for once, it is asked for with every text."""
    return importlib.util.find_spec("dedup._native") is not None


def description() -> str:
    """What a bug report should say: ``native avx2`` or ``reference``."""
    if selected() == "reference":
        return "reference"
    return f"native {importlib.import_module('dedup._native').simd()}"


def kernels(room: str) -> ModuleType:
    """The module of hot loops of one room: ``dedup.<room>.native`` or ``.reference``."""
    return importlib.import_module(f"dedup.{room}.{selected()}")
