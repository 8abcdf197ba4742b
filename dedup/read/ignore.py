"""Ignore files: which paths the lines of a ``.gitignore`` or ``.ignore`` leave out.

Takes the lines and a path, gives a verdict as git would. Does not walk.

Why not pathspec: it answers for files, ancestors included, and a walk must ask about folders,
alone, before it goes into them. ``*``, ``!*/``, ``!*.txt`` (only text files, in any folder) makes
it leave out every folder; ``a/**`` with ``!a/b.txt`` makes it leave out ``a``.
"""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

IGNORE_FILES = (".ignore", ".gitignore")
"""Names of ignore files, the stronger first."""

_Level = tuple[int, "Patterns"]

# Everything a pattern is made of. A bracket's first character may be "]", and the possessive
# quantifiers keep a bracket that never closes from being read in a second way.
_TOKEN = re.compile(
    r"""
      (?P<folders> (?<![^/]) \*{2,} / )
    | (?P<rest>    (?<![^/]) \*{2,} \Z )
    | (?P<star>    \*+ )
    | (?P<one>     \? )
    | \[ (?P<negated> [!^]?+ ) (?P<set> \]?+ (?: \[:[^\]]*:\] | \\. | [^\]\\] )*+ ) \]
    | (?P<broken>  \[ | \\\Z )
    | \\? (?P<plain> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SET_ITEM = re.compile(
    r"\[:(?P<name>[^\]]*):\] | \\?(?P<low>.) (?: - \\?(?P<high>.) )?", re.VERBOSE | re.DOTALL
)
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_TRAILING_SPACES = re.compile(r"((?:\\.|.)*?) *\Z", re.DOTALL)


class Patterns:
    """The lines of one ignore file, or the globs of a command line, ready to match.

    Args:
        lines: patterns in the syntax of gitignore(5). A line git takes for empty, a comment or
            malformed matches nothing.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        compiled = [rule for line in lines if (rule := _compile(line)) is not None]
        # Neighbours that say the same are one regular expression: order matters only
        # between lines that can contradict each other.
        self._rules: list[tuple[bool, bool, re.Pattern[str]]] = [
            (verdict, folders_only, re.compile("|".join(regex for *_, regex in group), re.DOTALL))
            for (verdict, folders_only), group in groupby(compiled, key=lambda rule: rule[:2])
        ][::-1]

    def match(self, path: str, *, is_folder: bool) -> bool | None:
        """What the last line that matches says.

        Args:
            path: relative to the folder the patterns are for, with ``/`` between names. Only the
                path itself is matched: a caller does not go into a folder that is left out.
            is_folder: whether lines that end in ``/`` apply.

        Returns:
            True for a plain pattern, False for one with ``!``, None when no line matches.
        """
        for verdict, folders_only, regex in self._rules:
            if (is_folder or not folders_only) and regex.fullmatch(path):
                return verdict
        return None


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The ignore files that count in a folder: its own and those of the folders above it.

    Attributes:
        levels: for each of ``IGNORE_FILES`` its files, deepest first, each with the length of
            the path (and its ``/``) of the folder it stands in.
    """

    levels: tuple[tuple[_Level, ...], ...] = ((),) * len(IGNORE_FILES)

    def ignores(self, path: str, *, is_folder: bool) -> bool:
        """Whether ``path``, relative to the topmost folder, is left out.

        Any ``.ignore`` wins over any ``.gitignore``, as in ripgrep; among files of one name the
        deeper wins.
        """
        for files in self.levels:
            for start, patterns in files:
                verdict = patterns.match(path[start:], is_folder=is_folder)
                if verdict is not None:
                    return verdict
        return False

    def deeper(self, start: int, found: Iterable[Patterns | None]) -> IgnoreRules:
        """These rules and those of one more folder.

        Args:
            start: the length of that folder's path relative to the topmost one, ``/`` included.
            found: the folder's patterns for each of ``IGNORE_FILES``, None where there is none.
        """
        return IgnoreRules(
            tuple(
                files if patterns is None else ((start, patterns), *files)
                for files, patterns in zip(self.levels, found, strict=True)
            )
        )


def parse(data: bytes) -> Patterns:
    """The patterns of an ignore file's bytes, which name files in the file system's encoding."""
    lines = os.fsdecode(data.removeprefix(BOM_UTF8)).split("\n")
    return Patterns(line.removesuffix("\r") for line in lines)


def _compile(line: str) -> tuple[bool, bool, str] | None:
    """A line as (verdict, folders only, regular expression), or None when it matches nothing."""
    if line.startswith("#"):
        return None
    stripped = _TRAILING_SPACES.match(line)
    pattern = stripped[1] if stripped else line
    body = pattern.removeprefix("!")
    folders_only = body.endswith("/")
    body = body.removesuffix("/")
    anywhere = "/" not in body
    try:
        regex = "".join(_translate(body.removeprefix("/")))
    except ValueError:
        return None
    if not regex:
        return None
    return not pattern.startswith("!"), folders_only, f"(?:.*/)?{regex}" if anywhere else regex


def _translate(body: str) -> Iterator[str]:
    """The pieces of a regular expression for a pattern without its ``!`` and outer slashes.

    Raises:
        ValueError: the pattern is malformed, and git lets it match nothing.
    """
    for token in _TOKEN.finditer(body):
        match token.lastgroup:
            case "folders":
                yield "(?:.*/)?"
            case "rest":
                yield ".+"
            case "star":
                yield "[^/]*"
            case "one":
                yield "[^/]"
            case "set":
                yield _translate_set(token["set"], negated=bool(token["negated"]))
            case "plain":
                yield re.escape(token["plain"])
            case _:
                raise ValueError(body)


def _translate_set(items: str, *, negated: bool) -> str:
    """A bracket expression; like git's it never matches ``/``."""
    parts = []
    for item in _SET_ITEM.finditer(items):
        low, high = item["low"], item["high"]
        if item["name"] is not None:
            if item["name"] not in _POSIX:
                raise ValueError(items)
            parts.append(_POSIX[item["name"]])
        elif high is None or low > high:
            parts.append(re.escape(low))  # for git a range upside down is its first character
        else:
            parts.append(f"{re.escape(low)}-{re.escape(high)}")
    return f"(?!/)[{'^' if negated else ''}{''.join(parts)}]"
