"""In Chromium: no fault that axe-core finds, no sideways scrolling, targets that a thumb hits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from kampanj.templatetags.web import unfinished
from tests.installation import copy_of_template

PATHS = (
    "/",
    "/ung/jag-trodde-aldrig/",
    "/en/ung/jag-trodde-aldrig/",
    "/ar/ung/jag-trodde-aldrig/",
    "/ar/ung/",
    "/ar/ung/jag-mar-daligt/",
    "/ung/",
    "/ung/droger-och-alkohol/",
    "/ung/trygghet/nagon-hemma-slar/lattlast/",
    "/ung/kompisen-roker-pa/",
    "/ung/jag-mar-daligt/",
    "/finns-inte/",
)
# Links in running text, sources and the like are exempt (WCAG 2.5.8, inline).
TARGETS = (
    ".call, .visit, .button, .strip__link, .lines__link, .card__link, .leave__link, .brand, .languages a, .back a, .tap, summary"
)
SMALL = """
    targets => targets
        .filter(target => target.getClientRects().length && target.getBoundingClientRect().height < 48)
        .map(target => `${target.className}: ${target.textContent.trim()}`)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an installation as its operator starts it, without a final slash; these tests only read."""
    with copy_of_template(tmp_path_factory.mktemp("site") / "installation").start() as running:
        yield running.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: str, chromium: Browser, scheme: Any) -> None:
    faults = []
    with chromium.new_context(
        color_scheme=scheme, reduced_motion="reduce", viewport={"width": 360, "height": 800}, bypass_csp=True
    ) as context:
        page = context.new_page()
        for path in PATHS:
            page.goto(site + path)
            page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
            found = Axe().run(page)
            if found.violations_count:
                faults.append(f"{path}\n{found.generate_report()}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (360, 2), (1280, 2)])
def test_nothing_scrolls_sideways(site: str, chromium: Browser, width: int, zoom: int) -> None:
    with chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True) as context:
        page = context.new_page()
        for path in PATHS:
            page.goto(site + path)
            page.add_style_tag(content=f"html {{ font-size: {112.5 * zoom}% }}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} px wide at {width} px and text size {zoom}"


def test_a_thumb_hits_every_target(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        for path in PATHS:
            page.goto(site + path)
            assert page.locator(TARGETS).count() > 1
            assert page.eval_on_selector_all(TARGETS, SMALL) == [], path


def test_a_page_obeys_its_own_policy_and_asks_nobody_else(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        complaints: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        for path in PATHS[:-1]:  # A missing page is a complaint of its own.
            page.goto(site + path)
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
        assert complaints == []
        assert [address for address in asked if not address.startswith(site)] == []
        assert context.cookies() == []


def test_the_mark_is_drawn_and_its_letters_stay(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(site + PATHS[1])
        dots = page.locator("h1 .dots")
        assert dots.inner_text() == "…"
        assert "radial-gradient" in dots.evaluate("e => getComputedStyle(e).backgroundImage")
        word = page.locator("h1 .nobreak").bounding_box()
        mark = dots.bounding_box()
        assert word is not None
        assert mark is not None
        assert word["y"] <= mark["y"] < word["y"] + word["height"]


def test_forced_colours_show_the_letters_instead_of_the_drawing(site: str, chromium: Browser) -> None:
    with chromium.new_context(forced_colors="active") as context:
        page = context.new_page()
        page.goto(site + PATHS[1])
        assert page.locator("h1 .dots").evaluate("e => getComputedStyle(e).textIndent") == "0px"


def test_on_paper_the_title_is_black_and_answers_are_shown(site: str, chromium: Browser) -> None:
    with chromium.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(site + PATHS[1])
        page.emulate_media(media="print")
        assert page.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
        assert page.locator(".accordion .prose").first.is_visible()
        assert not page.locator(".strip").is_visible()


def test_long_words_fit_the_narrowest_phone(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 320, "height": 800}) as context:
        page = context.new_page()
        page.goto(site + PATHS[1])
        page.locator("h1").evaluate("(e, title) => { e.innerHTML = title }", str(unfinished("Om medborgarlöftet…")))
        page.locator(".fact__source").first.evaluate("e => { e.innerHTML = `<a href='/'>${'o'.repeat(120)}</a>` }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
