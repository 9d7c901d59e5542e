"""What goes wrong around the pump: a letter that cannot be opened, a database that is locked, quiet hours that begin."""

from __future__ import annotations

import collections
import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from kampanj.distribution import pump as pump_module
from kampanj.distribution.models import ApprovedLetter, Delivery, Mailing, MailingRun
from kampanj.distribution.pump import _Pump, pump
from kampanj.distribution.senders import Senders
from kampanj.distribution.sending.models import SendingSettings
from kampanj.distribution.sending.pace import Pace
from kampanj.municipality.storage import private_storage
from tests.mailserver import MailServer

Started = Callable[..., Mailing]
State = Delivery.State
SCHOOLS = "Alla skolor"


class BrokenStore(FileSystemStorage):
    """A store whose client raises an error of its own for the letters of one approval."""

    broken = ""

    def _open(self, name: str, mode: str = "rb") -> Any:
        if self.broken and self.broken in name:
            raise RuntimeError("the store's client has lost its credentials")
        return super()._open(name, mode)


@pytest.mark.django_db
@pytest.mark.parametrize("is_odd", [False, True])
def test_a_letter_that_cannot_be_opened_stops_its_own_mailing_only(
    is_odd: bool, started: Started, relay: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = started(SCHOOLS), started(SCHOOLS)
    place = private_storage().path("")
    path = ApprovedLetter.objects.filter(approval__mailing=bad).values_list("path", flat=True)[0]
    if is_odd:
        store = BrokenStore(location=place)
        store.broken = path.partition("-")[0]
        monkeypatch.setattr("kampanj.distribution.approval.private_storage", lambda: store)
    else:
        for letter in ApprovedLetter.objects.filter(approval__mailing=bad):
            letter.path = "letters"  # A folder.
            letter.save()
    pump()
    run = MailingRun.objects.get(mailing=bad)
    assert run.state == MailingRun.State.PAUSED
    assert "kan inte läsas" in run.pause_reason or "cannot be read" in run.pause_reason
    assert set(bad.deliveries.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    assert set(good.deliveries.values_list("state", flat=True)) == {State.SENT}


@pytest.fixture
def impatient_sqlite(transactional_db: None) -> Iterator[None]:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own lock")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    yield
    connection.close()


def test_what_was_taken_while_the_database_is_locked_is_written_down_afterwards(
    started: Started, relay: MailServer, impatient_sqlite: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DELIVERY_LEASE_SECONDS = 20
    mailing = started(SCHOOLS)
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None, check_same_thread=False)
    real = MailServer.handle_DATA
    locked: list[threading.Timer] = []
    taken_while_locked: list[int] = []

    def let_go() -> None:
        taken_while_locked.append(len(relay.messages))
        other.execute("ROLLBACK")

    async def lock_first(self: MailServer, server: Any, session: Any, envelope: Any) -> str:
        if not locked:
            other.execute("BEGIN IMMEDIATE")
            locked.append(threading.Timer(1.0, let_go))
            locked[0].start()
        return await real(self, server, session, envelope)

    monkeypatch.setattr(MailServer, "handle_DATA", lock_first)
    pump()
    other.close()
    assert taken_while_locked[0] <= pump_module.WINDOW, "nothing new leaves meanwhile"
    assert set(mailing.deliveries.values_list("state", flat=True)) == {State.SENT}
    assert max(collections.Counter(relay.recipients).values()) == 1


@pytest.mark.django_db
def test_rows_that_are_claimed_already_do_not_leave_in_quiet_hours(
    started: Started, relay: MailServer, settings: Settings
) -> None:
    settings.DELIVERY_LEASE_SECONDS = 60
    mailing = started()
    with Senders(1) as senders:
        work = _Pump(senders, Pace())
        work._top_up()
        assert len(work.ready) > pump_module.WINDOW
        now = timezone.localtime()
        SendingSettings.objects.update_or_create(
            defaults={
                "quiet_from": (now - dt.timedelta(minutes=2)).time(),
                "quiet_until": (now + dt.timedelta(minutes=2)).time(),
            }
        )
        work.pace._runs_at -= 1.0
        while work.insist(work.turn):
            pass
        work.end()
    assert relay.messages == []
    assert set(mailing.deliveries.values_list("state", "attempts")) == {(State.QUEUED, 0)}
