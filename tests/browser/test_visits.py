"""A reader opens a letter and follows its link; the communicator finds the visit in the report, and nobody in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.installation import Installation

LETTERS = """
from kampanj.distribution import outbox
import re
found = [outbox.captured("letters", key) for key in outbox.keys()]
for one in found:
    if one.language.startswith("sv") and "brev-1" in one.html_part:
        print("LINK", re.search(r'href="([^"]+[?]via=[^"]+)"', one.html_part)[1])
"""


@pytest.fixture
def installed(installation: Installation) -> Installation:
    installation.manage("seed_demo", "--followed")
    return installation


def reader(chromium: Browser) -> tuple[BrowserContext, Page]:
    context = chromium.new_context(locale="sv-SE")
    return context, context.new_page()


def test_a_letter_s_link_is_a_visit_in_the_report_and_leaves_nothing_with_the_reader(
    chromium: Browser, installed: Installation, tmp_path: Path
) -> None:
    links = re.findall(r"LINK (\S+)", installed.manage("shell", "--verbosity", "0", "--command", LETTERS).stdout)
    assert len(links) > 5
    assert len(set(links)) == 1, "Every recipient has the same link"
    path = re.sub(r"https?://[^/]+", "", links[0])
    with installed.start() as running:
        for _reader in range(3):
            context, page = reader(chromium)
            page.goto(f"{running.url}{path}")
            expect(page.get_by_role("heading", level=1)).to_contain_text("Jag trodde aldrig")
            assert page.locator("link[rel=canonical]").get_attribute("href")
            assert "via=" not in str(page.locator("link[rel=canonical]").get_attribute("href"))
            page.reload()
            assert context.cookies() == []
            assert page.evaluate("localStorage.length + sessionStorage.length") == 0
            context.close()
        context, page = reader(chromium)
        page.goto(f"{running.url}/admin/")
        page.fill("input[name=username]", "kommunikator")
        page.fill("input[name=password]", "kommunikator-demo")
        page.click("button[type=submit]")
        expect(page.locator("h1")).to_contain_text("Kampanj")
        page.goto(f"{running.url}/admin/utskick/1/rapport/")
        expect(page.get_by_text("Webbsidan har haft 128 besök genom brevets länk.")).to_be_visible()
        page.get_by_role("link", name="Se hur det gick för hela kampanjen").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Så gick det: Jag trodde aldrig…")
        expect(page.get_by_text("Webbsidan har haft 142 besök genom brevens länkar.").first).to_be_visible()
        box = page.get_by_label("Besök på kampanjens sida")
        expect(box).to_be_checked()
        box.uncheck()
        page.get_by_role("button", name="Spara", exact=True).click()
        expect(page.get_by_text("Sparat.")).to_be_visible()
        page.goto(f"{running.url}/medborgarlofte-2022-2023/")
        expect(page.get_by_role("heading", name="Kampanjen ”Jag trodde aldrig…” i siffror")).to_be_visible()
        expect(page.get_by_text("besök på kampanjens sida")).to_have_count(0)
        expect(page.get_by_text("skolor har hämtat materialet")).to_be_visible()
        context.close()
