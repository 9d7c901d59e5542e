"""In Chromium: no fault that axe-core finds, no sideways scrolling, targets that a thumb hits."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Request

from kampanj.templatetags.web import unfinished
from tests.installation import Installation, copy_of_template

CAMPAIGN = "/ung/jag-trodde-aldrig/"
# Pages that are no page of Wagtail's.
BESIDE = ("/sok/", "/sok/?q=cannabis", "/en/sok/?q=friend", "/finns-inte/")
# One page of every type in every language that the demonstration has.
ONE_OF_EACH = """
import json
from wagtail.models import Page
chosen = {}
for page in Page.objects.live().filter(depth__gt=1).order_by("path").select_related("locale").specific():
    is_sensitive = getattr(page, "is_sensitive", False)
    chosen.setdefault((type(page).__name__, page.locale.language_code, is_sensitive), page.get_url_parts()[2])
print("PAGES", json.dumps(list(chosen.values())))
"""
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
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with the demonstration content; these tests only read."""
    return copy_of_template(tmp_path_factory.mktemp("site") / "installation")


@pytest.fixture(scope="module")
def site(installed: Installation) -> Iterator[str]:
    """Address of the installation as its operator starts it, without a final slash."""
    with installed.start() as running:
        yield running.url


@pytest.fixture(scope="module")
def paths(installed: Installation) -> list[str]:
    """Every kind of page that a reader can meet."""
    printed = installed.manage("shell", "--verbosity", "0", "--command", ONE_OF_EACH).stdout
    found = next(line for line in printed.splitlines() if line.startswith("PAGES "))
    return [*json.loads(found.removeprefix("PAGES ")), *BESIDE]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: str, paths: list[str], chromium: Browser, scheme: Any) -> None:
    faults = []
    with chromium.new_context(
        color_scheme=scheme, reduced_motion="reduce", viewport={"width": 360, "height": 800}, bypass_csp=True
    ) as context:
        page = context.new_page()
        for path in paths:
            page.goto(site + path)
            page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
            found = Axe().run(page)
            if found.violations_count:
                faults.append(f"{path}\n{found.generate_report()}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (360, 2), (1280, 2)])
def test_nothing_scrolls_sideways(site: str, paths: list[str], chromium: Browser, width: int, zoom: int) -> None:
    with chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True) as context:
        page = context.new_page()
        for path in paths:
            page.goto(site + path)
            page.add_style_tag(content=f"html {{ font-size: {112.5 * zoom}% }}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} px wide at {width} px and text size {zoom}"


def test_a_thumb_hits_every_target(site: str, paths: list[str], chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        for path in paths:
            page.goto(site + path)
            assert page.locator(TARGETS).count() > 1
            assert page.eval_on_selector_all(TARGETS, SMALL) == [], path


def test_a_page_obeys_its_own_policy_and_asks_nobody_else(site: str, paths: list[str], chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        complaints: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        for path in paths[:-1]:  # A missing page is a complaint of its own.
            page.goto(site + path)
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert complaints == []
        assert [address for address in asked if not address.startswith(site)] == []
        assert context.cookies() == []


def test_a_head_has_no_body_and_the_connection_goes_on(site: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    for path in ("/", "/finns-inte/", "/static/kampanj/site.css", "/"):
        connection.request("HEAD", path)
        head = connection.getresponse()
        assert head.read() == b""
        connection.request("GET", path)
        whole = connection.getresponse()
        assert (whole.status, len(whole.read())) == (head.status, int(head.headers["Content-Length"]))


def test_the_mark_is_drawn_and_its_letters_stay(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(site + CAMPAIGN)
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
        page.goto(site + CAMPAIGN)
        assert page.locator("h1 .dots").evaluate("e => getComputedStyle(e).textIndent") == "0px"


def test_on_paper_the_title_is_black_and_answers_are_shown(site: str, chromium: Browser) -> None:
    with chromium.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(site + CAMPAIGN)
        page.emulate_media(media="print")
        assert page.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
        assert page.locator(".accordion .prose").first.is_visible()
        assert not page.locator(".strip").is_visible()


def test_long_words_fit_the_narrowest_phone(site: str, chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 320, "height": 800}) as context:
        page = context.new_page()
        page.goto(site + CAMPAIGN)
        page.locator("h1").evaluate("(e, title) => { e.innerHTML = title }", str(unfinished("Om medborgarlöftet…")))
        page.locator(".fact__source").first.evaluate("e => { e.innerHTML = `<a href='/'>${'o'.repeat(120)}</a>` }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


# Every control that the keyboard should reach, in the order of the page; what a closed <details> hides is not among them.
REACHABLE = """
    () => {
        const counted = new Set();
        // One press reaches a group of radio buttons; the arrows go on within it.
        const isNew = one => one.type !== "radio" || (!counted.has(one.name) && counted.add(one.name));
        return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, video")]
        .filter(one => one.tabIndex >= 0 && one.getClientRects().length && !one.closest("[aria-hidden=true]"))
        .filter(one => getComputedStyle(one).visibility !== "hidden")
        .filter(one => !one.closest("details:not([open])") || one.matches("details > summary"))
        .filter(isNew)
        .length;
    }
"""
FOCUSED = """
    () => {
        const one = document.activeElement, style = getComputedStyle(one);
        const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return {tag: one.tagName, shown, words: (one.textContent || one.name || "").trim().slice(0, 40)};
    }
"""


def test_the_keyboard_reaches_everything_and_shows_where_it_is(site: str, paths: list[str], chromium: Browser) -> None:
    faults = []
    with chromium.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        for path in paths:
            page.goto(site + path)
            expected, reached = page.evaluate(REACHABLE), 0
            for _ in range(expected + 40):  # The controls of a film count for several.
                page.keyboard.press("Tab")
                here = page.evaluate(FOCUSED)
                if here["tag"] == "BODY":
                    break
                reached += 1
                if not here["shown"]:
                    faults.append(f"{path}: no outline on {here}")
            if reached < expected:
                faults.append(f"{path}: {reached} of {expected} controls reached")
    assert not faults, "\n".join(faults)


def test_a_page_is_light_enough_for_a_slow_phone(site: str, paths: list[str], chromium: Browser) -> None:
    """At most 10 requests, 60 kB besides pictures and film, 150 kB in all, 5 kB of script (bytes as sent, headers included)."""
    faults = []
    for path in paths:
        with chromium.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2) as context:
            page = context.new_page()
            sent: list[tuple[str, int]] = []
            page.on("requestfinished", lambda request, sent=sent: sent.append((request.resource_type, bytes_of(request))))
            page.goto(site + path, wait_until="networkidle")
        by_kind = {kind: sum(size for one, size in sent if one == kind) for kind, _ in sent}
        apart = by_kind.get("image", 0) + by_kind.get("media", 0)
        total = sum(by_kind.values()) - by_kind.get("media", 0)
        if len(sent) > 10 or total - by_kind.get("image", 0) > 60_000 or total > 150_000 or by_kind.get("script", 0) > 5_000:
            faults.append(f"{path}: {len(sent)} requests, {by_kind}, {apart} apart")
    assert not faults, "\n".join(faults)


def bytes_of(request: Request) -> int:
    """What came over the wire for one request."""
    sizes = request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])
