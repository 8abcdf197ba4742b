"""Ignore files say what git says, and what ripgrep says where git has no say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.read import ReadOptions, Skipped, read
from dedup.records import Document

FOLDERS = ["", "a/", "a/b/", "a/b/a/", "b/", "b/a/", "b/x z/"]
# No name of a single "é": for git, which matches bytes, that is two characters.
FILES = [
    "a.txt",
    "b.txt",
    "b.log",
    "c",
    "x y",
    "x ",
    "#c",
    "!c",
    "a[b]",
    "a*",
    "c\\",
    "ab",
    "éclair",
]

git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def taken(root: Path, **options: Any) -> list[str]:
    documents = list(read([root], ReadOptions(**options)))
    assert all(isinstance(document, Document) for document in documents), documents
    return [document.id for document in documents if isinstance(document, Document)]


def taken_by_git(root: Path) -> list[str]:
    listing = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        env=os.environ
        | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "XDG_CONFIG_HOME": "/-"},
    ).stdout
    names = [os.fsdecode(name) for name in listing.split(b"\0")[:-1]]
    return sorted(name for name in names if not name.endswith(".gitignore"))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    write(root, {folder + name: "" for folder in FOLDERS for name in FILES})
    subprocess.run(["git", "init", "-q", root], check=True)
    return root


pieces = st.sampled_from(
    [
        *("a", "b", "c", "ab", "a.txt", ".txt", ".log", "x y", "x\\ ", "é", "*", "?", "**", "***"),
        *("[ab]", "[!a]", "[^a]", "[a-c]", "[c-a]", "[]a]", "[!]]", "[", "]", "[a", "[[:alpha:]]"),
        *("[[:alpha:]-]", "[[:nope:]]", "[[:alpha]", "[a-]", "[\\]b]", "[--9]", "\\[", "\\*"),
        *("\\", "\\\\", "\\a", " ", "\t", "#", "!", "\\#", "\\!"),
    ]
)
names = st.lists(pieces, max_size=3).map("".join)
patterns = st.builds(
    lambda sign, root, parts, end: sign + root + "/".join(parts) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/", "**/"]),
    st.lists(names, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "/**", "/*", " ", "  ", "//", "\r"]),
).filter(
    # After literal characters git takes "**" for "**/", against its own documentation: it
    # compares the literal start first and matches the rest as if it were a pattern of its own.
    lambda pattern: not re.search(r"[^/*]\*\*", pattern.removeprefix("!"))
)
ignore_files = st.dictionaries(
    st.sampled_from(FOLDERS),
    st.lists(patterns | st.sampled_from(["", "*", "*/", "!*/", "!*.txt", "/*", "a/**"])),
    min_size=1,
    max_size=3,
)


@git
@settings(max_examples=300, deadline=None)
@given(ignore_files)
def test_any_gitignore_files_leave_out_what_git_leaves_out(
    repository: Path, lines: dict[str, list[str]]
) -> None:
    written = [repository / folder / ".gitignore" for folder in lines]
    for path, content in zip(written, lines.values(), strict=True):
        path.write_text("\n".join(content))
    try:
        assert sorted(taken(repository)) == taken_by_git(repository)
        inside = [name.removeprefix("a/b/") for name in taken_by_git(repository / "a" / "b")]
        if not is_ignored_by_git(repository, "a/b"):
            assert sorted(taken(repository / "a" / "b")) == inside
    finally:
        for path in written:
            path.unlink()


def is_ignored_by_git(root: Path, folder: str) -> bool:
    return not any(name.startswith(f"{folder}/") for name in taken_by_git(root))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["*", "!*/", "!*.txt"], ["a/x.txt", "x.txt"]),
        (["a/**", "!a/x.txt"], ["a/x.txt", "b.log", "x.txt"]),
        (["a/", "!a/x.txt"], ["b.log", "x.txt"]),
        (["/x.txt"], ["a/x.txt", "a/y.log", "b.log"]),
        (["*.log", "!b.log"], ["a/x.txt", "b.log", "x.txt"]),
        (["# x.txt", "", "   "], ["a/x.txt", "a/y.log", "b.log", "x.txt"]),
    ],
)
def test_idioms(tmp_path: Path, lines: list[str], expected: list[str]) -> None:
    write(tmp_path, {"a/x.txt": "", "a/y.log": "", "b.log": "", "x.txt": ""})
    write(tmp_path, {".gitignore": "\n".join(lines)})
    assert taken(tmp_path) == expected


def test_a_deeper_file_wins_over_a_higher_one(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.log", "a/.gitignore": "!x.log", "a/x.log": "", "x.log": ""})
    assert taken(tmp_path) == ["a/x.log"]


def test_ignore_wins_over_gitignore_at_any_depth(tmp_path: Path) -> None:
    write(tmp_path, {".ignore": "!x.log", "a/.gitignore": "*.log", "a/x.log": "", "a/y.log": ""})
    assert taken(tmp_path) == ["a/x.log"]


def test_what_is_in_a_folder_taken_back_is_not_left_out_for_the_folder_s_name(
    tmp_path: Path,
) -> None:
    write(tmp_path, {".gitignore": "a", ".ignore": "!/a", "a/x.txt": ""})
    assert taken(tmp_path) == ["a/x.txt"]


def test_no_ignore_reads_everything(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*", ".ignore": "*", "x.txt": ""})
    assert taken(tmp_path) == []
    assert taken(tmp_path, no_ignore=True) == ["x.txt"]


def test_files_above_count_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "*.txt",
            "repository/.git/HEAD": "",
            "repository/.gitignore": "/a/b/*.log\n",
            "repository/a/.ignore": "b/c.md",
            "repository/a/b/x.txt": "",
            "repository/a/b/x.log": "",
            "repository/a/b/c.md": "",
        },
    )
    assert taken(tmp_path / "repository" / "a" / "b") == ["x.txt"]


def test_files_above_do_not_count_outside_of_a_repository(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.txt", "a/x.txt": ""})
    assert taken(tmp_path / "a") == ["x.txt"]


def test_a_folder_given_is_walked_though_it_is_ignored(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", ".gitignore": "build/", "build/x.txt": ""})
    assert taken(tmp_path / "build") == ["x.txt"]


def test_what_is_left_out_is_counted_a_folder_as_one(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "a\n*.log", "a/x.txt": "", "a/y.txt": "", "z.log": ""})
    skipped = Skipped()
    assert list(read([tmp_path], skipped=skipped)) == []
    assert skipped == Skipped(hidden=1, ignored=2)


def test_a_byte_order_mark_and_crlf_in_an_ignore_file(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbf*.log\r\n*.txt\r\n")
    write(tmp_path, {"x.log": "", "x.txt": "", "x.md": ""})
    assert taken(tmp_path) == ["x.md"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux allows such names")
def test_a_name_that_is_not_utf8_can_be_ignored(tmp_path: Path) -> None:
    for name in (b"\xff.txt", b"\xfe.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    (tmp_path / ".gitignore").write_bytes(b"\xff*\n")
    assert taken(tmp_path) == ["\\xfe.txt"]


def test_a_folder_or_dangling_symlink_named_gitignore_has_no_rules(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore/x": "*", "x.txt": ""})
    (tmp_path / ".ignore").symlink_to("nowhere")
    assert taken(tmp_path) == ["x.txt"]


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        (("*.txt",), ["a/x.txt", "x.txt"]),
        (("!*.txt",), ["a/y.log", "b.log"]),
        (("*.txt", "!a/"), ["x.txt"]),
        (("*.txt", "b.*"), ["a/x.txt", "b.log", "x.txt"]),
        (("*.txt", "!x.txt", "/x.txt"), ["x.txt"]),
        (("a/**",), ["a/x.txt", "a/y.log"]),
        (("a",), []),
    ],
)
def test_globs(tmp_path: Path, globs: tuple[str, ...], expected: list[str]) -> None:
    write(tmp_path, {"a/x.txt": "", "a/y.log": "", "b.log": "", "x.txt": ""})
    assert taken(tmp_path, globs=globs) == expected


def test_globs_narrow_and_never_bring_back_what_is_hidden_or_ignored(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "x.log", "x.log": "", ".y.log": "", "z.log": ""})
    assert taken(tmp_path, globs=("*.log",)) == ["z.log"]
