"""A delivery as the desk may show it. What must not be told apart is made alike here, for lists, pages and files.

Skipped rows say only that they are skipped: a protected identity looks like whoever has unsubscribed or left. Of a row whose
recipient is protected now, gone, or at another address, there is no address, whatever became of the letter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from kampanj.audience.identity import masked
from kampanj.audience.models import ProtectedAddress
from kampanj.content.languages import language_name
from kampanj.distribution.deliveries.replies import in_plain_words, why_uncertain
from kampanj.distribution.models import Delivery

State = Delivery.State


def showable(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The rows with what `Shown` needs, in one query."""
    protected = ProtectedAddress.objects.filter(address_key=OuterRef("address_key"))
    return rows.select_related("guardian", "contact").annotate(is_protected=Exists(protected))


def whole_address(row: Delivery) -> str:
    """The address, for whoever may see it; empty when it must not be shown. The row comes from `showable`."""
    recipient = row.guardian or row.contact
    if row.state == State.SKIPPED or recipient is None or recipient.address_key != row.address_key:
        return ""
    return "" if getattr(row, "is_protected", True) else recipient.email


@dataclass(frozen=True)
class Shown:
    """What the desk says of one row; `address` is masked, or empty. `at` is when it ended or became
    uncertain, or when it is to be tried next."""

    pk: int
    state: str
    state_label: str
    address: str
    words: str
    reply: str
    at: dt.datetime | None
    attempts: int | None
    language: str

    @classmethod
    def of(cls, row: Delivery) -> Shown:
        """A row that comes from `showable`."""
        label = str(State(row.state).label)
        if row.state == State.SKIPPED:
            return cls(row.pk, row.state, label, "", row.smtp_reply, "", None, None, "")
        address = whole_address(row)
        words = in_plain_words(row.smtp_reply) or (why_uncertain(row.smtp_reply) if row.state == State.UNCERTAIN else "")
        return cls(
            row.pk,
            row.state,
            label,
            masked(address) if address else "",
            words or row.smtp_reply,
            row.smtp_reply if words else "",
            row.finished_at
            or (row.due if row.state == State.UNCERTAIN or (row.state == State.QUEUED and row.attempts) else None),
            row.attempts,
            language_name(row.language),
        )

    @property
    def recipient(self) -> str:
        """The masked address, or that there is none to show."""
        return self.address or _("not in the register any more")
