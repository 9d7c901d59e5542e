"""The quick way out in Chromium: gone at once, nothing to go back to, and a plain link without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from kampanj.municipality.models import SiteSettings
from tests.installation import copy_of_template

SENSITIVE, OTHER = "/ung/jag-mar-daligt/", "/ung/kompisen-roker-pa/"
NEUTRAL = SiteSettings._meta.get_field("exit_url").default
# Presses the button and reads what is left on the screen; then comes back out of the browser's memory and reads again.
PRESSED = """() => {
    document.querySelector(".leave__link").click();
    const [left, title] = [document.body.innerText, document.title];
    document.body.textContent = "Jag mår dåligt";
    dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}));
    return {left, title, back: document.body.innerText};
}"""
PHONE = {"width": 360, "height": 800}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an installation as its operator starts it, without a final slash; these tests only read."""
    with copy_of_template(tmp_path_factory.mktemp("leave") / "installation").start() as running:
        yield running.url


def answer(page: Page) -> list[dict[str, str]]:
    """Let the neutral page answer; gives the headers of each request for it."""
    asked: list[dict[str, str]] = []

    def weather(route: Route) -> None:
        asked.append(route.request.headers)
        route.fulfill(body="<title>Väder</title><h1>Väder</h1>", content_type="text/html; charset=utf-8")

    page.route(f"{NEUTRAL}**", weather)
    return asked


@pytest.mark.parametrize("way", [{}, {"modifiers": ["Control"]}, {"button": "middle"}], ids=["tap", "control", "middle"])
def test_the_page_is_replaced_and_does_not_come_back(site: str, chromium: Browser, way: dict) -> None:
    with chromium.new_context(viewport=PHONE) as context:
        page = context.new_page()
        asked = answer(page)
        page.goto(f"{site}/ung/")
        page.goto(site + SENSITIVE)
        page.click(".leave__link", **way)
        page.wait_for_url(NEUTRAL)
        assert "referer" not in asked[0]
        assert page.evaluate("history.length") == 3  # The empty tab, the start page, and the neutral page in place of the other.
        page.go_back()
        assert page.url == f"{site}/ung/"
        assert len(context.pages) == 1


def test_the_page_is_blank_at_once_also_when_nobody_answers(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.route(f"{NEUTRAL}**", lambda _route: None)
        page.goto(site + SENSITIVE)
        # In one go: Chromium's driver waits for the neutral page before it runs anything more.
        assert page.evaluate(PRESSED) == {"left": "", "title": "www.smhi.se", "back": ""}


def test_without_script_it_is_a_link_and_says_what_it_does_not_hide(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        asked = answer(page)
        page.goto(site + SENSITIVE)
        page.click(".leave__about summary")
        assert page.locator(".leave__words").is_visible()
        box = page.locator(".leave__link").bounding_box()
        assert box is not None
        assert box["height"] >= 48
        assert box["y"] + box["height"] <= PHONE["height"]
        page.click(".leave__link")
        page.wait_for_url(NEUTRAL)
        assert "referer" not in asked[0]


def test_only_a_sensitive_page_has_script(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(site + OTHER)
        assert page.locator("script").count() == 0
        page.goto(site + SENSITIVE)
        (script,) = page.eval_on_selector_all("script", "all => all.map(one => `${one.defer} ${one.src.split('/').pop()}`)")
        assert re.fullmatch(r"true leave(\.[0-9a-f]+)?\.js", script)  # In production its name says what it holds.
