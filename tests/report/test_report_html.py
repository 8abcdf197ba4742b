"""The HTML report as files, without a browser: what is in them, and what cannot get out."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from planted import NATO
from report_pages import many, seeds

import dedup
from dedup.cli.main import main
from dedup.cli.output import OutputError, write_report
from dedup.printable import inert
from dedup.report import comparison_report, scan_report

HOSTILE = (
    "</script><script>alert(1)</script><!--<script> & \u2028 \u2029 \u202e \0 \udc80 \U0001f600"
)


class Elements(html.parser.HTMLParser):
    """What a page is made of: its tags, and what stands in scripts and styles by id or tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self._open: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = dict(attrs).get("id") or tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inside[self._open] = self.inside.get(self._open, "") + data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the name of its argument is given
        self._open = None


def one_file(result: dedup.ScanResult) -> str:
    ((name, page),) = scan_report(result)
    assert name == "index.html"
    return page


def data(page: str, name: str = "part-0") -> Any:
    return json.loads(Elements(page).inside[name])


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dedup", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


# ---- what is in it -------------------------------------------------------------------------------


def test_the_seeds_report_is_one_small_file_with_the_one_pair(tmp_path: Path) -> None:
    done = run("scan", str(NATO), "--format", "html", "-o", "report.html", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert len(page.encode()) <= 300_000
    index, part = data(page, "index"), data(page)
    assert index["names"] == ["001.txt", "003.txt"]
    assert {name: column[0] for name, column in index["pairs"].items()} == {
        "a": 1,
        "b": 0,
        "relation": "derived",
        "directed": True,
        "jaccard": 0.3692,
        "share_of_a": 0.6537,
        "share_of_b": 0.7201,
        "shared_words": 319,
        "longest_run_words": 71,
        "evidence_bits": 2003,
        "cluster": 0,
        "part": 0,
    }
    for name, text in zip("01", ("001.txt", "003.txt")):
        assert part["texts"][name] == (NATO / text).read_text("utf-8")
    alignment = json.loads(seeds().to_json())["pairs"][0]["alignment"]
    for side in "ab":
        del alignment[side]["id"]
    assert part["pairs"]["0"]["alignment"] == alignment


def test_a_comparison_is_the_same_page_with_one_pair(tmp_path: Path) -> None:
    names = [str(NATO / name) for name in ("003.txt", "001.txt")]
    done = run("compare", *names, "-f", "html", "-o", "pair.html", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = (tmp_path / "pair.html").read_text("utf-8")
    assert data(page, "index")["corpus"] is None
    assert data(page, "index")["names"] == names
    aligned = dedup.align(*((NATO / name).read_text("utf-8") for name in ("003.txt", "001.txt")))
    assert data(page)["pairs"]["0"]["alignment"]["links"] == aligned.to_dict()["links"]


def test_a_text_stands_there_once() -> None:
    page = one_file(many(5, of=6))
    assert len(data(page)["texts"]) == 6
    assert len(data(page)["pairs"]) == 5


def test_notes_and_nothing_reused() -> None:
    result = replace(
        seeds(),
        pairs=(),
        texts={},
        unreadable=(dedup.Unreadable("x\x1b", "broken"),) * 101,
        encodings={"y": "latin-1"},
        renamed={"z#2": "z"},
    )
    index = data(one_file(result), "index")
    assert index["pairs"] == {}
    assert index["corpus"]["notes"] == [
        *["not read: x�: broken"] * 100,
        "not read: 1 more",
        "read as latin-1: y",
        "a second z goes by z#2",
    ]


def test_a_scan_without_alignments_is_refused() -> None:
    with pytest.raises(ValueError, match="align=True"):
        list(scan_report(dedup.scan([str(NATO)])))


# ---- what cannot get out -------------------------------------------------------------------------


def test_no_document_can_end_the_script() -> None:
    text = HOSTILE + " and some words. Number 5 went to 6."
    documents = [dedup.Document(HOSTILE + name, text) for name in "ab"]
    page = one_file(dedup.scan(documents, align=True))
    calm = one_file(dedup.scan([dedup.Document(name, "some words") for name in "ab"], align=True))
    assert [tag for tag, _ in Elements(page).tags] == [tag for tag, _ in Elements(calm).tags]
    body = page[page.index("<body>") : page.index('<script type="module">')]
    assert body.count("<") == calm[calm.index("<body>") : calm.index('<script type="m')].count("<")
    assert not set(page) & set("\0\u2028\u2029\u202e\udc80")
    assert data(page)["texts"]["0"].startswith("</script><script>alert(1)</script><!--<script> & ")
    pair = comparison_report(dedup.align(*documents), *documents)
    assert "<title>&lt;/script&gt;" in pair
    page.encode()
    pair.encode()


def test_inert_text_keeps_its_places() -> None:
    text = "a\r\nb\rc\u2028d\x00\x1b\x7f\u202e\ud800\u200d\t\U0001f600"
    assert inert(text) == "a \nb\nc\nd����\ufffd\u200d\t\U0001f600"
    assert len(inert(text)) == len(text)


def test_the_policy_has_the_hashes_of_what_stands_there_and_nothing_else() -> None:
    page = one_file(seeds())
    found = Elements(page)
    (policy,) = (
        attributes["content"]
        for tag, attributes in found.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy
    digests = {
        name: base64.b64encode(hashlib.sha256(found.inside[name].encode()).digest()).decode()
        for name in ("style", "script")
    }
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digests['style']}'",
        f"script-src 'sha256-{digests['script']}' 'strict-dynamic'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    for _, attributes in found.tags:
        assert not {name for name in attributes if name.startswith("on") or name == "style"}
        assert not {"src", "href"} & set(attributes) or attributes.get("rel") == "icon"


def test_the_scripts_never_make_markup_of_data() -> None:
    script = Elements(one_file(seeds())).inside["script"]
    assert "http" not in script.replace("http://www.w3.org/2000/svg", "")
    for name in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "DOMParser",
    ):
        assert name not in script


# ---- large ---------------------------------------------------------------------------------------


def test_a_large_report_is_a_folder(tmp_path: Path) -> None:
    result = many(6, of=3)
    for limit in ({"most_pairs": 5}, {"most_chars": 5}):
        written = write_report(scan_report(result, **limit), str(tmp_path / "report.html"))
        assert written == str(tmp_path / "report" / "index.html")
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert files == {"report", "report/index.html", "report/data", "report/data/0.js"}
    index = data((tmp_path / "report" / "index.html").read_text("utf-8"), "index")
    assert index["pairs"]["part"] == [0] * 6
    script = (tmp_path / "report" / "data" / "0.js").read_text("utf-8")
    found = re.fullmatch(r"dedupPart\(0,(.*)\);\n", script)
    assert found
    assert len(json.loads(found[1])["pairs"]) == 6


def test_parts_are_small_and_every_pair_knows_its_own() -> None:
    result = many(30)
    long = {name: f"{n} " + text * 1500 for n, (name, text) in enumerate(result.texts.items())}
    files = list(scan_report(replace(result, texts=long), most_pairs=10))
    assert [name for name, _ in files] == [
        *(f"data/{p}.js" for p in range(len(files) - 1)),
        "index.html",
    ]
    assert len(files) > 5
    index = data(files[-1][1], "index")
    for i, part in enumerate(index["pairs"]["part"]):
        found = json.loads(files[part][1].split(",", 1)[1][:-3])
        assert str(i) in found["pairs"]
        for side in "ab":
            d = index["pairs"][side][i]
            assert found["texts"][str(d)] == long[index["names"][d]]


def test_a_folder_replaces_a_report_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="is no report"):
        write_report(scan_report(many(3), most_pairs=1), str(folder))
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "thesis.txt"]

    def broken() -> Any:
        yield "data/0.js", "x"
        raise KeyboardInterrupt

    write_report(scan_report(many(3), most_pairs=1), str(tmp_path / "report"))
    before = (tmp_path / "report" / "index.html").read_text("utf-8")
    with pytest.raises(KeyboardInterrupt):
        write_report(broken(), str(tmp_path / "report"))
    assert (tmp_path / "report" / "index.html").read_text("utf-8") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "report"]


def test_the_command_says_that_it_wrote_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dedup.report.scan_report", partial(scan_report, most_pairs=0))
    monkeypatch.chdir(tmp_path)
    for quiet, said in (
        ([], "dedup: large, so written as a folder: report/index.html\n"),
        (["-q"], ""),
    ):
        with pytest.raises(SystemExit) as exit_:
            main(["scan", str(NATO), "-f", "html", "-o", "report.html", *quiet])
        assert exit_.value.code == 0
        assert capsys.readouterr() == ("", said)
    assert (tmp_path / "report" / "data" / "0.js").is_file()


# ---- wrong usage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan", ".", "--format", "html"], "needs -o"),
        (["scan", ".", "--format", "html", "--print0", "-o", "x"], "--print0"),
        (["compare", "a", "b", "--format", "html"], "needs -o"),
        (["scan", ".", "--format", "html", "-o", "no/such/x.html"], "cannot write no/such/x.html"),
    ],
)
def test_wrong_usage_is_said(arguments: list[str], message: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
