"""Alarms: once for each standstill, whoever looks and however often; a line when it goes on; and never in the letters' way."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from kampanj.distribution import clock, control
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.pump import pump
from kampanj.distribution.sending import relay as relay_state
from kampanj.distribution.sending.models import Chore, SendingSettings
from kampanj.followup.operations import alarms, watch
from kampanj.followup.operations.models import Alarm
from kampanj.municipality.models import User
from tests.followup.operations.conftest import Use
from tests.mailserver import MailServer, Received

Started = Callable[..., Mailing]
OPERATOR = "drift@example.org"
LATER = dt.timedelta(minutes=11)
MINUTE = dt.timedelta(minutes=1)
State = MailingRun.State


@pytest.fixture(autouse=True)
def operator(settings: Settings) -> None:
    settings.OPERATOR_EMAIL = OPERATOR


def to_operator(server: MailServer) -> list[Received]:
    return [letter for letter in server.messages if letter.rcpt_tos == [OPERATOR]]


def written(letter: Received) -> str:
    return letter.message.get_content()


def names_no_guardian(server: MailServer) -> None:
    """Every alarm goes to people of the desk, and says nothing of an address."""
    desk = {OPERATOR, *User.objects.values_list("email", flat=True)}
    for letter in server.messages:
        assert set(letter.rcpt_tos) <= desk
        assert not re.search(r"[\w.]+@[\w.]+", written(letter))


def test_a_standstill_is_told_once_and_its_end_once(started: Started, nowhere: None, smtp_sink: MailServer, use: Use) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        mailing = started("Alla skolor")
        pump()
        watch.watch()
        traveller.shift(LATER)
        pump()
        relay_state.note_down("451 4.3.0 <nagon@example.org> not now")
        watch.watch()
        # The relay that does not answer takes no alarm either.
        alarm = Alarm.objects.get()
        assert (alarm.kind, alarm.mailing_id, alarm.told_at, alarm.ended_at) == ("standing", mailing.pk, None, None)
        use(smtp_sink.url)
        for _ in range(3):
            traveller.shift(MINUTE)
            watch.watch()
        (told,) = to_operator(smtp_sink)
        assert str(mailing) in str(told.message["Subject"])
        assert "not now" in written(told)
        names_no_guardian(smtp_sink)
        people = len(smtp_sink.messages)
        assert people > 1, "the mailing's people are told too"
        smtp_sink.messages.clear()
        traveller.shift(MINUTE)
        pump()
        assert not mailing.deliveries.filter(state=Delivery.State.QUEUED).exists()
        smtp_sink.messages.clear()
        clock.finish_done()
        watch.watch()
        watch.watch()
        (over,) = to_operator(smtp_sink)
        assert str(mailing) in str(over.message["Subject"])
        assert len(smtp_sink.messages) == people
        assert Alarm.objects.get().ended_at is not None


def test_one_that_is_over_before_it_could_be_told_is_told_in_one_mail(
    started: Started, nowhere: None, smtp_sink: MailServer, use: Use
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        started("Alla skolor")
        watch.watch()
        traveller.shift(LATER)
        watch.watch()
        MailingRun.objects.update(state=State.CANCELLED)
        watch.watch()
        use(smtp_sink.url)
        watch.watch()
        watch.watch()
        assert len(to_operator(smtp_sink)) == 1


def test_letters_that_move_or_wait_for_a_reason_raise_nothing(started: Started, relay: MailServer) -> None:
    """Later attempts, quiet hours and a place in line are no standstill; neither is the moment when they are over."""
    with time_machine.travel("2036-12-15T10:00:00+00:00", tick=False) as traveller:
        first, second = started(), started("Alla skolor")
        chosen = SendingSettings.load()
        for step in range(40):
            if step == 15:
                Delivery.objects.filter(state="queued").update(due=timezone.now() + 12 * MINUTE)
            elif step == 29:
                chosen.quiet_from, chosen.quiet_until = dt.time(0, 0), dt.time(23, 0)
                chosen.save()
            elif step < 15:
                # The first one moves, a letter a minute; the second waits for its turn.
                row = first.deliveries.filter(state="queued").first()
                assert row is not None
                Delivery.objects.filter(pk=row.pk).update(state="sent", finished_at=timezone.now())
            watch.watch()
            traveller.shift(MINUTE)
        assert second.deliveries.filter(state="queued").exists()
        chosen.quiet_from = chosen.quiet_until = None
        chosen.save()
        watch.watch()
        assert not Alarm.objects.exists()
        assert not relay.messages


def test_a_mailing_that_pauses_by_itself_is_told_at_once_and_one_that_a_person_pauses_is_not(
    started: Started, relay: MailServer
) -> None:
    by_itself, by_hand = started("Alla skolor"), started()
    boss = User.objects.get(username="godkannare")
    control.pause(by_hand, reason="Paus", user=boss)
    control.pause(by_itself, reason="The mail server says: 554 5.7.1 <nagon@example.org> blocked")
    watch.watch()
    watch.watch()
    (told,) = to_operator(relay)
    assert "5.7.1" in written(told)
    names_no_guardian(relay)
    relay.messages.clear()
    control.resume(by_itself, user=boss)
    watch.watch()
    assert len(to_operator(relay)) == 1
    control.pause(by_itself, reason="again")
    watch.watch()
    assert len(to_operator(relay)) == 2, "a new standstill is told anew"


@pytest.mark.django_db
def test_a_mailing_that_should_have_begun_is_told(relay: MailServer) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    MailingRun.objects.update(due_at=timezone.now() - LATER)
    watch.watch()
    assert Alarm.objects.get().kind == Alarm.Kind.NOT_STARTED
    clock.tick()
    watch.watch()
    assert MailingRun.objects.get(mailing=mailing).state == State.SENDING
    assert len(to_operator(relay)) == 2


@pytest.mark.django_db
def test_outside_the_hours_no_mailing_is_late(relay: MailServer) -> None:
    chosen = SendingSettings.load()
    chosen.window_from, chosen.window_until = dt.time(8), dt.time(9)
    chosen.save()
    with time_machine.travel("2036-12-15T10:00:00+00:00", tick=False) as traveller:
        make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
        traveller.shift(LATER)
        watch.watch()
        # Open again, and a tick has not come yet.
        traveller.move_to("2036-12-16T07:01:00+00:00")
        watch.watch()
        assert not Alarm.objects.exists()


def test_the_first_tick_after_a_standstill_of_the_clock_tells_of_it(started: Started, relay: MailServer) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        clock.tick()
        started("Alla skolor")
        traveller.shift(dt.timedelta(hours=2))
        clock.tick()
        clock.tick()
        watch.watch()
        watch.watch()
        (told,) = to_operator(relay)
        assert Alarm.objects.get().kind == Alarm.Kind.CLOCK
        assert str(told.message["Subject"])


@pytest.mark.django_db
def test_a_clock_that_had_nothing_to_do_is_not_told(relay: MailServer) -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        clock.tick()
        traveller.shift(dt.timedelta(days=2))
        clock.tick()
        watch.watch()
    assert not Alarm.objects.exists()


def test_who_asks_how_it_goes_finds_a_clock_that_stands(started: Started, relay: MailServer) -> None:
    """The web server runs when the clock does not."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        clock.tick()
        started("Alla skolor")
        watch.look_at_clock()
        assert not Alarm.objects.exists()
        traveller.shift(dt.timedelta(minutes=12))
        watch.look_at_clock()
        watch.look_at_clock()
        assert len(to_operator(relay)) == 1
        clock.tick()
        watch.watch()
        assert len(to_operator(relay)) == 2
        assert Alarm.objects.get().ended_at is not None


def test_zero_minutes_tell_nobody(started: Started, relay: MailServer, settings: Settings) -> None:
    settings.STALL_MINUTES = 0
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        clock.tick()
        started("Alla skolor")
        watch.watch()
        traveller.shift(dt.timedelta(hours=5))
        clock.tick()
        watch.watch()
        watch.look_at_clock()
    assert not Alarm.objects.exists()


@pytest.mark.django_db
def test_it_is_looked_once_a_minute_however_often_it_is_asked() -> None:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        watch.now_and_then()
        first = Chore.objects.get(pk=watch.KEY).due_at
        watch.now_and_then()
        assert Chore.objects.get(pk=watch.KEY).due_at == first
        traveller.shift(MINUTE)
        watch.now_and_then()
        assert Chore.objects.get(pk=watch.KEY).due_at == first + MINUTE


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_one(relay: MailServer) -> None:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    MailingRun.objects.filter(mailing=mailing).update(due_at=timezone.now() - LATER)
    relay.seconds_per_letter = 0.3
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        watch.watch()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Alarm.objects.count() == 1
    assert len(to_operator(relay)) == 1


def test_a_fault_of_the_alarm_does_not_disturb_the_letters(started: Started, relay: MailServer) -> None:
    """The operator's address is refused: letters leave all the same, and it is tried again."""
    relay.replies = {OPERATOR: "550 5.1.1 unknown"} | dict.fromkeys(
        User.objects.values_list("email", flat=True), "550 5.1.1 unknown"
    )
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        mailing = started("Alla skolor")
        watch.watch()
        traveller.shift(LATER)
        watch.watch()
        assert Alarm.objects.get().told_at is None
        pump()
        assert mailing.deliveries.filter(state=Delivery.State.SENT).exists()
        relay.replies = {}
        watch.watch()
        assert len(to_operator(relay)) == 1


@pytest.mark.django_db
def test_old_alarms_are_forgotten(relay: MailServer) -> None:
    past = timezone.now() - alarms.KEPT - MINUTE
    Alarm.objects.create(kind="clock", began_at=past, told_at=past, ended_at=past, end_told_at=past)
    watch.watch()
    assert not Alarm.objects.exists()
