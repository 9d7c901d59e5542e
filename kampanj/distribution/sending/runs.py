"""The runs that are being sent now, as the claim asks for them: in which order, how fast, and which of their letters."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.sending import hours


class SendingRun(NamedTuple):
    """A run that is being sent. While its first share is awaited, only letters whose address keys lie in `share` may leave."""

    mailing_id: int
    priority: int
    per_minute: int | None
    first_key: str | None
    last_key: str | None

    @property
    def share(self) -> tuple[str, str] | None:
        """The first and the last address key of those that may leave; None when all may."""
        return (self.first_key, self.last_key) if self.first_key and self.last_key else None

    @property
    def is_urgent(self) -> bool:
        """Whether it passes before all others, and its own limit."""
        return self.priority <= MailingRun.Priority.URGENT


def sending_runs() -> list[SendingRun]:
    """Those whose letters may leave now, by priority and then first due first; in quiet hours only emergencies."""
    running = MailingRun.objects.filter(state=MailingRun.State.SENDING)
    if hours.are_quiet():
        running = running.filter(priority__lte=MailingRun.Priority.URGENT)
    return [
        SendingRun._make(row)
        for row in running.order_by("priority", "due_at", "mailing_id").values_list(
            "mailing_id", "priority", "per_minute", "canary__first_key", "canary__last_key"
        )
    ]


def waiting(run: SendingRun) -> QuerySet[Delivery]:
    """The rows of a run that may leave, now or later."""
    rows = Delivery.objects.filter(mailing=run.mailing_id, state=Delivery.State.QUEUED)
    return rows.filter(address_key__range=run.share) if run.share else rows
