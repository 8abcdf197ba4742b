"""What is public: the names, where they live, that they are typed, and which core answers."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import dedup

PUBLIC = {
    "Added",
    "Alignment",
    "Damage",
    "DamagedError",
    "Index",
    "Link",
    "Match",
    "Passage",
    "align",
    "Cluster",
    "CoreError",
    "DedupError",
    "Document",
    "Pair",
    "Queried",
    "ReadOptions",
    "Relation",
    "ScanResult",
    "SchemeMismatch",
    "Settings",
    "SettingsError",
    "Sketcher",
    "Sketches",
    "Stage",
    "Stats",
    "StoreError",
    "Unreadable",
    "__version__",
    "scan",
}
PACKAGE = Path(dedup.__file__).parent


def test_exactly_these_names_are_public() -> None:
    assert set(dedup.__all__) == set(dir(dedup)) == PUBLIC
    assert dedup.__all__ == sorted(dedup.__all__)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(dedup, name)
    if name == "__version__":
        assert value.split(".")[0].isdecimal()
        return
    if name == "Relation":  # a choice of strings, which has no name of its own
        assert get_args(value) == dedup.Settings().relations
        return
    assert value.__name__ == name
    assert value.__module__.startswith("dedup.")
    assert inspect.getdoc(value)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'dedup' has no attribute 'Minhash'"):
        dedup.Minhash  # noqa: B018 (the lookup is the test)


def test_type_checkers_see_what_runs() -> None:
    """The imports that only a type checker reads bring the same objects."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    seen = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dedup."):
            for alias in node.names:
                module = importlib.import_module(node.module)
                assert getattr(module, alias.name) is getattr(dedup, alias.name)
                seen.add(alias.name)
    assert seen == PUBLIC - {"__version__"}


def test_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_errors_are_one_tree() -> None:
    for name in PUBLIC:
        value = getattr(dedup, name)
        if inspect.isclass(value) and issubclass(value, BaseException):
            assert issubclass(value, dedup.DedupError)
    assert issubclass(dedup.SettingsError, ValueError)


# ---- the choice of the core ----------------------------------------------------------------------

SELECTED = "import dedup.core as c; print(c.selected(), c.description(), sep='|')"


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with another environment."""
    kept = {k: v for k, v in os.environ.items() if k != "DEDUP_CORE"}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=kept | environment,
        cwd=PACKAGE.parent,
    )


def test_the_reference_can_be_asked_for() -> None:
    assert run(SELECTED, DEDUP_CORE="reference").stdout.strip() == "reference|reference"


def test_an_unknown_core_is_an_error() -> None:
    found = run(SELECTED, DEDUP_CORE="fast")
    assert found.returncode == 1
    assert (
        "SettingsError: DEDUP_CORE='fast': must be one of auto, native, reference" in found.stderr
    )


HIDDEN = """
import sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name == "dedup._native":
            raise ModuleNotFoundError(name)
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, p=None: None if name == "dedup._native" else found(name, p)
sys.meta_path.insert(0, Hide())
"""


def test_without_the_extension_everything_works() -> None:
    code = HIDDEN + (
        "import dedup\n"
        "r = dedup.scan([dedup.Document(n, 'the same ten words stand in each of these two texts')"
        " for n in 'ab'])\n"
        "print(r.pairs[0].relation, r.to_dict()['tool']['core'])"
    )
    found = run(code)
    assert found.stdout.strip() == "identical reference", found.stderr


def test_without_the_extension_native_is_an_error() -> None:
    found = run(HIDDEN + SELECTED, DEDUP_CORE="native")
    assert "CoreError: DEDUP_CORE=native, but the native core is not in this" in found.stderr


def test_cores_give_one_result() -> None:
    """Each core in its own process, as a user runs it, on the press texts."""
    code = (
        "import dedup, hashlib\n"
        "r = dedup.scan(['examples/nato'])\n"
        "s = dedup.Sketcher().sketch([open(f'examples/nato/00{i}.txt', encoding='utf-8').read()"
        " for i in range(5)])\n"
        "h = hashlib.sha256()\n"
        "for a in (s.signatures, s.fingerprints, s.content_hashes, s.token_counts): h.update(a)\n"
        "print(h.hexdigest(), r.pairs, r.limits)"
    )
    root = Path(__file__).parents[1]
    code = f"import os; os.chdir({str(root)!r})\n" + code
    reference, auto = run(code, DEDUP_CORE="reference"), run(code)
    assert reference.returncode == 0, reference.stderr
    assert auto.stdout == reference.stdout
