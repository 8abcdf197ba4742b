"""The documentation says what is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import dedup
from dedup.cli.main import cli
from dedup.records import Pair

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def block(mark: str) -> str:
    """The code block below a mark of the README."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no block {mark!r}"
    return found[1]


def test_the_readmes_output_is_the_real_output() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dedup", "scan", "examples/nato"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert block("output: dedup scan examples/nato") == done.stdout.decode()


def test_the_readmes_python_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(block("run"), "README.md", "exec"), {})
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "001.txt 003.txt derived 0.37 003.txt"
    assert shown[1] == "('000.txt', '002.txt', '003.txt', '004.txt')"
    assert shown[2] == "()"
    assert shown[2 + 1].endswith(" a 14")
    assert shown[4].startswith("edited ('split', 'reported') NATO with no final decision")
    assert shown[5] == "(2, 128) uint32"


def test_the_readmes_index_says_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    command = "dedup index add news.dedup examples/nato"
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=tmp_path, capture_output=True, check=True
    )
    assert block(f"output: {command}") == done.stdout.decode()


def test_the_readmes_python_of_the_index_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(block("run: index"), "README.md", "exec"), {})
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "release-7 derived match 2021-02-18"
    assert 0.7 < float(shown[1]) < 0.8
    assert shown[2:] == [
        "copy-0 ['derived']",
        "copy-1 ['identical']",
        "copy-2 ['identical']",
        "3 False []",
    ]


def test_the_readmes_comparison_is_the_beginning_of_the_real_one() -> None:
    shown = block("output: dedup compare examples/nato/003.txt examples/nato/001.txt")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "dedup",
            "compare",
            "examples/nato/003.txt",
            "examples/nato/001.txt",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    head = shown.removesuffix("…\n")
    assert len(head.splitlines()) > 20
    assert done.stdout.decode().startswith(head)


def test_the_readmes_pictures_are_there_and_small() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]*)\)", README)
    assert pictures == ["docs/report.png"]  # made by docs/generate_picture.py
    for name in pictures:
        assert (ROOT / name).read_bytes()[:4] == b"\x89PNG"
        assert (ROOT / name).stat().st_size <= 150_000


@pytest.mark.parametrize(
    "line", re.findall(r"^dedup (?:scan|compare|params|index|unique) [^#\n]*", README, re.MULTILINE)
)
def test_the_readmes_commands_have_options_that_exist(line: str) -> None:
    command: click.Command = cli
    for name in line.split()[1:]:
        if isinstance(command, click.Group):
            command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"(?<= )--[a-z0-9-]+", line.split("|", maxsplit=1)[0])) <= known


def test_the_command_lines_page_is_what_help_says() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate_cli.py")],
        capture_output=True,
        check=True,
    )
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert page == done.stdout.decode(), "run: python docs/generate_cli.py > docs/cli.md"


def test_every_name_in_the_json_of_an_index_is_described(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    described = set(re.findall(r"`([a-z_0-9]+)`", page))
    run = [sys.executable, "-m", "dedup", "index"]
    nato = str(ROOT / "examples" / "nato")
    for arguments in (["add", "-f", "json", "i", nato], ["stats", "-f", "json", "i"]):
        done = subprocess.run([*run, *arguments], cwd=tmp_path, capture_output=True, check=True)
        assert names_in(json.loads(done.stdout)) - {"path"} <= described


def names_in(value: object) -> set[str]:
    """All keys, at any depth."""
    if isinstance(value, dict):
        return set(value) | names_in(list(value.values()))
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


def test_every_name_in_the_json_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    described = set(re.findall(r"`([a-z_0-9]+)`", page))
    result = json.loads(dedup.scan(["examples/nato"], align=True).to_json())
    alignment = result["pairs"][0]["alignment"]
    assert names_in(alignment) <= described
    names = {*result, *result["settings"], *result["limits"], *result["tool"]}
    names |= {
        name for key in ("pairs", "clusters", "stages") for row in result[key] for name in row
    }
    assert names <= described
    assert set(Pair.__dataclass_fields__) <= described
