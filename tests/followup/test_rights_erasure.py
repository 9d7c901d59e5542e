"""Erasure: the register forgets the person, the counts stay, and nothing brings the address back."""

from __future__ import annotations

import io
import json
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.identity import address_key
from kampanj.audience.importing import staging
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Child, Guardian, GuardianChild, School, SchoolContact, Suppression
from kampanj.audience.signals import address_erased
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.models import Delivery
from kampanj.distribution.transport import OutboxTransport, outbox
from kampanj.municipality.roles import REGISTRAR
from tests.audience.rosters import SOURCE, R, everything, roster
from tests.followup import register
from tests.followup.register import ANNA, NUMBER, NUMBER_KEY, as_role

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
SURE = {"confirm": "yes", "ground": "request", "case_number": "KS/2026:14", "is_sure": "on"}


@pytest.fixture
def registrar(page_client: type[Client]) -> Client:
    return as_role(page_client, REGISTRAR)


def ask(client: Client, sought: str = ANNA, *, by: str = "address", **more: str):
    return client.post(reverse("kampanj_erase"), {"by": by, "sought": sought, "source": "", **more})


def reasons(email: str = ANNA) -> set[str]:
    return set(Suppression.objects.filter(address_key=address_key(email)).values_list("reason", flat=True))


def test_what_earlier_checks_found_is_gone_with_the_person(registrar, django_capture_on_commit_callbacks):
    School.objects.create(code="10", name="Norra skolan")
    rows = R("E1", "G1", "kanari@gmial.com"), R("E2", "G2")
    staged = staging.upload(io.BytesIO(roster(*rows)), source=SOURCE, file_name="elever.csv", by=None)
    staging.check_and_apply(staged, by=None)
    assert [hint.value for hint in staging.plan_of(staged).hints] == ["kanari@gmial.com"]
    with django_capture_on_commit_callbacks(execute=True):
        ask(registrar, "kanari@gmial.com", **SURE)
    with pytest.raises(RosterRefused):
        staging.plan_of(staged)


def test_first_it_is_said_what_goes_and_nothing_has_gone(registrar):
    anna, bo = register.guardian(), register.guardian("bo@example.org", external_id="G2")
    register.child_of(anna, bo)
    register.child_of(anna, key="E2")
    register.delivery(anna, state="queued")
    register.contact()
    html = " ".join(ask(registrar).content.decode().split())
    for label, number in (
        ("Rader som vårdnadshavare", 1),
        ("Kopplingar till barn", 2),
        ("Barn som blir utan vårdnadshavare", 1),
        ("Brev som inte längre pekar", 1),
        ("brev som väntar och ställs in", 1),
    ):
        assert f"<td>{number}</td>" in html.partition(label)[2][:90], label
    assert "Byt kontakt där" in html
    assert Guardian.objects.count() == 2
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("missing", ["ground", "is_sure"])
def test_nobody_is_erased_without_a_reason_and_a_yes(registrar, missing):
    register.guardian()
    assert ask(registrar, **{name: value for name, value in SURE.items() if name != missing}).status_code == 200
    assert Guardian.objects.exists()


@pytest.mark.parametrize("number", ["", "Anna@Ek", "<b>"])
def test_another_reason_stands_in_a_case_and_a_case_number_is_no_text(registrar, number):
    register.guardian()
    assert ask(registrar, **{**SURE, "ground": "other", "case_number": number}).status_code == 200
    assert Guardian.objects.exists()


def test_the_person_goes_and_the_counts_stay(registrar):
    anna, bo = register.guardian(), register.guardian("bo@example.org", external_id="G2")
    register.child_of(anna, bo)
    register.child_of(anna, key="E2")
    sent = register.delivery(anna, smtp_reply="250 ok")
    register.delivery(bo, email="bo@example.org", mailing=sent.mailing)
    register.suppress(ANNA, "unsubscribed", note="Annas mamma ringde")
    before = Counter(Delivery.objects.values_list("mailing", "state"))
    assert ask(registrar, **SURE).status_code == 302
    assert list(Guardian.objects.values_list("email", flat=True)) == ["bo@example.org"]
    assert list(Child.objects.values_list("key", flat=True)) == ["E1"]
    assert GuardianChild.objects.count() == 1
    assert Counter(Delivery.objects.values_list("mailing", "state")) == before
    sent.refresh_from_db()
    assert (sent.guardian, sent.smtp_reply) == (None, "")
    assert reasons() == {"erased", "unsubscribed"}
    text = everything(prefix="kampanj_")
    assert ANNA not in text
    assert "Annas mamma" not in text


def test_a_letter_that_was_left_out_looks_like_all_others_left_out(registrar):
    anna, bo = register.guardian(), register.guardian("bo@example.org", external_id="G2")
    rows = [register.delivery(anna, state="skipped", smtp_reply="no longer among the recipients")]
    rows.append(register.delivery(bo, email=bo.email, state="skipped", smtp_reply=rows[0].smtp_reply, mailing=rows[0].mailing))
    assert ask(registrar, **SURE).status_code == 302
    erased, other = (Delivery.objects.get(pk=row.pk) for row in rows)
    assert erased.guardian is None
    assert erased.smtp_reply == other.smtp_reply


def test_a_school_contact_stays_under_schools(registrar):
    contact = register.contact()
    assert ask(registrar, **SURE).status_code == 302
    assert SchoolContact.objects.get() == contact
    assert reasons() == {"erased"}


def test_every_address_of_the_person_is_barred_and_distribution_is_told_in_the_same_transaction(registrar):
    register.guardian(identity_key=NUMBER_KEY)
    register.guardian("anna@arbete.example.org", source="fritids", identity_key=NUMBER_KEY)
    told = []

    def listen(*, address_key: str, **kwargs: object) -> None:
        told.append((address_key, transaction.get_connection().in_atomic_block, Guardian.objects.exists()))

    address_erased.connect(listen)
    try:
        ask(registrar, NUMBER, by="personal_number", **SURE)
    finally:
        address_erased.disconnect(listen)
    assert reasons() == reasons("anna@arbete.example.org") == {"erased"}
    keys = sorted(map(address_key, (ANNA, "anna@arbete.example.org")))
    assert told == [(key, True, False) for key in keys]
    assert sorted(AudienceEvent.objects.filter(action="erased").values_list("subject", flat=True)) == keys


def test_an_address_that_is_only_suppressed_can_be_erased(registrar):
    register.suppress(ANNA, "complained", note="brev från Anna")
    assert ask(registrar, **SURE).status_code == 302
    assert reasons() == {"complained", "erased"}
    assert not Suppression.objects.exclude(note="").exists()


def test_nothing_happens_to_the_unknown_or_the_protected(registrar):
    assert ask(registrar, **SURE).status_code == 302
    row = register.guardian()
    register.protect(ANNA)
    assert ask(registrar, **SURE).status_code == 302
    assert Guardian.objects.get() == row
    assert not Suppression.objects.exists()
    assert not AudienceEvent.objects.exists()


def test_captured_letters_to_the_person_go_too(registrar, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.OUTBOX_DIR = tmp_path
    form = LetterForm(b"Subject: Hej\r\n\r\nHej\r\n")
    with OutboxTransport() as relay:
        for recipient in (ANNA, "bo@example.org"):
            links = {"unsubscribe": "https://example.org/av"}
            relay.send(
                "kommun@example.org", Addressee(recipient, "<1@example.org>", "Thu, 1 Jan 2026 08:00:00 +0100", links), form
            )
    register.guardian()
    with django_capture_on_commit_callbacks(execute=True):
        ask(registrar, **SURE)
    assert [letter["Delivered-To"] for letter in outbox()] == ["bo@example.org"]


def test_the_log_says_who_and_why_without_an_address(registrar):
    register.child_of(register.guardian())
    ask(registrar, **SURE)
    event = AudienceEvent.objects.get(action="erased")
    assert (event.subject, event.actor_name) == (address_key(ANNA), "malgruppsansvarig")
    assert (event.details["ground"], event.details["case_number"], event.details["children"]) == ("request", "KS/2026:14", 1)
    assert "@" not in json.dumps(event.details)


def test_the_address_stands_in_no_url(registrar):
    register.guardian()
    assert registrar.get(reverse("kampanj_erase"), {"sought": ANNA}).status_code == 302
    assert ask(registrar, **SURE).headers["Location"] == reverse("kampanj_extract")
