"""After a standstill: send or ask, as the settings say; and a mailing starts once, however many clocks tick."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from kampanj.audience import selection
from kampanj.distribution import clock, control, states, undo
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.progress import progress
from kampanj.distribution.sending import overdue
from kampanj.distribution.sending.models import SendingSettings
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import approve, person, requested_by
from tests.installation import ROOT, Installation
from tests.mailserver import MailServer

State = MailingRun.State
SLUG = "jag-trodde-aldrig"
ALL = "Alla vårdnadshavare"


@pytest.fixture
def author(db: None, settings: Settings) -> User:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return person("skribent", COMMUNICATOR)


@pytest.fixture
def asks(db: None) -> SendingSettings:
    chosen = SendingSettings.load()
    chosen.overdue = SendingSettings.Overdue.ASK
    chosen.save()
    return chosen


def planned(author: User, *, late: dt.timedelta) -> Mailing:
    """An approved mailing of the author's that was due so long ago."""
    mailing = approve(requested_by(author), person("chef", APPROVER))
    MailingRun.objects.filter(mailing=mailing).update(due_at=timezone.now() - late)
    mail.outbox.clear()
    return Mailing.objects.get(pk=mailing.pk)


def state_of(mailing: Mailing) -> str:
    return MailingRun.objects.get(mailing=mailing).state


def test_unless_set_it_is_sent_however_late(author: User) -> None:
    mailing = planned(author, late=dt.timedelta(days=3))
    assert clock.start_due() == 1
    assert state_of(mailing) == State.SENDING


@pytest.mark.parametrize(("minutes", "state"), [(59, State.SENDING), (61, State.ASKING)])
def test_only_what_is_more_than_so_late_asks(author: User, asks: SendingSettings, minutes: int, state: str) -> None:
    mailing = planned(author, late=dt.timedelta(minutes=minutes))
    clock.tick()
    assert state_of(mailing) == state
    assert mailing.deliveries.exists() == (state == State.SENDING)
    clock.tick()
    assert state_of(mailing) == state


def test_an_emergency_never_asks(author: User, asks: SendingSettings) -> None:
    mailing = planned(author, late=dt.timedelta(days=1))
    MailingRun.objects.update(priority=MailingRun.Priority.URGENT)
    clock.start_due()
    assert state_of(mailing) == State.SENDING


def test_neither_the_undo_window_nor_the_hours_make_a_mailing_overdue(
    author: User, asks: SendingSettings, settings: Settings
) -> None:
    settings.UNDO_MINUTES = 120
    with time_machine.travel("2036-12-12T08:00:00+00:00", tick=False) as traveller:
        mailing = requested_by(author, send_date=dt.date(2036, 12, 12), send_time=dt.time(9, 1))
        approve(mailing, person("chef", APPROVER))
        traveller.shift(dt.timedelta(minutes=121))
        assert clock.start_due() == 1, "the time was two hours ago, but until now it could be undone"
        asks.weekdays_only = True
        asks.save()
        # Saturday.
        waiting = make_mailing(slug=SLUG, segment_name=ALL, at="2036-12-13 10:00", is_approved=True)
        for moment in ("2036-12-13T09:00:00+00:00", "2036-12-14T12:00:00+00:00", "2036-12-14T23:00:30+00:00"):
            assert state_of(waiting) == State.PLANNED
            traveller.move_to(moment)
            clock.tick()
        assert state_of(waiting) == State.SENDING


def test_its_people_are_written_to_once(author: User, asks: SendingSettings, settings: Settings) -> None:
    mailing = planned(author, late=dt.timedelta(hours=2))
    clock.tick()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    with pytest.raises(DistributionError):
        overdue.tell()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [overdue.tell(), overdue.tell()] == [1, 0]
    assert [message.to for message in mail.outbox] == [[author.email]]
    assert f"/utskick/{mailing.pk}/folj/" in mail.outbox[0].body
    assert overdue.reason(mailing.run) in mail.outbox[0].body


def test_one_who_cannot_be_written_to_keeps_nobody_else_from_being_told_and_nobody_is_told_twice(
    author: User, asks: SendingSettings, relay: MailServer, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    other = person("redaktor", COMMUNICATOR)
    relay.replies[author.email] = "550 5.1.1 unknown"
    make_mailing(slug=SLUG, segment_name=ALL, at=None, is_approved=True)
    MailingRun.objects.update(due_at=timezone.now() - dt.timedelta(hours=2))
    clock.tick()
    assert [overdue.tell(), overdue.tell()] == [1, 0]
    assert relay.recipients.count(other.email) == 1


def test_when_a_command_made_it_everybody_who_can_answer_is_told(author: User, asks: SendingSettings) -> None:
    editor, reader = person("redaktor", COMMUNICATOR), User.objects.create_user("lasare", "lasare@example.org", "x")
    make_mailing(slug=SLUG, segment_name=ALL, at=None, is_approved=True)
    MailingRun.objects.update(due_at=timezone.now() - dt.timedelta(hours=2))
    clock.tick()
    mail.outbox.clear()
    assert overdue.tell() == 1
    told = {message.to[0] for message in mail.outbox}
    assert {author.email, editor.email} <= told
    assert reader.email not in told


def test_the_desk_shows_the_question_and_takes_the_answer(client: Client, author: User, asks: SendingSettings) -> None:
    mailing = planned(author, late=dt.timedelta(hours=2))
    follow = f"/admin/utskick/{mailing.pk}/folj/"
    client.force_login(author)
    assert 'value="go_ahead"' not in client.get(follow).content.decode()
    clock.tick()
    assert f'<a href="{follow}">{mailing.name}</a></li>' in client.get("/admin/").content.decode()
    screen = client.get(follow).content.decode()
    assert overdue.reason(mailing.run) in screen
    assert 'value="go_ahead"' in screen
    assert client.get(f"/admin/utskick/{mailing.pk}/lage.json").json()["status"] == "asking"
    client.post(follow, {"action": "go_ahead"})
    assert overdue.waiting_for(author) == []
    assert clock.start_due() == 1
    assert state_of(mailing) == State.SENDING
    client.post(follow, {"action": "go_ahead"})
    assert state_of(mailing) == State.SENDING


def test_nobody_answers_who_may_not_change_mailings(client: Client, author: User, asks: SendingSettings) -> None:
    mailing = planned(author, late=dt.timedelta(hours=2))
    clock.tick()
    stranger = User.objects.create_user("lasare", "lasare@example.org", "x")
    client.force_login(stranger)
    client.post(f"/admin/utskick/{mailing.pk}/folj/", {"action": "go_ahead"})
    assert state_of(mailing) == State.ASKING
    assert overdue.waiting_for(stranger) == []


def test_what_asks_can_be_cancelled_and_nothing_else_moves_it(author: User, asks: SendingSettings) -> None:
    mailing = planned(author, late=dt.timedelta(hours=2))
    clock.tick()
    assert not control.pause(mailing, reason="x", user=author)
    assert not control.resume(mailing, user=author)
    assert not undo.undo(mailing, user=author)
    assert states.sending_mailings() == []
    assert progress(mailing)["total"] == 0
    SendingSettings.objects.update(overdue=SendingSettings.Overdue.SEND)
    clock.tick()
    assert state_of(mailing) == State.ASKING, "asked is asked: a person answers"
    assert control.cancel(mailing, user=author)
    clock.tick()
    assert (state_of(mailing), mailing.deliveries.count()) == (State.CANCELLED, 0)


# --- Once -------------------------------------------------------------------------------------------------------------


def test_two_mailings_of_one_campaign_to_one_segment_both_start(db: None) -> None:
    first, second = (make_mailing(slug=SLUG, segment_name=ALL, at=None, is_approved=True) for _number in "ab")
    assert (first.campaign, first.segment) == (second.campaign, second.segment)
    assert clock.start_due() == 2
    assert first.deliveries.count() == second.deliveries.count() > 0


@pytest.mark.django_db(transaction=True)
def test_two_threads_that_tick_at_once_start_a_mailing_once() -> None:
    mailing = make_mailing(slug=SLUG, segment_name=ALL, at=None, is_approved=True)
    expected = selection.count(mailing.segment)
    together = threading.Barrier(2)
    started: list[int] = []

    def start() -> None:
        try:
            together.wait(10)
            started.append(clock.start_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(started) == [0, 1]
    assert Delivery.objects.filter(mailing=mailing).count() == expected


TICK_AT = """
import sys, time
from kampanj.distribution import clock
print("ready", flush=True)
sys.stdin.readline()
print(clock.start_due(), flush=True)
"""


def test_two_processes_on_postgres_that_tick_at_once_start_a_mailing_once(installation: Installation, postgres_url: str) -> None:
    installation.environment["DATABASE_URL"] = postgres_url
    installation.manage("migrate", "--verbosity", "0")
    installation.manage("seed_demo")
    installation.manage("create_mailing", "--campaign", SLUG, "--segment", ALL, "--approve")
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "--command", TICK_AT]
    clocks = [
        subprocess.Popen(
            command,
            cwd=installation.folder,
            env=installation.variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _number in range(2)
    ]
    for process in clocks:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in clocks:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    answers = sorted(process.communicate(timeout=60)[0].strip() for process in clocks)
    assert answers == ["0", "1"]
