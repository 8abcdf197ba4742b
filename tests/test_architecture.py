"""The shape of the package: who may import whom, and what is light to import."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedup

PACKAGE = Path(dedup.__file__).parent
ROOMS = ("read", "sketch", "find", "aligner", "index", "report", "cli")  # data goes to the right
SHARED = {"alignment", "records", "settings", "errors", "core", "printable"}
DOORS = {"__init__", "__main__", "scanning"}  # of the whole package
ONLY_IN = {
    "click": {"cli"},
    "datasketch": {"sketch", "index"},
    "redis": {"index"},
    "sqlite3": {"index"},
    "py3langid": {"aligner"},
    "sentencex": {"aligner"},
    "snowballstemmer": {"aligner"},
    "pathspec": {"read"},
    "charset_normalizer": {"read"},
    "jinja2": {"report"},
    "scipy": set(),
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    """The room a file stands in, or the name of a module at the top."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def test_the_rooms_are_known() -> None:
    folders = {
        path.parent.relative_to(PACKAGE).parts[0] for path in MODULES if path.parent != PACKAGE
    }
    assert folders == set(ROOMS)
    assert {room_of(path) for path in MODULES} - folders == SHARED | DOORS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_data_goes_one_way(path: Path) -> None:
    here = room_of(path)
    if here in DOORS:
        return
    allowed = SHARED | {"_native", "__version__"}
    if here in ROOMS:
        allowed |= set(ROOMS[: ROOMS.index(here) + 1])
    if here == "cli":
        allowed.add("scanning")
    used = {name.split(".")[1] for name in imports(path) if name.startswith("dedup.")}
    assert used <= allowed


def test_the_modules_at_the_top_need_nothing_heavy() -> None:
    for name in SHARED:
        found = {module.split(".")[0] for module in imports(PACKAGE / f"{name}.py")}
        assert found <= sys.stdlib_module_names | {"dedup"}, name


@pytest.mark.parametrize("module", ONLY_IN)
def test_a_dependency_has_one_place(module: str) -> None:
    users = {
        room_of(path) for path in MODULES if module in {n.split(".")[0] for n in imports(path)}
    }
    assert users <= ONLY_IN[module]


@pytest.mark.parametrize("room", ["sketch", "find", "aligner"])
def test_both_cores_have_the_functions_of_the_protocol(room: str) -> None:
    """By name and by arguments, read off the source: the native one may not be built."""
    wanted = functions(PACKAGE / room / "kernels.py", "Kernels")
    for name in ("native", "reference"):
        found = functions(PACKAGE / room / f"{name}.py")
        assert {k: found.get(k) for k in wanted} == wanted, name


def functions(path: Path, owner: str | None = None) -> dict[str, str]:
    """The functions of a module, or the methods of one of its classes, with their arguments."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    if owner:
        (body,) = (n.body for n in body if isinstance(n, ast.ClassDef) and n.name == owner)
    return {
        node.name: ast.unparse(node.args).removeprefix("self, ")
        for node in body
        if isinstance(node, ast.FunctionDef)
    }


def test_the_stub_names_what_the_extension_has() -> None:
    if importlib.util.find_spec("dedup._native") is None:
        if os.environ.get("DEDUP_CORE") == "native":
            pytest.fail("DEDUP_CORE=native, and the native core was not built")
        pytest.skip("the native core was not built")
    from dedup import _native

    stub = functions(PACKAGE / "_native.pyi")
    assert {name for name in dir(_native) if not name.startswith("__")} == set(stub)
    for name, arguments in stub.items():
        function = getattr(_native, name)
        assert inspect.isbuiltin(function)
        if arguments:
            with pytest.raises(TypeError):
                function()


# ---- light ---------------------------------------------------------------------------------------

HEAVY = {
    "numpy",
    "datasketch",
    "charset_normalizer",
    "pathspec",
    "scipy",
    "concurrent.futures",
    "jinja2",
    "sqlite3",
}


def loaded(*arguments: str) -> set[str]:
    """What a Python run with these arguments imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    lines = (line for line in run.stderr.splitlines() if line.startswith("import time:"))
    return {line.rsplit("|", 1)[1].strip() for line in lines}


def test_the_measure_works() -> None:
    assert "numpy" in loaded("-c", "import dedup; dedup.Sketcher")


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "import dedup"],
        ["-c", "import dedup; dedup.Settings(); dedup.Document('x', 'y'); dedup.DedupError"],
        ["-m", "dedup", "--version"],
        ["-m", "dedup", "--help"],
    ],
    ids=["import", "records", "version", "help"],
)
def test_light(arguments: list[str]) -> None:
    assert loaded(*arguments) & HEAVY == set()


def test_version_says_which_core_runs() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "dedup", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    assert dedup.__version__ in run.stdout
    assert "native" in run.stdout or "reference" in run.stdout
