"""What answers lead to: full mailboxes, alarms, automatic answers, the screen, erasure and retention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from kampanj.audience.identity import address_key
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import ProtectedAddress, Suppression
from kampanj.audience.signals import address_erased
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.outbox import captured, keys
from kampanj.distribution.pump import pump
from kampanj.distribution.retry import MAX_ATTEMPTS
from kampanj.followup.bounces import alarms, answering, applying, keeping, working
from kampanj.followup.bounces.models import Answer, FullMailbox
from kampanj.followup.rights import retention
from kampanj.followup.rights.extract import extract
from kampanj.followup.rights.person import Sought, find
from kampanj.municipality.models import SiteSettings
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, REGISTRAR
from tests.distribution.people import person as user_named
from tests.distribution.rows import finish
from tests.followup.bounces.corpus import CASES
from tests.followup.bounces.corpus.postfix import postfix
from tests.followup.bounces.forms import person
from tests.followup.bounces.letters import rows_of, sent_letter
from tests.followup.register import as_role
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def full(row: Delivery) -> bytes:
    return postfix(sent_letter(row), "5.2.2", "552 5.2.2 Mailbox full")


def refused(row: Delivery) -> bytes:
    return postfix(sent_letter(row), "5.7.1", "550 5.7.1 blocked using zen.spamhaus.org")


# --- Full mailboxes --------------------------------------------------------------------------------------------------


def letters_to_one(started: Callable[..., Mailing], *days: int) -> list[Delivery]:
    """Deliveries of one reader in several mailings, each sent so many days after the first and come back full."""
    found: list[Delivery] = []
    for day in days:
        with time_machine.travel(START + dt.timedelta(days=day), tick=False):
            mailing = started()
            finish(mailing)
            key = found[0].address_key if found else rows_of(mailing)[0].address_key
            row = mailing.deliveries.select_related("guardian", "contact").get(address_key=key)
            applying.take(full(row))
            found.append(row)
    return found


@pytest.mark.parametrize(("days", "is_left_alone"), [((0,), False), ((0, 40), False), ((0, 1, 2), False), ((0, 20, 40), True)])
def test_a_mailbox_is_left_alone_only_when_it_has_been_full_for_long(started, days: tuple[int, ...], is_left_alone: bool) -> None:
    rows = letters_to_one(started, *days)
    found = Suppression.objects.filter(address_key=rows[0].address_key)
    assert found.exists() == is_left_alone
    assert {Delivery.objects.get(pk=row.pk).state for row in rows} == {"bounced"}
    assert all("full" in one.note for one in found)


def test_a_letter_that_arrives_in_between_begins_the_count_anew(started) -> None:
    rows = letters_to_one(started, 0, 20)
    with time_machine.travel(START + dt.timedelta(days=25), tick=False):
        mailing = started()
        finish(mailing)
    rows += letters_to_one(started, 40)[:0]
    with time_machine.travel(START + dt.timedelta(days=45), tick=False):
        last = started()
        finish(last)
        applying.take(full(last.deliveries.select_related("guardian", "contact").get(address_key=rows[0].address_key)))
    assert not Suppression.objects.filter(address_key=rows[0].address_key).exists()


def test_the_same_full_mailbox_told_twice_counts_once(mailing: Mailing) -> None:
    row = rows_of(mailing)[0]
    for number in range(5):
        applying.take(full(row) + b"\n" * number)
    assert FullMailbox.objects.count() == 1


# --- Refusals by policy ----------------------------------------------------------------------------------------------


def test_refusals_by_policy_are_told_once_a_day_and_suppress_nobody(mailing: Mailing) -> None:
    user_named("karin", COMMUNICATOR)
    rows = rows_of(mailing)
    for row in rows[:3]:
        applying.take(refused(row))
    assert alarms.tell() == 1
    told = sorted(letter.to[0] for letter in mail.outbox)
    assert "karin@example.org" in told
    assert "godkannare@example.org" not in told
    assert "3" in mail.outbox[0].body
    assert "SPF" in mail.outbox[0].body
    applying.take(refused(rows[3]))
    assert alarms.tell() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        assert alarms.tell() == 1
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(told * 2)
    assert not Suppression.objects.filter(address_key__in=[row.address_key for row in rows[:4]]).exists()


def test_what_nobody_could_be_told_of_is_told_later(mailing: Mailing, settings: Settings) -> None:
    user_named("karin", COMMUNICATOR)
    applying.take(refused(rows_of(mailing)[0]))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert alarms.tell() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert alarms.tell() == 1


# --- What the relay says at once -------------------------------------------------------------------------------------


def test_an_address_that_is_refused_while_the_letter_is_sent_gets_no_other(started, relay: MailServer) -> None:
    mailing = started()
    row = mailing.deliveries.exclude(guardian=None).select_related("guardian").first()
    assert row is not None
    assert row.guardian is not None
    relay.replies[row.guardian.email] = "550 5.1.1 User unknown"
    pump()
    row.refresh_from_db()
    assert row.state == "failed"
    assert Suppression.objects.filter(address_key=row.address_key, reason="address_gone").exists()
    assert not started().deliveries.filter(address_key=row.address_key, state="queued").exists()


@pytest.mark.parametrize(
    ("said", "kept", "is_gone", "is_full"),
    [
        ("550 No such user here", "5.1.1 550 No such user here", True, False),
        ("550 5.4.1 Recipient address rejected: Access denied.", "5.1.1 550 5.4.1 ", True, False),
        ("552 5.2.2 Over quota", "552 5.2.2 Over quota", False, True),
        ("550 5.1.1 mailbox is full", "5.2.2 550 5.1.1 mailbox is full", False, True),
        ("550 5.1.1 temporarily disabled", "5.0.0 550 5.1.1", False, False),
        ("550 rejected by our spamfilter", "5.7.1 550", False, False),
        ("554 something", "554 something", False, False),
    ],
)
def test_what_is_said_at_once_means_what_it_means_in_a_report(
    started, relay: MailServer, said: str, kept: str, is_gone: bool, is_full: bool
) -> None:
    mailing = started()
    row = mailing.deliveries.exclude(guardian=None).select_related("guardian").first()
    assert row is not None
    assert row.guardian is not None
    relay.replies[row.guardian.email] = said
    pump()
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.smtp_reply.startswith(kept)
    assert Suppression.objects.filter(address_key=row.address_key, reason="address_gone").exists() is is_gone
    assert FullMailbox.objects.filter(delivery=row).exists() is is_full


@pytest.mark.parametrize(("attempts", "is_counted"), [(0, False), (MAX_ATTEMPTS - 1, True)])
def test_a_mailbox_that_stays_full_to_the_last_attempt_is_counted(
    started, relay: MailServer, attempts: int, is_counted: bool
) -> None:
    row = started().deliveries.exclude(guardian=None).select_related("guardian").first()
    assert row is not None
    assert row.guardian is not None
    Delivery.objects.filter(pk=row.pk).update(attempts=attempts)
    relay.replies[row.guardian.email] = "452 4.2.2 Over quota"
    pump()
    row.refresh_from_db()
    assert row.state == ("failed" if is_counted else "queued")
    assert FullMailbox.objects.filter(delivery=row).exists() is is_counted


# --- Automatic answers -----------------------------------------------------------------------------------------------


@pytest.fixture
def answers() -> SiteSettings:
    """The municipality answers automatically."""
    found = SiteSettings.objects.get()
    found.answers_replies = True
    found.save()
    return found


def take(content: bytes) -> bool:
    answer, _is_new = applying.take(content)
    return answering.answer(answer, content)


def test_whoever_writes_to_the_return_address_is_answered_once(
    mailing: Mailing, answers: SiteSettings, relay: MailServer
) -> None:
    row = rows_of(mailing)[0]
    letter = sent_letter(row)
    assert take(person(letter, "Vad är det här?"))
    assert not take(person(letter, "Hallå?"))
    [sent] = relay.messages
    assert (sent.mail_from, sent.rcpt_tos) == ("<>", [letter.to])
    assert sent.message["Auto-Submitted"] == "auto-replied"
    assert sent.message["In-Reply-To"] == "<abc.123@mail.example.org>"
    assert sent.message["Content-Language"] == row.language
    text = sent.message.get_content()
    assert "/avregistrera/" in text
    assert "KAMPANJ-SLOT" not in text
    assert str(sent.message["List-Unsubscribe"]).strip("<>") in text
    with time_machine.travel(timezone.now() + answering.ONCE_IN + dt.timedelta(days=1)):
        assert take(person(letter, "En månad senare"))


def test_who_was_answered_is_not_answered_again_after_somebody_has_pressed_done(
    mailing: Mailing, answers: SiteSettings, relay: MailServer, page_client: type[Client]
) -> None:
    letter = sent_letter(rows_of(mailing)[0])
    first, _is_new = applying.take(person(letter, "Vad är det här?"))
    assert answering.answer(first, person(letter, "Vad är det här?"))
    client = as_role(page_client, COMMUNICATOR)
    client.post(reverse("kampanj_answer_done", args=[first.pk]))
    first.refresh_from_db()
    assert (first.kept, first.sender_shown, first.sender_key) == ("", "", address_key(letter.to))
    assert not take(person(letter, "Hallå?"))
    assert len(relay.messages) == 1
    # The next one that is pressed Done on does not make the first one forgotten either.
    second = Answer.objects.exclude(pk=first.pk).get()
    client.post(reverse("kampanj_answer_done", args=[second.pk]))
    assert not take(person(letter, "Är någon där?"))
    with time_machine.travel(timezone.now() + answering.ONCE_IN + dt.timedelta(days=1)):
        assert take(person(letter, "En månad senare"))
    address_erased.send(sender=None, address_key=address_key(letter.to))
    assert not Answer.objects.exclude(sender_key="").exists()


def test_by_default_nobody_is_answered(mailing: Mailing, relay: MailServer) -> None:
    assert not take(person(sent_letter(rows_of(mailing)[0]), "Vad är det här?"))
    assert not relay.messages


def test_nothing_but_the_reader_s_own_words_is_answered(mailing: Mailing, answers: SiteSettings, relay: MailServer) -> None:
    row = rows_of(mailing)[0]
    letter = sent_letter(row)
    for one in CASES:
        if one.kind != "person":
            take(one.make(letter))
    take(person(letter, "Hej", sender="nagon.annan@example.org"))
    take(person(letter, "Hej", to=letter.plain).replace(letter.message_id.encode(), b"<1.2.x@y>"))
    take(person(letter, "Hej").replace(b"Return-Path: <" + letter.to.encode(), b"Return-Path: <"))
    ProtectedAddress.objects.create(source="x", address_key=row.address_key)
    take(person(letter, "Skyddad"))
    assert not relay.messages


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so", "uk"])
def test_the_set_text_says_who_sends_and_how_to_stop(language: str) -> None:
    municipality = SiteSettings(municipality_name="Strängnäs kommun", sender_name="Ung", reply_to="ung@example.org")
    text = answering.set_text(municipality, language, "https://x/y")
    assert "Strängnäs kommun" in text
    assert "https://x/y" in text
    assert "ung@example.org" in text
    assert "{" not in text


# --- The screen ------------------------------------------------------------------------------------------------------


def test_the_screen_lists_what_waits_without_addresses(mailing: Mailing, page_client: type[Client]) -> None:
    rows = rows_of(mailing)
    letter, hidden = sent_letter(rows[0]), sent_letter(rows[1])
    applying.take(person(letter, "Sluta skicka!"))
    applying.take(person(hidden, "Hej"))
    applying.take(refused(rows[2]))
    ProtectedAddress.objects.create(source="x", address_key=rows[1].address_key)
    page = as_role(page_client, COMMUNICATOR).get(reverse("kampanj_answers")).content.decode()
    assert letter.to[:2] + "•••@" in page
    for one in (letter, hidden):
        assert one.to not in page
    assert page.count("•••@") == 1
    assert "Sluta" not in page
    for answer in Answer.objects.filter(kind="person"):
        assert reverse("kampanj_answer", args=[answer.pk]) in page


def test_reading_needs_its_permission_and_is_logged(mailing: Mailing, page_client: type[Client]) -> None:
    content = person(sent_letter(rows_of(mailing)[0]), "Sluta skicka!")
    answer, _is_new = applying.take(content)
    reader, other, nobody = (as_role(page_client, role) for role in (COMMUNICATOR, REGISTRAR, APPROVER))
    address = reverse("kampanj_answer_download", args=[answer.pk])
    for client in (other, nobody):
        assert client.post(address).status_code in (302, 403)
    assert reader.get(address).status_code == 405
    response = reader.post(address)
    assert response.content == content
    assert response.headers["Content-Disposition"].endswith('.eml"')
    assert AudienceEvent.objects.get(action="unmasked").details == {"answer": answer.pk}


def test_what_is_done_is_no_longer_kept(mailing: Mailing, page_client: type[Client]) -> None:
    content = person(sent_letter(rows_of(mailing)[0]), "Tack!")
    answer, _is_new = applying.take(content)
    client = as_role(page_client, COMMUNICATOR)
    client.post(reverse("kampanj_answer_done", args=[answer.pk]))
    path = answer.kept
    answer.refresh_from_db()
    assert (answer.kept, answer.sender_key, answer.sender_shown) == ("", "", "")
    assert keeping.kept(Answer(kept=path)) is None
    assert client.post(reverse("kampanj_answer_download", args=[answer.pk])).status_code == 404
    assert applying.take(content) == (answer, False)


def test_a_person_s_own_words_go_with_the_person(mailing: Mailing) -> None:
    letter = sent_letter(rows_of(mailing)[0])
    answer, _is_new = applying.take(person(letter, "Radera mig"))
    assert keeping.kept(answer)
    address_erased.send(sender=None, address_key=address_key(letter.to))
    assert keeping.kept(answer) is None
    assert not Answer.objects.exclude(sender_key="").exists()


def test_a_register_extract_tells_of_a_person_s_own_words(mailing: Mailing) -> None:
    row = rows_of(mailing)[0]
    letter = sent_letter(row)
    applying.take(person(letter, "Radera mig"))
    found = find(Sought("address", letter.to, row.address_key))
    told = extract(found, municipality=SiteSettings(), now=timezone.now())["person"]["own_messages"]
    assert len(told) == 1


def test_old_answers_go_with_retention(mailing: Mailing) -> None:
    answer, _is_new = applying.take(person(sent_letter(rows_of(mailing)[0]), "Hej"))
    retention.apply(timezone.now() + dt.timedelta(days=80), by=None)
    assert Answer.objects.exists()
    retention.apply(timezone.now() + dt.timedelta(days=100), by=None)
    assert not Answer.objects.exists()
    assert keeping.kept(answer) is None


def test_captured_letters_can_be_answered_as_well(mailing: Mailing, answers: SiteSettings) -> None:
    letter = sent_letter(rows_of(mailing)[0])
    assert take(person(letter, "Hej"))
    newest = captured("letters", keys()[0])
    assert newest is not None
    assert newest.message["Auto-Submitted"] == "auto-replied"
    assert working.Round().summary["messages"] == 0


def test_the_first_page_tells_of_what_waits(mailing: Mailing, page_client: type[Client]) -> None:
    client = as_role(page_client, COMMUNICATOR)
    address = reverse("kampanj_answers")
    assert "kampanj-answers" not in client.get(reverse("wagtailadmin_home")).content.decode()
    applying.take(person(sent_letter(rows_of(mailing)[0]), "Hej"))
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "kampanj-answers" in page
    assert f'href="{address}"' in page
    assert "kampanj-answers" not in as_role(page_client, REGISTRAR).get(reverse("wagtailadmin_home")).content.decode()
