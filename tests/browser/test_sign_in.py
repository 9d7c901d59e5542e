"""Sign-in in Chromium: an app, a security key (its virtual authenticator), and pages that anybody can use.

With KAMPANJ_SCREENSHOTS=FOLDER every page is also kept as a picture, narrow and wide, light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_story import DESKTOP, PHONE, PICTURES
from tests.installation import Running, copy_of_template

NAME = "godkannare"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    installation = copy_of_template(tmp_path_factory.mktemp("sign-in") / "installation")
    with installation.start(REQUIRE_MFA="privileged") as started:
        yield started


@pytest.fixture
def context(chromium: Browser, running: Running) -> Iterator[BrowserContext]:
    """Browsers take security keys from localhost, not from an address in digits."""
    made = chromium.new_context(
        base_url=running.url.replace("127.0.0.1", "localhost"),
        viewport=PHONE,
        locale="sv-SE",  # type: ignore[arg-type]
    )
    yield made
    made.close()


def look(page: Page, name: str) -> None:
    """No fault for axe, nothing wider than a phone; and pictures, when somebody wants to look."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    # Wagtail's own message moves in with a colour of its own.
    faults = Axe().run(page, context={"include": [["main"]], "exclude": [[".messages"]]})
    assert not faults.violations_count, f"{name}: {faults.generate_report()}"
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for size, label in ((DESKTOP, "desktop"), (PHONE, "phone")):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.wait_for_timeout(200)
                page.screenshot(path=Path(PICTURES) / f"{name}-{label}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def write_password(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("input[name=username]", NAME)
    page.fill("input[name=password]", f"{NAME}-demo")
    page.click("button[type=submit]")


def put_in_a_key(context: BrowserContext, page: Page) -> None:
    """Chromium's virtual authenticator (WebAuthn, CTAP2), over its developer protocol."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": False,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_app_and_then_a_key_open_the_desk(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/admin/login/")
    look(page, "login")
    write_password(page)
    # A privileged account without a second factor is led to it, wherever it wants to go.
    expect(page.locator("h1")).to_have_text("Tvåstegsinloggning")
    page.goto("/admin/reports/workflow/")
    expect(page.locator("h1")).to_have_text("Tvåstegsinloggning")
    look(page, "second-factor")
    page.get_by_role("link", name="Koppla en app").click()
    expect(page.locator("h1")).to_have_text("Koppla en app")
    look(page, "app")
    app = pyotp.TOTP(page.locator(".desk-factor__secret").inner_text())
    page.get_by_label("kod").fill(app.now())
    page.get_by_role("button", name="Slå på").click()
    expect(page.locator("h1")).to_have_text("Reservkoder")
    codes = page.locator(".desk-factor__codes li").all_inner_texts()
    assert len(codes) == 10
    look(page, "recovery-codes")
    page.get_by_role("link", name="till skrivbordet").click()
    expect(page.locator("h1")).to_contain_text("Kampanj")

    put_in_a_key(context, page)
    page.goto("/admin/konto/")
    look(page, "own-account")
    page.goto("/admin/konto/tvasteg/webauthn/add/")
    look(page, "add-key")
    page.get_by_role("button", name="Lägg till nyckeln").click()
    expect(page.locator("h1")).to_have_text("Tvåstegsinloggning")
    page.goto("/admin/konto/tvasteg/webauthn/")
    expect(page.locator(".desk-factor__keys")).to_contain_text("Säkerhetsnyckel")
    look(page, "keys")

    context.clear_cookies()
    write_password(page)
    expect(page.locator("h1")).to_have_text("Det andra steget")
    look(page, "second-step")
    page.get_by_role("button", name="Använd en säkerhetsnyckel").click()
    expect(page.locator("h1")).to_contain_text("Kampanj")

    context.clear_cookies()
    write_password(page)
    page.locator("input[name=code]").fill(codes[0])
    page.get_by_role("button", name="Logga in").click()
    expect(page.locator("h1")).to_contain_text("Kampanj")


def test_a_wrong_password_and_a_lock_are_told_in_words(context: BrowserContext) -> None:
    page = context.new_page()
    for _ in range(5):
        page.goto("/admin/login/")
        page.fill("input[name=username]", "nobody")
        page.fill("input[name=password]", "wrong")
        page.click("button[type=submit]")
        page.wait_for_load_state()
    expect(page.locator("h1")).to_have_text("För många försök")
    look(page, "locked-out")
