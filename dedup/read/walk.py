"""A folder to the files in it.

Takes a folder, gives the paths of its files in order, by the rules a person expects: no hidden
files, nothing an ignore file leaves out, no symlinks. Opens ignore files and nothing else.
"""

# ruff: noqa: PTH110, PTH118, PTH120 - strings: a Path for every file costs more than the walk

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass, field

from dedup.read.files import Kind, list_folder, open_bytes, printable, reason
from dedup.read.ignore import IGNORE_FILES, IgnoreRules, Patterns, parse
from dedup.records import Unreadable

INDEX_FILES = frozenset({"index.sqlite", "acknowledged"})
"""A folder that has these is an index of ours, and what is in it nobody's text."""

_BINARY_NAMES = 5


@dataclass(slots=True)
class Skipped:
    """What walks passed over on purpose, counted while they go. A folder passed over counts one.

    Attributes:
        hidden: files and folders whose name begins with a dot, ``.git`` always among them.
        ignored: files and folders that an ignore file leaves out.
        symlink: symlinks, which are followed only when given as a source.
        special: pipes, sockets and devices.
        binary: files that are not text.
        binary_names: the ids the first few of those would have had.
    """

    hidden: int = 0
    ignored: int = 0
    symlink: int = 0
    special: int = 0
    binary: int = 0
    binary_names: list[str] = field(default_factory=list)

    def add_binary(self, name: str) -> None:
        """Count a binary file, and keep its name while there are few."""
        self.binary += 1
        if len(self.binary_names) < _BINARY_NAMES:
            self.binary_names.append(name)


class Globs:
    """The globs of a command line, which narrow a walk.

    Args:
        globs: in the syntax of gitignore(5), relative to the folder walked. Of those that match
            the last decides; a plain one takes, one with ``!`` leaves out.
    """

    def __init__(self, globs: tuple[str, ...]) -> None:
        self._patterns = Patterns(globs)
        self._otherwise = all(glob.startswith("!") for glob in globs)

    def take(self, path: str, *, is_folder: bool) -> bool:
        """Whether to read a file, or to go into a folder: there only ``!`` can say no."""
        verdict = self._patterns.match(path, is_folder=is_folder)
        if is_folder:
            return verdict is not False
        return self._otherwise if verdict is None else verdict


@dataclass(frozen=True, slots=True)
class Walk:
    """How to walk folders.

    Attributes:
        hidden: take hidden files and folders as well, ``.git`` excepted.
        no_ignore: pay no attention to ignore files.
        globs: which files to take.
        skipped: where to count what was passed over.
    """

    hidden: bool
    no_ignore: bool
    globs: Globs
    skipped: Skipped

    def files(self, root: str) -> Iterator[str | Unreadable]:
        """The files under a folder, in the order of their names.

        Ignore files count in every folder, in a git repository or not; those of the folders
        above ``root`` count up to the root of the repository it is in.

        Args:
            root: the folder; it is walked whatever its name and whatever is said of it.

        Returns:
            Paths relative to ``root`` with ``/`` between names, a folder's files at the place of
            its name, and an ``Unreadable`` for each folder or ignore file that cannot be read. An
            index is left out; as ``root`` it is an ``Unreadable``.
        """
        above, rules = "", IgnoreRules()
        if not self.no_ignore:
            above, folders = _folders_above(root)
            for start, folder in folders:
                rules = yield from _deeper(rules, start, folder, IGNORE_FILES)
        # A stack of our own, not recursion: a tree may be deeper than Python's stack.
        pending = [("", True, rules)]
        while pending:
            path, is_folder, rules = pending.pop()
            if not is_folder:
                yield path
                continue
            full = os.path.join(root, path)
            try:
                entries = list_folder(full)
            except OSError as error:
                yield Unreadable(printable(full), reason(error))
                continue
            prefix = f"{path}/" if path else ""
            names = {name for name, kind in entries if kind in {"file", "symlink"}}
            if names >= INDEX_FILES:
                if not path:
                    yield Unreadable(printable(full), "it is an index, not a folder of texts")
                continue
            if not self.no_ignore:
                start = len(above) + len(prefix)
                rules = yield from _deeper(rules, start, full, names)
            pending += reversed(
                [
                    (prefix + name, kind == "folder", rules)
                    for name, kind in entries
                    if self._takes(name, kind, prefix + name, above, rules)
                ]
            )

    def _takes(self, name: str, kind: Kind, path: str, above: str, rules: IgnoreRules) -> bool:
        """Whether an entry is to be read or gone into; counts it when not."""
        is_folder = kind == "folder"
        if name == ".git" or (name.startswith(".") and not self.hidden):
            self.skipped.hidden += 1
        elif rules.ignores(above + path, is_folder=is_folder):
            self.skipped.ignored += 1
        elif not self.globs.take(path, is_folder=is_folder):
            pass  # asked for, so nobody need be told
        elif kind == "symlink":
            self.skipped.symlink += 1
        elif kind == "special":
            self.skipped.special += 1
        else:
            return True
        return False


def _folders_above(root: str) -> tuple[str, list[tuple[int, str]]]:
    """The folders above ``root`` whose ignore files count.

    Returns:
        The path to ``root`` from the root of its git repository, with ``/`` at the end, empty
        outside of one; and from the top each folder on it, with the length of its own such path.
    """
    real = os.path.realpath(root)
    folders = [real]
    while not os.path.exists(os.path.join(folders[-1], ".git")):
        parent = os.path.dirname(folders[-1])
        if parent == folders[-1]:
            return "", []
        folders.append(parent)
    top = len(os.path.join(folders[-1], ""))
    above = os.path.join(real, "")[top:].replace(os.sep, "/")
    return above, [(len(os.path.join(folder, "")) - top, folder) for folder in folders[:0:-1]]


def _deeper(
    rules: IgnoreRules, start: int, folder: str, names: Collection[str]
) -> Generator[Unreadable, None, IgnoreRules]:
    """The rules with those of the ignore files in one more folder, of the ``names`` it has."""
    found: list[Patterns | None] = []
    for name in IGNORE_FILES:
        patterns = None
        if name in names:
            path = os.path.join(folder, name)
            try:
                with open_bytes(path) as file:
                    patterns = parse(file.read())
            except (FileNotFoundError, IsADirectoryError):
                pass  # a symlink to nothing, or no file: git pays no attention either
            except OSError as error:
                yield Unreadable(printable(path), reason(error))
        found.append(patterns)
    return rules.deeper(start, found) if any(found) else rules
