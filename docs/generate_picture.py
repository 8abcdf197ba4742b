"""Makes docs/report.png, the README's picture of the report, from the report on examples/nato.

Needs `pip install -e '.[browser]'` and Chromium: python docs/generate_picture.py.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import dedup
from dedup.report import scan_report

ROOT = Path(__file__).parents[1]


def picture() -> bytes:
    """The page of the one pair, with a link that is explained."""
    ((name, text),) = scan_report(dedup.scan([ROOT / "examples" / "nato"], align=True))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, name)
        path.write_text(text, "utf-8")
        # In a container the sandbox wants rights that it has not; the page is our own.
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": 1040, "height": 560},
            color_scheme="light",
            reduced_motion="reduce",
        )
        page.goto(f"{path.as_uri()}#pair=0&link=17")
        page.locator(".drawer").wait_for()
        return page.screenshot()


if __name__ == "__main__":
    (ROOT / "docs" / "report.png").write_bytes(picture())
