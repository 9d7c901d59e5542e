"""The emergency way: at once, with a reason, before all others, and looked at afterwards by somebody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from kampanj.distribution import approval, clock
from kampanj.distribution.exceptions import ApprovalRefused, EmptySegment
from kampanj.distribution.models import Approval, Mailing, MailingRun
from kampanj.distribution.urgent import reviewing, sending
from kampanj.distribution.urgent.models import UrgentSending
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import approve, person, requested_by

pytestmark = pytest.mark.django_db
REASON = "Vattnet är otjänligt och måste kokas i kväll."


@pytest.fixture
def author(db: None) -> User:
    return person("forfattare", COMMUNICATOR)


@pytest.fixture
def sender(db: None) -> User:
    return person("beredskap", APPROVER)


@pytest.fixture
def another(db: None) -> User:
    return person("annan", APPROVER)


@pytest.fixture
def requested(author: User, settings: Settings) -> Mailing:
    settings.UNDO_MINUTES = 5
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return requested_by(author, send_date=dt.date(2036, 12, 14), send_time=dt.time(7, 30))


def send(mailing: Mailing, user: User, *, reason: str = REASON) -> UrgentSending:
    seen = approval.seen(mailing.get_latest_revision_as_object())
    return sending.send_now(mailing, user, reason=reason, what_was_seen=seen)


def test_it_leaves_at_once_whatever_time_was_set_and_before_all_others(requested: Mailing, sender: User, author: User) -> None:
    send(requested, sender)
    given = Approval.objects.get()
    assert (given.via, given.approver, given.requested_by) == ("urgent", sender, author)
    run = MailingRun.objects.get()
    assert run.priority < MailingRun.Priority.BULK
    assert clock.start_due() == 1
    assert not Mailing.objects.get(pk=requested.pk).workflow_in_progress


def test_a_reason_and_the_permission_are_needed(requested: Mailing, sender: User, author: User) -> None:
    for user, reason in ((sender, " "), (sender, "Bråttom!"), (author, REASON)):
        with pytest.raises(ApprovalRefused):
            send(requested, user, reason=reason)
    assert not Approval.objects.exists()
    assert Mailing.objects.get(pk=requested.pk).workflow_in_progress


def test_what_cannot_be_sent_leaves_nothing_half_done(requested: Mailing, sender: User) -> None:
    requested.segment.languages = ["ti"]
    requested.segment.save()
    with pytest.raises(EmptySegment):
        send(Mailing.objects.get(pk=requested.pk), sender)
    assert not UrgentSending.objects.exists()
    assert Mailing.objects.get(pk=requested.pk).workflow_in_progress


def test_what_changed_while_the_sender_was_reading_is_not_sent(requested: Mailing, sender: User) -> None:
    with pytest.raises(ApprovalRefused):
        sending.send_now(requested, sender, reason=REASON, what_was_seen="something else")


def test_an_approved_mailing_is_not_sent_again(requested: Mailing, sender: User, another: User) -> None:
    approve(requested, another)
    with pytest.raises(ApprovalRefused):
        send(Mailing.objects.get(pk=requested.pk), sender)


def test_somebody_else_reviews_it_afterwards_once(requested: Mailing, sender: User, author: User, another: User) -> None:
    urgent = send(requested, sender)
    author.groups.add(*another.groups.all())
    for user in (sender, User.objects.get(pk=author.pk), person("kommunikator-2", COMMUNICATOR)):
        with pytest.raises(ApprovalRefused):
            reviewing.review(urgent, user, note="Bra.")
    assert reviewing.waiting_for(another) == [urgent]
    reviewing.review(urgent, another, note="Rätt bedömt.")
    urgent.refresh_from_db()
    assert (urgent.reviewed_by, urgent.review_note) == (another, "Rätt bedömt.")
    with pytest.raises(ApprovalRefused):
        reviewing.review(urgent, person("tredje", APPROVER), note="Igen.")
    assert reviewing.waiting_for(another) == []


def test_the_database_takes_no_review_by_the_sender(requested: Mailing, sender: User) -> None:
    urgent = send(requested, sender)
    with pytest.raises(IntegrityError), transaction.atomic():
        UrgentSending.objects.filter(pk=urgent.pk).update(reviewed_by=sender, reviewed_at=timezone.now())


def test_those_who_can_review_are_reminded_every_day_until_it_is_done(requested: Mailing, sender: User, another: User) -> None:
    urgent = send(requested, sender)
    mail.outbox.clear()
    assert [reviewing.remind(), reviewing.remind()] == [1, 0]
    addresses = [message.to[0] for message in mail.outbox]
    assert another.email in addresses
    assert sender.email not in addresses
    assert REASON in mail.outbox[0].body
    UrgentSending.objects.update(reminded_at=timezone.now() - dt.timedelta(days=1))
    assert reviewing.remind() == 1
    reviewing.review(urgent, another, note="")
    UrgentSending.objects.update(reminded_at=None)
    assert reviewing.remind() == 0


def test_the_desk_asks_for_the_reason_and_shows_the_task_until_it_is_done(
    client: Client, requested: Mailing, sender: User, another: User, author: User
) -> None:
    address = f"/admin/utskick/{requested.pk}/skicka-nu/"
    client.force_login(author)
    assert client.get(address).status_code == 302
    assert address not in client.get(f"/admin/utskick/{requested.pk}/granska/").content.decode()
    client.force_login(sender)
    assert address in client.get(f"/admin/utskick/{requested.pk}/granska/").content.decode()
    screen = client.get(address)
    assert not Approval.objects.exists()
    refused = client.post(address, {"seen": screen.context["seen"], "reason": "Nu!"})
    assert refused.status_code == 422
    assert "Nu!</textarea>" in refused.content.decode()
    client.post(address, {"seen": screen.context["seen"], "reason": REASON})
    follow = f"/admin/utskick/{requested.pk}/folj/"
    page = client.get(follow).content.decode()
    assert REASON in page
    assert "granska-efterat" not in page
    client.force_login(another)
    assert follow in client.get("/admin/").content.decode()
    assert "granska-efterat" in client.get(follow).content.decode()
    client.post(f"/admin/utskick/{requested.pk}/granska-efterat/", {"note": "Rätt bedömt."})
    assert UrgentSending.objects.get().reviewed_by == another
    assert "Rätt bedömt." in client.get(follow).content.decode()
