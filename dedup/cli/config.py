"""Settings from a file: `dedup.toml`, or `[tool.dedup]` of a `pyproject.toml`.

The nearest one counts, from the current folder upwards. Its keys are the long options of the
command: ``threshold = 0.8``, ``no-ignore = true``. The command line and the environment win over
it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from dedup.errors import SettingsError

# Of one call, not of a folder; a scan's num_perm is fixed, and a file must not seem to set it.
_NOT_SETTINGS = frozenset(
    {
        *("paths", "files_from", "output", "print0", "num_perm", "against", "place", "dropped"),
        *("index", "ids", "ids_from", "no_text"),
    }
)


def load(commands: Mapping[str, click.Command]) -> dict[str, Any]:
    """What the nearest file says, for each command by the names of its parameters.

    Raises:
        SettingsError: the file is not TOML, or has a key that is no option of any command, or a
            list or table where a value belongs.
    """
    path, table = _nearest(Path.cwd())
    options = {names: _settings(command) for names, command in _leaves(commands)}
    known = {key for one in options.values() for key in one}
    found: dict[str, Any] = {name: {} for name in commands}
    for key, value in table.items():
        name = key.replace("_", "-")
        if name not in known:
            close = difflib.get_close_matches(name, sorted(known), 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise SettingsError(f"{path}: unknown key {key!r}{hint}")
        for names, settings in options.items():
            if name not in settings:
                continue
            option = settings[name]
            takes_list = option.multiple or option.name == "relations"
            if isinstance(value, dict) or (isinstance(value, list) and not takes_list):
                raise SettingsError(f"{path}: {key} takes one value, not {value!r}")
            alone = option.multiple and isinstance(value, str)
            of_command = found
            for one in names:
                of_command = of_command.setdefault(one, {})
            of_command[str(option.name)] = [value] if alone else value
    return found


def _leaves(
    commands: Mapping[str, click.Command], before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The commands that do something, with the names that lead to them."""
    for name, command in commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command.commands, (*before, name))
        else:
            yield (*before, name), command


def _settings(command: click.Command) -> dict[str, click.Option]:
    """The options of a command that a file may set, by their long names."""
    return {
        name.removeprefix("--"): parameter
        for parameter in command.params
        if isinstance(parameter, click.Option) and parameter.name not in _NOT_SETTINGS
        for name in parameter.opts
        if name.startswith("--")
    }


def _nearest(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The nearest file that has settings, and these."""
    for place in (folder, *folder.parents):
        path = place / "dedup.toml"
        if path.is_file():
            return path, _parse(path)
        path = place / "pyproject.toml"
        if path.is_file():
            table = _parse(path).get("tool", {}).get("dedup")
            if table is not None:
                return path, table
    return folder, {}


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: {error}") from error
