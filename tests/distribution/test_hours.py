"""Quiet hours and the send window: right on every minute of the odd days too, and kept by clock and pump."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kampanj.distribution import clock, control, plan, states
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import WINDOW, pump
from kampanj.distribution.sending import hours
from kampanj.distribution.sending.hours import Hours
from kampanj.distribution.sending.models import SendingSettings
from kampanj.distribution.testletter import send_test
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import approve, person, requested_by
from tests.mailserver import MailServer

Started = Callable[..., Mailing]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MINUTE = dt.timedelta(minutes=1)
DAY = 24 * 60


def odd_days(name: str) -> list[tuple[ZoneInfo, dt.datetime]]:
    """The zone with the beginning (UTC) of every day of 2026 and 2027 on which its clocks are moved."""
    zone = ZoneInfo(name)
    days = [dt.datetime(2026, 1, 1, tzinfo=zone) + dt.timedelta(days=number) for number in range(730)]
    return [(zone, day.astimezone(dt.UTC)) for day in days if day.utcoffset() != (day + dt.timedelta(days=1)).utcoffset()]


# In Beirut the clocks are moved at midnight, at Lord Howe by half an hour.
ODD_DAYS = [day for name in ("Europe/Stockholm", "Asia/Beirut", "Australia/Lord_Howe") for day in odd_days(name)]
TIMES = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45, 59]))
SPANS = st.none() | st.tuples(TIMES, TIMES).filter(lambda span: span[0] != span[1])


def minute_of(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def minutes_of(chosen: Hours) -> tuple[set[int], set[int]]:
    """The minutes of a day that are quiet, and those at which a mailing may begin, weekends left out of account."""

    def minutes(span: tuple[dt.time, dt.time], more: int) -> set[int]:
        first, last = minute_of(span[0]), minute_of(span[1])
        return {one % DAY for one in range(first, (last if first < last else last + DAY) + more)}

    quiet = minutes(chosen.quiet, 0) if chosen.quiet else set()
    return quiet, (minutes(chosen.window, 1) if chosen.window else set(range(DAY))) - quiet


def is_weekend(wall: dt.datetime) -> bool:
    return wall.strftime("%w") in "06"


@hypothesis_settings(max_examples=100)
@given(st.sampled_from(ODD_DAYS), st.integers(-60, 26 * 60), SPANS, SPANS, st.booleans())
def test_the_next_moment_that_is_open_is_the_first_on_the_odd_days_too(
    odd: tuple[ZoneInfo, dt.datetime],
    minute: int,
    quiet: tuple[dt.time, dt.time] | None,
    window: tuple[dt.time, dt.time] | None,
    weekdays_only: bool,
) -> None:
    zone, day = odd
    chosen = Hours(zone, quiet, window, weekdays_only)
    moment = day + minute * MINUTE
    quiet_minutes, open_minutes = minutes_of(chosen)

    def first(is_so: Callable[[dt.datetime], bool]) -> dt.datetime | None:
        steps = (moment + number * MINUTE for number in range(6 * DAY))
        return next((one for one in steps if is_so(one.astimezone(zone))), None)

    assert chosen.quiet_ends(moment) == first(lambda wall: minute_of(wall.time()) not in quiet_minutes)
    assert chosen.next_open(moment) == first(
        lambda wall: minute_of(wall.time()) in open_minutes and not (weekdays_only and is_weekend(wall))
    )


@pytest.mark.parametrize("odd", ODD_DAYS, ids=lambda odd: f"{odd[0].key}-{odd[1].date()}")
def test_no_minute_of_an_odd_day_is_quiet_but_those_on_the_clock(odd: tuple[ZoneInfo, dt.datetime]) -> None:
    zone, day = odd
    chosen = Hours(zone, quiet=(dt.time(22), dt.time(2, 30)), window=(dt.time(0, 30), dt.time(17)))
    quiet, is_open = minutes_of(chosen)
    for number in range(-60, 26 * 60):
        moment = day + number * MINUTE
        wall = moment.astimezone(zone)
        minute = minute_of(wall.time())
        assert (chosen.is_quiet(moment), chosen.may_begin(moment)) == (minute in quiet, minute in is_open)


def at(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        # 02:30 does not come: quiet until the clocks are moved.
        ("2026-03-29 01:59", "2026-03-29T01:00:00+00:00"),
        # 02:30 comes twice: open for half an hour, and quiet once more.
        ("2026-10-25 02:10", "2026-10-25T00:30:00+00:00"),
        ("2026-11-26 23:59:59", "2026-11-27T01:30:00+00:00"),
    ],
)
def test_quiet_until_half_past_two(moment: str, ends: str) -> None:
    chosen = Hours(STOCKHOLM, quiet=(dt.time(22), dt.time(2, 30)))
    assert chosen.quiet_ends(at(moment)) == dt.datetime.fromisoformat(ends)
    second_time = at("2026-10-25 02:10").replace(fold=1)
    assert chosen.is_quiet(second_time)


# --- Kept by the clock and the pump -----------------------------------------------------------------------------------


def choose(**values: object) -> SendingSettings:
    """The settings with these values, checked as the form checks them."""
    chosen = SendingSettings.load()
    for name, value in values.items():
        setattr(chosen, name, value)
    chosen.full_clean()
    chosen.save()
    return chosen


def quiet_now(**more: object) -> None:
    """Quiet from a minute ago for two hours, over midnight if it must be."""
    now = timezone.localtime()
    first, last = ((now + dt.timedelta(minutes=minutes)).time().replace(microsecond=0) for minutes in (-1, 120))
    choose(quiet_from=first, quiet_until=last, **more)


@pytest.mark.django_db
def test_nothing_is_in_force_until_it_is_set(started: Started, relay: MailServer) -> None:
    for hour in range(24):
        moment = dt.datetime(2026, 11, 28, hour, tzinfo=dt.UTC)
        assert Hours.as_set().may_begin(moment)
        assert not Hours.as_set().is_quiet(moment)
    mailing = started()
    assert clock.work_is_due()
    assert hours.notes(mailing.run) == []


@pytest.mark.django_db
def test_in_quiet_hours_nothing_leaves_and_nobody_is_woken_and_then_it_goes_on_by_itself(
    started: Started, relay: MailServer, admin_user: User
) -> None:
    mailing = started()
    later = mailing.deliveries.order_by("pk")[0]
    Delivery.objects.filter(pk=later.pk).update(attempts=2, smtp_reply="451 later")
    quiet_now()
    assert not clock.tick()
    assert pump() == 0
    control.pause(mailing, reason="vänta")
    control.resume(mailing, user=admin_user)
    assert not clock.tick()
    assert pump() == 0
    mailing.run.refresh_from_db()
    until = SendingSettings.load().quiet_until
    assert until
    notes = hours.notes(mailing.run)
    assert len(notes) == 1
    assert f"{until:%H:%M}" in notes[0]
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2, minutes=1), tick=True):
        assert clock.tick()
        pump()
        assert hours.notes(mailing.run) == []
    assert len(relay.messages) == mailing.deliveries.count()


@pytest.mark.django_db
def test_the_pump_stops_within_a_claim_when_the_quiet_hours_begin(
    started: Started, relay: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "CLAIM_SIZE", 10)
    mailing = started()
    relay.seconds_per_letter = 0.05
    now = timezone.localtime()
    first = (now + dt.timedelta(hours=1)).replace(second=0, microsecond=0)
    choose(quiet_from=first.time(), quiet_until=(first + dt.timedelta(hours=1)).time())
    with time_machine.travel(first - dt.timedelta(seconds=0.3), tick=True):
        pump()
    assert 0 < len(relay.messages) <= 10 + WINDOW + 0.3 / 0.05 * 4
    assert len(relay.messages) < mailing.deliveries.count()
    assert not mailing.deliveries.exclude(state__in=("sent", "queued")).exists()


@pytest.mark.django_db
def test_corrections_are_quiet_too_but_emergencies_and_test_letters_pass(started: Started, relay: MailServer) -> None:
    quiet_now()
    mailing = plan.make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    assert clock.start_due() == 0, "what would begin in quiet hours begins after them"
    MailingRun.objects.update(priority=MailingRun.Priority.CORRECTION)
    assert clock.start_due() == 0
    MailingRun.objects.update(priority=MailingRun.Priority.URGENT)
    assert clock.tick()
    assert pump() == mailing.deliveries.count() > 0
    before = len(relay.messages)
    assert send_test(mailing, "prov@example.org", user=person("provare", COMMUNICATOR)) == len(relay.messages) - before > 0


@pytest.mark.django_db
def test_a_mailing_begins_in_the_window_only_and_what_has_begun_goes_on(relay: MailServer) -> None:
    choose(window_from=dt.time(7), window_until=dt.time(17), weekdays_only=True)
    with time_machine.travel(at("2026-11-27 16:59:58"), tick=False) as traveller:
        friday = plan.make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
        traveller.move_to(at("2026-11-27 17:00:40"))
        assert clock.start_due() == 1, "a tick that comes a little late does not cost it a day"
        late = plan.make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
        for moment in ("2026-11-27 17:01", "2026-11-28 12:00", "2026-11-29 12:00", "2026-11-30 06:59:59"):
            traveller.move_to(at(moment))
            assert clock.start_due() == 0
            note = hours.notes(MailingRun.objects.get(mailing=late))
            assert len(note) == 1
            assert "07:00" in note[0]
        assert set(states.sending_mailings()) == {friday.pk}
        traveller.move_to(at("2026-11-30 07:00"))
        assert clock.start_due() == 1


@pytest.mark.django_db
def test_what_is_set_later_holds_for_what_was_planned_before() -> None:
    with time_machine.travel(at("2026-11-27 12:00"), tick=False) as traveller:
        plan.make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at="2026-11-28 12:00", is_approved=True)
        chosen = choose(weekdays_only=True)
        traveller.move_to(at("2026-11-28 12:00"))
        assert clock.start_due() == 0
        chosen.weekdays_only = False
        chosen.save()
        assert clock.start_due() == 1


@pytest.mark.django_db
def test_author_and_approver_are_told_when_the_time_lies_outside(client: Client) -> None:
    author, approver = person("forfattare-t", COMMUNICATOR), person("godkannare-t", APPROVER)
    choose(window_from=dt.time(7), window_until=dt.time(17), weekdays_only=True, quiet_from=dt.time(22), quiet_until=dt.time(6))
    # A Saturday, and the Monday after it.
    mailing = requested_by(author, send_date=dt.date(2036, 12, 13), send_time=dt.time(7, 30))
    proposed = mailing.get_latest_revision_as_object()
    assert hours.begins(proposed) in plan.sentence(proposed)
    assert "15 december 2036 07:00" in hours.begins(proposed)
    assert hours.begins(proposed) not in plan.sentence(proposed, when="nu")
    client.force_login(approver)
    assert hours.begins(proposed) in client.get(f"/admin/utskick/{mailing.pk}/granska/").content.decode()
    client.force_login(author)
    assert "15 december 2036 07:00" in client.get(f"/admin/snippets/kampanj/mailing/edit/{mailing.pk}/").content.decode()
    approved = approve(mailing, approver)
    assert "15 december 07:00" in hours.notes(approved.run)[0]
    on_time = requested_by(author, send_date=dt.date(2036, 12, 15), send_time=dt.time(7, 30))
    assert on_time.begins_later == ""


@pytest.mark.django_db
def test_hours_that_leave_no_time_are_refused_and_in_bad_data_said() -> None:
    never = {"quiet_from": dt.time(21), "quiet_until": dt.time(8), "window_from": dt.time(22), "window_until": dt.time(7, 59)}
    with pytest.raises(ValidationError):
        choose(**never)
    SendingSettings.load()
    SendingSettings.objects.update(**never)
    mailing = plan.make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)
    with time_machine.travel(at("2036-11-26 23:00"), tick=False):
        assert clock.start_due() == 0
        assert len(hours.notes(mailing.run)) == 1
        assert hours.begins(mailing)
