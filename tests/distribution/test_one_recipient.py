"""One recipient's fault never stops the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, Suppression
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.pump import pump
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]


# Rosters are read so that none of these comes in; what another program writes into the database might.
@pytest.mark.parametrize("address", ["a@example.org\r\nBcc: b@example.org", "two words@example.org"])
def test_an_address_that_no_letter_can_carry_fails_alone(address: str, started: Started, relay: MailServer) -> None:
    one = Guardian.objects.exclude(children=None)[0]
    Guardian.objects.filter(pk=one.pk).update(email=address, address_key=address_key(address), identity_key="")
    mailing = started()
    pump()
    row = mailing.deliveries.get(address_key=address_key(address))
    assert row.state == Delivery.State.FAILED
    assert row.smtp_reply
    assert "@" not in row.smtp_reply
    assert Counter(mailing.deliveries.values_list("state", flat=True)) == {"failed": 1, "sent": len(relay.recipients)}
    assert len(relay.recipients) == mailing.deliveries.count() - 1
    assert MailingRun.objects.get(mailing=mailing).state == MailingRun.State.SENDING
    assert not Suppression.objects.exclude(address_key=address_key(address)).exists()


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "552 5.2.2 full", "553 5.1.3 odd", "554 5.7.1 not you", "550 no"])
def test_a_refusal_of_one_is_about_that_one(answer: str, started: Started, relay: MailServer) -> None:
    mailing = started()
    row = mailing.deliveries.exclude(guardian=None).select_related("guardian")[0]
    assert row.guardian is not None
    relay.replies = {row.guardian.email: answer}
    pump()
    assert Counter(mailing.deliveries.values_list("state", flat=True)) == {"failed": 1, "sent": len(relay.recipients)}
    assert mailing.deliveries.get(state="failed").pk == row.pk
    assert MailingRun.objects.get(mailing=mailing).state == MailingRun.State.SENDING
