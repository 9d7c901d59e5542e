"""The headers that guard a reader's browser are on every answer, whoever made it: see also the crawl of all addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings

from kampanj.content import page_cache
from kampanj.municipality.models import CampaignDocument
from tests.security.crawl import ON_EVERY_ANSWER, faults_of

pytestmark = pytest.mark.django_db
PATHS = {
    "/": 200,
    "/ung/": 200,
    "/en/": 200,
    "/ung": 301,
    "/finns-inte/": 404,
    "/sok/?q=snus": 200,
    "/utseende.css": 200,
    "/robots.txt": 200,
    "/sitemap.xml": 200,
    "/static/kampanj/site.css": 200,
    "/static/finns-inte.css": 404,
    "/media/finns-inte.png": 404,
    "/hjalpte/": 302,
    "/avregistrera/fel/": 404,
    "/skolpaket/fel/": 404,
    "/godkann/fel/": 404,
    "/_util/login/": 302,
    "/admin/": 302,
    "/admin/login/": 200,
    "/admin/finns-inte/": 302,
    "/%00/": 404,
}


@pytest.mark.parametrize(("path", "status"), PATHS.items())
def test_every_kind_of_answer_is_guarded(page_client: type[Client], path: str, status: int) -> None:
    for _first_and_kept in range(2):
        response = page_client().get(path)
        assert response.status_code == status
        assert faults_of(response) == []


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "trace"])
def test_whatever_the_method(client: Client, method: str) -> None:
    for path in ("/", "/sok/", "/robots.txt", "/utseende.css"):
        assert faults_of(getattr(client, method)(path)) == []


def test_refusals_of_host_form_and_size_are_guarded(page_client: type[Client]) -> None:
    strict = page_client(enforce_csrf_checks=True)
    for response, status in (
        (strict.get("/", headers={"host": "example.org"}), 400),
        (strict.post("/ung/", {"x": "1"}), 403),
        (strict.post("/hjalpte/", {"x": "y" * 40_000}), 413),
        (strict.post("/hjalpte/", {"x": "\0"}), 400),
        (strict.get("/", headers={"if-none-match": strict.get("/").headers["ETag"]}), 304),
    ):
        assert response.status_code == status
        assert faults_of(response) == []


def test_the_way_to_https_is_guarded(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    response = Client().get("/ung/")
    assert (response.status_code, response.headers["Location"]) == (301, "https://testserver/ung/")
    assert faults_of(response) == []
    assert Client().get("/ung/", secure=True).headers["Strict-Transport-Security"].startswith("max-age=60")


@pytest.mark.parametrize("place", ["kampanj.content.views.route", "kampanj.content.page_cache.ask_timetable"])
def test_a_fault_of_ours_is_guarded_wherever_it_happens(client: Client, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """In a view, and in a middleware before any policy has been chosen."""

    def broken(*_arguments: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(place, broken)
    assert page_cache.LONGEST
    client.raise_request_exception = False
    response = client.get("/ung/")
    assert response.status_code == 500
    assert [name for name in ON_EVERY_ANSWER if name not in response.headers] == []
    assert "style-src 'self'" in response.headers["Content-Security-Policy"]


def test_documents_and_what_is_asked_of_them_again(client: Client) -> None:
    document = CampaignDocument.objects.create(title="x", file=ContentFile(b"%PDF-1.7", name="x.pdf"))
    first = client.get(document.url)
    again = client.get(document.url, headers={"if-none-match": first.headers["ETag"]})
    for response in (first, again):
        assert faults_of(response) == []
        assert response.headers["Content-Security-Policy"] == "default-src 'none'" or response.status_code == 304


def test_public_pages_allow_nothing_inline_and_nobody_else(client: Client) -> None:
    for path in ("/", "/ung/", "/sok/", "/en/", "/avregistrera/fel/"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert not any(word in policy for word in ("unsafe", "http:", "https:", "data:", "*"))


def test_our_own_screens_run_no_script_in_their_html(admin_client: Client) -> None:
    for path in ("/admin/utkorg/", "/admin/svar/", "/admin/arkiv/", "/admin/register/utdrag/"):
        response = admin_client.get(path)
        assert response.status_code == 200
        assert "script-src 'self';" in response.headers["Content-Security-Policy"] + ";"
        assert faults_of(response) == []
