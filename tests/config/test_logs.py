"""What stands in log lines, and what never does: addresses, links that are keys, query strings, the raw path of a request."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config.logs import JsonFormatter, LineFormatter, clean
from kampanj.municipality import keys, tracing

PROXIED = {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}
GIVEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What is logged during the test, as JSON lines; the last one last."""
    kept: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(self.format(record))

    handler = Keeping()
    handler.setFormatter(JsonFormatter())
    access, root = logging.getLogger("config.access"), logging.getLogger()
    before = access.level
    access.setLevel(logging.INFO)
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in kept]
    root.removeHandler(handler)
    access.setLevel(before)


local = st.from_regex(r"[a-z0-9][a-z0-9._+-]{0,20}", fullmatch=True)
domain = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z]{2,6}){1,2}", fullmatch=True)


@given(local, domain, st.text(max_size=30), st.text(max_size=30))
def test_no_address_is_left_whatever_stands_around_it(local: str, domain: str, before: str, after: str) -> None:
    cleaned = clean(f"{before} <{local}@{domain}> {after}")
    assert f"{local}@{domain}" not in cleaned


@given(st.text(max_size=40))
def test_a_link_that_is_a_key_is_masked(value: str) -> None:
    token = keys.signer("test").sign(value.encode().hex() or "0")
    for text in (f"Not Found: /avregistrera/{token}/", f"https://www.example.org/skolpaket/{token}/plattform/ is slow"):
        assert token.rpartition(".")[2] not in clean(text)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("GET /sok/?q=hemlig+sak failed", "hemlig"),
        ("redis://worker:hemlig@127.0.0.1:6379/0 does not answer", "hemlig"),
        ("https://example.org/a?token=hemlig", "hemlig"),
        ("smtp said: 550 5.1.1 <anna.andersson@example.org> unknown", "anna"),
    ],
)
def test_what_is_secret_is_blanked(text: str, gone: str) -> None:
    assert gone not in clean(text)


@pytest.mark.parametrize("text", ["mailing 12 started with 53 recipients", "5.1.1, 12:30, what? /srv/kampanj/var/private"])
def test_ordinary_words_are_left_as_they_are(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("formatter", [LineFormatter("%(message)s"), JsonFormatter()])
def test_tracebacks_hold_no_addresses(formatter: logging.Formatter) -> None:
    try:
        raise ValueError("Key (email)=(anna@example.org) already exists")
    except ValueError:
        record = logging.LogRecord("kampanj", logging.ERROR, __file__, 1, "%s failed", ("bo@example.org",), sys.exc_info())
    written = formatter.format(record)
    assert "ValueError" in written
    assert "anna" not in written
    assert "bo@" not in written


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "headers", "is_taken"),
    [
        (1, {**PROXIED, "HTTP_X_REQUEST_ID": GIVEN}, True),
        (1, {**PROXIED, "HTTP_X_REQUEST_ID": "8c7a4f52-9a3e-4d6f-8a55-1f4a7f4b6f01"}, True),
        (0, {**PROXIED, "HTTP_X_REQUEST_ID": GIVEN}, False),
        (1, {"HTTP_X_REQUEST_ID": GIVEN}, False),
        (2, {**PROXIED, "HTTP_X_REQUEST_ID": GIVEN}, False),
        (1, {**PROXIED, "HTTP_X_REQUEST_ID": "anna@example.org-anna"}, False),
        (1, {**PROXIED, "HTTP_X_REQUEST_ID": "19121212-1212"}, False),
        (1, {**PROXIED, "HTTP_X_REQUEST_ID": f"{GIVEN}\r\nX: 1"}, False),
        (1, PROXIED, False),
    ],
)
def test_an_id_is_taken_only_from_our_own_proxy(
    client: Client, settings: Settings, proxies: int, headers: dict[str, str], is_taken: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies
    answered = client.get("/robots.txt", **headers)["X-Request-ID"]
    assert tracing.WELL_FORMED.fullmatch(answered)
    assert (answered == headers.get("HTTP_X_REQUEST_ID")) is is_taken


@pytest.mark.django_db
def test_every_answer_has_an_id_and_a_line_with_its_route(client: Client, lines: Callable[[], list[dict[str, object]]]) -> None:
    token = keys.signer("elsewhere").sign("12")
    answers = [client.get(path) for path in (f"/avregistrera/{token}/", "/anna@example.org/?q=hemlig", "/", "/")]
    written = [line for line in lines() if line["logger"] == "config.access"]
    assert [line["request_id"] for line in written] == [answer["X-Request-ID"] for answer in answers]
    assert [line["status"] for line in written] == [answer.status_code for answer in answers]
    assert written[0]["route"] == "/avregistrera/<str:token>/"
    assert written[-1]["route"] == "(kept)"
    assert all(isinstance(line["duration_ms"], float) for line in written)
    everything = json.dumps(lines(), ensure_ascii=False)
    assert not [secret for secret in (token.rpartition(".")[2], "anna", "hemlig") if secret in everything]
    assert tracing.trace_id.get() == ""


@pytest.mark.django_db
def test_a_screen_about_a_mailing_names_it_in_its_lines(
    admin_client: Client, lines: Callable[[], list[dict[str, object]]]
) -> None:
    from kampanj.distribution.plan import make_mailing

    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    admin_client.get(f"/admin/utskick/{mailing.pk}/folj/")
    admin_client.get("/admin/")
    written = [line for line in lines() if line["logger"] == "config.access"]
    assert [line.get("mailing") for line in written] == [mailing.pk, None]


def test_settings_refuse_what_they_do_not_know(tmp_path: Path) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from config import environment

    assert (environment.log_format(None), environment.log_format("json")) == ("line", "json")
    with pytest.raises(ImproperlyConfigured, match="line or json"):
        environment.log_format("xml")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.token("short-hemlig")
    assert "hemlig" not in str(refused.value)
