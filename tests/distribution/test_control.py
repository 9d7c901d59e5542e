"""Pause and cancel while letters are in flight: at most one more per connection leaves, whatever the relay's pace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from config import environment
from kampanj.distribution import control
from kampanj.distribution.models import Mailing
from kampanj.distribution.pump import pump
from kampanj.municipality.models import User
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
Stop = Callable[[Mailing, User], bool]


def pause(mailing: Mailing, user: User) -> bool:
    return control.pause(mailing, reason="vänta", user=user)


def cancel(mailing: Mailing, user: User) -> bool:
    return control.cancel(mailing, user=user)


@contextmanager
def pumping() -> Iterator[None]:
    """The real pump in a thread of its own, until it ends by itself."""

    def run() -> None:
        pump()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(60)
    assert not thread.is_alive()


@contextmanager
def sink_for(settings: Settings, **manners: Any) -> Iterator[Sink]:
    with Sink(**manners) as sink:
        for name, value in {"EMAIL_URL": sink.url, **environment.email(sink.url)}.items():
            setattr(settings, name, value)
        yield sink


def wait_for(sink: Sink, letters: int) -> None:
    deadline = time.monotonic() + 30
    while sink.count < letters:
        assert time.monotonic() < deadline
        time.sleep(0.0005)


# Seconds from the end of a letter to the relay's answer: what has left when somebody stops the mailing is only not yet answered.
PACES = {"at once": 0.0, "nearby": 0.01, "slow": 0.15, "very slow": 0.5}


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
@pytest.mark.parametrize("stop", [pause, cancel])
def test_at_most_one_more_letter_per_connection(
    pace: float, stop: Stop, started: Callable[..., Mailing], admin_user: User, settings: Settings
) -> None:
    mailing = started()
    with sink_for(settings, wait=(pace, pace)) as sink:
        with pumping():
            wait_for(sink, 9)
            assert stop(mailing, admin_user)
            stopped_at = time.monotonic()
        later = [letter for letter in sink.taken() if letter.at - pace > stopped_at]
    assert len(later) <= settings.MAIL_CONNECTIONS
