"""A communicator looks at the printed folder: its pages come while she waits, what does not fit is told, she takes the files."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_schools import DESK, PHONE, looks_good
from tests.browser.test_story import log_in
from tests.installation import Installation, copy_of_template

KEY = """
from kampanj.content.models import campaign_by_slug
print("PAGE", campaign_by_slug("jag-trodde-aldrig").pk)
"""
# Every panel on four pages of A5, saved as a draft.
TOO_LONG = """
from kampanj.content.models import campaign_by_slug
page = campaign_by_slug("jag-trodde-aldrig").get_latest_revision_as_object()
for panel in page.panels:
    panel.value["on_paper"] = ["a5"]
page.save_revision()
"""
PATIENCE = 120_000


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return copy_of_template(tmp_path / "installation")


def key_of_campaign(installed: Installation) -> str:
    found = re.search(r"PAGE (\d+)", installed.manage("shell", "--verbosity", "0", "--command", KEY).stdout)
    assert found
    return found[1]


def open_folder(page: Page, key: str) -> None:
    """From the editor, as she would."""
    page.goto(f"/admin/pages/{key}/edit/")
    page.locator("header [data-controller~='w-dropdown'] button:visible").last.click()
    page.locator("a:visible", has_text="Foldern").first.click()
    expect(page.locator("h1")).to_contain_text("Foldern")


def test_a_communicator_sees_every_page_and_takes_the_files(chromium: Browser, installed: Installation, tmp_path: Path) -> None:
    key = key_of_campaign(installed)
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        open_folder(page, key)
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.locator("[data-said]")).to_have_text("Alla sidor visas.", timeout=PATIENCE)
        expect(page.get_by_role("progressbar")).to_be_hidden()
        # Three languages: four pages of A5, six of A65, two of A4 and one of A3.
        expect(page.locator(".desk-folder__pages img")).to_have_count(3 * 13)
        last = page.locator(".desk-folder__pages img").last
        last.scroll_into_view_if_needed()
        expect(last).to_have_js_property("complete", True)
        assert last.evaluate("image => image.naturalWidth") > 0
        looks_good(page, tmp_path, "foldern")
        for words, size in (("Folder A5, fyra sidor, för skärm", 4), ("Folder A65, sex sidor, rullfalsad, för tryckeriet", 2)):
            with page.expect_download() as fetched:
                page.get_by_role("link", name=re.compile(words)).first.click()
            with pikepdf.open(fetched.value.path()) as document:
                assert len(document.pages) == size
        page.get_by_role("link", name="Välj format").first.click()
        boxes = page.locator("input[name=folder_formats]")
        expect(boxes.first).to_be_visible(timeout=30_000)
        expect(boxes.first).to_be_in_viewport(timeout=30_000)
        expect(page.locator("input[name=folder_formats]:checked")).to_have_count(4)
        context.close()


def test_what_does_not_fit_is_told_on_the_screen_and_beside_the_panel(
    chromium: Browser, installed: Installation, tmp_path: Path
) -> None:
    key = key_of_campaign(installed)
    installed.manage("shell", "--verbosity", "0", "--command", TOO_LONG)
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.goto(f"/admin/kampanj/{key}/folder/")
        expect(page.locator("[data-said]")).to_have_text("Alla sidor visas.", timeout=PATIENCE)
        told = page.locator(".desk-folder__faults .prevents").first
        expect(told).to_contain_text(re.compile(r"A5, fyra sidor, sidan \d: texten är \d+ rader för lång\. Korta ”"))
        looks_good(page, tmp_path, "for-langt")
        told.get_by_role("link", name="Gå till fältet").click()
        beside = page.locator("[data-misfit]").first
        expect(beside).to_contain_text("rader för lång", timeout=30_000)
        expect(beside).to_be_visible()
        context.close()


def test_the_folder_is_shown_page_by_page_beside_the_editor(chromium: Browser, installed: Installation, tmp_path: Path) -> None:
    key = key_of_campaign(installed)
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.goto(f"/admin/pages/{key}/edit/")
        page.click("button[aria-label*='örhandsgranskning']")
        page.locator("#id_preview_mode").select_option("print")
        shown = page.frame_locator("#w-preview-iframe")
        expect(shown.locator("img")).to_have_count(4, timeout=PATIENCE)
        address = page.evaluate("document.querySelector('[data-w-preview-url-value]').dataset.wPreviewUrlValue")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.goto(f"{address}?mode=print")
            expect(page.locator("img")).to_have_count(4, timeout=PATIENCE)
            page.screenshot(path=tmp_path / f"bredvid-{size['width']}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page)
            assert not found.violations_count, found.generate_report()
        context.close()
