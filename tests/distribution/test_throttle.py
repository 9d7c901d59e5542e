"""Limits: no span of time sees more letters than they allow, whoever asks, and nothing waits longer than it must."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from config import environment
from kampanj.audience.models import Guardian
from kampanj.distribution import clock, control, states
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import pump
from kampanj.distribution.sending import meter, throttle
from kampanj.distribution.sending.meter import SLACK, Limit
from kampanj.distribution.sending.models import DomainLimit, Meter, SendingSettings
from kampanj.distribution.sending.pace import Pace
from kampanj.distribution.sending.runs import sending_runs
from tests.installation import ROOT, Installation
from tests.mailserver import MailServer
from tests.sink import Sink

Started = Callable[..., Mailing]
State = Delivery.State
SOME = 12
BEGIN = dt.datetime(2026, 12, 14, 7, 30, tzinfo=dt.UTC)

# --- Arithmetic ------------------------------------------------------------------------------------------------------

# Milliseconds that pass; how many are asked for; what share of them is given back; how many events later.
EVENTS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(1, 60), st.floats(0, 1), st.integers(0, 4)), min_size=1, max_size=40
)


@given(events=EVENTS, per_minute=st.integers(1, 100_000))
def test_no_span_sees_more_than_the_limit_and_what_may_be_caught_up(
    events: list[tuple[int, int, float, int]], per_minute: int
) -> None:
    interval = Limit.of("x", per_minute).interval
    now = free_at = BEGIN
    left: list[list[dt.datetime]] = []
    owed: list[tuple[int, int, int, dt.datetime]] = []
    for number, (passed, wanted, share, delay) in enumerate(events):
        now += dt.timedelta(milliseconds=passed)
        for due, index, count, at in [debt for debt in owed if debt[0] <= number]:
            free_at -= meter.returned(count, interval, age=now - at)
            left[index] = left[index][count:]
            owed.remove((due, index, count, at))
        count, free_at = meter.grant(free_at, now, wanted, interval)
        left.append([now] * count)
        if unused := round(count * share):
            owed.append((number + delay, number, unused, now))
    gone = sorted(
        moment for index, moments in enumerate(left) for moment in moments[sum(debt[2] for debt in owed if debt[1] == index) :]
    )
    for first in range(len(gone)):
        for last in range(first, len(gone)):
            assert last - first <= (gone[last] - gone[first] + SLACK) / interval


@given(per_minute=st.integers(1, 100_000), late=st.lists(st.integers(0, 2_900), min_size=30, max_size=30))
def test_who_asks_late_catches_up(per_minute: int, late: list[int]) -> None:
    """As long as nobody is later than SLACK, no permit is lost."""
    interval = Limit.of("x", per_minute).interval
    begin = free_at = BEGIN
    now, granted = begin, 0
    for milliseconds in late:
        now = max(free_at, now) + dt.timedelta(milliseconds=milliseconds)
        count, free_at = meter.grant(free_at, now, 1_000_000, interval)
        granted += count
    assert granted == (now - begin) // interval + 1


def test_a_clock_that_was_set_back_or_a_higher_limit_stops_nothing_for_long() -> None:
    interval = dt.timedelta(seconds=1)
    count, after = meter.grant(BEGIN + dt.timedelta(hours=1), BEGIN, 5, interval)
    assert (count, after) == (0, BEGIN + interval)


# --- The meter in the database ---------------------------------------------------------------------------------------

SHARER = """
import sys, time
from django.db import connection
from kampanj.distribution.sending.meter import Limit, take
limit, total = Limit.of("relay", 6000), 0
begin = time.time()
while time.time() < begin + 2:
    total += take(limit, 3).letters
print(total, begin, time.time())
"""


def test_two_processes_share_one_meter_exactly(installation: Installation, postgres_url: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "--command", SHARER]
    environ = installation.variables({"DATABASE_URL": postgres_url})
    both = [subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    found = [process.communicate(timeout=120)[0].split() for process in both]
    totals = [int(total) for total, _begin, _end in found]
    seconds = max(float(end) for *_, end in found) - min(float(begin) for _total, begin, _end in found)
    allowed = seconds * 100
    assert sum(totals) <= allowed + 2, "a new meter has nothing saved up"
    # Between the one's end and the other's beginning nobody asks.
    assert sum(totals) >= min(allowed, 2 * 100) * 0.95
    assert min(totals) > 0


@pytest.mark.django_db
def test_permits_for_letters_that_did_not_leave_are_given_back() -> None:
    limit = Limit.of("relay", 60)
    assert meter.take(limit, 5).letters == 1
    granted = meter.take(limit, 5)
    assert granted.letters == 0
    assert 0.5 < granted.wait <= 1
    meter.give_back(limit, 1, taken_at=states.database_now())
    assert meter.take(limit, 5).letters == 1


@pytest.mark.django_db
def test_meters_that_say_nothing_are_forgotten() -> None:
    now = states.database_now()
    Meter.objects.create(key="mailing:1", free_at=now - dt.timedelta(hours=2))
    Meter.objects.create(key="relay", free_at=now)
    assert meter.tidy() == 1
    assert list(Meter.objects.values_list("key", flat=True)) == ["relay"]


# --- The pump --------------------------------------------------------------------------------------------------------


@pytest.fixture
def sink(settings: Settings, db: None) -> Iterator[Sink]:
    """A server that notes when each letter came."""
    with Sink() as server:
        settings.EMAIL_URL = server.url
        for name, value in environment.email(server.url).items():
            setattr(settings, name, value)
        yield server


@pytest.fixture
def few(started: Started) -> Callable[..., Mailing]:
    """A mailing that has started, with SOME letters, and with values of its run."""

    def make(**values: object) -> Mailing:
        mailing = started()
        Delivery.objects.filter(pk__in=list(mailing.deliveries.order_by("pk").values_list("pk", flat=True))[SOME:]).delete()
        MailingRun.objects.filter(mailing=mailing).update(**values)
        return Mailing.objects.get(pk=mailing.pk)

    return make


def set_limits(*, relay: int | None = None, **domains: int) -> None:
    """Letters per minute in all, and for domains written with _ for the dot."""
    settings = SendingSettings.load()
    settings.relay_per_minute = relay
    settings.save()
    for domain, per_minute in domains.items():
        DomainLimit.objects.create(settings=settings, domain=domain.replace("_", "."), per_minute=per_minute)


def move_to(domain: str, mailing: Mailing, count: int) -> set[str]:
    """The first `count` recipients of a mailing get addresses in `domain`; the keys stay. Returns the addresses."""
    found = set()
    for number, row in enumerate(mailing.deliveries.order_by("pk")[:count]):
        found.add(f"v{number}@{domain}")
        Guardian.objects.filter(pk=row.guardian_id).update(email=f"v{number}@{domain}")
    return found


def last_after(sink: Sink, began: float) -> float:
    """Seconds from a monotonic moment to the last letter: the first permit cannot be older."""
    return max(letter.at for letter in sink.taken()) - began


def gaps(sink: Sink) -> list[float]:
    """Seconds between one letter and the next."""
    at = [letter.at for letter in sink.taken()]
    return [later - earlier for earlier, later in itertools.pairwise(at)]


def test_a_mailing_s_letters_leave_evenly(few: Started, sink: Sink) -> None:
    few(per_minute=300)
    began = time.monotonic()
    assert pump() == SOME
    assert last_after(sink, began) >= (SOME - 1) * 0.2
    found = gaps(sink)
    assert sum(found) <= (SOME - 1) * 0.2 + 1.5
    assert sorted(found)[len(found) // 2] > 0.1, "one by one, not in heaps"


def test_a_relay_that_takes_its_time_is_not_made_slower_still(few: Started, relay: MailServer) -> None:
    relay.seconds_per_letter = 0.6
    few(per_minute=180)
    began = time.monotonic()
    assert pump() == SOME
    assert time.monotonic() - began < SOME * 0.5, "the next letter does not wait for the answer to the last"


def test_the_tick_wakes_no_pump_in_vain_and_a_far_letter_idles_no_worker(few: Started, sink: Sink) -> None:
    few(per_minute=2)
    began = time.monotonic()
    assert pump() == 1
    assert time.monotonic() - began < 4, "half a minute is too long to wait"
    assert not clock.work_is_due()
    Meter.objects.update(free_at=states.database_now())
    assert clock.work_is_due()


def test_the_relay_s_limit_holds_for_all_mailings_together(few: Started, sink: Sink) -> None:
    set_limits(relay=600)
    few(), few()
    began = time.monotonic()
    assert pump() == 2 * SOME
    assert last_after(sink, began) >= (2 * SOME - 1) * 0.1


def test_an_emergency_passes_its_mailing_s_limit_and_goes_first_under_the_relay_s(few: Started, sink: Sink) -> None:
    set_limits(relay=600)
    few()
    urgent = few(per_minute=1, priority=MailingRun.Priority.URGENT)
    began = time.monotonic()
    pump()
    taken = [letter.message_id.split(".")[0].strip("<") for letter in sink.taken()]
    assert taken[:SOME] == [str(urgent.pk)] * SOME
    assert len(taken) == 2 * SOME
    assert last_after(sink, began) >= (2 * SOME - 1) * 0.1


def test_a_domain_s_limit_holds_back_its_own_letters_only(few: Started, sink: Sink) -> None:
    mailing = few()
    slow = move_to("slow.example.org", mailing, 6)
    set_limits(slow_example_org=120)
    began = time.monotonic()
    pump()
    taken = list(sink.taken())
    others = [letter.at for letter in taken if letter.recipient not in slow]
    late = [letter.at for letter in taken if letter.recipient in slow]
    assert len(others) == SOME - 6
    assert len(late) == 6
    assert max(others) < sorted(late)[2], "those in front of them in the queue do not hold them up"
    assert max(late) - began >= 5 * 0.5
    assert set(mailing.deliveries.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_rows_that_a_domain_s_limit_puts_off_are_one_interval_apart_and_count_no_attempt(few: Started) -> None:
    mailing = few()
    move_to("slow.example.org", mailing, 6)
    set_limits(slow_example_org=6)
    claimed = Pace().claim("owner", 50)
    assert len(claimed) == SOME - 6 + 1
    later = mailing.deliveries.filter(state=State.QUEUED).order_by("due")
    assert set(later.values_list("owner", "attempts")) == {(states.HELD_BACK, 0)}
    dues = list(later.values_list("due", flat=True))
    apart = [second - first for first, second in itertools.pairwise(dues)]
    assert apart == [dt.timedelta(seconds=10)] * 4
    assert dues[0] - states.database_now() <= dt.timedelta(seconds=10)


def test_a_limit_that_is_taken_away_holds_nobody_any_longer(
    few: Started, sink: Sink, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    mailing = few()
    move_to("slow.example.org", mailing, 6)
    set_limits(slow_example_org=1)
    assert pump() == SOME - 6 + 1
    assert not clock.work_is_due()
    with django_capture_on_commit_callbacks(execute=True):
        DomainLimit.objects.all().delete()
    assert clock.work_is_due()
    assert pump() == 5


def test_a_second_attempt_that_a_limit_holds_back_goes_free_with_it_and_a_back_off_stays(few: Started) -> None:
    mailing = few()
    move_to("slow.example.org", mailing, SOME)
    mailing.deliveries.update(attempts=1)
    later = states.database_now() + dt.timedelta(hours=1)
    backing_off = mailing.deliveries.order_by("-pk")[0]
    Delivery.objects.filter(pk=backing_off.pk).update(due=later)
    set_limits(slow_example_org=1)
    assert len(Pace().claim("owner", 50)) == 1
    assert throttle.plan_anew() == SOME - 2
    assert list(mailing.deliveries.filter(due__gt=states.database_now()).values_list("pk", "due")) == [(backing_off.pk, later)]
    assert not mailing.deliveries.filter(owner=states.HELD_BACK).exists()


def test_after_the_clock_was_set_back_pumps_are_woken_all_the_same(few: Started) -> None:
    mailing = few(per_minute=60)
    set_limits(relay=60)
    far = states.database_now() + dt.timedelta(days=300)
    for key in (throttle.RELAY, f"mailing:{mailing.pk}"):
        Meter.objects.create(key=key, free_at=far)
        assert clock.work_is_due()
        Meter.objects.filter(key=key).update(free_at=states.database_now() + dt.timedelta(seconds=1))
        assert not clock.work_is_due()
        Meter.objects.all().delete()
    limit = Limit.of(throttle.later_key(mailing.pk, "slow.example.org"), 60)
    Meter.objects.create(key=limit.key, free_at=far)
    begin = states.database_now()
    assert meter.spread(limit, 2, after=begin, most=SOME) == [begin, begin + limit.interval]
    assert meter.spread(limit, 1, after=begin, most=SOME) == [begin + 2 * limit.interval]


def test_what_is_given_back_does_not_count(few: Started) -> None:
    few(per_minute=60)
    set_limits(relay=60)
    pace = Pace()
    rows = pace.claim("owner", 50)
    assert len(rows) == 1
    assert set(Meter.objects.values_list("key", flat=True)) == {"relay", f"mailing:{rows[0].mailing_id}"}
    states.give_back([row.pk for row in rows], "owner")
    pace.give_back([row.pk for row in rows])
    assert len(Pace().claim("another", 50)) == 1


def test_a_mailing_that_waits_for_its_limit_is_paused_at_once(few: Started, sink: Sink) -> None:
    mailing = few(per_minute=60)
    pace = Pace()
    assert len(pace.claim("owner", 50)) == 1
    assert pace.claim("owner", 50) == []
    control.pause(mailing, reason="vänta")
    stop = threading.Event()
    began = time.monotonic()
    while pace.wait(stop):
        assert pace.claim("owner", 50) == []
        assert time.monotonic() < began + 3, "a paused mailing is nothing to wait for"


def test_without_limits_a_claim_costs_nothing_more(started: Started) -> None:
    started()
    pace = Pace()
    pace.claim("first", 1)
    with CaptureQueriesContext(connection) as bare:
        states.claim("bare", 1)
    with CaptureQueriesContext(connection) as paced:
        pace.claim("paced", 1)
    assert len(paced) <= len(bare)
    assert not Meter.objects.exists()


@pytest.mark.django_db
def test_nothing_waits_when_there_is_nothing_to_send() -> None:
    set_limits(relay=1)
    pace = Pace()
    assert pace.claim("owner", 50) == []
    assert not pace.wait(threading.Event())


# --- In words --------------------------------------------------------------------------------------------------------


def test_the_limits_are_said_in_words_with_the_time_when_all_is_done(few: Started) -> None:
    mailing = few(per_minute=2)
    move_to("slow.example.org", mailing, 6)
    set_limits(relay=100, slow_example_org=1)
    assert len(throttle.notes(mailing.run)) == 2, "so far no letter waits for the domain"
    pace = Pace()
    rows = pace.claim("owner", 50)
    MailingRun.objects.update(per_minute=None)
    rows += Pace().claim("owner", 50)
    states.give_back([row.pk for row in rows], "owner")
    MailingRun.objects.update(per_minute=2)
    said = throttle.notes(mailing.run)
    done = throttle.clock_time(states.database_now() + dt.timedelta(minutes=SOME / 2))
    assert said[0] in {f"Högst 2 brev i minuten: klart omkring {moment}." for moment in (done, *_minutes_around(SOME / 2))}
    assert said[1].startswith("Högst 100 brev i minuten sammanlagt: klart omkring ")
    assert said[2].startswith("Högst 1 brev i minuten till slow.example.org: klart omkring ")
    MailingRun.objects.filter(mailing=mailing).update(state=MailingRun.State.PAUSED)
    assert throttle.notes(MailingRun.objects.get(mailing=mailing))[0] == "Högst 2 brev i minuten."
    MailingRun.objects.filter(mailing=mailing).update(state=MailingRun.State.DONE)
    assert throttle.notes(MailingRun.objects.get(mailing=mailing)) == []


def _minutes_around(minutes: float) -> list[str]:
    """The clock may have turned meanwhile."""
    return [throttle.clock_time(states.database_now() + dt.timedelta(minutes=minutes + shift)) for shift in (-1, 1)]


def test_an_emergency_s_own_limit_is_not_promised(few: Started) -> None:
    mailing = few(per_minute=2, priority=MailingRun.Priority.URGENT)
    assert throttle.notes(mailing.run) == []
    assert throttle.own_limit(sending_runs()[0]) is None
