"""When the database comes back from a backup: nothing leaves by itself, for letters may have left after the backup was made.

As SQL, because it must be done in the transaction that brings the rows back: a clock that runs meanwhile must find no mailing
that goes on.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from kampanj.distribution.models import Delivery, MailingRun

REASON_LENGTH = 300


def holding(*, made_at: dt.datetime, now: dt.datetime, vendor: str) -> tuple[str, ...]:
    """Statements for the dumped schema: what was planned asks, what was being sent is paused, and what was in hand is held.

    A planned mailing keeps its time, and is sent then if somebody says so. A row that waits cannot be told from one whose letter
    left afterwards: the mailing's reason says so, and a person goes on or cancels.
    """
    with translation.override(settings.LANGUAGE_CODE):
        when = formats.date_format(timezone.localtime(made_at), "j F Y H:i")
        reason = _text(_reason(when)[:REASON_LENGTH])
        held = _text(_("in hand when the backup of %(when)s was made") % {"when": when})
    moment = _text(str(now.astimezone(dt.UTC) if vendor == "postgresql" else now.astimezone(dt.UTC).replace(tzinfo=None)))
    runs, rows = MailingRun._meta.db_table, Delivery._meta.db_table
    return (
        f"UPDATE {runs} SET state = 'asking', asked_at = {moment}, pause_reason = {reason}"  # noqa: S608  # Names and words of ours.
        " WHERE state IN ('planned', 'asking')",
        f"UPDATE {runs} SET state = 'paused', pause_reason = {reason} WHERE state IN ('sending', 'paused')",  # noqa: S608
        f"UPDATE {rows} SET state = 'uncertain', was_uncertain = TRUE, owner = '', lease_until = NULL, due = {moment},"  # noqa: S608
        f" smtp_reply = {held} WHERE state IN ('leased', 'sending')",
        f"UPDATE {rows} SET was_uncertain = TRUE WHERE state = 'uncertain'",  # noqa: S608
    )


def _reason(when: str) -> str:
    return _(
        "Brought back from the backup of %(when)s. The system does not know of letters that left after it. Let it go on only if"
        " none did (the mail server's log says); otherwise cancel it."
    ) % {"when": when}


def _text(words: str) -> str:
    """An SQL string."""
    return "'" + words.replace("'", "''") + "'"


def waiting_for_an_answer() -> tuple[int, int]:
    """How many mailings ask, and how many are paused."""
    state = MailingRun.State
    return tuple(MailingRun.objects.filter(state=one).count() for one in (state.ASKING, state.PAUSED))  # type: ignore[return-value]
