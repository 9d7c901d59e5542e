"""What an e-mail provider tells by webhook, in django-anymail's words: only who has the secret is believed."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core import mail
from django.db import IntegrityError, transaction

from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, SchoolContact, Suppression
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.provider import LETTER
from kampanj.followup.bounces import applying, parse, webhooks
from kampanj.followup.bounces.kinds import Kind
from kampanj.followup.bounces.models import Answer
from kampanj.followup.bounces.views import waiting
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person
from tests.followup.bounces.letters import rows_of, sent_letter
from tests.installation import Installation

BOUNCED, DEFERRED, COMPLAINED = EventType.BOUNCED, EventType.DEFERRED, EventType.COMPLAINED


def tell(row: Delivery, kind: str, *, with_metadata: bool = True, number: int = 1, **values: Any) -> None:
    letter = sent_letter(row)
    metadata = {LETTER: letter.message_id} if with_metadata else {}
    event = AnymailTrackingEvent(event_type=kind, event_id=f"e{number}", recipient=letter.to, metadata=metadata, **values)
    webhooks.on_event(event=event, esp_name="Postmark")


@pytest.mark.django_db
@pytest.mark.parametrize("with_metadata", [True, False])
@pytest.mark.parametrize(
    ("kind", "values", "verdict", "state", "reasons"),
    [
        (BOUNCED, {"mta_response": "smtp;550 5.1.1 User unknown"}, "gone", "bounced", {"address_gone"}),
        (BOUNCED, {"reject_reason": RejectReason.INVALID}, "gone", "bounced", {"address_gone"}),
        (BOUNCED, {"description": "The mailbox is full", "mta_response": "552 5.2.2 full"}, "full", "bounced", set()),
        (BOUNCED, {"mta_response": "550 5.7.1 blocked"}, "policy", "bounced", set()),
        (BOUNCED, {"reject_reason": RejectReason.BLOCKED}, "policy", "bounced", set()),
        (BOUNCED, {"reject_reason": RejectReason.BOUNCED}, "failed", "bounced", set()),
        (BOUNCED, {"reject_reason": RejectReason.SPAM}, "policy", "bounced", set()),
        (BOUNCED, {"reject_reason": RejectReason.SPAM, "description": "spam"}, "policy", "bounced", set()),
        (BOUNCED, {"reject_reason": RejectReason.OTHER, "description": "spam"}, "policy", "bounced", set()),
        (BOUNCED, {"description": "The message was blocked as spam"}, "policy", "bounced", set()),
        (BOUNCED, {"reject_reason": RejectReason.INVALID, "description": "blocked as spam"}, "policy", "bounced", set()),
        (BOUNCED, {"mta_response": "554 5.7.1 Marked as spam by the recipient"}, "policy", "bounced", set()),
        (EventType.REJECTED, {"reject_reason": RejectReason.SPAM}, "policy", "bounced", set()),
        (COMPLAINED, {"reject_reason": RejectReason.SPAM}, "complaint", "sent", {"complained"}),
        (DEFERRED, {"mta_response": "450 4.2.1 later"}, "delayed", "sent", set()),
        (COMPLAINED, {}, "complaint", "sent", {"complained"}),
        (EventType.UNSUBSCRIBED, {}, "opt-out", "sent", {"unsubscribed"}),
    ],
)
def test_each_event_has_its_meaning(
    mailing: Mailing, kind: str, values: dict[str, Any], verdict: str, state: str, reasons: set[str], with_metadata: bool
) -> None:
    Suppression.objects.all().delete()
    row = rows_of(mailing)[0]
    for _again in range(2):
        tell(row, kind, with_metadata=with_metadata, **values)
    row.refresh_from_db()
    assert [answer.kind for answer in Answer.objects.all()] == [verdict]
    assert row.state == state
    assert set(Suppression.objects.values_list("address_key", "reason")) == {(row.address_key, reason) for reason in reasons}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [EventType.OPENED, EventType.CLICKED, EventType.DELIVERED, EventType.SENT, EventType.UNKNOWN])
def test_nobody_s_opening_or_clicking_is_kept(mailing: Mailing, kind: str) -> None:
    tell(rows_of(mailing)[0], kind)
    assert not Answer.objects.exists()


@pytest.mark.django_db
def test_a_refusal_by_policy_is_told_at_once(mailing: Mailing) -> None:
    person("karin", COMMUNICATOR)
    tell(rows_of(mailing)[0], BOUNCED, mta_response="550 5.7.1 blocked")
    assert ["karin@example.org"] in [letter.to for letter in mail.outbox]


def about(recipient: str, kind: str, **values: Any) -> None:
    """An event about a letter that is not known."""
    event = AnymailTrackingEvent(event_type=kind, event_id="x", recipient=recipient, **values)
    webhooks.on_event(event=event, esp_name="Postmark")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [BOUNCED, DEFERRED, COMPLAINED, EventType.UNSUBSCRIBED])
def test_an_event_about_nobody_s_letter_waits_for_nobody_and_names_nobody(mailing: Mailing, kind: str, caplog) -> None:
    Suppression.objects.all().delete()
    with caplog.at_level("INFO"):
        about("okand@example.net", kind, mta_response="550 5.1.1 no okand@example.net")
    assert not waiting().exists()
    assert not Answer.objects.exists()
    assert not Suppression.objects.exists()
    assert "Postmark" in caplog.text
    assert "okand" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "reasons"), [(COMPLAINED, ["complained"]), (EventType.UNSUBSCRIBED, ["unsubscribed"]), (BOUNCED, [])]
)
@pytest.mark.parametrize("who", ["guardian", "contact", "letter"])
def test_who_complains_is_left_alone_also_when_the_letter_is_not_known(
    mailing: Mailing, kind: str, reasons: list[str], who: str
) -> None:
    email = "Anna.B@Example.org"
    key = address_key(email)
    if who == "guardian":
        Guardian.objects.create(source="x", external_id="1", email=email.lower(), address_key=key)
    elif who == "contact":
        contact = SchoolContact.objects.first()
        assert contact is not None
        SchoolContact.objects.filter(pk=contact.pk).update(address_key=key)
    else:
        Delivery.objects.filter(pk=rows_of(mailing)[0].pk).update(address_key=key, guardian=None, contact=None)
    Suppression.objects.all().delete()
    for _again in range(2):
        about(email, kind, reject_reason=RejectReason.INVALID if kind == BOUNCED else None)
    assert list(Suppression.objects.values_list("address_key", "reason")) == [(key, reason) for reason in reasons]
    assert not Answer.objects.exists()


@pytest.mark.django_db
def test_an_event_about_an_address_that_the_letter_was_passed_on_to_takes_nobody_out(mailing: Mailing) -> None:
    Suppression.objects.all().delete()
    row = rows_of(mailing)[0]
    metadata = {LETTER: sent_letter(row).message_id}
    about("ny-adress@example.net", BOUNCED, metadata=metadata, mta_response="smtp; 550 5.1.1 User unknown")
    assert Answer.objects.get().kind == "failed"
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_a_fault_of_the_database_is_not_taken_for_a_known_event(mailing: Mailing) -> None:
    # A row that breaks another rule than the digest's: only people's words are kept.
    row = rows_of(mailing)[0]
    report = parse.Report(Kind.GONE, "5.1.1")
    with pytest.raises(IntegrityError), transaction.atomic():
        applying.note("d" * 64, report, row, kept="answers/x")
    assert not Answer.objects.exists()
    row.refresh_from_db()
    assert row.state == "sent"


def post(url: str, event: dict[str, Any], login: str = "") -> int:
    headers = {"Content-Type": "application/json"}
    if login:
        headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
    request = urllib.request.Request(f"{url}/anymail/postmark/tracking/", json.dumps(event).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_only_who_has_the_secret_is_believed(installation: Installation) -> None:
    anymail = {"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend", "ANYMAIL_POSTMARK_SERVER_TOKEN": "x"}
    [(email,)] = installation.ask("SELECT email FROM kampanj_guardian LIMIT 1")
    installation.ask("DELETE FROM kampanj_suppression")
    event = {
        "RecordType": "SpamComplaint",
        "ID": 42,
        "Email": email,
        "BouncedAt": "2026-12-14T08:00:00Z",
        "Type": "SpamComplaint",
    }
    reasons = "SELECT reason FROM kampanj_suppression"
    with installation.start(**anymail, ANYMAIL_WEBHOOK_SECRET="postmark:hemligt") as running:
        assert post(running.url, event) == 400
        assert post(running.url, event, "postmark:fel") == 400
        assert installation.ask(reasons) == []
        assert post(running.url, event, "postmark:hemligt") == 200
    assert installation.ask(reasons) == [("complained",)]
    with installation.start(**anymail) as running:
        # Nothing takes it: it goes to the pages, which take no forms of others.
        assert post(running.url, event, "postmark:hemligt") in (403, 404)
