"""Folders: what is met in them, in which order, and what is passed over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dedup.read import ReadOptions, Skipped, read
from dedup.records import Document, Unreadable


def ids(*sources: Path) -> list[str]:
    return [document.id for document in read(sources) if isinstance(document, Document)]


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_files_and_folders_come_in_one_order_by_name(tmp_path: Path) -> None:
    touch(tmp_path, "c.txt", "b/z.txt", "b/a/x.txt", "a.txt", "b.txt", "B.txt")
    assert ids(tmp_path) == ["B.txt", "a.txt", "b/a/x.txt", "b/z.txt", "b.txt", "c.txt"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert list(read([tmp_path])) == []


def test_hidden_entries_are_passed_over_unless_wanted_and_git_always(tmp_path: Path) -> None:
    touch(tmp_path, ".x.txt", ".y/x.txt", ".git/HEAD", "sub/.git", "z.txt")
    skipped = Skipped()
    assert list(read([tmp_path], skipped=skipped)) == [Document("z.txt", "")]
    assert skipped == Skipped(hidden=4)
    assert list(read([tmp_path], ReadOptions(hidden=True), skipped=skipped)) == [
        Document(".x.txt", ""),
        Document(".y/x.txt", ""),
        Document("z.txt", ""),
    ]
    assert skipped == Skipped(hidden=6)


def test_symlinks_are_not_followed_in_a_walk(tmp_path: Path) -> None:
    touch(tmp_path, "a/x.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "file").symlink_to(tmp_path / "a" / "x.txt")
    (tmp_path / "dangling").symlink_to("nowhere")
    skipped = Skipped()
    assert list(read([tmp_path], skipped=skipped)) == [Document("a/x.txt", "")]
    assert skipped == Skipped(symlink=3)


def test_symlinks_are_followed_when_given(tmp_path: Path) -> None:
    touch(tmp_path, "a/x.txt")
    (tmp_path / "folder").symlink_to("a")
    (tmp_path / "file").symlink_to("a/x.txt")
    assert ids(tmp_path / "folder") == ["x.txt"]
    assert ids(tmp_path / "file") == [str(tmp_path / "file")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_pipes_and_sockets_are_passed_over_in_a_walk(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(tmp_path, os.O_RDONLY)
        try:  # a socket's path may be 108 bytes long, and tmp_path is longer
            server.bind(f"/proc/self/fd/{folder}/socket")
        except OSError:
            pytest.skip("no /proc to bind a socket under a long path")
        finally:
            os.close(folder)
    skipped = Skipped()
    assert list(read([tmp_path], skipped=skipped)) == []
    assert skipped == Skipped(special=2)


def test_binary_files_are_passed_over_in_a_walk_and_the_first_are_named(tmp_path: Path) -> None:
    for n in range(7):
        (tmp_path / f"{n}.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "x.txt").write_bytes(b"text")
    (tmp_path / "y.jsonl").write_bytes(b"\0\n" * 9)
    skipped = Skipped()
    assert list(read([tmp_path], skipped=skipped)) == [Document("x.txt", "text")]
    assert skipped.binary == 8
    assert skipped.binary_names == ["0.png", "1.png", "2.png", "3.png", "4.png"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux allows such names")
def test_names_that_are_not_utf8_are_escaped(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    os.mkdir(root + b"/caf\xe9")  # noqa: PTH102 - of bytes
    Path(os.fsdecode(root + b"/caf\xe9/\xff.txt")).touch()
    assert ids(tmp_path) == ["caf\\xe9/\\xff.txt"]
    [given] = ids(Path(os.fsdecode(root + b"/caf\xe9/\xff.txt")))
    assert given.encode() == root + b"/caf\\xe9/\\xff.txt"


@pytest.fixture
def deep_tree(tmp_path: Path) -> Iterator[Path]:
    """A tree 5,000 folders deep, whose paths are longer than the system takes at once."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(5000):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    for name, content in (("x.txt", b"deep"), ("y.log", b""), (".gitignore", b"*.log")):
        file = os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=here)
        os.write(file, content)
        os.close(file)
    os.close(here)
    yield tmp_path
    subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # shutil.rmtree recurses


@pytest.mark.skipif(sys.platform == "win32", reason="a path has a shorter limit on Windows")
def test_a_tree_deeper_than_the_stack_and_longer_than_a_path(deep_tree: Path) -> None:
    skipped = Skipped()
    assert list(read([deep_tree], skipped=skipped)) == [Document("d/" * 5000 + "x.txt", "deep")]
    assert skipped == Skipped(hidden=1, ignored=1)


def test_a_name_too_long_is_unreadable_and_the_rest_is_read(tmp_path: Path) -> None:
    touch(tmp_path, "x.txt")
    long = tmp_path / ("n" * 300)
    assert list(read([long, tmp_path / "x.txt"])) == [
        Unreadable(str(long), "file name too long"),
        Document(str(tmp_path / "x.txt"), ""),
    ]
