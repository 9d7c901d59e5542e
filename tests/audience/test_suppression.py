"""Suppressions by topic: what they count for, what the database refuses, and that two at once are one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from kampanj.audience import selection
from kampanj.audience.identity import address_key
from kampanj.audience.models import ProtectedAddress, Segment, Suppression, Topic
from kampanj.audience.suppression import lift, must_not_be_written_to, suppress
from tests.audience.rosters import R, bring
from tests.installation import ROOT, Installation

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
Reason = Suppression.Reason
KEY = address_key("anna@example.org")


@pytest.fixture
def topics(db: None) -> tuple[Topic, Topic]:
    return Topic.objects.create(name="Trygghet"), Topic.objects.create(name="Fritid")


def test_a_suppression_with_a_topic_counts_for_that_topic_alone(topics: tuple[Topic, Topic]) -> None:
    safety, leisure = topics
    assert suppress(KEY, Reason.UNSUBSCRIBED, topic=safety)
    assert not suppress(KEY, Reason.UNSUBSCRIBED, topic=safety.pk)
    assert must_not_be_written_to([KEY], topic=safety) == {KEY: "suppressed"}
    assert must_not_be_written_to([KEY], topic=leisure) == {}
    assert must_not_be_written_to([KEY]) == {}
    assert suppress(KEY, Reason.UNSUBSCRIBED)
    assert must_not_be_written_to([KEY], topic=leisure.pk) == must_not_be_written_to([KEY]) == {KEY: "suppressed"}


def test_each_suppression_is_lifted_on_its_own(topics: tuple[Topic, Topic]) -> None:
    safety, _leisure = topics
    suppress(KEY, Reason.UNSUBSCRIBED, topic=safety)
    suppress(KEY, Reason.UNSUBSCRIBED)
    assert lift(KEY, Reason.UNSUBSCRIBED)
    assert not lift(KEY, Reason.UNSUBSCRIBED)
    assert must_not_be_written_to([KEY], topic=safety) == {KEY: "suppressed"}
    assert lift(KEY, Reason.UNSUBSCRIBED, topic=safety.pk)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("reason", [Reason.ERASED, Reason.COMPLAINED, Reason.ADDRESS_GONE])
def test_what_is_about_the_address_is_always_for_all_letters(topics: tuple[Topic, Topic], reason: Reason) -> None:
    with pytest.raises(ValueError, match="not about a topic"):
        suppress(KEY, reason, topic=topics[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Suppression.objects.create(address_key=KEY, reason=reason, topic=topics[0])
    assert suppress(KEY, reason)
    assert must_not_be_written_to([KEY], topic=topics[0]) == {KEY: "suppressed"}


def test_a_protected_address_is_protected_whatever_the_topic(topics: tuple[Topic, Topic]) -> None:
    ProtectedAddress.objects.create(source="annan", address_key=KEY)
    suppress(KEY, Reason.MANUAL, topic=topics[0])
    assert must_not_be_written_to([KEY], topic=topics[1]) == must_not_be_written_to([KEY]) == {KEY: "protected"}


def test_the_note_of_the_first_suppression_stays() -> None:
    suppress(KEY, Reason.MANUAL, note="Ringde")
    suppress(KEY, Reason.MANUAL, note="Skrev")
    assert Suppression.objects.get().note == "Ringde"


def test_a_segment_reaches_whoever_has_said_no_to_another_topic(schools: object, topics: tuple[Topic, Topic]) -> None:
    bring(R(), R("E2", "G2"))
    segment = Segment.objects.create(name="Alla")
    suppress(address_key("g1@example.org"), Reason.UNSUBSCRIBED, topic=topics[0])
    assert selection.count(segment, topic=topics[0]) == 1
    assert selection.count(segment, topic=topics[1]) == selection.count(segment) == 2


def at_once(act: Callable[[], bool], times: int = 4) -> list[bool]:
    """What `act` says in that many threads that begin together."""
    gate = threading.Barrier(times)
    said: list[bool] = []

    def begin() -> None:
        gate.wait()
        try:
            said.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def one_of_several_at_once() -> None:
    """Of those who suppress or lift at the same moment, with and without topic, one does it and none fails."""
    topic = Topic.objects.create(name="Samtidigt")
    for about in (None, topic.pk):
        for _round in range(5):
            assert sorted(at_once(lambda: suppress(KEY, Reason.MANUAL, topic=about))) == [False, False, False, True]  # noqa: B023
            assert Suppression.objects.count() == 1
            assert sorted(at_once(lambda: lift(KEY, Reason.MANUAL, topic=about))) == [False, False, False, True]  # noqa: B023


@pytest.mark.django_db(transaction=True)
def test_several_at_once_are_one() -> None:
    one_of_several_at_once()


def test_several_at_once_are_one_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url, "PYTHONPATH": str(ROOT)})
    installation.manage("migrate", "--verbosity", "0")
    script = f"from {__name__} import one_of_several_at_once; one_of_several_at_once(); print('ALL HOLDS')"
    assert "ALL HOLDS" in installation.manage("shell", "--command", script).stdout
