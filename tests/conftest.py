"""Which cores the tests run on, and how hypothesis runs.

``DEDUP_CORE`` chooses as it does for the package: with ``reference`` nothing native is tested; with
``native`` an extension that is missing is a failure and not a skip.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, settings

from dedup.aligner import reference as aligner_reference
from dedup.find import reference as find_reference
from dedup.sketch import reference as sketch_reference
from dedup.sketch import unicode_table

if TYPE_CHECKING:
    from dedup.aligner.kernels import Kernels as AlignerKernels
    from dedup.find.kernels import Kernels as FindKernels
    from dedup.sketch.kernels import Kernels as SketchKernels

# The same examples every time; `--hypothesis-profile=explore` looks for new ones.
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dedup", deadline=None, derandomize=True, suppress_health_check=_QUIET)
settings.register_profile("explore", deadline=None, max_examples=2000, suppress_health_check=_QUIET)
settings.load_profile("dedup")

_CHOICE = os.environ.get("DEDUP_CORE", "auto")
_BUILT = importlib.util.find_spec("dedup._native") is not None


def _simds() -> list[str]:
    """The instruction sets that the extension has and this machine too."""
    from dedup import _native

    found = []
    for name in ("avx512", "avx2", "neon", "portable"):
        try:
            _native.open(unicode_table.PATH.read_bytes(), name)
        except ValueError:
            continue
        found.append(name)
    _native.open(unicode_table.PATH.read_bytes(), None)
    return found


def _cores(natives: list[str]) -> list[object]:
    """What a test of both cores is run with."""
    if _CHOICE == "reference":
        return ["reference", _absent("DEDUP_CORE=reference: the native core is not tested")]
    if not _BUILT and _CHOICE != "native":
        return ["reference", _absent("the native core was not built")]
    return ["reference", *natives]


def _absent(reason: str) -> object:
    return pytest.param("native", marks=pytest.mark.skip(reason=reason))


@pytest.fixture(
    scope="session",
    params=_cores(_simds() if _BUILT and _CHOICE != "reference" else ["native"]),
)
def sketch_core(request: pytest.FixtureRequest) -> Iterator[SketchKernels]:
    """The kernels of `dedup.sketch`: the reference, and native with every instruction set."""
    if request.param == "reference":
        yield cast("SketchKernels", sketch_reference)
        return
    from dedup import _native
    from dedup.sketch import native

    blob = unicode_table.PATH.read_bytes()
    assert _native.open(blob, request.param) == _native.simd() == request.param
    yield cast("SketchKernels", native)
    _native.open(blob, None)


@pytest.fixture(scope="session", params=_cores(["native"]))
def find_core(request: pytest.FixtureRequest) -> FindKernels:
    """The kernels of `dedup.find`."""
    if request.param == "reference":
        return cast("FindKernels", find_reference)
    from dedup.find import native

    return cast("FindKernels", native)


@pytest.fixture(scope="session", params=_cores(["native"]))
def aligner_core(request: pytest.FixtureRequest) -> AlignerKernels:
    """The kernels of `dedup.aligner`."""
    if request.param == "reference":
        return cast("AlignerKernels", aligner_reference)
    from dedup.aligner import native

    return cast("AlignerKernels", native)
