"""The list of schools and the screen of their packages in Chromium, on a phone and a desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_story import log_in
from tests.installation import Installation, copy_of_template

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}
# A quiz without a right answer, saved as a draft.
FAULTY = """
from kampanj.content.models import campaign_by_slug
page = campaign_by_slug("jag-trodde-aldrig").get_latest_revision_as_object()
page.quiz[0].value["alternatives"][0]["correct"] = False
for row in page.quiz[0].value["alternatives"]:
    row["correct"] = False
page.save_revision()
print("PAGE", page.pk)
"""
ANEW = """
from kampanj.content.models import campaign_by_slug
page = campaign_by_slug("jag-trodde-aldrig")
page.summary = "Nu med en ny film."
page.save_revision().publish()
"""


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return copy_of_template(tmp_path / "installation")


def looks_good(page: Page, pictures: Path, name: str) -> None:
    """No sideways scrolling and nothing that axe finds, in either width and either scheme."""
    for width, size in (("telefon", PHONE), ("skrivbord", DESK)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {width}"
            found = Axe().run(page, context="main")
            assert not found.violations_count, found.generate_report()


def test_a_communicator_sees_who_has_fetched_and_tells_of_a_new_version(
    chromium: Browser, installed: Installation, tmp_path: Path
) -> None:
    # An address that stays, whatever port is free: with another one every language has a new version.
    installed.environment["BASE_URL"] = "http://kampanj.example.org"
    installed.manage("seed_demo", "--followed")
    installed.manage("shell", "--verbosity", "0", "--command", ANEW)
    with installed.start(UNDO_MINUTES="0") as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        expect(page.locator("#kampanj-new-versions-content, [id*=kampanj-new-versions]").first).to_be_visible()
        page.get_by_role("link", name="Skolpaket till alla skolor (demo)", exact=True).first.click()
        expect(page.get_by_text("7 av 12 skolor har hämtat. 5 har inte hämtat.")).to_be_visible()
        if page.get_by_role("link", name="Se alla skolor").count():
            page.get_by_role("link", name="Se alla skolor").click()
        looks_good(page, tmp_path, "skolor")
        page.get_by_label("Visa", exact=True).select_option("not_fetched")
        page.get_by_role("button", name="Visa", exact=True).click()
        expect(page.locator(".desk-schools tbody tr")).to_have_count(5)
        page.get_by_role("button", name="Skriv till skolorna om den nya versionen").click()
        expect(page.get_by_text("Brevet om den nya versionen är skrivet")).to_be_visible()
        page.get_by_role("link", name="Se vad som skickas").click()
        # Seven schools have fetched something; two of them a language that is as it was.
        expect(page.get_by_role("heading", name=re.compile("Skicka 6 brev"))).to_be_visible()
        looks_good(page, tmp_path, "granska")
        context.close()


def test_an_editor_finds_the_fault_of_a_package_in_the_field_where_it_is(
    chromium: Browser, installed: Installation, tmp_path: Path
) -> None:
    found = re.search(r"PAGE (\d+)", installed.manage("shell", "--verbosity", "0", "--command", FAULTY).stdout)
    assert found
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.goto(f"/admin/kampanj/{found[1]}/skolpaket/")
        expect(page.get_by_text("har inget rätt svar").first).to_be_visible()
        looks_good(page, tmp_path, "paket")
        with page.expect_download() as started:
            page.get_by_role("link", name=re.compile(r"^Ladda ner.*PDF.*Svenska")).first.click()
        assert Path(started.value.path()).read_bytes().startswith(b"%PDF")
        link = page.get_by_role("link", name="Gå till fältet").first
        block = page.locator(f"#{str(link.get_attribute('href')).partition('#')[2]}")
        link.click()
        expect(block).to_be_visible(timeout=20_000)
        expect(block).to_be_in_viewport(timeout=20_000)
        context.close()
