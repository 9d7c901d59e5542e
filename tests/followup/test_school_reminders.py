"""Schools that have not fetched their package get one reminder: approved with the mailing, byte for byte as approved."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from config import environment
from kampanj.audience.models import School, SchoolContact, Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import approval, clock, control, undo
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.plan import segment_named
from kampanj.distribution.pump import pump
from kampanj.distribution.sending.models import SendingSettings
from kampanj.municipality.models import User
from kampanj.municipality.storage import private_storage
from tests.distribution.people import approve, requested_by
from tests.distribution.rows import finish
from tests.followup.school_mailings import SCHOOLS, fetch, schools_written_to, sent_to_schools
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# A Wednesday: five days later is a Monday.
WEDNESDAY = dt.datetime(2026, 12, 2, 9, 0, tzinfo=STOCKHOLM)
State = MailingRun.State


@pytest.fixture
def relay(smtp_sink: MailServer, settings: Settings) -> MailServer:
    for name, value in environment.email(smtp_sink.url).items():
        setattr(settings, name, value)
    settings.EMAIL_URL = smtp_sink.url
    return smtp_sink


def reminder_of(mailing: Mailing) -> Mailing:
    return mailing.followers.select_related("run", "approval").get(kind=Mailing.Kind.REMINDER)


def at(day: int, hour: int = 9, minute: int = 1) -> dt.datetime:
    return dt.datetime(2026, 12, day, hour, minute, tzinfo=STOCKHOLM)


def test_only_schools_that_have_not_fetched_are_reminded_and_each_contact_once(author: User, approver: User) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clocks:
        mailing = sent_to_schools(author, approver)
        first, second, *others = School.objects.order_by("name")
        fetch(mailing, first)
        bounced = mailing.deliveries.filter(contact__school=second)
        bounced.update(state=Delivery.State.BOUNCED)
        contact = SchoolContact.objects.filter(school=others[0]).first()
        assert contact is not None
        suppress(contact.address_key, Suppression.Reason.UNSUBSCRIBED)
        clocks.move_to(at(7, 8, 59))
        assert clock.start_due() == 0
        clocks.move_to(at(7))
        assert clock.start_due() == 1
        assert clock.start_due() == 0
        reminder = reminder_of(mailing)
        written = schools_written_to(reminder)
        assert first.name not in written
        assert second.name not in written
        assert set(written) >= {school.name for school in others[1:]}
        assert not reminder.deliveries.filter(address_key=contact.address_key).exists()
        finish(reminder)
        clock.finish_done()
        clocks.move_to(at(28))
        clock.tick()
        assert Delivery.objects.filter(mailing__follows=mailing).count() == reminder.deliveries.count()


def test_the_reminder_leaves_byte_for_byte_as_approved_with_the_link_of_the_first_letter(
    author: User, approver: User, relay: MailServer, client: Client
) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clocks:
        mailing = approve(requested_by(author, segment=SCHOOLS, remind_after_days=5), approver)
        clock.start_due()
        pump()
        clock.finish_done()
        approved = approval.approved_message(reminder_of(mailing).approval.letters.get(language="sv"))
        first_links = {package_link(received.content) for received in relay.messages}
        relay.messages.clear()
        clocks.move_to(at(7))
        clock.start_due()
        pump()
        assert len(relay.messages) == reminder_of(mailing).deliveries.count() > 1
        head = approved.split(b"\r\n\r\n")[0]
        assert all(head in received.content for received in relay.messages)
        assert {package_link(received.content) for received in relay.messages} == first_links
        assert client.get(next(iter(first_links))).status_code == 200


def package_link(message: bytes) -> str:
    text = message_from_bytes(message).get_payload(0).get_payload(decode=True).decode()
    found = re.search(r"/skolpaket/\S+/", text)
    assert found
    return found[0]


def test_a_mailing_without_days_reminds_nobody_and_guardians_never_are(author: User, approver: User) -> None:
    mailing = sent_to_schools(author, approver, days=None)
    assert not mailing.followers.exists()
    to_guardians = Mailing(name="x", campaign=mailing.campaign, segment=segment_named("Alla vårdnadshavare"), remind_after_days=3)
    with pytest.raises(ValidationError) as fault:
        to_guardians.clean()
    assert "remind_after_days" in fault.value.message_dict


@pytest.mark.parametrize(("days", "leaves"), [(2, 4), (3, 7), (4, 7), (5, 7)], ids=["friday", "saturday", "sunday", "monday"])
def test_a_reminder_never_leaves_on_a_weekend(author: User, approver: User, days: int, leaves: int) -> None:
    with time_machine.travel(WEDNESDAY, tick=False):
        assert reminder_of(sent_to_schools(author, approver, days=days)).run.due_at == at(leaves, 9, 0)


@pytest.mark.parametrize(("month", "day"), [(3, 26), (10, 22)])
def test_days_are_counted_on_the_wall_also_when_the_clocks_are_moved(author: User, approver: User, month: int, day: int) -> None:
    began = dt.datetime(2026, month, day, 7, 30, tzinfo=STOCKHOLM)
    with time_machine.travel(began, tick=False):
        due = reminder_of(sent_to_schools(author, approver, days=5)).run.due_at.astimezone(STOCKHOLM)
    assert due == dt.datetime(2026, month, day + 5, 7, 30, tzinfo=STOCKHOLM)
    assert due.utcoffset() != began.utcoffset()


def test_days_are_counted_from_when_the_mailing_really_began(author: User, approver: User) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clocks:
        mailing = approve(requested_by(author, segment=SCHOOLS, remind_after_days=5), approver)
        clocks.move_to(at(3, 10, 0))
        clock.start_due()
        assert reminder_of(mailing).run.due_at == at(8, 10, 0)


def test_a_reminder_waits_for_its_mailing_and_for_quiet_hours(author: User, approver: User) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clocks:
        mailing = approve(requested_by(author, segment=SCHOOLS, remind_after_days=5), approver)
        clock.start_due()
        control.pause(mailing, reason="x")
        clocks.move_to(at(7, 22))
        assert clock.start_due() == 0
        control.resume(mailing, user=author)
        finish(mailing)
        clock.finish_done()
        chosen = SendingSettings.load()
        chosen.quiet_from, chosen.quiet_until = dt.time(20), dt.time(7)
        chosen.save()
        assert clock.start_due() == 0
        clocks.move_to(at(8, 7))
        assert clock.start_due() == 1


def test_a_cancelled_mailing_reminds_nobody(author: User, approver: User) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clocks:
        mailing = approve(requested_by(author, segment=SCHOOLS, remind_after_days=5), approver)
        clock.start_due()
        control.cancel(mailing, user=author)
        assert reminder_of(mailing).run.state == State.CANCELLED
        clocks.move_to(at(28))
        clock.tick()
        assert not reminder_of(mailing).deliveries.exists()


def test_undoing_the_approval_takes_the_reminder_with_it(author: User, approver: User, settings: Settings) -> None:
    settings.UNDO_MINUTES = 5
    mailing = approve(requested_by(author, segment=SCHOOLS, remind_after_days=5), approver)
    reminder = reminder_of(mailing)
    paths = list(reminder.approval.letters.values_list("path", flat=True))
    assert not undo.undo(reminder, user=approver)
    assert undo.undo(mailing, user=approver)
    assert not Mailing.objects.filter(follows=mailing).exists()
    assert paths
    again = approve(requested_by(author, segment=SCHOOLS, remind_after_days=2), approver)
    assert reminder_of(again)


def test_a_school_that_fetches_while_its_reminder_waits_gets_none(author: User, approver: User) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clocks:
        mailing = sent_to_schools(author, approver)
        clocks.move_to(at(7))
        clock.start_due()
        school = School.objects.order_by("name")[0]
        assert school.name in schools_written_to(reminder_of(mailing))
        fetch(mailing, school)
        assert school.name not in schools_written_to(reminder_of(mailing))


def test_a_mailing_has_one_reminder_at_most(author: User, approver: User) -> None:
    mailing = sent_to_schools(author, approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.create(
            kind="reminder", follows=mailing, name="x", campaign=mailing.campaign, segment=mailing.segment, live=False
        )


def test_the_last_screen_shows_the_reminder_and_another_number_of_days_is_not_what_was_seen(
    author: User, approver: User, client: Client
) -> None:
    mailing = requested_by(author, segment=SCHOOLS, remind_after_days=5)
    client.force_login(approver)
    page = client.get(f"/admin/utskick/{mailing.pk}/granska/").content.decode()
    for language in ("sv", "ar"):
        address = f"/admin/utskick/{mailing.pk}/paminnelsebrev/{language}/html/"
        assert address in page
        assert client.get(address).status_code == 200
    seen = approval.seen(mailing.get_latest_revision_as_object())
    changed = mailing.get_latest_revision_as_object()
    changed.remind_after_days = 6
    assert approval.seen(changed) != seen
    letter = client.get(f"/admin/utskick/{mailing.pk}/paminnelsebrev/sv/html/").content
    first = client.get(f"/admin/utskick/{mailing.pk}/brev/sv/html/").content
    assert letter != first
    approved = approve(mailing, approver)
    kept = reminder_of(approved).approval.letters.get(language="sv")
    with private_storage().open(kept.path) as file:
        assert hashlib.sha256(file.read()).hexdigest() == kept.sha256
