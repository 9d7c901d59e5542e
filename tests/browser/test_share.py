"""A communicator opens the share kit: the pictures are drawn while she looks, and she takes one and all of them with her."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.test_schools import looks_good
from tests.browser.test_story import log_in
from tests.installation import Installation, copy_of_template

TOO_LONG = """
from kampanj.content.models import campaign_by_slug
page = campaign_by_slug("jag-trodde-aldrig").get_latest_revision_as_object()
page.share_texts[0].value = "Säg " + "b" * 120
page.save_revision()
"""
ADDRESS = "/admin/pages/"


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return copy_of_template(tmp_path / "installation")


def test_a_communicator_takes_the_share_kit_with_her(chromium: Browser, installed: Installation, tmp_path: Path) -> None:
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.goto("/ung/jag-trodde-aldrig/")
        shared = page.locator("meta[property='og:image']").get_attribute("content")
        picture = context.request.get(f"{running.url}/media/{(shared or '').partition('/media/')[2]}")
        with Image.open(io.BytesIO(picture.body())) as opened:
            assert opened.size == (1200, 630)

        key = installed.manage("shell", "--verbosity", "0", "--command", KEY).stdout.strip()
        page.goto(f"{ADDRESS}{key}/edit/")
        page.locator("header [data-controller~='w-dropdown'] button:visible").last.click()
        page.locator("a:visible", has_text="Delningspaket").first.click()
        expect(page.locator("h1")).to_contain_text("Delningspaket")
        expect(page.locator("figure")).to_have_count(36, timeout=120_000)
        page.locator("figure img").last.scroll_into_view_if_needed()
        expect(page.locator("figure img").first).to_have_js_property("naturalWidth", 1200)
        looks_good(page, tmp_path, "delningspaket")

        with page.expect_download() as fetched:
            page.get_by_role("link", name="Ladda ner Händelse (story), delningstext 1, svenska").click()
        with Image.open(fetched.value.path()) as opened:
            assert opened.size == (1080, 1920)
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Ladda ner allt på alla språk (ZIP)").click()
        with zipfile.ZipFile(fetched.value.path()) as archive:
            assert len(archive.namelist()) == 39

        installed.manage("shell", "--verbosity", "0", "--command", TOO_LONG)
        page.reload()
        expect(page.get_by_text("är för långt för en bild")).to_be_visible()
        page.get_by_role("link", name="Gå till fältet").first.click()
        expect(page.locator("textarea:visible").first).to_have_value(f"Säg {'b' * 120}", timeout=30_000)
        context.close()


KEY = """
from kampanj.content.models import campaign_by_slug
print(campaign_by_slug("jag-trodde-aldrig").pk)
"""
