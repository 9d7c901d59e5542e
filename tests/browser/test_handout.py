"""A communicator plans a hand-out and follows it; a team enters its numbers on a phone without account and without script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_schools import looks_good
from tests.browser.test_story import PHONE, log_in
from tests.installation import Installation, copy_of_template
from tests.pages import assert_good

DEMO = "Veckan före jul (demo)"


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return copy_of_template(tmp_path / "installation")


def test_a_round_from_plan_to_done(chromium: Browser, installed: Installation, tmp_path: Path) -> None:
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.get_by_role("link", name="Utdelning", exact=True).first.click()
        page.get_by_role("link", name="Följ rundan").first.click()
        plan(page, tmp_path)
        look(page, tmp_path, "runda-planerad")
        page.get_by_role("button", name="Rundan börjar").click()
        address = page.locator(".desk-handout__address a").get_attribute("href")
        assert address
        enter_on_a_phone(chromium, address.replace("http://127.0.0.1:8000", running.url), tmp_path)
        page.reload()
        expect(page.locator(".desk-handout__entries tbody tr")).to_have_count(2)
        expect(page.get_by_role("heading", name="570 av 750 foldrar är kvar")).to_be_visible()
        correct(page, tmp_path)
        page.get_by_label("Jag vet att Marknaden är inte räknade").or_(page.locator("#knows-uncounted")).first.check()
        page.get_by_role("button", name="Rundan är klar").click()
        expect(page.get_by_text("Klar utan att Marknaden har räknats")).to_be_visible()
        page.get_by_role("link", name="Se allt som har hänt med rundan").click()
        expect(page.get_by_text("Mariefred: 180 rättades till 185").first).to_be_visible()
        context.close()


def plan(page: Page, pictures: Path) -> None:
    """From the campaign's screen: a round with one district and one place of its own."""
    expect(page.locator("h1")).to_contain_text(re.compile(re.escape(DEMO)))
    page.goto(str(page.locator("a[href*='/kampanj/'][href$='/utdelning/']").first.get_attribute("href")))
    expect(page.locator("h1")).to_contain_text("Utdelning")
    look(page, pictures, "kampanjens-rundor")
    page.get_by_role("link", name="Planera en runda").click()
    page.fill("#id_name", "På marknaden")
    page.fill("#id_day", "2030-12-14")
    page.fill("#id_team", "Fältgruppen")
    page.screenshot(path=pictures / "ny-runda.png", full_page=True)
    for number in range(2, 8):
        page.locator(f"#id_areas-{number}-DELETE-button").click()
    page.fill("#id_areas-0-name", "Mariefred")
    page.fill("#id_areas-0-quantity", "600")
    page.fill("#id_areas-1-name", "Marknaden")
    page.get_by_role("button", name=re.compile("Skapa|Spara")).first.click()
    expect(page.get_by_text("Skriv hur många foldrar området ska ha")).to_be_visible()
    page.locator("input[name='areas-1-quantity']").fill("150")
    page.get_by_role("button", name=re.compile("Skapa|Spara")).first.click()
    expect(page.locator("h1")).to_contain_text("På marknaden")


def enter_on_a_phone(chromium: Browser, address: str, pictures: Path) -> None:
    """Without script: a slip, a correct number, thanks."""
    with chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="sv-SE") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        assert_good(page.content(), where="the phone page")
        page.get_by_label("Mariefred").fill("180")
        page.get_by_label("Vilket lag är ni?").fill("ring 070-123 45 67")
        page.get_by_role("button", name="Spara antalen").click()
        expect(page.get_by_role("alert")).to_contain_text("Lagets namn räcker")
        expect(page.get_by_label("Mariefred")).to_have_value("180")
        page.get_by_label("Vilket lag är ni?").fill("Lag 4")
        page.get_by_role("button", name="Spara antalen").click()
        expect(page.get_by_role("status")).to_have_text("Tack! Antalen är sparade.")
        assert context.cookies() == []
    axe_on_a_phone(chromium, address, pictures)


def axe_on_a_phone(chromium: Browser, address: str, pictures: Path) -> None:
    """The page as it is, with faults, and the page where a number is corrected, in both schemes; then a second number."""
    for scheme in ("light", "dark"):
        with chromium.new_context(viewport=PHONE, color_scheme=scheme, locale="sv-SE") as context:  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(address)
            look_at_phone(page, pictures, f"telefon-{scheme}")
            page.get_by_label("Mariefred").fill("tio")
            page.get_by_role("button", name="Spara antalen").click()
            expect(page.get_by_role("alert")).to_be_visible()
            look_at_phone(page, pictures, f"telefon-fel-{scheme}")
            page.get_by_label("Mariefred").fill("900")
            page.get_by_role("button", name="Spara antalen").click()
            expect(page.get_by_label("Ja, det stämmer")).to_be_visible()
            look_at_phone(page, pictures, f"telefon-fler-{scheme}")
            page.get_by_role("link", name=re.compile("^Rätta")).first.click()
            look_at_phone(page, pictures, f"telefon-ratta-{scheme}")
    with chromium.new_context(viewport=PHONE, locale="sv-SE") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        page.get_by_label("Mariefred").fill("0")
        page.get_by_role("button", name="Spara antalen").click()
        expect(page.get_by_role("status")).to_be_visible()


def look_at_phone(page: Page, pictures: Path, name: str) -> None:
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()


def look(page: Page, pictures: Path, name: str) -> None:
    """In both widths and schemes, without the message of what was done (it is Wagtail's); then as wide as before."""
    page.reload()
    looks_good(page, pictures, name)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def correct(page: Page, pictures: Path) -> None:
    """At the desk: 180 was to be 185."""
    page.get_by_role("link", name="Rätta Mariefred, 180").click()
    look(page, pictures, "ratta-vid-skrivbordet")
    page.get_by_label("Rätt antal").fill("185")
    page.get_by_role("button", name="Spara rättelsen").click()
    expect(page.get_by_role("heading", name="565 av 750 foldrar är kvar")).to_be_visible()
    look(page, pictures, "runda-pagar")
