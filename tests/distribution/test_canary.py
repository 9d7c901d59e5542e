"""A few first: the rest waits for how they fare, whoever sends and whatever stops meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from wagtail.models import ModelLogEntry

from kampanj.audience import selection
from kampanj.audience.identity import address_key
from kampanj.distribution import clock, control, states
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.pump import pump
from kampanj.distribution.sending import canary
from kampanj.distribution.sending.models import Canary, SendingSettings
from kampanj.municipality.models import User
from tests.distribution.conftest import GUARDIANS, SCHOOLS, SLUG
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
State = Delivery.State
Planned = Callable[..., Mailing]


@pytest.fixture
def planned(db: None) -> Planned:
    """A mailing that starts at the next tick, with a first share of `percent`."""

    def make(percent: int | None = 10, *, segment: str = GUARDIANS) -> Mailing:
        mailing = make_mailing(slug=SLUG, segment_name=segment, at=None, is_approved=True)
        MailingRun.objects.filter(mailing=mailing).update(canary_percent=percent)
        return Mailing.objects.get(pk=mailing.pk)

    return make


@contextmanager
def later(minutes: float) -> Iterator[None]:
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes), tick=True):
        yield


def run_of(mailing: Mailing) -> MailingRun:
    return MailingRun.objects.get(mailing=mailing)


def share_of(mailing: Mailing) -> dict[str, str]:
    """Address by address key of those in the first share."""
    emails = {address_key(guardian.email): guardian.email for guardian in selection.recipients(mailing.segment)}
    keys = canary.share_of(run_of(mailing).canary).values_list("address_key", flat=True)
    return {key: emails[key] for key in keys}


def test_the_first_share_leaves_and_the_rest_follows_when_it_went_well(planned: Planned, relay: MailServer) -> None:
    mailing = planned()
    assert clock.tick()
    total = mailing.deliveries.count()
    share = share_of(mailing)
    assert len(share) == -(-total // 10)
    pump()
    assert sorted(relay.recipients) == sorted(share.values())
    assert not clock.tick(), "the rest waits"
    assert pump() == 0
    with later(14):
        assert not clock.tick()
    with later(16):
        assert clock.tick()
        pump()
        clock.tick()
    assert len(relay.recipients) == len(set(relay.recipients)) == total
    run = run_of(mailing)
    assert (run.state, run.canary.state) == (MailingRun.State.DONE, Canary.State.PASSED)
    assert (run.canary.first_key, run.canary.last_key) == ("", ""), "no key is kept longer than it is needed"


def test_a_share_that_fares_badly_pauses_the_mailing_and_says_why(planned: Planned, relay: MailServer, admin_user: User) -> None:
    mailing = planned(20)
    clock.tick()
    total, share = mailing.deliveries.count(), share_of(mailing)
    bad = sorted(share.values())[:3]
    relay.replies = {address: f"550 5.7.1 Mail to <{address}> not wanted here" for address in bad}
    pump()
    clock.tick()
    run = run_of(mailing)
    assert run.state == MailingRun.State.PAUSED
    assert run.pause_reason == (
        f"3 av {len(share)} brev i den första delen kom inte fram. Vanligaste svaren: 550 5.7.1 Mail to <•••> not wanted here (3)"
    )
    assert not any(address in run.pause_reason for address in bad)
    clock.tick()
    assert ModelLogEntry.objects.filter(action="kampanj.pause", object_id=str(mailing.pk)).count() == 1
    assert canary.notes(run) == [
        "För många brev i den första delen kom inte fram. Resten skickas först när någon trycker på ”Fortsätt”."
    ]
    assert control.resume(mailing, user=admin_user)
    assert clock.tick(), "all of it goes on"
    pump()
    assert len(relay.recipients) == total - 3
    assert canary.notes(run_of(mailing)) == ["För många brev i den första delen kom inte fram. Någon lät ändå resten skickas."]


def test_fewer_failures_than_the_settings_say_stop_nothing(planned: Planned, relay: MailServer) -> None:
    SendingSettings.objects.update_or_create(defaults={"stop_percent": 60, "canary_wait_minutes": 0})
    mailing = planned(20)
    clock.tick()
    share = sorted(share_of(mailing).values())
    relay.replies = dict.fromkeys(share[: len(share) // 2], "550 5.1.1 No such user")
    pump()
    assert clock.tick(), "without a wait the rest follows at once"
    assert run_of(mailing).canary.state == Canary.State.PASSED


def test_one_who_is_put_off_does_not_hold_up_the_rest(planned: Planned, relay: MailServer) -> None:
    mailing = planned(20)
    clock.tick()
    slow = min(share_of(mailing).values())
    relay.replies = {slow: "451 4.7.1 Greylisted"}
    pump()
    clock.tick()
    assert run_of(mailing).canary.state == Canary.State.WAITING
    with later(15.1):
        assert clock.tick()
        assert run_of(mailing).canary.state == Canary.State.PASSED


def test_a_relay_that_puts_everybody_off_lets_nobody_more_try(planned: Planned, relay: MailServer) -> None:
    mailing = planned(20)
    clock.tick()
    relay.replies = dict.fromkeys(share_of(mailing).values(), "451 4.7.1 Greylisted")
    pump()
    with later(0.5):
        clock.tick()
        assert run_of(mailing).canary.state == Canary.State.LEAVING
    with later(2):
        relay.replies = {}
        clock.tick()
        pump()
        clock.tick()
        assert run_of(mailing).canary.state == Canary.State.WAITING


def test_a_row_in_hand_of_a_dead_worker_keeps_the_share_open(planned: Planned, relay: MailServer) -> None:
    mailing = planned(20)
    clock.tick()
    size = run_of(mailing).canary.letters
    dead = states.claim("dead", 2)
    assert pump() == size - len(dead)
    clock.tick()
    assert run_of(mailing).canary.state == Canary.State.LEAVING
    with later(1):
        clock.tick()
        assert pump() == len(dead)
        clock.tick()
        assert run_of(mailing).canary.state == Canary.State.WAITING


def test_two_workers_take_nobody_outside_the_share(planned: Planned) -> None:
    mailing = planned(20)
    clock.tick()
    taken = [row.address_key for owner in ("one", "two", "three") for row in states.claim(owner, 5)]
    share = share_of(mailing)
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(share)
    assert not states.claim("four")[len(share) :]


def test_a_small_mailing_leaves_at_once(planned: Planned, relay: MailServer) -> None:
    mailing = planned(10, segment=SCHOOLS)
    clock.tick()
    assert mailing.deliveries.count() < canary.SMALL
    pump()
    assert len(relay.recipients) == mailing.deliveries.count()
    assert canary.notes(run_of(mailing)) == []


def test_a_mailing_without_a_first_share_has_none(planned: Planned) -> None:
    mailing = planned(None)
    clock.tick()
    assert not Canary.objects.exists()
    assert canary.notes(run_of(mailing)) == []


def test_it_is_not_the_same_people_each_time(planned: Planned) -> None:
    shares = [planned(5) for _ in range(4)]
    clock.tick()
    assert len({frozenset(share_of(mailing)) for mailing in shares}) > 1


def test_a_cancelled_mailing_keeps_no_keys(planned: Planned, admin_user: User) -> None:
    mailing = planned()
    clock.tick()
    control.cancel(mailing, user=admin_user)
    clock.tick()
    assert run_of(mailing).canary.first_key == ""
    assert canary.notes(run_of(mailing)) == []


def test_it_is_said_in_words_where_the_share_stands(planned: Planned, relay: MailServer) -> None:
    mailing = planned()
    assert canary.notes(run_of(mailing)) == ["10 procent av breven skickas först. Resten väntar på hur det går för dem."]
    clock.tick()
    size = len(share_of(mailing))
    assert canary.notes(run_of(mailing)) == [f"Den första delen skickas: 0 av {size} brev har fått svar. Resten väntar."]
    pump()
    clock.tick()
    [said] = canary.notes(run_of(mailing))
    assert said.startswith(
        f"Den första delen, {size} brev, är skickad och 0 kom inte fram. Resten skickas av sig självt omkring "
    )
    with later(16):
        clock.tick()
        [said] = canary.notes(run_of(mailing))
        assert said.startswith(f"Den första delen, {size} brev, gick bra. Resten började skickas ")
