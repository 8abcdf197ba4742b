"""The pages are what the stored results make of them; whether the figures are fresh is no test."""

from benchmarks import pages
from benchmarks.report import Report


def test_the_pages_are_generated():
    results = pages.stored()
    assert results, "benchmarks/results/ is empty"
    told = "run: python -m benchmarks.pages"
    assert pages.PAGE.read_text("utf-8") == pages.page(results), told
    text = pages.README.read_text("utf-8")
    assert "<!-- figures -->" in text
    assert text == pages.readme(text, results), told
    text = pages.INDEX.read_text("utf-8")
    assert text == pages.index_page(text, results), told


def test_every_loss_is_told():
    scan, speed = Report("scan", 1), Report("speed", 1)
    for who, seconds, recall in (
        ("dedup, copies", 2.0, 0.99),
        ("fast", 1.0, 0.5),
        ("good", 3.0, 1),
    ):
        scan.figure(f"reviews, {who}, CPU", "s", seconds)
        scan.figure(f"reviews, {who}, recall", "share", recall)
    scan.details |= {"reviews, texts": 98765, "reviews, pairs to find": 1234}
    speed.figure("dedup, 1 thread / rensa R, from hashes", "times", 0.5)
    speed.figure("dedup, 1 thread / daft", "times", 9.0)
    page = pages.page({"scan": scan.to_dict(), "speed": speed.to_dict()})
    lost = page.partition("## Where it loses")[2].partition("\n## ")[0]
    assert "reviews, CPU: fast 1 s, dedup 2 s" in lost
    assert "reviews, recall: good 1, dedup 0.990" in lost
    assert "rensa R, from hashes runs at 2.00 × our speed" in lost
    assert "daft" not in lost
    assert "| fast | 1 | 0.500 |" in page
    assert "reviews: 98,765 texts, 1,234 pairs to find." in page


def test_the_last_file_counts(tmp_path):
    for name, seed in (("a.json", 1), ("b.json", 2)):
        (tmp_path / name).write_text(Report("scale", seed).to_json())
    assert pages.stored(tmp_path)["scale"]["seed"] == 2
