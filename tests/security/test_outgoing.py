"""This house asks nobody that the operator has not named, and nothing that somebody writes makes it ask."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException

from kampanj.municipality.outgoing import NotAllowed, Session, origin_of
from tests.architecture.sources import ROOMS, ROOT, python_files

# What can ask somebody over a network, and who may: HTTP through the gate alone; mail servers by the operator's settings.
ASKS = (
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "xmlrpc",
)
MAY = {
    "kampanj/municipality/outgoing.py": {"requests"},
    "kampanj/audience/importing/ss12000/transport.py": {"requests", "urllib3"},
    "kampanj/audience/importing/ss12000/token.py": {"requests"},
    # Its errors; django-allauth asks the sign-in service of the settings, and where that says that its keys are.
    "kampanj/municipality/identity/oidc.py": {"requests"},
    "kampanj/followup/bounces/imap.py": {"imaplib"},
    "kampanj/followup/bounces/place.py": {"imaplib"},
}
# They name its exceptions, or a connection that Django has made.
NAMES_ONLY = {"smtplib"}


def imported(source: str) -> set[str]:
    """The modules that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_only_the_gate_asks_over_http() -> None:
    asking = {}
    for path in python_files(*ROOMS):
        modules = imported(path.read_text(encoding="utf-8"))
        found = {name for name in ASKS if any(module == name or module.startswith(f"{name}.") for module in modules)} - NAMES_ONLY
        if found:
            asking[path.relative_to(ROOT).as_posix()] = found
    mail = {
        name: modules for name, modules in asking.items() if name.startswith("kampanj/distribution/") and modules <= {"socket"}
    }
    start = {name for name, modules in asking.items() if name.startswith("config/") and modules <= {"socket"}}
    assert {name: modules for name, modules in asking.items() if name not in mail and name not in start} == MAY
    for name in MAY:
        assert "requests.Session()" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address",
    [
        "https://skola.example.org.evil.example/v2.0",
        "https://skola.example.org@evil.example/",
        "https://user:x@skola.example.org/v2.0",
        "http://skola.example.org/v2.0",
        "https://skola.example.org:8443/v2.0",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "file:///etc/passwd",
        "ftp://skola.example.org/",
        "https://skola.example.org\\@evil.example/",
        "https://skola.example.org%2eevil.example/",
    ],
)
def test_nobody_else_is_asked(address: str) -> None:
    with (
        Session("https://skola.example.org/v2.0", "https://login.example.org/token") as session,
        connecting() as asked,
        pytest.raises(requests.exceptions.RequestException),
    ):
        session.get(address, timeout=1)
    assert asked == []


def test_what_the_operator_has_set_is_asked_also_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    with Session("http://127.0.0.1:1/v2.0") as session, connecting() as asked:
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get("http://127.0.0.1:1/v2.0/persons", timeout=1)
        with pytest.raises(NotAllowed):
            session.get("http://127.0.0.1:2/", timeout=1)
    assert {port for _host, port in asked} == {1}


@given(st.text(max_size=60) | st.sampled_from(["https://[", "https://a:b", "https://a:99999", "https://:1", "//a", ""]))
def test_any_text_has_an_origin_or_none(text: str) -> None:
    found = origin_of(text)
    assert found is None or (found[0] in ("http", "https") and found[1])


@contextmanager
def connecting() -> Iterator[list[tuple[str, int]]]:
    """Everybody that this process connects to meanwhile, as (host, port)."""
    WATCH.append(seen := [])
    try:
        yield seen
    finally:
        WATCH.remove(seen)


WATCH: list[list[tuple[str, int]]] = []


def _noted(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and WATCH and isinstance(arguments[1], tuple):
        for seen in WATCH:
            seen.append((str(arguments[1][0]), int(arguments[1][1])))


# An audit hook (PEP 578) cannot be taken away again; it does nothing while nobody watches.
sys.addaudithook(_noted)


@pytest.mark.django_db
def test_no_page_is_embedded_from_elsewhere(admin_client: Client) -> None:
    assert django_settings.WAGTAILEMBEDS_FINDERS == []
    with connecting() as asked:
        for address in ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "http://127.0.0.1:1/", "http://169.254.169.254/"):
            with pytest.raises(EmbedException):
                get_embed(address)
        answer = admin_client.post(reverse("wagtailembeds:chooser_upload"), {"embed-chooser-url": "http://127.0.0.1:1/"})
    assert answer.status_code in (200, 404)
    assert asked == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/ung/", "/ung/jag-trodde-aldrig/", "/sok/?q=http://127.0.0.1:1/", "/sitemap.xml", "/admin/"]
)
def test_showing_a_page_asks_nobody(admin_client: Client, path: str) -> None:
    with connecting() as asked:
        assert admin_client.get(path).status_code == 200
    assert asked == []
