"""A pool's process is asked to end (SIGTERM) at the worst moment of its pump."""

from __future__ import annotations

import collections
import os
import signal
from collections.abc import Callable, Iterator

import pytest

from kampanj.distribution import tasks
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.pump import pump, stopping
from kampanj.distribution.senders import Outgoing
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_a_pool() -> Iterator[None]:
    """What a pool's process does when it is asked: an error comes out wherever it is (billiard does the same)."""

    def leave(_number: int, _frame: object) -> None:
        raise SystemExit

    before = signal.signal(signal.SIGTERM, leave)
    yield
    signal.signal(signal.SIGTERM, before)
    stopping.clear()


def test_a_letter_that_was_about_to_be_allowed_leaves_and_is_written_down(
    in_a_pool: None, started: Callable[..., Mailing], relay: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = started()
    allow, begun = Outgoing.allow, list[Outgoing]()

    def asked_before_the_word(letter: Outgoing) -> None:
        begun.append(letter)
        if len(begun) == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        allow(letter)

    monkeypatch.setattr(Outgoing, "allow", asked_before_the_word)
    with pytest.raises(SystemExit):
        tasks.pump()
    counted = collections.Counter(mailing.deliveries.values_list("state", flat=True))
    assert set(counted) == {Delivery.State.SENT, Delivery.State.QUEUED}
    assert counted[Delivery.State.SENT] == len(relay.messages) >= 5
    # Another process goes on.
    stopping.clear()
    pump()
    assert set(mailing.deliveries.values_list("state", flat=True)) == {Delivery.State.SENT}
    assert len(set(relay.recipients)) == len(relay.recipients) == mailing.deliveries.count()
