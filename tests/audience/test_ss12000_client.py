"""Asking a school system over HTTP: what it may do on a bad night, and what we do then."""

from __future__ import annotations

import datetime as dt
import json
import logging
import ssl
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kampanj.audience.importing.ss12000.client import PERSONS, Client
from kampanj.audience.importing.ss12000.connection import Connection
from kampanj.audience.importing.ss12000.exceptions import FetchStopped, Reason
from kampanj.audience.importing.ss12000.transport import MAX_ANSWER, Patience, seconds_in
from tests.audience.ss12000_server import (
    SchoolSystem,
    body,
    dripping,
    error,
    guardian,
    half_an_answer,
    key,
    running,
)

QUICK = Patience(connect=2, silence=1, answer=0.4, first_wait=0.01, longest_wait=0.05, all_waits=0.5, attempts=4)
CANARY = "kanariefagel"


@pytest.fixture
def system():
    with running(SchoolSystem(persons=[guardian(f"G{number}") for number in range(7)], page=3)) as started:
        yield started


def ask(system: SchoolSystem, patience: Patience = QUICK, **changed: str) -> list[str]:
    """The ids of everybody, in order."""
    known = {name.removeprefix("SS12000_").lower(): value for name, value in system.settings().items()}
    with Client(Connection(**{**known, **changed}), patience=patience) as client:
        return [entry.identifier() for entry in client.entries(PERSONS, {"meta.modified.after": "2020-01-01T00:00:00Z"})]


def stop(system: SchoolSystem, **changed: str) -> FetchStopped:
    """Why everybody could not be asked for."""
    with pytest.raises(FetchStopped) as caught:
        ask(system, **changed)
    assert CANARY not in str(caught.value)
    return caught.value


EVERYBODY = [key(f"G{number}") for number in range(7)]


def test_every_page_is_read_with_nothing_but_the_limit_beside_the_page_token(system):
    assert ask(system) == EVERYBODY
    first, *later = [set(query) for _path, query in system.asked]
    assert first == {"limit", "meta.modified.after"}
    assert later == [{"limit", "pageToken"}] * 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_error_is_waited_out(system, status):
    system.faults.extend([error(status), error(status, Retry_After="0")])
    assert ask(system) == EVERYBODY


def test_retry_after_is_obeyed_up_to_a_limit(system):
    system.faults.append(error(429, Retry_After="3600"))
    assert ask(system) == EVERYBODY
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    assert 86_000 < (seconds_in(format_datetime(tomorrow, usegmt=True)) or 0) <= 86_400
    assert [seconds_in("7"), seconds_in(""), seconds_in("snart"), seconds_in("9" * 400)] == [7.0, None, None, 999_999_999.0]


def test_an_error_that_does_not_pass_ends_after_a_few_attempts(system):
    system.every_time = error(503)
    assert (stop(system).reason, len(system.asked)) == (Reason.UNREACHABLE, QUICK.attempts)


def test_all_waits_together_have_an_end(system):
    system.faults.extend([error(503)] * 3)
    with pytest.raises(FetchStopped):
        ask(system, Patience(first_wait=0.04, longest_wait=1, all_waits=0.1, attempts=9))


@pytest.mark.parametrize("fault", [half_an_answer, dripping], ids=["half", "dripping"])
def test_an_answer_that_breaks_off_or_drips_is_asked_for_again(system, fault):
    system.faults.append(fault)
    assert ask(system) == EVERYBODY


def test_nobody_answering_is_a_sentence(system):
    assert stop(system, url="http://127.0.0.1:9").reason == Reason.UNREACHABLE


def test_a_token_that_is_refused_on_the_way_is_renewed_once(system):
    system.faults.append(lambda handler: (handler.system.forget_tokens(), handler.send_json(401, {})))
    assert ask(system) == EVERYBODY
    assert len(system.tokens) == 2
    system.every_time = error(401)
    assert stop(system).reason == Reason.DENIED
    assert len(system.tokens) == 4


def test_a_token_is_renewed_before_it_expires(system):
    system.token_life = 0
    assert ask(system) == EVERYBODY
    assert len(system.tokens) == 3


def test_a_wrong_secret_is_a_sentence_that_names_the_settings(system):
    system.secret = "en annan"
    refused = stop(system)
    assert refused.reason == Reason.DENIED
    assert "SS12000_CLIENT_SECRET" in str(refused)
    assert system.asked == []


@pytest.mark.parametrize("status", [400, 403, 404, 410, 418])
def test_a_refusal_is_not_asked_again(system, status):
    system.every_time = error(status)
    assert (stop(system).reason, len(system.asked)) == (Reason.DENIED, 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_the_token_nowhere(system, status):
    with running(SchoolSystem()) as elsewhere:
        system.every_time = error(status, Location=f"{elsewhere.url}/v2.0/persons")
        assert stop(system).reason == Reason.ANSWER
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b'"kanariefagel"', b"[" * 100_000, b'{"data": 1e999999}', b"\xff\xfe\x00kanariefagel"),
        *(b'{"data": "kanariefagel"}', b'{"data": [1]}', b'{"data": [{}]}', b'{"data": [{"id": 7}]}'),
        *(b'{"data": [{"id": "\\ud800kanariefagel"}]}', b'{"data": [], "pageToken": {"kanariefagel": 1}}'),
        b'{"data": [{"id": "' + b"kanariefagel" * 2_000 + b'"}]}',
        b'{"data": ' + b"9" * 5_000 + b"}",
    ],
    ids=lambda content: content[:20].decode("latin1"),
)
def test_an_answer_that_is_not_as_the_standard_says_is_refused(system, content):
    system.every_time = body(content)
    assert stop(system).reason == Reason.ANSWER


@pytest.mark.parametrize("headers", [{"Content_Type": "text/html"}, {"Content_Encoding": "gzip"}], ids=["html", "gzip"])
def test_an_answer_that_is_not_plain_json_is_refused(system, headers):
    system.every_time = body(b'{"data": []}', **headers)
    assert stop(system).reason == Reason.ANSWER


def test_a_huge_answer_is_not_read_to_its_end(system):
    system.every_time = body(b" " * (MAX_ANSWER + 1))
    assert "16 MB" in str(stop(system))


@pytest.mark.parametrize("is_same_token", [True, False], ids=["the same token", "new tokens"])
def test_pages_without_end_are_noticed(system, is_same_token):
    def page(handler):
        token = "samma" if is_same_token else str(len(system.asked))
        handler.send_body(json.dumps({"data": [guardian("G1")], "pageToken": token}).encode())

    system.every_time = page
    assert stop(system).reason == Reason.ANSWER
    assert len(system.asked) < 30


def test_an_empty_page_in_between_is_no_end(system):
    system.faults.append(
        lambda handler: handler.send_json(200, {"data": [], "pageToken": handler.system._token_for("/persons", system.persons)})
    )
    assert ask(system) == EVERYBODY


@pytest.mark.parametrize(
    "address",
    *[
        [
            "http://skolan.example.org/v2",
            "ftp://127.0.0.1/",
            "https://",
            "",
            "https://kanariefagel:x@skolan.example.org",
            "https://[::1",
            "http://127.0.0.1.example.org",
            "https://skolan.example.org/?kanariefagel",
        ]
    ],
)
def test_an_address_without_tls_or_with_secrets_is_refused_before_anything_is_sent(system, address):
    assert stop(system, url=address).reason == Reason.SETTINGS
    assert stop(system, token_url=address).reason == Reason.SETTINGS
    assert system.tokens == []


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    private = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, private.public_key(), 1, now, now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    pem = serialization.Encoding.PEM
    unlocked = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(unlocked + made.sign(private, hashes.SHA256()).public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_sent(tmp_path):
    with running(SchoolSystem(), tls=self_signed(tmp_path)) as system:
        refused = stop(system)
    assert refused.reason == Reason.UNREACHABLE
    assert "ertifi" in str(refused)
    assert (system.tokens, system.asked) == ([], [])


def test_neither_secret_nor_token_nor_person_is_in_logs(system, caplog):
    caplog.set_level(logging.DEBUG)
    system.persons.append(guardian("G9", f"{CANARY}@example.org", givenName=CANARY))
    system.faults.append(error(500))
    ask(system)
    system.faults.append(body(b'{"data": [{"id": "kanariefagel", "x": ]}'))
    stop(system)
    for unsaid in (CANARY, *system.tokens, system.secret, "hemlig"):
        assert unsaid not in caplog.text
    assert "hemlig" not in repr(Connection(url=system.url, token_url=system.url, client_id="a", client_secret="hemlig"))
