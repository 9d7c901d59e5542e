"""Throttling: which limits are in force, letters per minute, and what they mean in words.

A mailing has its own limit, which an emergency passes; the relay's and the receiving domains' hold for every letter. All are off
until somebody sets them. A pump asks `pace` how fast it may go.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kampanj.distribution import states
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.sending import relay
from kampanj.distribution.sending.meter import Limit
from kampanj.distribution.sending.models import DomainLimit, Meter, SendingSettings
from kampanj.distribution.sending.runs import SendingRun, sending_runs

RELAY = "relay"
LATER = "later"


@dataclass(frozen=True)
class Limits:
    """What the installation has set, for every letter."""

    relay: Limit | None = None
    domains: dict[str, Limit] = field(default_factory=dict)

    @property
    def none(self) -> bool:
        """Whether letters may leave as fast as they can."""
        return self.relay is None and not self.domains


def limits() -> Limits:
    """Those in force now (two short queries)."""
    settings = SendingSettings.load()
    relay = Limit.of(RELAY, settings.relay_per_minute) if settings.relay_per_minute else None
    pairs = settings.domain_limits.values_list("domain", "per_minute")
    return Limits(relay, {domain: Limit.of(f"domain:{domain}", per_minute) for domain, per_minute in pairs})


def own_limit(run: SendingRun) -> Limit | None:
    """The mailing's own; an emergency has none."""
    return Limit.of(f"mailing:{run.mailing_id}", run.per_minute) if run.per_minute and not run.is_urgent else None


def later_key(mailing_id: int, domain: str) -> str:
    """The meter that says up to when a mailing's rows of a domain are spread."""
    return f"{LATER}:{mailing_id}:{domain}"


def open_runs() -> list[SendingRun]:
    """The runs of which a letter may leave at this moment, as far as their own limit and the relay's go."""
    runs = sending_runs() if relay.asked_again_at() is None else []
    keys = {RELAY, *(limit.key for run in runs if (limit := own_limit(run)))}
    now = states.database_now()
    used_up = set(Meter.objects.filter(key__in=keys, free_at__gt=now).values_list("key", flat=True))
    if RELAY in used_up and limits().relay:
        return []
    return [run for run in runs if (limit := own_limit(run)) is None or limit.key not in used_up]


def connect() -> None:
    """Rows that wait for a domain's limit are looked at anew when somebody changes it."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=DomainLimit, dispatch_uid="kampanj.domain_limit")


def _changed(**_details: Any) -> None:
    transaction.on_commit(plan_anew)


def plan_anew() -> int:
    """Let the rows that domains' limits have put off be due now; the next claim spreads them again. Returns how many."""
    spreads = Meter.objects.filter(key__startswith=f"{LATER}:")
    mailings = {int(key.split(":")[1]) for key in spreads.values_list("key", flat=True)}
    now = states.database_now()
    with transaction.atomic():
        # Without attempts: those that wait for another one after an answer keep their time.
        waiting = Delivery.objects.filter(mailing__in=mailings, state=Delivery.State.QUEUED, attempts=0, due__gt=now)
        count = waiting.update(due=now)
        spreads.delete()
    return count


def notes(run: MailingRun) -> list[str]:
    """The limits that hold for a run, in words, with the time at which it will be done while it is being sent."""
    if run.state in (MailingRun.State.DONE, MailingRun.State.CANCELLED):
        return []
    settings = SendingSettings.load()
    left = run.mailing.deliveries.filter(state__in=Delivery.UNFINISHED).exclude(states.held())
    found: list[str] = []
    is_urgent = run.priority <= MailingRun.Priority.URGENT
    if run.per_minute and not is_urgent:
        said = _("At most %(count)s letters a minute") % {"count": run.per_minute}
        found.append(_with_time(run, said, left.count(), run.per_minute))
    if settings.relay_per_minute:
        said = _("At most %(count)s letters a minute in all") % {"count": settings.relay_per_minute}
        found.append(_with_time(run, said, left.count(), settings.relay_per_minute))
    for limit in settings.domain_limits.order_by("domain"):
        of_domain = Q(guardian__email__iendswith=f"@{limit.domain}") | Q(contact__email__iendswith=f"@{limit.domain}")
        if count := left.filter(of_domain).count():
            said = _("At most %(count)s letters a minute to %(domain)s") % {"count": limit.per_minute, "domain": limit.domain}
            found.append(_with_time(run, said, count, limit.per_minute))
    return found


def _with_time(run: MailingRun, said: str, left: int, per_minute: int) -> str:
    """“At most 60 letters a minute: done around 14:20.” The time only while letters leave."""
    is_leaving = run.state == MailingRun.State.SENDING and left and not (hasattr(run, "canary") and run.canary.first_key)
    if not is_leaving:
        return f"{said}."
    time = clock_time(timezone.now() + dt.timedelta(minutes=left / per_minute))
    return _("%(limit)s: done around %(time)s.") % {"limit": said, "time": time}


def clock_time(moment: dt.datetime) -> str:
    """The time of day in the municipality's zone; another day's with its date."""
    local = timezone.localtime(moment)
    return formats.date_format(local, "H:i" if local.date() == timezone.localdate() else "j F H:i")
