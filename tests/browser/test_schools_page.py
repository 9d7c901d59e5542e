"""A school opens its link on a phone and on a desktop: it fetches, looks first, changes platform. No script, no third party."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.installation import Installation, Running, copy_of_template

LINKS = """
from kampanj.audience.models import School
from kampanj.distribution.models import Mailing
from kampanj.followup.schools import links
mailing = Mailing.objects.latest("pk")
for platform in ("moodle", "canvas", "itslearning", "vklass"):
    for language in ("sv", "ar"):
        print("LINK", platform, language, links.address(mailing, School.objects.filter(platform=platform).first(), language))
"""
RECEIPTS = "from kampanj.followup.models import Receipt\nprint('RECEIPTS', Receipt.objects.count())"
Opened = dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = copy_of_template(tmp_path_factory.mktemp("schools") / "installation")
    made.manage("create_mailing", "--campaign", "jag-trodde-aldrig", "--segment", "Alla skolor", "--approve")
    return made


@pytest.fixture(scope="module")
def running(place: Installation) -> Iterator[Running]:
    with place.start() as started:
        yield started


@pytest.fixture(scope="module")
def link(place: Installation, running: Running) -> Opened:
    """(platform, language) → the whole address of a school's page."""
    printed = place.manage("shell", "-c", LINKS).stdout
    found = re.findall(r"LINK (\w+) (\w+) (\S+)", printed)
    return {(platform, language): running.url + urlsplit(address).path for platform, language, address in found}


def asking_elsewhere(context: BrowserContext, address: str) -> list[str]:
    """Fills with the addresses of requests to anybody else."""
    found: list[str] = []
    host = urlsplit(address).netloc

    def note(request: Request) -> None:
        if urlsplit(request.url).netloc != host:
            found.append(request.url)

    context.on("request", note)
    return found


def is_fault(said: ConsoleMessage) -> bool:
    return said.type == "error" and not said.location["url"].endswith("/favicon.ico")


def goes_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["sv", "ar"])
@pytest.mark.parametrize("width", [360, 1200])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Browser, link: Opened, scheme: Any, language: str, width: int
) -> None:
    address = link["moodle", language]
    with chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        elsewhere = asking_elsewhere(context, address)
        page = context.new_page()
        for path in ("", "plattform/", f"titta/{language}/index.html"):
            page.goto(address + path)
            for details in page.locator("details").all():
                details.evaluate("one => { one.open = true }")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert not goes_sideways(page)
        assert elsewhere == []
        assert context.cookies() == []


def test_a_teacher_fetches_on_a_phone_without_script(
    chromium: Browser, place: Installation, link: Opened, tmp_path: Path
) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(link["itslearning", "sv"])
        expect(page.get_by_role("heading", level=1)).to_contain_text("Jag trodde aldrig")
        expect(page.get_by_role("heading", name="Bäst för itslearning")).to_be_visible()
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Ladda ner materialet").click()
        fetched.value.save_as(tmp_path / "paket.imscc")
        assert zipfile.ZipFile(tmp_path / "paket.imscc").namelist()[0] == "imsmanifest.xml"
    assert "RECEIPTS 1" in place.manage("shell", "-c", RECEIPTS).stdout


def test_a_teacher_looks_first_and_answers_the_quiz(chromium: Browser, link: Opened) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        faults: list[str] = []
        # A browser asks every site for /favicon.ico by itself.
        page.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
        page.goto(link["canvas", "sv"])
        page.get_by_role("link", name="Titta på materialet först").click()
        page.get_by_role("link", name=re.compile("^Quiz")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Quiz")
        expect(page.locator("input").first).to_be_visible()
        assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
        assert faults == []


def test_a_school_changes_platform_with_the_keyboard(chromium: Browser, link: Opened) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(link["vklass", "sv"])
        page.get_by_role("link", name="Byt plattform").press("Enter")
        page.get_by_role("radio", name="Vklass").focus()
        page.get_by_role("radio", name="Moodle").check()
        page.get_by_role("button", name="Spara").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Tack")
        expect(page.get_by_role("heading", name="Så importerar du i Moodle")).to_be_visible()
