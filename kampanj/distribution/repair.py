"""What has broken, found and put in order by the tick; what was done is written in the mailing's history and can be shown.

Each check asks the database afresh and repairs what it finds, so that a second clock, or a crash halfway, changes nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from kampanj.distribution import control, states
from kampanj.distribution.apart import kept_apart
from kampanj.distribution.fanout import fan_out, restore
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.opened import missing_letter
from kampanj.distribution.sending import canary, chores
from kampanj.distribution.sending.models import FanOut
from kampanj.distribution.signals import clock_stood_still
from kampanj.municipality.storage import private_storage

logger = logging.getLogger(__name__)

ACTION = "kampanj.repair"
KEY = "repair"
EVERY = dt.timedelta(minutes=1)
State = MailingRun.State
# Runs whose rows must all be there.
UNDER_WAY = (State.SENDING, State.PAUSED)


class Kind(StrEnum):
    """What was repaired, as it stands in the log entry."""

    STARTED = "started"
    ROWS = "rows"
    LEASES = "leases"
    LETTERS = "letters"


def now_and_then() -> int:
    """`repair`, once a minute however many clocks tick; returns what it returns, or 0 when it is not time."""
    turn = chores.turn(KEY, every=EVERY)
    if not turn.is_mine:
        return 0
    last = turn.due_at - EVERY if turn.due_at else None
    stall = dt.timedelta(minutes=settings.STALL_MINUTES)
    if stall and last and timezone.now() - last > stall + EVERY:
        with kept_apart("telling of a standstill"):
            clock_stood_still.send(sender=None, since=last)
    return repair()


def last_tick() -> dt.datetime | None:
    """When the clock ticked last, to a minute; None when it never has."""
    return chores.last_done(KEY, every=EVERY)


def repair() -> int:
    """Look for everything that can have broken; returns how many rows and mailings were put in order."""
    repaired = 0
    with kept_apart("letting go"):
        repaired += free_rows()
    for run in _approved_runs(*UNDER_WAY):
        with kept_apart("making whole", run.mailing_id):
            repaired += make_whole(run)
    for run in _approved_runs(State.SENDING):
        with kept_apart("looking for letters", run.mailing_id):
            repaired += pause_without_letters(run)
    # Who got a letter is known by the rows, for as long as they know it, and by nothing else.
    FanOut.objects.exclude(run__state__in=states.GOING_ON).exclude(keys=b"").update(keys=b"")
    return repaired


def _approved_runs(*state: State) -> list[MailingRun]:
    return list(MailingRun.objects.filter(state__in=state, mailing__approval__isnull=False).select_related("mailing__approval"))


def make_whole(run: MailingRun) -> int:
    """Add the rows that a mailing under way has lost; returns how many. Nobody gets one who was not there at the start.

    A run without a row that nobody ever fanned out has not begun, whatever its state says: it begins now.
    """
    with transaction.atomic():
        held = MailingRun.objects.select_for_update(of=("self",)).select_related("mailing").filter(pk=run.pk, state__in=UNDER_WAY)
        mine = held.first()
        if mine is None:
            return 0
        kept = FanOut.objects.filter(run=mine).first()
        if kept is not None:
            kept.run = mine
            added, kind = restore(kept), Kind.ROWS
        elif hasattr(mine.mailing, "approval") and not mine.mailing.deliveries.exists():
            MailingRun.objects.filter(pk=mine.pk).update(started_at=timezone.now())
            added, kind = fan_out(mine.mailing), Kind.STARTED
            canary.choose(mine)
        else:
            return 0
        if added:
            _note(mine.mailing, kind, added)
    return added


def free_rows() -> int:
    """Rows that no lease would ever end are let go; returns how many."""
    with transaction.atomic():
        freed = states.free_ownerless()
        for mailing in Mailing.objects.filter(pk__in=freed):
            _note(mailing, Kind.LEASES, freed[mailing.pk])
    return sum(freed.values())


def pause_without_letters(run: MailingRun) -> int:
    """Pause a mailing with rows to send in a language whose approved letter is gone; 1 when it was paused, else 0."""
    waiting = Delivery.objects.filter(mailing=run.mailing_id, state=Delivery.State.QUEUED)
    storage = private_storage()
    paths = dict(run.mailing.approval.letters.values_list("language", "path"))
    there = {language for language, path in paths.items() if storage.exists(path)}
    lacking = list(waiting.exclude(language__in=there).values_list("language", flat=True)[:1])
    if not lacking or not control.pause(run.mailing, reason=missing_letter(lacking[0])):
        return 0
    _note(run.mailing, Kind.LETTERS, 1)
    return 1


def _note(mailing: Mailing, kind: Kind, count: int) -> None:
    logger.warning("mailing %s repaired: %s, %s", mailing.pk, kind, count)
    log(instance=mailing, action=ACTION, data={"kind": kind, "count": count})


def notes(run: MailingRun) -> list[str]:
    """What was repaired in the run's mailing, one translated sentence for each kind, the latest first."""
    entries = ModelLogEntry.objects.for_instance(run.mailing).filter(action=ACTION).order_by("-timestamp")
    found: dict[Kind, tuple[int, dt.datetime]] = {}
    for entry in entries:
        kind = Kind(entry.data["kind"])
        count, latest = found.get(kind, (0, entry.timestamp))
        found[kind] = count + int(entry.data["count"]), latest
    return [
        _SENTENCES[kind](count) % {"count": count, "when": formats.date_format(timezone.localtime(latest), "j F H:i")}
        for kind, (count, latest) in found.items()
    ]


_SENTENCES: dict[Kind, Callable[[int], str]] = {
    Kind.STARTED: lambda count: ngettext(
        "The start had been interrupted and was made up for with %(count)s letter, %(when)s.",
        "The start had been interrupted and was made up for with %(count)s letters, %(when)s.",
        count,
    ),
    Kind.ROWS: lambda count: ngettext(
        "%(count)s recipient had been lost from the mailing and was added again, %(when)s.",
        "%(count)s recipients had been lost from the mailing and were added again, %(when)s.",
        count,
    ),
    Kind.LEASES: lambda count: ngettext(
        "%(count)s letter was stuck and was let go, %(when)s.", "%(count)s letters were stuck and were let go, %(when)s.", count
    ),
    Kind.LETTERS: lambda _count: _("An approved letter was missing, and the mailing was paused, %(when)s."),
}
