"""A few letters first: the rest of a mailing waits for how its first share fares.

The share is a stretch of the mailing's address keys. Those are keyed hashes, so it is spread over schools and domains by chance;
where the stretch begins follows from the mailing, so that it is not the same people each time. The claim takes no other rows
until the tick has judged. Once there is a verdict the keys are forgotten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kampanj.distribution import control, states
from kampanj.distribution.apart import kept_apart
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.sending.answers import FAILED, with_answers
from kampanj.distribution.sending.models import Canary, SendingSettings
from kampanj.distribution.sending.throttle import clock_time

logger = logging.getLogger(__name__)

State = Canary.State
UNJUDGED = (State.LEAVING, State.WAITING)
# A smaller mailing leaves all at once: a share of it would say nothing.
SMALL = 20


class Fate(NamedTuple):
    """How the share's letters have fared; those that were skipped do not count. `waiting` have been put off by a mail server."""

    total: int
    failed: int
    waiting: int
    untried: int

    @property
    def has_left(self) -> bool:
        """Every letter has been tried, and most of them have their answer."""
        return self.untried == 0 and self.waiting * 2 <= self.total

    def is_bad(self, stop_percent: int) -> bool:
        """Whether so many have failed that the rest must not follow."""
        return self.failed > 0 and self.failed * 100 >= stop_percent * self.total


def choose(run: MailingRun) -> None:
    """The first share of a run whose rows have just been made; none when it asks for none or is small.

    One that it had before its rows were lost is forgotten.
    """
    Canary.objects.filter(run=run).delete()
    rows = run.mailing.deliveries.order_by("address_key").values_list("address_key", flat=True)
    total = rows.count() if run.canary_percent else 0
    if not run.canary_percent or total < SMALL:
        return
    size = -(-total * run.canary_percent // 100)
    start = int(hashlib.sha256(str(run.mailing_id).encode()).hexdigest(), 16) % (total - size + 1)
    Canary.objects.create(run=run, first_key=rows[start], last_key=rows[start + size - 1], letters=size)


def look() -> None:
    """Judge the shares that can be judged now; the tick does it, and two at once are harmless."""
    settings = SendingSettings.load()
    sending = Canary.objects.filter(state__in=UNJUDGED, run__state=MailingRun.State.SENDING)
    for canary in sending.select_related("run__mailing"):
        with kept_apart("judging", canary.run.mailing_id):
            _judge(canary, settings)
    over = Canary.objects.filter(run__state__in=(MailingRun.State.DONE, MailingRun.State.CANCELLED))
    over.exclude(first_key="").update(first_key="", last_key="")


def _judge(canary: Canary, settings: SendingSettings) -> None:
    now = states.database_now()
    fate = fate_of(canary)
    if fate.is_bad(settings.stop_percent):
        _stop(canary, fate, now)
        return
    if canary.state == State.LEAVING and fate.has_left:
        Canary.objects.filter(pk=canary.pk, state=State.LEAVING).update(state=State.WAITING, left_at=now)
        canary.refresh_from_db()
    if canary.left_at and canary.left_at + wait(settings) <= now and _end(canary, State.PASSED, now):
        logger.info("mailing %s goes on after its first share", canary.run.mailing_id)


def _stop(canary: Canary, fate: Fate, now: dt.datetime) -> None:
    said = _("%(failed)s of %(count)s letters in the first share did not arrive.")
    reason = with_answers(said % {"failed": fate.failed, "count": fate.total}, share_of(canary))
    with transaction.atomic():
        # Judged once: when a person lets the mailing go on, all of it goes on.
        if _end(canary, State.STOPPED, now):
            control.pause(canary.run.mailing, reason=reason)


def _end(canary: Canary, verdict: Canary.State, now: dt.datetime) -> bool:
    unjudged = Canary.objects.filter(pk=canary.pk, state__in=UNJUDGED, run__state=MailingRun.State.SENDING)
    return bool(unjudged.update(state=verdict, judged_at=now, first_key="", last_key=""))


def share_of(canary: Canary) -> QuerySet[Delivery]:
    """The rows of a share that is not judged yet."""
    return Delivery.objects.filter(mailing=canary.run.mailing_id, address_key__range=(canary.first_key, canary.last_key))


def fate_of(canary: Canary) -> Fate:
    """How a share that is not judged yet has fared so far."""
    queued = Q(state=Delivery.State.QUEUED)
    leaving = Q(state__in=Delivery.IN_HAND) & ~states.held()
    counts = share_of(canary).aggregate(
        total=Count("pk", filter=~Q(state__in=(Delivery.State.SKIPPED, Delivery.State.CANCELLED))),
        failed=Count("pk", filter=Q(state__in=FAILED)),
        waiting=Count("pk", filter=queued & Q(attempts__gt=0)),
        untried=Count("pk", filter=queued & Q(attempts=0) | leaving),
    )
    return Fate(**counts)


def wait(settings: SendingSettings) -> dt.timedelta:
    """How long the rest waits once the share has left."""
    return dt.timedelta(minutes=settings.canary_wait_minutes)


def notes(run: MailingRun) -> list[str]:
    """Where a run stands with its first share, in words; nothing when it has none."""
    if run.state == MailingRun.State.PLANNED and run.canary_percent:
        said = _("%(percent)s per cent of the letters leave first. The rest wait for how they fare.")
        return [said % {"percent": run.canary_percent}]
    canary: Canary | None = getattr(run, "canary", None)
    if canary is None or run.state == MailingRun.State.CANCELLED:
        return []
    if canary.state == State.PASSED and canary.judged_at:
        values = {"count": canary.letters, "time": clock_time(canary.judged_at)}
        return [_("The first share of %(count)s letters went well. The rest followed from %(time)s.") % values]
    if canary.state == State.STOPPED:
        return [_after_stop(run)]
    return [_so_far(canary)] if canary.first_key else []


def _after_stop(run: MailingRun) -> str:
    if run.state == MailingRun.State.PAUSED:
        return _("Too many letters of the first share did not arrive. The rest leave only when somebody presses “Go on”.")
    return _("Too many letters of the first share did not arrive. Somebody let the rest go all the same.")


def _so_far(canary: Canary) -> str:
    settings = SendingSettings.load()
    fate = fate_of(canary)
    if canary.state == State.WAITING and canary.left_at:
        values = {
            "count": fate.total,
            "failed": fate.failed,
            "time": clock_time(canary.left_at + wait(settings)),
            "percent": settings.stop_percent,
        }
        return (
            _(
                "The first share of %(count)s letters has left, and %(failed)s did not arrive."
                " The rest leave by themselves around %(time)s if fewer than %(percent)s per cent fail."
            )
            % values
        )
    answered = fate.total - fate.waiting - fate.untried
    return _("The first share is leaving: %(done)s of %(count)s letters have their answer. The rest wait.") % {
        "done": answered,
        "count": fate.total,
    }
