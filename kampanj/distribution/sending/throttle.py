"""Throttling: which limits are in force, letters per minute, and what they mean in words.

A mailing has its own limit, which an emergency passes; the relay's and the receiving domains' hold for every letter. All are off
until somebody sets them. A pump asks `pace` how fast it may go.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kampanj.distribution import states
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.distribution.sending import meter, relay
from kampanj.distribution.sending.meter import Limit
from kampanj.distribution.sending.models import DomainLimit, FanOut, Meter, SendingSettings
from kampanj.distribution.sending.runs import SendingRun, sending_runs
from kampanj.distribution.statements import in_hand

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


def most_letters(mailing_id: int) -> int:
    """More than a mailing can have waiting: as many as it began with."""
    kept = FanOut.objects.filter(run__mailing=mailing_id).values_list("recipients", flat=True).first()
    return kept or Delivery.objects.filter(mailing=mailing_id).count()


def open_runs() -> list[SendingRun]:
    """The runs of which a letter may leave at this moment, as far as their own limit and the relay's go."""
    runs = sending_runs() if relay.asked_again_at() is None else []
    keys = {RELAY, *(limit.key for run in runs if (limit := own_limit(run)))}
    now = states.database_now()
    ahead = dict(Meter.objects.filter(key__in=keys, free_at__gt=now).values_list("key", "free_at"))

    def lets(limit: Limit | None) -> bool:
        # A pump puts a meter right that is astray; it must be woken for it.
        return limit is None or limit.key not in ahead or meter.is_astray(ahead[limit.key], now, limit.interval)

    if RELAY in ahead and not lets(limits().relay):
        return []
    return [run for run in runs if lets(own_limit(run))]


def connect() -> None:
    """Rows that wait for a domain's limit are looked at anew when somebody changes it."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=DomainLimit, dispatch_uid="kampanj.domain_limit")


def _changed(**_details: Any) -> None:
    transaction.on_commit(plan_anew)


def plan_anew() -> int:
    """Let the rows that domains' limits have put off be due now; the next claim spreads them again. Returns how many."""
    with transaction.atomic():
        count = states.let_go_held_back()
        Meter.objects.filter(key__startswith=f"{LATER}:").delete()
    return count


def notes(run: MailingRun) -> list[str]:
    """The limits that hold for a run, in words, with the time at which it will be done while it is being sent."""
    if run.state in (MailingRun.State.DONE, MailingRun.State.CANCELLED):
        return []
    settings = SendingSettings.load()
    own = run.per_minute if run.priority > MailingRun.Priority.URGENT else None
    left = left_of(run.mailing_id) if own or settings.relay_per_minute else 0
    found: list[str] = []
    if own:
        said = _("At most %(count)s letters a minute") % {"count": own}
        found.append(_with_time(run, said, _after(left, own)))
    if settings.relay_per_minute:
        said = _("At most %(count)s letters a minute in all") % {"count": settings.relay_per_minute}
        found.append(_with_time(run, said, _after(left, settings.relay_per_minute)))
    # Only domains whose limit holds letters of this mailing back: their meters say up to when, and no row is asked.
    later = Meter.objects.filter(key__startswith=later_key(run.mailing_id, ""), free_at__gt=states.database_now())
    until = dict(later.values_list("key", "free_at"))
    for limit in settings.domain_limits.order_by("domain"):
        if moment := until.get(later_key(run.mailing_id, limit.domain)):
            said = _("At most %(count)s letters a minute to %(domain)s") % {"count": limit.per_minute, "domain": limit.domain}
            found.append(_with_time(run, said, moment))
    return found


def left_of(mailing_id: int) -> int:
    """How many letters are to leave, each part counted by an index of its own."""
    rows = Delivery.objects.filter(mailing=mailing_id)
    return rows.filter(state=Delivery.State.QUEUED).count() + rows.filter(in_hand()).exclude(states.held()).count()


def _after(left: int, per_minute: int) -> dt.datetime | None:
    return timezone.now() + dt.timedelta(minutes=left / per_minute) if left else None


def _with_time(run: MailingRun, said: str, moment: dt.datetime | None) -> str:
    """“At most 60 letters a minute: done around 14:20.” The time only while letters leave."""
    is_leaving = run.state == MailingRun.State.SENDING and not (hasattr(run, "canary") and run.canary.first_key)
    if moment is None or not is_leaving:
        return f"{said}."
    return _("%(limit)s: done around %(time)s.") % {"limit": said, "time": clock_time(moment)}


def clock_time(moment: dt.datetime) -> str:
    """The time of day in the municipality's zone; another day's with its date."""
    local = timezone.localtime(moment)
    return formats.date_format(local, "H:i" if local.date() == timezone.localdate() else "j F H:i")
