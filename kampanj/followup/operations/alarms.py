"""Alarms: one row for each standstill, however many processes see it; one mail when it begins, one line when it is over.

The mail may have to leave through the very relay that does not answer: it is tried again until it has left, and says then
whether it is over already. It never names a recipient.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from kampanj.distribution.models import MailingRun
from kampanj.distribution.redaction import redacted
from kampanj.distribution.sending.overdue import people_of
from kampanj.distribution.signals import clock_stood_still
from kampanj.distribution.telling import Words, tell_each
from kampanj.followup.operations.models import Alarm
from kampanj.municipality.models import User
from kampanj.municipality.notice import Notice

logger = logging.getLogger("kampanj.followup.operations")
Kind = Alarm.Kind
State = MailingRun.State

KEPT = dt.timedelta(days=90)


def connect() -> None:
    """Hear of standstills that the clock itself finds when it goes on."""
    clock_stood_still.connect(_clock_goes_on, dispatch_uid="kampanj.alarms")


def going_on() -> QuerySet[Alarm]:
    """Those that are not over."""
    return Alarm.objects.filter(ended_at=None)


def begin(kind: Kind, mailing_id: int | None, *, since: dt.datetime, words: str) -> None:
    """It stands still; nothing happens if that is known already. `words` may be a mail server's: addresses are blanked."""
    values = {"began_at": since, "words": redacted(words)[:300]}
    of_it = Q(mailing=mailing_id) if mailing_id else Q(mailing=None)
    _alarm, is_new = Alarm.objects.filter(of_it).get_or_create(
        kind=kind, ended_at=None, defaults={**values, "mailing_id": mailing_id}
    )
    if is_new:
        logger.error("alarm: %s, mailing %s", kind.value, mailing_id or "-")


def end(alarms: QuerySet[Alarm]) -> None:
    """They are over."""
    for alarm in alarms.filter(ended_at=None):
        if alarms.filter(pk=alarm.pk, ended_at=None).update(ended_at=timezone.now()):
            logger.info("alarm over: %s, mailing %s", alarm.kind, alarm.mailing_id or "-")


def _clock_goes_on(since: dt.datetime, **_details: Any) -> None:
    """Worth a word only when something was to be done meanwhile."""
    now = timezone.now()
    if Alarm.objects.filter(kind=Kind.CLOCK, ended_at=None).update(ended_at=now):
        return
    if MailingRun.objects.filter(Q(state=State.SENDING) | Q(state=State.PLANNED, due_at__lte=now)).exists():
        Alarm.objects.create(kind=Kind.CLOCK, began_at=since, ended_at=now)
        logger.error("alarm: %s, since %s", Kind.CLOCK.value, since.isoformat(timespec="seconds"))


def tell() -> None:
    """Send what has not been told. Two that tell at once write once: the row is claimed first, and given back if it fails."""
    for alarm in Alarm.objects.filter(told_at=None).select_related("mailing__approval", "mailing__run"):
        claim = {"told_at": timezone.now(), **({"end_told_at": timezone.now()} if alarm.ended_at else {})}
        _tell(alarm, claim)
    over = Alarm.objects.filter(end_told_at=None).exclude(ended_at=None).exclude(told_at=None)
    for alarm in over.select_related("mailing__approval", "mailing__run"):
        _tell(alarm, {"end_told_at": timezone.now()})
    Alarm.objects.filter(ended_at__lt=timezone.now() - KEPT).delete()


def _tell(alarm: Alarm, claim: dict[str, dt.datetime]) -> None:
    free = dict.fromkeys(claim)
    if not Alarm.objects.filter(pk=alarm.pk, **free).update(**claim):
        return
    is_first = "told_at" in claim
    if not _send(alarm, functools.partial(words, alarm, is_first=is_first)):
        Alarm.objects.filter(pk=alarm.pk, **claim).update(**free)


def _send(alarm: Alarm, said: functools.partial[Words]) -> bool:
    """To whoever runs the system, and to the mailing's people; whether anybody could be told, or there is nobody."""
    people: list[User] = people_of(alarm.mailing) if alarm.mailing and hasattr(alarm.mailing, "approval") else []
    could_tell = False
    if settings.OPERATOR_EMAIL:
        try:
            with translation.override(settings.LANGUAGE_CODE):
                subject, body = said()
            Notice(subject, body, to=[settings.OPERATOR_EMAIL]).send()
            could_tell = True
        except OSError as fault:  # SMTPException is one.
            logger.error("the alarm could not be sent to the operator: %s", type(fault).__name__)
    elif not people:
        return True
    others = [person for person in people if person.email.lower() != settings.OPERATOR_EMAIL.lower()]
    return (tell_each(others, said) is None and bool(others)) or could_tell


def words(alarm: Alarm, *, is_first: bool) -> Words:
    """What the mail says, translated. When `is_first`, also what had happened."""
    mailing = alarm.mailing
    facts = {
        "what": what(alarm) if is_first else "",
        "words": alarm.words if is_first else "",
        "over": over(alarm) if alarm.ended_at else "",
        "what_to_do": what_to_do(alarm) if not alarm.ended_at else "",
        "address": settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_operations"),
        "mailing_address": settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_mailing_follow", args=[mailing.pk])
        if mailing
        else "",
    }
    subject = _("It goes on again") if alarm.ended_at else str(_SUBJECTS[Kind(alarm.kind)]())
    about = f"{subject}: {mailing}" if mailing else subject
    return Words(" ".join(about.split()), render_to_string("kampanj/desk/operations/alarm.txt", facts))


_SUBJECTS = {
    Kind.STANDING: lambda: _("Letters stand still"),
    Kind.PAUSED: lambda: _("The mailing has paused by itself"),
    Kind.NOT_STARTED: lambda: _("The mailing has not started"),
    Kind.CLOCK: lambda: _("The clock stands still"),
    Kind.BACKUP: lambda: _("No backup is being made"),
}


def what(alarm: Alarm) -> str:
    """What stands still and since when, as a sentence."""
    facts = {"mailing": alarm.mailing, "when": when(alarm.began_at)}
    match alarm.kind:
        case Kind.STANDING:
            return _("No letter of the mailing “%(mailing)s” has left since %(when)s, although some could.") % facts
        case Kind.PAUSED:
            return _("The mailing “%(mailing)s” has paused by itself.") % facts
        case Kind.NOT_STARTED:
            return _("The mailing “%(mailing)s” was to begin %(when)s and has not.") % facts
        case Kind.BACKUP:
            return _("No backup has been made since %(when)s.") % facts
    return _("Nothing has run since %(when)s: no letters leave, and nothing is fetched or built.") % facts


def what_to_do(alarm: Alarm) -> str:
    """The next step, as a sentence."""
    match alarm.kind:
        case Kind.PAUSED:
            return _("Nothing more leaves until somebody presses “Go on”. Look at the reason first.")
        case Kind.STANDING:
            return _(
                "Nothing is lost: the letters leave when the fault is mended. Whoever runs the system looks at the mail server."
            )
        case Kind.BACKUP:
            return _("Run “manage.py backup”, which says what is wrong, and see that it runs every night.")
    return _("Nothing is lost. Whoever runs the system starts the worker and the clock (celery beat) again.")


def over(alarm: Alarm) -> str:
    """That it goes on again, as a sentence."""
    if alarm.kind == Kind.BACKUP:
        return _("A backup has been made again %(when)s.") % {"when": when(alarm.ended_at)}
    if alarm.mailing is None:
        return _("It goes on again since %(when)s.") % {"when": when(alarm.ended_at)}
    facts = {"when": when(alarm.ended_at), "mailing": alarm.mailing, "status": alarm.mailing.status}
    return _("It is over since %(when)s. The mailing “%(mailing)s” is now: %(status)s.") % facts


def when(moment: dt.datetime | None) -> str:
    """Day and time in the municipality's zone."""
    return formats.date_format(timezone.localtime(moment), "j F H:i")
