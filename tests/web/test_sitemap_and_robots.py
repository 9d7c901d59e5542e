"""What crawlers are told: the sitemap and robots.txt."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree
from wagtail.models import Locale, Page, PageViewRestriction, Site

from kampanj.content.readable import readable_now
from kampanj.municipality.models import SiteSettings
from tests.content.search.on_both import advice

pytestmark = pytest.mark.django_db

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def urls(client: Any, **headers: Any) -> dict[str, Any]:
    """The `url` elements by path."""
    response = client.get("/sitemap.xml", **headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml"
    root = etree.fromstring(response.content)
    return {urlsplit(url.findtext("s:loc", namespaces=SPACES)).path: url for url in root.findall("s:url", SPACES)}


def test_every_page_is_there_in_every_language(client: Any) -> None:
    assert set(urls(client)) == {page.url for page in readable_now(Page.objects.filter(depth__gt=1)).specific()}


def test_addresses_are_the_sites_own_whatever_host_was_asked(client: Any) -> None:
    SiteSettings.objects.update(base_url="https://ung.example.org")
    for host in ("localhost", "127.0.0.1"):
        for url in urls(client, headers={"host": host}).values():
            assert url.findtext("s:loc", namespaces=SPACES).startswith("https://ung.example.org/")


def test_translations_are_named_beside_each_other(client: Any) -> None:
    found = urls(client)
    links = {link.get("hreflang"): link.get("href") for link in found["/ung/"].findall("x:link", SPACES)}
    assert {language: urlsplit(href).path for language, href in links.items()} == {
        "sv": "/ung/",
        "en": "/en/ung/",
        "ar": "/ar/ung/",
    }
    assert found["/ung/kompisar-och-karlek/ingen-att-vara-med/"].findall("x:link", SPACES) == []


def test_it_says_when_a_page_last_changed(client: Any) -> None:
    page = Page.objects.get(slug="kompisen-roker-pa", locale__language_code="sv")
    Page.objects.filter(pk=page.pk).update(last_published_at=dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC))
    assert urls(client)["/ung/kompisen-roker-pa/"].findtext("s:lastmod", namespaces=SPACES) == "2026-01-02"


@pytest.mark.parametrize("why", ["draft", "expired", "not public", "alias"])
def test_what_is_not_for_readers_is_left_out(client: Any, why: str) -> None:
    page = advice("Zebran", "Zebra.")
    assert page.url in urls(client)
    address = page.url
    if why == "draft":
        page.unpublish()
    elif why == "expired":
        page.expire_at = timezone.now() - dt.timedelta(seconds=1)
        page.save()
    elif why == "not public":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    else:
        alias = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True, alias=True)
        address = alias.url
    caches["pages"].clear()
    assert address not in urls(client)


def test_it_is_kept_and_made_anew_when_a_page_is_published(client: Any, django_capture_on_commit_callbacks: Any) -> None:
    urls(client)
    with CaptureQueriesContext(connection) as queries:
        urls(client)
    assert len(queries) == 0
    with django_capture_on_commit_callbacks(execute=True):
        page = advice("Zebran", "Zebra.")
    assert page.url in urls(client)


def test_more_pages_ask_no_more_of_the_database(client: Any, settings: Any) -> None:
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    urls(client)
    with CaptureQueriesContext(connection) as few:
        urls(client)
    for number in range(10):
        advice(f"Zebra {number}", "Zebra.", slug=f"zebra-{number}")
    with CaptureQueriesContext(connection) as many:
        assert len(urls(client)) >= 10
    assert len(many) <= len(few) <= 16


@pytest.mark.parametrize("query", ["p=0", "p=x", "p=999999999999", "p=%00", "section=x"])
def test_a_part_that_does_not_exist_is_not_found(client: Any, query: str) -> None:
    assert client.get(f"/sitemap.xml?{query}").status_code in (200, 404)


def test_robots_are_told_what_to_leave_alone(client: Any) -> None:
    SiteSettings.objects.update(base_url="https://ung.example.org")
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /sok/", "Disallow: /en/sok/"} <= set(lines)
    assert {"Disallow: /avregistrera/", "Disallow: /skolpaket/", "Disallow: /godkann/"} <= set(lines)
    assert "Disallow: /" not in lines
    assert lines[-1] == "Sitemap: https://ung.example.org/sitemap.xml"


def test_without_any_site_there_is_no_sitemap_and_no_fault(client: Any) -> None:
    Site.objects.all().delete()
    assert client.get("/sitemap.xml").status_code == 404
    assert client.get("/robots.txt").status_code == 200
