"""The condition in the database and the question in Python say the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import Settings

from kampanj.audience.models import ProtectedAddress, Suppression, Topic
from kampanj.audience.suppression import must_not_be_written_to, suppress
from kampanj.distribution import states
from kampanj.distribution.models import Approval, Delivery, Mailing
from kampanj.distribution.recheck import still_wanted

pytestmark = pytest.mark.django_db


def test_whoever_must_not_be_written_to_is_not_wanted_and_everybody_else_is(started: Callable[..., Mailing]) -> None:
    mailing = started()
    keys = list(mailing.deliveries.order_by("pk").values_list("address_key", flat=True)[:6])
    suppress(keys[0], Suppression.Reason.UNSUBSCRIBED)
    ProtectedAddress.objects.create(source="annan", address_key=keys[1])
    wanted = set(Delivery.objects.filter(still_wanted(), mailing=mailing).values_list("address_key", flat=True))
    everybody = set(mailing.deliveries.values_list("address_key", flat=True))
    assert everybody - wanted == set(must_not_be_written_to(everybody)) == set(keys[:2])


def test_a_topic_left_bars_its_own_mailings_only(started: Callable[..., Mailing]) -> None:
    mailing = started()
    mine, other = Topic.objects.create(name="Läger"), Topic.objects.create(name="Kurser")
    Approval.objects.filter(mailing=mailing).update(topic=mine)
    # What somebody writes into the mailing after its approval counts for nothing.
    Mailing.objects.filter(pk=mailing.pk).update(topic=other)
    first, second, *_rest = mailing.deliveries.order_by("pk").values_list("address_key", flat=True)
    Suppression.objects.create(address_key=first, reason=Suppression.Reason.UNSUBSCRIBED, topic=mine)
    Suppression.objects.create(address_key=second, reason=Suppression.Reason.UNSUBSCRIBED, topic=other)
    unwanted = mailing.deliveries.exclude(still_wanted()).values_list("address_key", flat=True)
    assert list(unwanted) == [first]


def test_never_twice_lists_what_is_uncertain_the_first_time(started: Callable[..., Mailing], settings: Settings) -> None:
    settings.DELIVERY_NEVER_TWICE = True
    started()
    row = states.claim("owner")[0]
    states.move_on("owner", sent={}, leaving=[row.pk])
    states.settle_uncertain(row.pk, "owner", "connection lost")
    states.return_expired()
    assert list(Delivery.objects.filter(states.held()).values_list("pk", "was_uncertain")) == [(row.pk, False)]
