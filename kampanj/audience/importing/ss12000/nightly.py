"""The nightly fetch: take the roster over, and tell the operator when that stops."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import mail_admins
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused, VanishingStopped
from kampanj.audience.importing import staging
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.plan import Plan, prepare
from kampanj.audience.importing.ss12000.exceptions import FetchStopped, Reason
from kampanj.audience.importing.ss12000.fetching import fetch_roster
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.municipality.notice import Notice

# From one night to the next, and so that a night's second attempt is the same night.
ONE_NIGHT = dt.timedelta(hours=20)

logger = logging.getLogger("kampanj.audience.ss12000")


def is_set_up() -> bool:
    """Whether this installation has a school system to ask."""
    return bool(settings.SS12000_URL)


def take_over(*, by: AbstractBaseUser | None = None, dry_run: bool = False, is_whole: bool = False) -> Plan | None:
    """Fetch, check and apply; None when nothing is new. With `dry_run`, only say what would change.

    Raises RosterRefused with nothing changed. The operator has then been told by mail, unless it was a dry run. What the
    brake has stopped waits in the desk, where somebody can look at it and let it go on.
    """
    try:
        fetched = fetch_roster(is_whole=is_whole)
        if fetched is None:
            return None
        if dry_run:
            return prepare(fetched.records(), source=fetched.source)
        file_name = f"ss12000-{timezone.localdate().isoformat()}.csv"
        kind = RosterSource.Kind.SS12000
        staged = staging.stage(fetched.as_csv_chunks(), source=fetched.source, file_name=file_name, by=by, kind=kind)
        try:
            plan = staging.check_and_apply(staged, by=by)
        except VanishingStopped:
            # A new marking waits for nobody's answer.
            staging.protect_at_once(staged)
            raise
    except RosterRefused as stop:
        # Whoever has never set it up is told by the refusal itself; there is nothing that has stopped.
        if not dry_run and is_set_up():
            tell_operator(stop, by=by)
        raise
    fetched.note_taken(by=by)
    return plan


def tell_operator(stop: RosterRefused, *, by: AbstractBaseUser | None = None) -> None:
    """One mail a night and reason, to OPERATOR_EMAIL or else to ADMINS, in the municipality's language; and a line in the log."""
    reason = reason_of(stop)
    source = settings.SS12000_SOURCE
    was_told = AudienceEvent.objects.filter(
        action=AudienceEvent.Action.REFUSED,
        subject=source,
        details__reason=reason.value,
        details__is_told=True,
        at__gt=timezone.now() - ONE_NIGHT,
    ).exists()
    is_told = was_told or _send(stop, reason)
    record(AudienceEvent.Action.REFUSED, by=by, subject=source, reason=reason.value, is_told=is_told)


def reason_of(stop: RosterRefused) -> Reason:
    """What kind of stop it is."""
    if isinstance(stop, FetchStopped):
        return stop.reason
    return Reason.BRAKE if isinstance(stop, VanishingStopped) else Reason.IMPORT


def _send(stop: RosterRefused, reason: Reason) -> bool:
    """Whether a mail has left; the log tells the operator when none could."""
    if not (settings.OPERATOR_EMAIL or settings.ADMINS):
        logger.error("The roster could not be fetched (%s), and nobody is told: OPERATOR_EMAIL is not set.", reason.value)
        return False
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("The roster could not be fetched from the school system")
        facts = {
            "stop": str(stop),
            "reason": reason.value,
            "source": settings.SS12000_SOURCE,
            "address": settings.WAGTAILADMIN_BASE_URL + reverse("kampanj_imports:index"),
        }
        body = render_to_string("kampanj/desk/roster_fetch_stopped.txt", facts)
    try:
        if settings.OPERATOR_EMAIL:
            Notice(subject, body, to=[settings.OPERATOR_EMAIL]).send()
        else:
            mail_admins(subject, body)
    except (smtplib.SMTPException, OSError):
        logger.exception("The roster could not be fetched (%s), and the mail about it could not be sent.", reason.value)
        return False
    return True
