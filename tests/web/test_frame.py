"""What holds for every public page: nothing that remembers or fetches from elsewhere, and a frame that names itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from kampanj.content.models import HomePage
from kampanj.municipality.models import SiteSettings
from tests.web.reading import loaded_from_elsewhere, parsed, said, with_class

pytestmark = pytest.mark.django_db

HOME, CAMPAIGN, ENGLISH = "/", "/ung/jag-trodde-aldrig/", "/en/ung/jag-trodde-aldrig/"
LECTURE, STATEMENT, PROMISES = "/kvall-om-livet-pa-natet/", "/tillganglighet/", "/medborgarlofte-2021/"
PAGES = (
    HOME,
    CAMPAIGN,
    ENGLISH,
    "/en/",
    "/ar/ung/jag-trodde-aldrig/",
    "/ung/",
    "/ung/kompisen-roker-pa/",
    "/ung/jag-mar-daligt/",
    LECTURE,
    STATEMENT,
    PROMISES,
)
# The pages that have a script: it makes quicker or spares a step, and the page works without it.
SCRIPTS = {"/ung/jag-mar-daligt/": ("ung/leave.js",), PROMISES: ("kampanj/print.js",)}
EVERYWHERE = (*PAGES, "/finns-inte/")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_cookie_is_set_and_none_is_asked_for(client: Any, path: str) -> None:
    response = client.get(path)
    assert not response.cookies
    assert "Set-Cookie" not in response.headers
    assert "cookie" not in response.headers.get("Vary", "").lower()


@pytest.mark.parametrize("path", EVERYWHERE)
def test_the_policy_allows_only_our_own(client: Any, path: str) -> None:
    policy = dict(part.split(" ", 1) for part in client.get(path).headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == policy["script-src"] == policy["img-src"] == "'self'"


@pytest.mark.parametrize("path", EVERYWHERE)
def test_nothing_is_loaded_from_elsewhere_and_no_script_stops_the_page(client: Any, path: str) -> None:
    """A script is our own, waits until the page is there, and only where a page is named for it."""
    root = parsed(client.get(path))
    assert list(loaded_from_elsewhere(root)) == []
    scripts = [(script.get("src"), script.get("defer") is not None, said(script)) for script in root.iter("script")]
    assert scripts == [(f"/static/{name}", True, "") for name in SCRIPTS.get(path, ())]
    sheets = [link.get("href") for link in root.iter("link") if link.get("rel") == "stylesheet"]
    assert sheets[:2] == ["/static/kampanj/site.css", "/utseende.css"]


@pytest.mark.parametrize("path", PAGES)
def test_the_title_is_the_heading_and_the_municipality(client: Any, path: str) -> None:
    root = parsed(client.get(path))
    name = SiteSettings.objects.get(site__is_default_site=True).municipality_name
    assert said(root.find("head/title")) == f"{said(next(root.iter('h1')))} – {name}"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_what_it_is_about_and_where_it_lives(client: Any, path: str) -> None:
    root = parsed(client.get(path))
    described = next(meta.get("content") for meta in root.iter("meta") if meta.get("name") == "description")
    canonical = next(link.get("href") for link in root.iter("link") if link.get("rel") == "canonical")
    assert described
    assert canonical == SiteSettings.objects.get(site__is_default_site=True).absolute(path)


def test_translations_are_named_to_readers_and_to_search_engines(client: Any) -> None:
    root = parsed(client.get(CAMPAIGN))
    alternates = {link.get("hreflang"): link.get("href") for link in root.iter("link") if link.get("rel") == "alternate"}
    assert set(alternates) == {"sv", "en", "ar"}
    assert alternates["en"].endswith(ENGLISH)
    switch = [a for a in root.iter("a") if a.get("hreflang") == "en"]
    assert [(a.get("href"), a.get("lang"), said(a)) for a in switch] == [(ENGLISH, "en", "English")]


def test_the_logo_stands_beside_the_name_not_instead_of_it(client: Any) -> None:
    root = parsed(client.get(HOME))
    brand = with_class(root, "brand")[0]
    assert said(brand) == SiteSettings.objects.get(site__is_default_site=True).municipality_name
    assert [img.get("alt") for img in brand.iter("img")] in ([], [""])


def test_the_footer_says_whom_to_ask_and_how_personal_data_are_handled(client: Any) -> None:
    SiteSettings.objects.filter(site__is_default_site=True).update(
        contact_phone="0152-291 00",
        contact_email="fraga@example.org",
        privacy_url="https://example.org/data",
        sender_name="Kommunen och polisen",
    )
    footer = next(parsed(client.get(HOME)).iter("footer"))
    addresses = {a.get("href") for a in footer.iter("a")}
    assert {"tel:015229100", "mailto:fraga@example.org", "https://example.org/data"} <= addresses
    assert "Kommunen och polisen" in said(footer)


def test_a_site_without_a_name_has_titles_that_are_the_heading_alone(client: Any) -> None:
    SiteSettings.objects.all().update(municipality_name="")
    root = parsed(client.get(CAMPAIGN))
    assert said(root.find("head/title")) == said(next(root.iter("h1")))


def test_each_site_shows_its_own_municipality(client: Any) -> None:
    root_page = HomePage.objects.get(locale__language_code="sv").copy(
        update_attrs={"slug": "grannen", "title": "Grannkommunen"}, recursive=False
    )
    site = Site.objects.create(hostname="localhost", port=80, root_page=root_page)
    SiteSettings.objects.create(site=site, municipality_name="Grannkommunen", lake="#4B1D6F")
    page = client.get("/", headers={"host": "localhost"})
    assert said(with_class(parsed(page), "brand")[0]) == "Grannkommunen"
    assert "--lake:#4B1D6F" in client.get("/utseende.css", headers={"host": "localhost"}).content.decode()


def test_no_page_asks_the_database_more_than_a_dozen_questions(client: Any) -> None:
    """Each page drawn anew while the rest of the house is warm: a query keeps it out of the page cache."""
    asked = {}
    for page in Page.objects.live().filter(depth__gt=1).order_by("path"):
        path = page.get_url_parts()[2]
        client.get(path)  # Renditions and charts are made at the first visit.
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{path}?anew=1")
        asked[path] = len(queries)
    assert {path: number for path, number in asked.items() if number > 12} == {}
