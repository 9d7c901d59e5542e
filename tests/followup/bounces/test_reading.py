"""What people have written, read on the screen: words and never markup, addresses masked, files only saved."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import ProtectedAddress
from kampanj.distribution.models import Mailing
from kampanj.followup.bounces import applying
from kampanj.followup.bounces.models import Answer
from kampanj.followup.bounces.readable import readable, without_addresses
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR
from tests.followup.bounces.corpus import CASES
from tests.followup.bounces.forms import person
from tests.followup.bounces.letters import STRANGER, rows_of, sent_letter
from tests.followup.register import as_role

HEAD = b"From: Anna <anna@example.org>\nSubject: =?utf-8?q?Hej_d=C3=A5?=\nMIME-Version: 1.0\n"
MIXED = (
    HEAD
    + b"""Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

Ring mig.
--c
Content-Type: text/html; charset=utf-8

<p>Ring mig <img src="https://spy.example.org/x.png"></p>
--c--
--b
Content-Type: image/png; name="..\\..\\=?utf-8?q?=C3=A5?=\xe2\x80\xaegnp.html"
Content-Transfer-Encoding: base64

aGVq
--b
Content-Type: message/rfc822

Subject: inre

hemligt
--b--
"""
)


def of_html(markup: str) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + markup.encode()


def of_text(words: str) -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + words.encode()


# --- Words -----------------------------------------------------------------------------------------------------------


def test_html_becomes_words_and_lines() -> None:
    message = readable(
        of_html(
            "<html><head><title>T</title><style>p{}</style></head><body><div>Hej,</div><div>rad&nbsp;två<br></div><div><br></div>"
            "<p>Nytt\nstycke</p><ul><li>ett<li>två</ul><script>alert(1)</script><!-- dolt --></body></html>"
        )
    )
    assert message.subject == "Hej då"
    assert [piece.text for piece in message.pieces] == ["Hej,\nrad två\n\nNytt stycke\n\n– ett\n– två"]


@pytest.mark.parametrize(
    "below",
    [
        "Den 3 dec. 2026 kl. 07:30 skrev Kommunen <ung@kommun.example.org>:\n\n> Till dig\n> som har barn\n>\n> i skolan",
        "On Thu, 3 Dec 2026, Kommunen wrote:\n> Till dig\n> som har barn\n> i skolan",
        "-----Ursprungligt meddelande-----\nFrån: Kommunen\nTill dig\nsom har barn",
        "Från: Kommunen\nSkickat: den 3 december\nTill: Anna\n\nTill dig som har barn",
        "________________________________\nFrån: Kommunen\n\nTill dig",
    ],
)
def test_a_long_quote_is_folded(below: str) -> None:
    message = readable(of_text(f"Tack!\n\n{below}\n"))
    assert [piece.text for piece in message.pieces] == ["Tack!", below]
    assert [piece.is_folded for piece in message.pieces] == [False, True]


def test_a_quote_in_html_is_folded_and_what_stands_under_it_is_not() -> None:
    message = readable(
        of_html("<p>Ja.</p><div>Den 3 dec skrev K:</div><blockquote>a<br>b<br>c<br>d</blockquote><p>Hälsningar</p>")
    )
    assert [(piece.is_folded, piece.lines > 3) for piece in message.pieces] == [(False, False), (True, True), (False, False)]


def test_short_quotes_and_a_line_that_begins_with_from_stand_as_they_are() -> None:
    message = readable(of_text("> När?\n\nPå tisdag.\nFrån: söndagen gäller annat.\nHej"))
    assert [piece.is_folded for piece in message.pieces] == [False, False]


def test_plain_text_is_preferred_and_everything_else_is_attached() -> None:
    message = readable(MIXED)
    assert [piece.text for piece in message.pieces] == ["Ring mig."]
    assert [(one.name, one.size) for one in message.attached] == [("ågnp.html", 3), ("2.eml", len("Subject: inre\n\nhemligt"))]


def test_a_file_of_text_is_attached_and_no_part_of_the_words() -> None:
    content = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSe fil.\n--b\nContent-Type: text/html\n"
        b'Content-Disposition: attachment; filename="x.html"\n\n<p>Fil</p>\n--b--\n'
    )
    message = readable(content)
    assert [piece.text for piece in message.pieces] == ["Se fil."]
    assert [one.name for one in message.attached] == ["x.html"]


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 40_000,
        b"<blockquote>" * 15_000 + b"x",
        b"a" * 200_000,
        b"a@" * 100_000,
        b"From:\n" * 30_000,
        b"Den x skrev:\n\n" * 15_000,
        b"> " * 100_000,
        b"<br>" * 50_000,
        b"<!--" * 50_000,
        b"<?xml version='1.0' encoding='latin-1'?><p>hej",
        b"&#1;\x01\x02\x03\x04",
        b"\x1b[2J\x00",
        b"",
    ],
)
def test_what_is_made_to_hurt_takes_no_time(kind: str, body: bytes) -> None:
    began = time.monotonic()
    message = readable(HEAD + f"Content-Type: text/{kind}\n\n".encode() + body)
    shown = "".join(without_addresses(piece.text) for piece in message.pieces)
    assert time.monotonic() - began < 3
    assert all(sign in "\n\t" or sign.isprintable() or ord(sign) > 127 for sign in shown)


def test_no_message_of_any_system_fails() -> None:
    for case in CASES:
        readable(case.make(STRANGER))
    assert readable(b"\x00" * 100).pieces == ()


# --- The screen ------------------------------------------------------------------------------------------------------


def came(mailing: Mailing, words: str) -> tuple[Answer, str]:
    letter = sent_letter(rows_of(mailing)[0])
    answer, _is_new = applying.take(person(letter, words))
    return answer, letter.to


@pytest.mark.django_db
def test_the_words_are_read_masked_and_the_look_is_logged(mailing: Mailing, page_client: type[Client]) -> None:
    answer, sender = came(mailing, f"Sluta skicka! <script>alert(1)</script> /{sent_letter(rows_of(mailing)[0]).to}")
    address = reverse("kampanj_answer", args=[answer.pk])
    reader = as_role(page_client, COMMUNICATOR)
    response = reader.get(address)
    page = response.content.decode()
    assert "Sluta skicka!" in page
    assert "<script>alert" not in page
    assert sender not in page
    assert f"{sender[:2]}•••@" in page
    assert AudienceEvent.objects.get(subject="answers").details == {"answer": answer.pk}
    whole = reader.post(address).content.decode()
    assert sender in whole
    assert AudienceEvent.objects.filter(action="unmasked").count() == 1
    for role in (REGISTRAR, APPROVER):
        assert as_role(page_client, role).get(address).status_code in (302, 403)


@pytest.mark.django_db
def test_who_is_protected_is_never_shown(mailing: Mailing, page_client: type[Client]) -> None:
    answer, sender = came(mailing, "Hej")
    ProtectedAddress.objects.create(source="x", address_key=rows_of(mailing)[0].address_key)
    address = reverse("kampanj_answer", args=[answer.pk])
    reader = as_role(page_client, COMMUNICATOR)
    page = reader.get(address).content.decode()
    assert sender not in page
    assert "•••@" not in page
    assert reader.post(address).status_code in (302, 403)
    assert not AudienceEvent.objects.filter(action="unmasked").exists()


@pytest.mark.django_db
def test_what_is_attached_is_only_saved(mailing: Mailing, page_client: type[Client]) -> None:
    answer, _is_new = applying.take(MIXED)
    reader = as_role(page_client, COMMUNICATOR)
    page = reader.get(reverse("kampanj_answer", args=[answer.pk])).content.decode()
    address = reverse("kampanj_answer_attached", args=[answer.pk, 1])
    assert address in page
    assert "ågnp.html" in page
    assert "spy.example.org" not in page
    assert reader.get(address).status_code == 405
    response = reader.post(address)
    assert response.content == b"hej"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert reader.post(reverse("kampanj_answer_attached", args=[answer.pk, 9])).status_code == 404
    assert as_role(page_client, REGISTRAR).post(address).status_code in (302, 403)


@pytest.mark.django_db
def test_what_is_done_can_no_longer_be_read(mailing: Mailing, page_client: type[Client]) -> None:
    answer, _sender = came(mailing, "Tack!")
    reader = as_role(page_client, COMMUNICATOR)
    reader.post(reverse("kampanj_answer_done", args=[answer.pk]))
    assert reader.get(reverse("kampanj_answer", args=[answer.pk])).status_code == 404
