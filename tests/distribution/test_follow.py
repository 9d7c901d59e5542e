"""The page that follows a mailing: what is happening in words, the pace, and the same for its script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kampanj.distribution import clock, control
from kampanj.distribution.deliveries.happening import happening, time_left
from kampanj.distribution.deliveries.replies import in_plain_words
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.sending.throttle import clock_time
from tests.distribution import rows
from tests.distribution.people import person

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
State = Delivery.State


def send(mailing: Mailing, number: int) -> None:
    keys = list(mailing.deliveries.filter(state=State.QUEUED).values_list("pk", flat=True)[:number])
    Delivery.objects.filter(pk__in=keys).update(state=State.SENT)


def test_the_pace_is_that_of_the_last_minute_and_says_how_long_is_left(started: Started) -> None:
    mailing = started()
    now = timezone.now()
    MailingRun.objects.filter(mailing=mailing).update(started_at=now - dt.timedelta(hours=1))
    mailing = Mailing.objects.get(pk=mailing.pk)
    with translation.override("en"):
        with time_machine.travel(now, tick=False):
            happening(mailing)
        send(mailing, 10)
        with time_machine.travel(now + dt.timedelta(seconds=20), tick=False):
            assert happening(mailing)["pace"] == "30 letters per minute, about 2 minutes left"
        with time_machine.travel(now + dt.timedelta(minutes=30), tick=False):
            assert "letters per minute" not in happening(mailing)["pace"], "what was seen half an hour ago is no pace"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.3, "less than a minute left"),
        (1, "about 1 minute left"),
        (3.2, "about 4 minutes left"),
        (100, "about 2 hours left"),
    ],
)
def test_time_left_in_words(minutes: float, words: str) -> None:
    with translation.override("en"):
        assert time_left(minutes) == words


def test_when_all_wait_for_a_new_attempt_it_says_when(started: Started) -> None:
    mailing = started()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    mailing.deliveries.update(due=tomorrow, attempts=1)
    with translation.override("en"):
        assert happening(Mailing.objects.get(pk=mailing.pk))["pace"].endswith(
            f"wait for a new attempt at {clock_time(tomorrow)}."
        )
        assert str(timezone.localtime(tomorrow).day) in clock_time(tomorrow)
        mailing.deliveries.update(attempts=0)
        said = happening(Mailing.objects.get(pk=mailing.pk))["pace"]
        assert said.endswith(f"wait until {clock_time(tomorrow)}."), "nothing has been tried"


def test_a_pause_is_told_in_plain_words_beside_the_server_s(started: Started, page_client: type[Client]) -> None:
    mailing = started()
    control.pause(mailing, reason="421 4.7.0 Too many messages")
    desk = page_client()
    desk.force_login(person("kim", "Kommunikatör"))
    told = desk.get(reverse("kampanj_mailing_progress", args=[mailing.pk])).json()
    assert told["status"] == "paused"
    assert told["pause_reason"].startswith(in_plain_words("421 x"))
    assert told["pause_reason"].endswith("421 4.7.0 Too many messages")
    assert told["notes"] == []
    page = desk.get(reverse("kampanj_mailing_follow", args=[mailing.pk])).content.decode()
    assert "421 4.7.0 Too many messages" in page
    assert 'value="resume"' in page
    assert page.index("data-progress") < page.index('value="resume"') < page.index("data-problem") < page.index("desk-numbers")


def test_the_last_sentence_tells_how_many_were_sent(started: Started) -> None:
    mailing = started()
    rows.fail(mailing, 1, "550 5.1.1 x")
    rows.finish(mailing)
    clock.tick()
    mailing = Mailing.objects.get(pk=mailing.pk)
    total = mailing.deliveries.count()
    with translation.override("en"):
        assert happening(mailing)["sentence"] == f"The mailing is finished: {total - 1} of {total} letters were sent."


@pytest.mark.parametrize(
    "reply",
    ["550 5.1.1 x", "452 4.2.2 x", "451 4.7.1 x", "550 5.7.1 x", "421 x", "450 x", "599 x", "552 5.3.4 x", "250 2.0.0 ok"],
)
def test_an_answer_has_plain_words(reply: str) -> None:
    assert in_plain_words(reply)


def test_words_of_our_own_are_no_answer() -> None:
    assert in_plain_words("trial mode: not sent") == ""
