"""Letters that were sent, as answers to them name them."""

from __future__ import annotations

from kampanj.distribution import verp
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.senders import message_id
from kampanj.distribution.states import Claimed
from kampanj.municipality.models import SiteSettings
from tests.followup.bounces.forms import Sent

MUNICIPALITY = SiteSettings(sender_email="ung@kommun.example.org", bounce_address="studs@kommun.example.org")


def named(row: Claimed, email: str) -> Sent:
    """The names under which a row's letter left."""
    return Sent(verp.address(row, MUNICIPALITY), MUNICIPALITY.bounce_address, message_id(row, MUNICIPALITY), email)


def sent_letter(row: Delivery) -> Sent:
    """The names of a delivery's letter."""
    recipient = row.guardian or row.contact
    assert recipient is not None
    claimed = Claimed(row.pk, row.mailing_id, row.address_key, row.language, 0, recipient.email, None, None)
    return named(claimed, recipient.email)


def rows_of(mailing: Mailing) -> list[Delivery]:
    """The sent rows of a mailing."""
    return list(mailing.deliveries.filter(state="sent").select_related("guardian", "contact").order_by("pk"))


STRANGER = named(Claimed(4711, 7, "a" * 22, "sv", 0, None, None, None), "nagon@example.org")
