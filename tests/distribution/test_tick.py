"""The tick: what fails for one mailing stops no other, and a tick without work asks little of the database."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from kampanj.distribution import clock, control, repair
from kampanj.distribution.models import Approval, Delivery, Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.sending.models import Canary, Chore, FanOut
from kampanj.municipality.models import User
from tests.distribution import rows
from tests.distribution.conftest import GUARDIANS, SLUG

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
State = Delivery.State
Run = MailingRun.State


def state_of(mailing: Mailing) -> str:
    return MailingRun.objects.get(mailing=mailing).state


def break_(mailing: Mailing) -> None:
    """Its approval holds what this version does not know."""
    kept = Approval.objects.get(mailing=mailing)
    Approval.objects.filter(pk=kept.pk).update(limits={**kept.limits, "unknown": 1})


def test_a_mailing_that_cannot_be_started_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    broken, healthy = (make_mailing(slug=SLUG, segment_name=GUARDIANS, at=None, is_approved=True) for _number in "ab")
    break_(broken)
    with caplog.at_level(logging.ERROR):
        assert clock.tick()
    assert (state_of(broken), state_of(healthy)) == (Run.PLANNED, Run.SENDING)
    assert f"mailing {broken.pk}" in caplog.text


def test_a_mailing_that_cannot_be_repaired_stops_no_other(started: Started) -> None:
    broken, lost, over = started(), started(), started()
    for mailing in (broken, lost):
        mailing.deliveries.all().delete()
        FanOut.objects.filter(run__mailing=mailing).delete()
    break_(broken)
    rows.finish(over)
    Delivery.objects.filter(mailing=over).update(state=State.SENT)
    clock.tick()
    assert lost.deliveries.exists()
    assert state_of(over) == Run.DONE
    assert state_of(broken) == Run.SENDING, "what has not been sent is not done"


def test_a_fault_in_one_step_leaves_the_others_their_turn(started: Started, caplog: pytest.LogCaptureFixture) -> None:
    over, waiting = started(), started()
    rows.finish(over)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kampanj_chore RENAME TO kampanj_lost")
    with caplog.at_level(logging.ERROR):
        assert clock.tick(), "a pump is woken"
    assert "repairing failed" in caplog.text
    assert (state_of(over), state_of(waiting)) == (Run.DONE, Run.SENDING)


def test_a_run_that_begins_anew_has_its_first_share_again(started: Started) -> None:
    mailing = started()
    MailingRun.objects.filter(mailing=mailing).update(canary_percent=10)
    mailing.deliveries.all().delete()
    FanOut.objects.all().delete()
    Canary.objects.create(run=mailing.run, letters=1, state=Canary.State.PASSED)
    assert repair.repair() == mailing.deliveries.count() > 0
    assert Canary.objects.get().state == Canary.State.LEAVING


def test_a_row_made_anew_has_been_uncertain_once(started: Started) -> None:
    mailing = started()
    first = mailing.deliveries.order_by("pk")[0]
    Delivery.objects.filter(pk=first.pk).delete()
    repair.repair()
    assert mailing.deliveries.get(address_key=first.address_key).was_uncertain


def test_what_is_uncertain_in_a_mailing_that_is_done_is_held(started: Started, settings: Settings, admin_user: User) -> None:
    settings.DELIVERY_NEVER_TWICE = True
    mailing = started()
    lost = rows.lose(mailing, 2, twice=False)
    rows.finish(mailing)
    clock.tick()
    assert state_of(mailing) == Run.DONE
    settings.DELIVERY_NEVER_TWICE = False
    clock.tick()
    assert set(control.held(mailing).values_list("pk", flat=True)) == set(lost)
    assert control.send_held(mailing, user=admin_user) == 2
    assert state_of(mailing) == Run.SENDING


def plans_of(act: Callable[[], object]) -> list[tuple[str, str]]:
    """Every statement about deliveries, with each line of SQLite's plan for it."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    found: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if "kampanj_delivery" in sql:
                # With its values bound, as it was asked: words in the statement would prove more.
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                found += [(sql, line[-1]) for line in cursor.fetchall()]
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL proves more")
def test_an_idle_tick_looks_through_no_rows(started: Started, admin_user: User) -> None:
    waiting, paused, cancelled, done = (started() for _number in range(4))
    rows.lose(waiting, 1)
    Delivery.objects.filter(mailing=waiting).update(due=timezone.now() + dt.timedelta(hours=1))
    rows.finish(done)
    control.pause(paused, reason="x")
    control.cancel(cancelled, user=admin_user)
    clock.tick()
    Chore.objects.all().delete()
    plans = plans_of(clock.tick)
    assert len({sql for sql, _line in plans}) > 5
    for sql, line in plans:
        names = {"kampanj_delivery", *re.findall(r'"kampanj_delivery" (\w+\d)', sql)}
        scanned = re.match(r"SCAN (\w+)", line)
        assert not (scanned and scanned[1] in names) or "delivery_in_hand" in line, (line, sql)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")
def test_an_idle_tick_changes_no_row(started: Started) -> None:
    mailing = started()
    Delivery.objects.filter(mailing=mailing).update(due=timezone.now() + dt.timedelta(hours=1))
    clock.tick()
    Chore.objects.all().delete()
    assert not [sql for sql, _line in plans_of(clock.tick) if sql.startswith("UPDATE")]
