"""The letter as mail programs draw it: read in both schemes, also where a program darkens it by itself, in both directions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from playwright.sync_api import Browser, Page, Route

from kampanj.channels.email import PACKAGE_SLOT, UNSUBSCRIBE_SLOT, Letter, letter
from kampanj.content.models import CampaignPage, Edition, variants

ORIGIN = "https://kampanj.example.org"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf40a0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
# axe's rules for pages that a letter is not: it has no landmarks of its own, and its first words are the sender's.
NOT_FOR_LETTERS = ["region", "landmark-one-main", "page-has-heading-one", "bypass"]
# Every text with its colour and the nearest colour behind it.
PAIRS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node; (node = walker.nextNode());) {
        const own = node.parentElement;
        if (!node.data.trim() || !own.getClientRects().length || own.closest(".dots")) continue;
        let behind = own;
        while (behind && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
        const paper = behind ? getComputedStyle(behind).backgroundColor : "rgb(255, 255, 255)";
        found.push([node.data.trim(), getComputedStyle(own).color, paper]);
    }
    return found;
}"""
LOW = "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.textContent.trim())"
Scheme = Literal["light", "dark"]
MakeCampaign = Callable[..., CampaignPage]


@pytest.fixture(params=["sv", "ar"])
def written(request: pytest.FixtureRequest, make_campaign: MakeCampaign) -> list[Letter]:
    """Both letters of a campaign with every kind of block, in one language."""
    edition = Edition.freeze(make_campaign(language=request.param))
    return [letter(edition, audience) for audience in ("guardians", "schools")]


def opened(chromium: Browser, source: str, *, scheme: Scheme = "light", width: int = 360, pictures: bool = True) -> Page:
    """The letter in a browser of its own; nothing but its pictures can be fetched."""
    page = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()

    def answer(route: Route) -> None:
        if route.request.url == f"{ORIGIN}/letter":
            route.fulfill(body=source, content_type="text/html; charset=utf-8")
        elif pictures and route.request.resource_type == "image":
            route.fulfill(body=PNG, content_type="image/png")
        else:
            route.abort()

    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/letter")
    return page


def faults(page: Page) -> str:
    found = Axe().run(page, options={"rules": {rule: {"enabled": False} for rule in NOT_FOR_LETTERS}})
    return str(found.generate_report()) if found.violations_count else ""


@pytest.mark.bare
@pytest.mark.django_db
def test_axe_finds_nothing_in_either_scheme_nor_where_outlook_darkens(written: list[Letter], chromium: Browser) -> None:
    for made in written:
        for scheme in ("light", "dark"):
            page = opened(chromium, made.html, scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") == 360
            assert not faults(page)
            page.context.close()
        for mark in ("data-ogsc", "data-ogsb"):
            # Outlook on the web has another body: what stands in the letter must be enough.
            page = opened(chromium, made.html)
            page.evaluate("mark => document.body.setAttribute(mark, '')", mark)
            assert luminance_behind(page) < 0.1
            assert not faults(page)
            page.context.close()


def luminance_behind(page: Page) -> float:
    """Of the paper that the letter's words stand on."""
    return luminance(rgb(page.eval_on_selector(".paper", "one => getComputedStyle(one).backgroundColor")))


@pytest.mark.bare
@pytest.mark.django_db
def test_every_word_is_read_where_a_program_turns_light_into_dark_by_itself(written: list[Letter], chromium: Browser) -> None:
    """Gmail turns light backgrounds dark and dark words light, each for itself; Gmail on iPhone turns all of them."""
    for made in written:
        page = opened(chromium, made.html)
        pairs = page.evaluate(PAIRS)
        assert len(pairs) > 10
        for words, text, behind in pairs:
            ink, paper = rgb(text), rgb(behind)
            partly = contrast(turned(ink) if luminance(ink) < 0.4 else ink, turned(paper) if luminance(paper) > 0.4 else paper)
            assert partly >= 4.5, f"“{words}” {text} on {behind}: {partly:.1f} where Gmail darkens"
            wholly = contrast(turned(ink), turned(paper))
            assert wholly >= 4.5, f"“{words}” {text} on {behind}: {wholly:.1f} where all is turned"
        page.context.close()


def rgb(written: str) -> tuple[float, ...]:
    """`rgb(1, 2, 3)` as three shares from 0 to 1."""
    return tuple(int(number) / 255 for number in re.findall(r"\d+", written)[:3])


def turned(colour: tuple[float, ...]) -> tuple[float, ...]:
    """The colour of the same hue and saturation (HSL) that is as dark as this one is light."""
    middle = max(colour) + min(colour)
    return tuple(1 - middle + share for share in colour)


def luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.bare
@pytest.mark.django_db
def test_a_thumb_hits_every_button_and_number_and_the_way_out(written: list[Letter], chromium: Browser) -> None:
    for made in written:
        page = opened(chromium, made.html)
        assert page.locator(".go a").count() >= 1
        assert page.locator(".foot .tap").count() == 3
        assert page.eval_on_selector_all(".go td[role], .also td[role], .box .number, .foot .tap", LOW) == []
        assert page.locator("td[role=presentation] a, .tap, .box .number").count() > 3
        page.context.close()


@pytest.mark.bare
@pytest.mark.django_db
def test_the_letter_is_understood_without_its_pictures(written: list[Letter], chromium: Browser) -> None:
    for scheme in ("light", "dark"):
        page = opened(chromium, written[0].html, scheme=scheme, pictures=False)
        pictures = page.locator("img")
        assert [pictures.nth(number).get_attribute("alt") for number in range(pictures.count())] == ["Ett köksbord i kvällsljus"]
        ink = rgb(page.eval_on_selector("img", "one => getComputedStyle(one).color"))
        behind = rgb(page.eval_on_selector(".paper", "one => getComputedStyle(one).backgroundColor"))
        assert contrast(ink, behind) >= 4.5
        assert float(page.eval_on_selector("img", "one => parseFloat(getComputedStyle(one).fontSize)")) >= 16
        page.context.close()


@pytest.mark.bare
@pytest.mark.django_db
def test_words_begin_at_their_own_side(written: list[Letter], chromium: Browser) -> None:
    page = opened(chromium, written[0].html, width=700)
    direction, side = ("rtl", "right") if written[0].language == "ar" else ("ltr", "left")
    # Gmail keeps nothing of <html>: the letter itself must say its language and direction.
    assert page.locator(f"body > div[lang={written[0].language}][dir={direction}]").count() == 1
    texts = page.locator("h1, h2, h3, p, li")
    for number in range(texts.count()):
        style = texts.nth(number).evaluate("one => [getComputedStyle(one).direction, getComputedStyle(one).textAlign]")
        assert style[0] == direction
        assert style[1] in (side, "start"), texts.nth(number).inner_text()
    # At most 75 signs of running text in a line: a column of 552 px in 17 px letters.
    widest = page.eval_on_selector_all(".paper p", "all => Math.max(...all.map(one => one.getBoundingClientRect().width))")
    assert widest <= 552
    page.context.close()


@pytest.mark.bare
@pytest.mark.django_db
@pytest.mark.parametrize("title", ["لم أتخيل يومًا…", "ae\u0301 “b” \\ & <c> \u00a0'", "हिन्दी"])
def test_a_screen_reader_is_told_the_title_as_it_is_written(make_campaign: MakeCampaign, title: str) -> None:
    tree = html.fromstring(letter(Edition.freeze(make_campaign(letter_subject=title))).html)
    (frame,) = tree.xpath("//*[@aria-roledescription='email']")
    assert frame.get("aria-label") == tree.findtext(".//title") == " ".join(title.split())


# --- Where the addresses lead ---------------------------------------------------------------------------------------

FETCHING = "//@src | //@srcset | //@background | //@poster | //@data | //link/@href | //@action | //@ping"
FETCHING_STYLE = re.compile(r"url\(|@import|@font-face|image-set|expression\(", re.IGNORECASE)
MAY_LEAD_TO = re.compile(r"https?://|mailto:[^?]+$|tel:\+?[0-9]+$")
SLOTS = {UNSUBSCRIBE_SLOT, PACKAGE_SLOT}


def check_addresses(made: Letter, origin: str) -> None:
    """Nothing is fetched but pictures from the site's own host; links lead to what a reader can open, in both parts."""
    tree = html.fromstring(made.html)
    for address in tree.xpath(FETCHING):
        assert address.startswith((f"{origin}/", "data:image/")), address
    assert not FETCHING_STYLE.search(made.html)
    assert not tree.xpath("//script | //iframe | //form | //object | //embed | //base | //meta[@http-equiv='refresh']")
    for picture in tree.xpath("//img"):
        assert picture.get("alt") is not None
        assert int(picture.get("width")) > 100, "No picture is too small to be seen"
    links = set(tree.xpath("//a/@href"))
    assert UNSUBSCRIBE_SLOT in links
    assert all(link in SLOTS or MAY_LEAD_TO.match(link) for link in links), links
    in_text = set(re.findall(r"https?://[^\s)]+|KAMPANJ-SLOT-\w+", made.text))
    missing = {link for link in links if link.startswith(("http", "KAMPANJ"))} - in_text
    # Made for calendars, and nothing that a reader of the text would miss.
    assert all(link.endswith(".ics") for link in missing), missing


@pytest.mark.django_db
def test_no_letter_of_the_demonstration_fetches_anything_from_elsewhere() -> None:
    campaigns = [page for page in CampaignPage.objects.live() if page.letter_subject]
    assert {page.locale.language_code for page in campaigns} >= {"sv", "ar", "en"}
    for campaign in campaigns:
        for page in variants(campaign):
            edition = Edition.of_published(page)
            for audience in ("guardians", "schools"):
                check_addresses(letter(edition, audience), edition.municipality.origin)


TRACKERS = (
    '<img src="https://t.example.net/o.gif" width="1" height="1">',
    '<p style="background:url(https://t.example.net/b)">x</p>',
    '<link rel="stylesheet" href="https://fonts.example.net/f.css">',
    "<style>@import url(https://fonts.example.net/f.css)</style>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="https://x.example.net/?a=1&amp;b=2">x</a>',
    '<a href="/rad/">råd</a>',
    '<a href="mailto:a@example.org">skriv</a>',
    '<video src="https://t.example.net/v"></video>',
    '<form action="https://t.example.net/"><input></form>',
)


@pytest.mark.bare
@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=st.lists(st.one_of(st.sampled_from(TRACKERS), st.text(max_size=20)), max_size=5).map("".join))
def test_nothing_that_an_editor_pastes_is_fetched_from_elsewhere(campaign: CampaignPage, source: str) -> None:
    body: list[dict[str, Any]] = [
        {"type": "rich_text", "value": {"text": f"<p>x</p>{source}"}},
        {"type": "accordion", "value": {"items": [{"title": "x", "text": f"<p>x</p>{source}"}]}},
    ]
    campaign.panels = [{"type": "panel", "value": {"title": "x", "in_letter": True, "body": body}}]
    campaign.letter_greeting = f"<p>Hej</p>{source}"
    check_addresses(letter(Edition.draft(campaign)), ORIGIN)
