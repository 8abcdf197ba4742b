"""Sources: ids, what cannot be read, stdin and pipes, lists of files, what is met twice."""

from __future__ import annotations

import gc
import io
import os
import pickle
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dedup.read import ReadOptions, Skipped, read, read_list
from dedup.records import Document, Unreadable

Results = list[Document | Unreadable]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def text(name: str, content: str = "") -> Document:
    return Document(name, content)


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to name files from, as at a prompt."""
    monkeypatch.chdir(tmp_path)
    for name in ("a/001.txt", "a/sub/002.txt", "b.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize("folder", ["a", "a/", "./a", "a/.", "a//"])
@pytest.mark.usefixtures("inside")
def test_ids_in_the_only_folder_are_relative_to_it(folder: str) -> None:
    assert list(read([folder])) == [text("001.txt"), text("sub/002.txt")]


@pytest.mark.parametrize(
    ("folder", "prefix"), [("a", "a/"), ("a/", "a/"), ("./a", "./a/"), (".", "./a/")]
)
@pytest.mark.usefixtures("inside")
def test_ids_in_one_of_several_sources_are_joined_to_it(folder: str, prefix: str) -> None:
    assert list(read(["b.txt", folder])) == [
        text("b.txt"),
        text(f"{prefix}001.txt"),
        text(f"{prefix}sub/002.txt"),
    ]


@pytest.mark.parametrize("name", ["b.txt", "./b.txt", "a/../b.txt"])
@pytest.mark.usefixtures("inside")
def test_the_id_of_a_file_is_its_path_as_given(name: str) -> None:
    assert list(read([name])) == [text(name)]


def test_a_path_object_is_a_path(inside: Path) -> None:
    assert list(read([Path("b.txt")])) == [text("b.txt")]
    assert list(read(iter([inside / "a"]))) == [text("001.txt"), text("sub/002.txt")]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["b.txt", "b.txt"], ["b.txt"]),
        (["b.txt", "./b.txt"], ["b.txt"]),
        (["a/001.txt", "a"], ["a/001.txt", "a/sub/002.txt"]),
        (["a", "a/001.txt"], ["a/001.txt", "a/sub/002.txt"]),
        (["a/sub", "a"], ["a/sub/002.txt", "a/001.txt"]),
        (["link", "b.txt"], ["link"]),
        (["folder", "a"], ["folder/001.txt", "folder/sub/002.txt"]),
    ],
)
def test_a_file_met_twice_is_read_once(
    inside: Path, sources: list[str], expected: list[str]
) -> None:
    (inside / "link").symlink_to("b.txt")
    (inside / "folder").symlink_to("a")
    assert list(read(sources)) == [text(name) for name in expected]


def test_what_is_given_is_read_hidden_ignored_or_not(inside: Path) -> None:
    (inside / ".gitignore").write_text("*")
    (inside / ".hidden").write_text("hidden")
    options = ReadOptions(globs=("*.md",))
    assert list(read([".hidden", "b.txt"], options)) == [text(".hidden", "hidden"), text("b.txt")]


@pytest.mark.usefixtures("inside")
def test_a_missing_path_is_unreadable_and_the_rest_is_read() -> None:
    assert list(read(["nowhere", "b.txt", "b.txt/x"])) == [
        Unreadable("nowhere", "no such file or folder"),
        text("b.txt"),
        Unreadable("b.txt/x", "not a directory"),
    ]


def test_a_symlink_to_nothing_or_itself_is_unreadable(inside: Path) -> None:
    (inside / "dangling").symlink_to("nowhere")
    (inside / "loop").symlink_to("loop")
    assert list(read(["dangling", "loop"])) == [
        Unreadable("dangling", "no such file or folder"),
        Unreadable("loop", "too many levels of symbolic links"),
    ]


@posix
def test_a_device_is_unreadable() -> None:
    assert list(read([os.devnull])) == [Unreadable(os.devnull, "not a regular file")]


def plain(result: Document | Unreadable) -> tuple[type, str, str]:
    """A result that can be pickled."""
    if isinstance(result, Document):
        return Document, result.id, result.text
    return Unreadable, result.source, result.reason


def without_privileges(run: Callable[[], Results]) -> Results:
    """``run`` as nobody when we are root, whom no permission stops; in a process of its own."""
    if os.geteuid() != 0:
        return run()
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            with os.fdopen(writer, "wb") as stream:
                pickle.dump([plain(result) for result in run()], stream)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    assert os.waitpid(child, 0)[1] == 0
    return [record(*fields) for record, *fields in pickle.loads(data)]


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that nobody can go into, unlike ``tmp_path``."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@posix
def test_what_may_not_be_read_is_unreadable_and_the_rest_is_read(public_folder: Path) -> None:
    for name in ("a.txt", "b/x.txt", "c/.gitignore", "c/x.txt", "d/x.txt"):
        (public_folder / name).parent.mkdir(exist_ok=True)
        (public_folder / name).touch()
    locked = ["a.txt", "b", "c/.gitignore"]
    for name in locked:
        (public_folder / name).chmod(0)
    try:
        results = without_privileges(lambda: list(read([public_folder, public_folder / "b/x.txt"])))
    finally:
        for name in locked:
            (public_folder / name).chmod(0o755)
    assert results == [
        *(Unreadable(str(public_folder / name), "permission denied") for name in locked),
        text(f"{public_folder}/c/x.txt"),
        text(f"{public_folder}/d/x.txt"),
        Unreadable(str(public_folder / "b/x.txt"), "permission denied"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"some text\n", [text("-", "some text\n")]),
        (b'\n\n{"id": 1, "text": "a"}\n{"text": "b"}\n', [text("1", "a"), text("-:4", "b")]),
        (b'\xef\xbb\xbf{"text": "a"}', [text("-:1", "a")]),
        (b'{"text": "a"', [Unreadable("-:1", "not JSON: Expecting ',' delimiter at column 13")]),
        (
            b'{"text": "caf\xe9"}\n{"text": "b"}\n',
            [
                Unreadable("-:1", "not UTF-8: byte 0xe9 at offset 13 of the line"),
                text("-:2", "b"),
            ],
        ),
        (b"[1]\n", [text("-", "[1]\n")]),
        (b"\n\n", [text("-", "\n\n")]),
        (b"\n x\n\n", [text("-", "\n x\n\n")]),
        (b"[" * 100_000, [text("-", "[" * 100_000)]),
    ],
)
def test_stdin_is_jsonl_when_it_begins_with_an_object(data: bytes, expected: Results) -> None:
    stdin = io.BytesIO(data)
    assert list(read(["-"], stdin=stdin)) == expected
    assert not stdin.closed


def test_stdin_is_read_once_and_is_sys_stdin_unless_given(
    monkeypatch: pytest.MonkeyPatch, inside: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x")))
    (inside / "-").touch()
    assert list(read(["-", "./-", "-"])) == [text("-", "x"), text("./-")]


def test_stdin_can_be_read_as_text_though_it_begins_with_an_object() -> None:
    options = ReadOptions(input_format="text")
    assert list(read(["-"], options, stdin=io.BytesIO(b'{"text": ""}'))) == [
        text("-", '{"text": ""}')
    ]


@posix
@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"x" * 100_000, [("", "x" * 100_000)]), (b'{"text": "a"}\n' * 2, [(":1", "a"), (":2", "a")])],
)
def test_a_pipe_given_is_read_like_stdin(
    tmp_path: Path, data: bytes, expected: list[tuple[str, str]]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    results = list(read([pipe]))
    writer.join()
    assert results == [text(f"{pipe}{suffix}", content) for suffix, content in expected]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")
def test_a_process_substitution_is_read() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"text")
    os.close(writer)
    try:
        assert list(read([f"/dev/fd/{reader}"])) == [text(f"/dev/fd/{reader}", "text")]
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (b"", []),
        (b"a.txt\nb c.txt\n", ["a.txt", "b c.txt"]),
        (b"\n\na.txt\n  \n b.txt", ["a.txt", " b.txt"]),
        (b"a.txt\r\nb.txt\r\n", ["a.txt", "b.txt"]),
        (b"a\nb.txt\0c\r\0", ["a\nb.txt", "c\r"]),
        (b"\xff.txt", [os.fsdecode(b"\xff.txt")]),
    ],
)
def test_a_list_of_files(data: bytes, paths: list[str]) -> None:
    assert read_list(io.BytesIO(data)) == paths


def test_a_single_path_is_refused() -> None:
    with pytest.raises(TypeError, match="not one: 'a'"):
        read("a")
    with pytest.raises(TypeError, match="not one"):
        read(Path("a"))  # type: ignore[arg-type]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="not 'csv'"):
        ReadOptions(input_format="csv")  # type: ignore[arg-type]


def test_files_are_closed_when_reading_stops(inside: Path) -> None:
    (inside / "x.jsonl").write_bytes(b'{"text": ""}\n' * 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        documents = read(["x.jsonl"])
        next(documents)
        documents.close()  # type: ignore[attr-defined]
        list(read(["."]))
        gc.collect()
    open_files = Path("/proc/self/fd")
    if open_files.exists():
        assert not any(
            str(inside) in str(fd.readlink()) for fd in open_files.iterdir() if fd.is_symlink()
        )


def test_an_interruption_passes_through() -> None:
    class Interrupted(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(read(["-"], ReadOptions(input_format="text"), stdin=Interrupted()))


def test_a_failing_device_is_unreadable_after_what_it_gave() -> None:
    class Failing(io.BytesIO):
        def __next__(self) -> bytes:
            if self.tell() > 20:
                raise OSError(5, "Input/output error")
            return super().__next__()

    stdin = Failing(b'{"text": "a"}\n' * 3)
    assert list(read(["-"], stdin=stdin)) == [
        text("-:1", "a"),
        text("-:2", "a"),
        Unreadable("-", "input/output error"),
    ]


def test_nothing_is_counted_for_what_is_given(inside: Path) -> None:
    skipped = Skipped()
    list(read(["b.txt", "nowhere", inside / "a"], skipped=skipped))
    assert skipped == Skipped()
