"""Odd bodies and queries to every view of ours: an answer in words, never a fault, whoever sends them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client

from kampanj.municipality.models import User
from tests.installation import Installation
from tests.security.addresses import Objects, View, views
from tests.security.matrix import EVERYBODY, FAILS, TAKES_SECONDS, audience_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
HUGE = "9" * 400
# What our own forms and lists ask for.
NAMES = (
    *("action", "answer", "comment", "reason", "note", "seen", "why", "which", "sought", "person", "address"),
    *("addresses", "school", "quantity", "key", "team", "name", "email", "day", "campaign", "decision", "next"),
    *("figure", "format", "confirm", "source", "encoding", "p", "page", "q", "export", "kalla", "slag", "segment"),
    *("whole", "ordering", "state", "platform", "text", "theme", "areas-TOTAL_FORMS", "areas-INITIAL_FORMS"),
    *("areas-0-quantity", "areas-0-id", "id", "role", "username", "password", "code"),
)


def form(value: str) -> str:
    return urlencode(dict.fromkeys(NAMES, value), errors="surrogatepass")


BODIES: dict[str, tuple[str, Any]] = {
    "nothing": (FORM, b""),
    "one number": (FORM, form("1")),
    "a huge number": (FORM, form(HUGE)),
    "a number that no database holds": (FORM, form(str(2**63))),
    "a negative number": (FORM, form("-1")),
    "null characters": (FORM, form("\0")),
    "half a character": (FORM, form("\ud800")),
    "another script's digits": (FORM, form("٣²")),
    "JSON": ("application/json", b'{"a": ['),
    "a cut multipart body": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'),
    "multipart without a boundary": ("multipart/form-data", b"--x\r\n"),
    "bytes that are no text": (FORM, b"action=%ff%fe&name=\xff\xfe"),
    "no such encoding": ("text/plain; charset=no-such", b"\xff"),
}
QUERIES = ("1", HUGE, str(2**63), "-1", "\0", "\ud800", "٣²", "x" * 2000)
OURS = re.compile(
    r"kampanj|ung_|helpful|site_search|wagtailsnippets_(kampanj|ung)_|account_|mfa_|wagtailadmin_(login|password_reset)$"
)


def ours() -> list[View]:
    """Views of ours, and those of others' that stand open to everybody."""
    return [view for view in views() if OURS.match(view.name) and view.name not in FAILS]


def sent(client: Client, address: str, method: str, *, body: tuple[str, Any] = ("", b""), query: str = "") -> Any:
    """The answer; whatever it has changed is taken back."""
    caches["limits"].clear()
    who = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, address, body[1], content_type=body[0] or FORM, query_string=query)
        transaction.set_rollback(True)
    client.cookies = who
    return response


@pytest.fixture
def root() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("rot", "rot@example.org", "x"))
    return client


def test_no_form_of_ours_answers_an_odd_body_with_a_fault(objects: Objects, root: Client) -> None:
    faults = set()
    for view in ours():
        address = objects.address(view)
        if address is None or TAKES_SECONDS.match(view.name):
            continue
        client = Client(raise_request_exception=False) if audience_of(view.name) == EVERYBODY else root
        for name, body in BODIES.items():
            response = sent(client, address, "POST", body=body)
            if response.status_code >= 500:
                faults.add((view.name, name))
    assert faults == set()


def test_no_list_of_ours_answers_an_odd_query_with_a_fault(objects: Objects, root: Client) -> None:
    faults = set()
    for view in ours():
        address = objects.address(view)
        if address is None or TAKES_SECONDS.match(view.name):
            continue
        for value in QUERIES:
            response = sent(root, address, "GET", query=form(value))
            if response.status_code >= 500:
                faults.add((view.name, value[:5]))
    assert faults == set()


ON_POSTGRESQL = """
from urllib.parse import urlencode
from django.test import Client
from django.urls import reverse
from kampanj.municipality.models import User
from tests.security.addresses import views
from tests.security.test_odd_forms import OURS, QUERIES, form
client = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
client.force_login(User.objects.create_superuser("rot", "rot@example.org", "x"))
lists = [reverse(view.name) for view in views() if OURS.match(view.name) and view.parts == ()]
asked = [f"{address}?{form(value)}" for address in lists for value in QUERIES]
asked += [f"{start}{odd}" for start in PREFIXES for odd in ODD]
for address in asked:
    response = client.get(address)
    if response.status_code >= 500:
        print("FAULT", response.status_code, address[:90])
print("ASKED", len(lists), len(asked))
"""
PREFIXES = ("/", "/ung/", "/en/", "/documents/1/", "/admin/pages/", "/utdelning/", "/skola/", "/avregistrera/", "/sok/?q=")
ODD = ("%00", "a%00b/", "%ff", "%ed%a0%80/", "9" * 400, "x" * 3000)


def test_postgresql_which_stores_no_null_characters_is_asked_for_none(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url})
    code = f"PREFIXES, ODD = {PREFIXES!r}, {ODD!r}\n{ON_POSTGRESQL}"
    said = installation.manage("shell", "--verbosity", "0", "--command", code).stdout
    assert "FAULT" not in said, said
    assert "ASKED" in said
