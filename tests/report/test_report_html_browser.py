"""The HTML report in a real browser: Debian's Chromium, driven by Playwright, from file://.

Without a browser these tests skip; with ``DEDUP_BROWSER=required`` that is a failure. With
``DEDUP_SCREENSHOTS=FOLDER`` every page is pictured there, in light, dark, narrow and on paper.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from planted import NATO, Writer
from report_pages import families, many, seeds

import dedup
from dedup.alignment import Alignment, Change, Passage
from dedup.cli.output import write_report
from dedup.find import ScanResult
from dedup.printable import one_line
from dedup.report import comparison_report, scan_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 400, "height": 780}
PAPER = {"width": 720, "height": 1000}  # about A4


def missing(what: str) -> None:
    if os.environ.get("DEDUP_BROWSER") == "required":
        pytest.fail(f"DEDUP_BROWSER=required, and {what}")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("Playwright is not installed: pip install 'dedup-text[browser]'")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing("there is no Chromium: apt-get install chromium")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if root else []
        )
        yield found
        found.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a report; at the end nothing may have been logged, nothing fetched but its files."""
    seen: list[str] = []
    contexts = []

    def opened(report: ScanResult | str, hash_: str = "", **options: Any) -> Page:
        path = tmp_path / "report.html"
        if isinstance(report, str):
            path.write_text(report, "utf-8")
        else:
            path = Path(write_report(scan_report(report), str(path)))
        context = browser.new_context(
            **{"viewport": WIDE, "color_scheme": "light", "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: seen.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: seen.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (seen.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: seen.append(request.url))
        page.goto(path.as_uri() + hash_)
        page.wait_for_selector("#page > *")
        return page

    yield opened
    for context in contexts:
        context.close()
    folder = tmp_path.as_uri()
    assert [what for what in seen if not what.startswith((folder, "data:image/svg"))] == []


def aligned() -> dict[str, Any]:
    """What the JSON says of the one pair."""
    return json.loads(seeds().to_json())["pairs"][0]["alignment"]


def until(holds: Callable[[], bool]) -> None:
    """Waits for what follows an event; the page's own policy forbids Playwright's way."""
    for _ in range(200):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail("it never came to hold")


def assert_at(page: Page, end: str) -> None:
    """Playwright hears of a new address a little later than the page has it."""
    until(lambda: page.evaluate("location.hash").endswith(end))


def words(text: str | None) -> str:
    return "".join((text or "").split())


def numbers(indices: list[int]) -> str:
    return str(indices[0] + 1) if len(indices) == 1 else f"{indices[0] + 1}–{indices[-1] + 1}"


# ---- the corpus ----------------------------------------------------------------------------------


def test_the_seeds_show_the_one_pair_and_a_click_opens_it(show: Callable[..., Page]) -> None:
    page = show(seeds())
    assert page.locator(".figures dd").all_inner_texts() == ["5", "1", "1", "0%"]
    (row,) = page.locator("tbody tr:not([aria-hidden])").all_inner_texts()
    assert " ".join(row.split()) == "003.txt →001.txt →derived 36% 65% 72% 319 71 2,003"
    page.click("tbody a")
    assert_at(page, "#pair=0")
    assert page.locator(".column h2 .name").all_inner_texts() == ["003.txt", "001.txt"]
    boxes = [page.locator(f".column.{side}").bounding_box() for side in "ab"]
    assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
    assert boxes[0]["y"] == boxes[1]["y"]
    for side, name in (("a", "003.txt"), ("b", "001.txt")):
        text = page.locator(f".column.{side} .text").text_content()
        assert words(text) == words((NATO / name).read_text("utf-8"))
    page.go_back()
    page.wait_for_selector(".corpus")
    assert page.locator("tbody tr:not([aria-hidden])").count() == 1


def test_rows_sort_and_filter(show: Callable[..., Page]) -> None:
    result = families()
    page = show(result, viewport={"width": 1280, "height": 1400})  # all rows are in view

    def column(number: int) -> list[str]:
        cells = page.locator(
            f"section[aria-label=Pairs] tbody tr:not([aria-hidden]) td:nth-child({number})"
        )
        return [text.strip() for text in cells.all_inner_texts()]

    def shown() -> str:
        return page.locator(".shown").inner_text()

    total = len(result.pairs)
    assert shown() == f"{total} pairs"
    assert len(column(1)) == total
    page.click("th button:text('Similar')")
    similar = [int(text[:-1]) for text in column(4)]
    assert similar == sorted(similar, reverse=True)
    page.click("th button:text('Similar')")
    assert [int(text[:-1]) for text in column(4)] == sorted(similar)
    assert page.locator("th:has-text('Similar')").get_attribute("aria-sort") == "ascending"

    page.keyboard.press("/")
    page.keyboard.type("GENERATION")
    named = [p for p in result.pairs if "generation" in p.a + p.b]
    assert shown() == f"{len(named)} of {total} pairs"
    page.keyboard.press("Escape")
    assert shown() == f"{total} pairs"
    page.click("section[aria-label=Pairs] .chip.derived")
    kinds = {re.sub(r"\W*", "", text, count=1) for text in column(3)}
    assert kinds == {"derived"}
    page.click("section[aria-label=Pairs] .chip.derived")
    page.locator("#least").fill("0.5")
    alike = [p for p in result.pairs if p.jaccard >= 0.5]
    assert shown() == f"{len(alike)} of {total} pairs"
    assert page.locator(".histogram .out").count() == 10
    page.locator("#least").fill("0")

    page.click("button:text('show only its pairs')")
    assert shown() == f"15 of {total} pairs"
    page.click(".chip.only")
    assert shown() == f"{total} pairs"
    page.locator(".tree .node.kept").click()
    assert page.locator("#search").input_value() == "wire/with-more-around-it.txt"
    assert shown() == f"5 of {total} pairs"
    assert page.locator(".families tbody tr:not([aria-hidden])").count() == 1


def test_the_family_picture_has_an_arrow_for_every_pair(show: Callable[..., Page]) -> None:
    result = families()
    page = show(result)
    of_cluster = {d: c for c, cluster in enumerate(result.clusters) for d in cluster.members}
    largest = max(result.clusters, key=lambda cluster: len(cluster.members))
    inside = [
        p
        for p in result.pairs
        if of_cluster.get(p.a) == of_cluster.get(p.b) == result.clusters.index(largest)
    ]
    assert page.locator(".tree .node").count() == len(largest.members)
    labels = [edge.get_attribute("aria-label") for edge in page.locator(".tree .edge").all()]
    sides = {p: (p.b, p.a) if p.source == p.b else (p.a, p.b) for p in inside}
    assert sorted(label.rsplit(",", 1)[0] for label in labels if label) == sorted(
        f"{sides[p][0]} {'→' if p.source else '–'} {sides[p][1]}: {p.relation}" for p in inside
    )
    arrows = page.evaluate(
        """() => [...document.querySelectorAll(".edge path[marker-end]")].map((path) =>
            path.getAttribute("d").match(/-?[\\d.]+/g).map(Number)).filter((d) => d[0] > d[6])"""
    )
    assert arrows == []  # from left to right
    page.locator(".tree .edge circle").first.click()
    until(lambda: "#pair=" in page.url)


def test_a_large_family_shows_the_strongest_and_says_so(show: Callable[..., Page]) -> None:
    page = show(many(59, of=60))
    assert page.locator(".tree .node").count() == 40
    assert page.locator(".family .note").inner_text() == (
        "40 of 60 members, joined by the strongest 39 of 59 pairs."
    )


def test_ten_thousand_pairs_open_and_scroll(show: Callable[..., Page]) -> None:
    result = many(10_000)
    began = time.perf_counter()
    page = show(result)
    written = time.perf_counter()
    page.reload()
    page.wait_for_selector("tbody a")
    opened = time.perf_counter() - written
    print(f"\n10,000 pairs: written and opened in {written - began:.2f} s, opened in {opened:.2f}")
    assert page.url.endswith("/report/index.html")
    assert page.locator(".shown").inner_text() == "10,000 pairs"
    rows = page.locator("section[aria-label=Pairs] tbody tr")
    assert rows.count() < 80
    assert page.locator("*").count() < 1500
    box = page.locator("section[aria-label=Pairs] .rows")
    box.evaluate("(box) => { box.scrollTop = box.scrollHeight; }")
    page.wait_for_selector("a[href='#pair=0']")
    assert rows.count() < 80
    page.click("th button:text('Evidence')")
    assert rows.nth(1).inner_text().endswith("\t0")
    page.click("a[href='#pair=0']")
    page.wait_for_selector(".pair .s.verbatim")  # out of a file beside the page
    assert page.locator(".column.a .s").all_inner_texts()[1].endswith("Another one.")


def test_a_part_that_is_lost_is_said(show: Callable[..., Page]) -> None:
    page = show(many(2_001))
    folder = Path(page.url.removeprefix("file://").partition("#")[0]).parent
    index = (folder / "index.html").read_text("utf-8")
    assert '"part":[0,' in index
    (folder / "data" / "0.js").write_text("", "utf-8")  # loads, and says nothing
    page.goto(page.url + "#pair=0")
    assert "data/0.js" in page.wait_for_selector("[role=alert]").inner_text()


def test_evidence_that_was_not_weighed_is_an_empty_cell(show: Callable[..., Page]) -> None:
    near = [dedup.Document(f"{n}", " ".join(f"w{i}" for i in range(n, 200))) for n in range(2)]
    only = dedup.Settings(relations=("near-duplicate",))
    page = show(dedup.scan(near, only, align=True))
    cells = page.locator("tbody tr:not([aria-hidden]) td").all_inner_texts()
    assert cells[-1] == ""
    assert cells[-2] == "199"


def test_nothing_reused(show: Callable[..., Page]) -> None:
    page = show(dedup.scan([dedup.Document("a", "some text")], align=True))
    assert page.locator("h1").inner_text() == "Nothing reused"
    assert "1 document, and none" in page.locator(".empty").inner_text()


# ---- a pair --------------------------------------------------------------------------------------


def test_the_links_are_those_of_the_json(show: Callable[..., Page]) -> None:
    alignment = aligned()
    page = show(seeds(), "#pair=0")
    for side, other in (("a", "b"), ("b", "a")):
        spans = page.locator(f".column.{side} .s")
        assert spans.count() == len(alignment[side]["sentences"])
        partners: dict[int, list[str]] = {}
        for link in alignment["links"]:
            for i in link[side]:
                partners.setdefault(i, []).append(numbers(link[other]))
        shown = spans.evaluate_all("(all) => all.map((one) => one.dataset.partners ?? '')")
        for i, text in enumerate(shown):
            assert text[3:] == ", ".join(partners.get(i, [])), (side, i)
    for kind, side, wanted in (("cut", "a", alignment["cut"]), ("added", "b", alignment["added"])):
        found = page.locator(f".column.{side} .s.{kind}, .column.{side} .s.boilerplate")
        indices = found.evaluate_all("(all) => all.map((one) => Number(one.dataset.i))")
        assert indices == wanted
    counts = {
        chip.get_attribute("data-key"): int(chip.locator(".count").inner_text())
        for chip in page.locator(".chip").all()
    }
    relations = [link["relation"] for link in alignment["links"]]
    for relation in set(relations):
        assert counts[relation] == relations.count(relation)
    for kind, side in (("cut", "a"), ("added", "b")):
        assert counts[kind] == len(set(alignment[kind]) - set(alignment["boilerplate"][side]))
    assert page.locator(".bracket.rewritten").count() == 2 * len(alignment["passages"]) == 2
    assert counts["moved"] == sum("moved" in link["flags"] for link in alignment["links"])


def test_the_keys_walk_through_every_link_and_its_diff(show: Callable[..., Page]) -> None:
    alignment = aligned()
    texts = {side: seeds().texts[alignment[side]["id"]] for side in "ab"}
    page = show(seeds(), "#pair=0")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    for n, link in enumerate(alignment["links"]):
        if n:
            page.keyboard.press("n" if n % 2 else "j")
        assert_at(page, f"#pair=0&link={n}")
        article = page.locator(".drawer .link").nth(
            0
            if n
            else [i for i, one in enumerate(alignment["links"]) if one["b"] == link["b"]].index(n)
        )
        assert article.locator(".places").inner_text() == (
            f"003.txt {numbers(link['a'])} → 001.txt {numbers(link['b'])}"
        )
        assert article.locator(".flag").all_inner_texts() == link["flags"]
        for tag, side, ops in (("del", "a", "delete"), ("ins", "b", "insert")):
            wanted = [
                words(texts[side][slice(*edit[side])])
                for edit in link["diff"]
                if edit["op"] in (ops, "replace")
            ]
            assert [words(t) for t in article.locator(tag).all_inner_texts()] == wanted
        lit = page.locator(".s.lit").evaluate_all(
            "(all) => all.map((one) => one.closest('.column').dataset.side + one.dataset.i)"
        )
        assert set(lit) == {f"a{i}" for i in link["a"]} | {f"b{j}" for j in link["b"]}
        for side in "ab":
            flow = page.locator(f".column.{side} .flow").bounding_box()
            one = page.locator(f".column.{side} .lit").first.bounding_box()
            assert flow["y"] < one["y"] + one["height"], f"link {n}: out of view in {side}"
            assert one["y"] < flow["y"] + flow["height"], f"link {n}: out of view in {side}"
    page.keyboard.press("n")
    assert_at(page, "#pair=0&link=0")
    page.keyboard.press("p")
    page.keyboard.press("k")
    assert_at(page, "&link=20")
    page.keyboard.press("Escape")
    assert not page.locator(".drawer").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector(".corpus")


def test_pointing_lights_the_partner_and_brings_it_into_view(show: Callable[..., Page]) -> None:
    page = show(seeds(), "#pair=0")
    flow = page.locator(".column.a .flow")
    assert flow.evaluate("(flow) => flow.scrollTop") == 0
    page.locator(".column.b .s").nth(7).hover()
    until(lambda: flow.evaluate("(flow) => flow.scrollTop") > 0)
    assert page.locator(".column.a .lit").get_attribute("data-i") == "13"
    assert page.locator(".ribbons .lit").count() == 1
    page.locator(".column.b .s").nth(7).click()
    assert page.locator(".drawer .link").count() == 1
    assert "word for word" in page.locator(".drawer h3").inner_text()
    page.click(".drawer .close")
    assert not page.locator(".drawer").is_visible()
    before = flow.evaluate("(flow) => flow.scrollTop")
    page.locator(".minimap.a").click(position={"x": 6, "y": 500})
    assert flow.evaluate("(flow) => flow.scrollTop") != before


def test_filters_of_a_pair(show: Callable[..., Page]) -> None:
    page = show(seeds(), "#pair=0")
    page.keyboard.press("/")
    page.click(".chip.moved")
    linked = page.locator(".s.linked:not(.off)").evaluate_all(
        "(all) => all.map((s) => s.dataset.i)"
    )
    assert linked == ["32", "18"]
    assert page.locator(".s.cut:not(.off)").count() == 0
    page.keyboard.press("n")
    assert_at(page, "&link=18")
    page.keyboard.press("n")
    assert_at(page, "&link=18")
    page.click(".chip.moved")
    assert page.locator(".off").count() == 0
    page.click(".chip.cut")
    assert page.locator(".s:not(.off)").count() == 10


def test_deep_links(show: Callable[..., Page]) -> None:
    page = show(families(), "#pair=3&link=2")
    assert page.locator(".drawer .link").is_visible()
    page.click("[aria-label='Next pair']")
    page.wait_for_url(re.compile("#pair=[^3]$"))
    page.go_back()
    page.wait_for_url(re.compile("#pair=3&link=2$"))
    page.evaluate("location.hash = '#pair=99999'")
    page.wait_for_selector(".corpus")
    page.evaluate("location.hash = '#pair=x&link=<img src=x>'")
    assert page.locator(".corpus").count() == 1


def test_help(show: Callable[..., Page]) -> None:
    page = show(seeds())
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    assert "next link" in page.locator("dialog").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    assert page.locator(".corpus").count() == 1


def with_more(alignment: Alignment) -> Alignment:
    """With what the seeds do not have: a changed number, and a condensed passage."""
    links = list(alignment.links)
    links[17] = replace(
        links[17], changes=(Change("number", "500", "5,000"), Change("name", "", "Iraq"))
    )
    cut = [alignment.a.sentences[i] for i in (7, 8, 9)]
    added = alignment.b.sentences[4]
    passage = Passage(cut[0].start, cut[-1].end, added.start, added.end, "condensed")
    return replace(alignment, links=tuple(links), passages=(passage,))


def compared(**changes: Any) -> str:
    a, b = (
        dedup.Document(f"nato/{name}", (NATO / name).read_text("utf-8"))
        for name in ("003.txt", "001.txt")
    )
    return comparison_report(replace(with_more(dedup.align(a, b)), **changes), a, b)


def test_a_comparison_opens_on_the_pair_with_changes_and_condensed_passages(
    show: Callable[..., Page],
) -> None:
    page = show(compared())
    assert page.locator(".back").count() == 0
    assert page.locator("button.change").all_inner_texts() == [
        "number “500” → “5,000”",
        "name nothing → “Iraq”",
    ]
    page.locator("button.change").first.click()
    assert "003.txt 30–31 → 001.txt 18" in page.locator(".drawer h3").inner_text()
    assert page.locator(".s.condensed").count() == 4
    page.locator(".column.b .s.condensed").click()
    assert "003.txt 8–10 → 001.txt 5" in page.locator(".drawer h3").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.locator(".pair").count() == 1


def test_without_links_the_longest_run_is_shown(show: Callable[..., Page]) -> None:
    (pair,) = seeds().pairs
    assert pair.alignment
    sentences = [range(len(side.sentences)) for side in (pair.alignment.a, pair.alignment.b)]
    bare = replace(pair.alignment, links=(), cut=tuple(sentences[0]), added=tuple(sentences[1]))
    page = show(replace(seeds(), pairs=(replace(pair, alignment=bare),)), "#pair=0")
    assert "The longest shared run, 71 words: “it is now" in page.locator(".warn").inner_text()
    assert page.locator(".s.cut, .s.added, .chip").count() == 0
    assert page.locator(".s").count() == sum(map(len, sentences))
    page.keyboard.press("n")
    assert not page.locator(".drawer").is_visible()


def test_places_are_code_points_and_text_runs_its_own_way(show: Callable[..., Page]) -> None:
    arabic = "اجتمع وزراء الدفاع اليوم في بروكسل لبحث مستقبل المهمة في العراق وأفغانستان. "
    text = (
        f"😀😀 {arabic}" + "𝒜 third 😀 sentence about the ministers of defence in Brussels today."
    )
    a, b = dedup.Document("a", text), dedup.Document("b", "New. " + text)
    alignment = dedup.align(a, b, language="ar")
    assert alignment.links
    page = show(comparison_report(alignment, a, b))
    for side, one in (("a", alignment.a), ("b", alignment.b)):
        document = {"a": a, "b": b}[side]
        shown = page.locator(f".column.{side} .s").all_text_contents()
        assert shown == [document.text[s.start : s.end] for s in one.sentences]
    assert page.locator(".column.a .text").evaluate("(e) => getComputedStyle(e).direction") == "rtl"


# ---- texts of others -----------------------------------------------------------------------------

HOSTILE = """</script><script>document.title = "owned"; alert(1)</script>
<img src="http://example.org/x.png" onerror="alert(2)"> <svg onload=alert(3)>
<a href="javascript:alert(4)">javascript:alert(4)</a> {{ 7 * 7 }} ${7 * 7} <!-- <script>
The ministers\u202e decided \0 to expand the mission\u2028 in Iraq, &lt;b&gt;bold&lt;/b&gt; they
said \udc80.
"""


def test_hostile_documents_stay_text(show: Callable[..., Page]) -> None:
    long = "a" * 1_000_000 + " " + "word " * 200_000
    texts = {
        "<img src=x onerror=alert(5)>\u202e.txt": HOSTILE * 3 + Writer(1).text(60),
        "javascript:alert(6)": HOSTILE * 3 + Writer(2).text(60),
        "__proto__": HOSTILE * 2 + Writer(3).text(200) + long,
    }
    result = dedup.scan([dedup.Document(*item) for item in texts.items()], align=True)
    assert len(result.pairs) == 3
    page = show(result)
    assert "<img src=x onerror=alert(5)>�.txt" in page.locator(".rows").last.inner_text()
    assert page.locator("#page img, #page script").count() == 0
    for pair in range(3):
        page.goto(page.url.partition("#")[0] + f"#pair={pair}")
        for name in (result.pairs[pair].a, result.pairs[pair].b):
            page.locator(".column h2 .name").get_by_text(one_line(name), exact=True).wait_for()
        for side in "ab":
            text = page.locator(f".column.{side} .text").text_content() or ""
            assert '</script><script>document.title = "owned"; alert(1)</script>' in text
            assert "&lt;b&gt;" in text
            assert not set(text) & set("\0\u202e\u2028")
        page.keyboard.press("n")
        page.keyboard.press("Enter")
        assert page.locator("#page img, #page script, #page a[href^=javascript]").count() == 0
        assert "owned" not in page.title()
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0


# ---- for everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show: Callable[..., Page], scheme: str) -> None:
    if os.environ.get("DEDUP_BROWSER") != "required":
        pytest.importorskip("axe_playwright_python", reason="pip install 'dedup-text[browser]'")
    from axe_playwright_python.sync_playwright import Axe

    page = show(families(), color_scheme=scheme)

    def faults(what: str) -> list[str]:
        found: list[dict[str, Any]] = Axe().run(page).response["violations"]
        return [
            f"{what}: {one['id']}: {one['nodes'][0]['html']}: {one['nodes'][0]['failureSummary']}"
            for one in found
            if one["impact"] in ("serious", "critical", "moderate")
        ]

    assert faults("corpus") == []
    page.keyboard.press("?")
    assert faults("help") == []
    page.keyboard.press("Escape")
    page.goto(page.url.partition("#")[0] + "#pair=2")
    page.wait_for_selector(".pair")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    assert faults("pair") == []
    page.locator(".chip").first.click()
    assert faults("filtered pair") == []
    page = show(compared(), color_scheme=scheme)
    page.locator("button.change").first.click()
    assert faults("comparison") == []


def test_on_paper_everything_is_there(show: Callable[..., Page]) -> None:
    page = show(many(300))
    page.emulate_media(media="print")
    page.wait_for_selector("section[aria-label=Pairs] tbody a[href='#pair=299']", state="attached")
    page.wait_for_selector("section[aria-label=Pairs] tbody a[href='#pair=0']", state="attached")
    page = show(seeds(), "#pair=0")
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    boxes = [page.locator(f".column.{side}").bounding_box() for side in "ab"]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
    for side in "ab":
        last = page.locator(f".column.{side} .s").last.bounding_box()
        column = page.locator(f".column.{side}").bounding_box()
        assert last["y"] + last["height"] <= column["y"] + column["height"]
    assert page.locator(".chip.edited").is_visible()  # what the symbols mean
    assert not page.locator(".minimap.a").is_visible()


PAGES = {
    "seeds": (seeds, ""),
    "pair": (seeds, "#pair=0"),
    "link": (seeds, "#pair=0&link=17"),
    "families": (families, ""),
    "derived": (families, "#pair=2&link=3"),
    "comparison": (compared, ""),
    "nothing": (lambda: replace(seeds(), pairs=(), texts={}), ""),
}


@pytest.mark.parametrize("look", ["light", "dark", "narrow", "print"])
@pytest.mark.parametrize("name", PAGES)
def test_pictures(show: Callable[..., Page], name: str, look: str) -> None:
    """Nothing is wider than its page; the pictures are for people to look at."""
    make, hash_ = PAGES[name]
    page = show(
        make(),
        hash_,
        viewport={"narrow": NARROW, "print": PAPER}.get(look, WIDE),
        color_scheme="dark" if look == "dark" else "light",
    )
    if look == "print":
        page.emulate_media(media="print")
    page.wait_for_timeout(50)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    folder = os.environ.get("DEDUP_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}-{look}.png", full_page=look == "print")
