"""What is happening with a mailing now, in words: one sentence, the pace, the time left."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.utils import formats, timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.distribution import control
from kampanj.distribution.deliveries.replies import in_plain_words
from kampanj.distribution.models import Delivery, Mailing, MailingRun
from kampanj.distribution.progress import left, next_attempt_at, notes, per_minute, progress
from kampanj.distribution.sending import hours
from kampanj.distribution.sending.throttle import clock_time

Run = MailingRun.State
State = Delivery.State


def happening(mailing: Mailing) -> dict[str, Any]:
    """JSON-ready, for the page and for its script: `progress` with words beside the numbers.

    `sentence`, `pace`, `pause_reason`, `status_label` (str); `notes` (list of str); `held_count` and `shown` (numbers as they are
    written in this language, per state and for `total` and `finished_count`).
    """
    now = progress(mailing)
    run: MailingRun | None = getattr(mailing, "run", None)
    numbers = (*State.values, "total", "finished_count")
    return {
        **now,
        "status_label": str(mailing.status),
        "sentence": sentence(mailing, now),
        "pace": pace(mailing, now),
        "pause_reason": pause_reason(run) if run and run.state == Run.PAUSED else "",
        "notes": notes(mailing),
        "held_count": control.held(mailing).count() if now[State.UNCERTAIN] else 0,
        "shown": {name: written(now[name]) for name in numbers},
    }


def pause_reason(run: MailingRun) -> str:
    """Why it is paused; a mail server's own words with plain ones before them."""
    words = in_plain_words(run.pause_reason)
    return _("%(words)s It said: %(reply)s") % {"words": words, "reply": run.pause_reason} if words else run.pause_reason


def written(number: int) -> str:
    """“12 345” for whoever reads Swedish."""
    return number_format(number, force_grouping=True)


def sentence(mailing: Mailing, now: dict[str, Any]) -> str:
    """One sentence; the status alone for what there are no words for."""
    done, total = written(now["finished_count"]), written(now["total"])
    run: MailingRun | None = getattr(mailing, "run", None)
    match now["status"]:
        case Run.PLANNED if run is not None:
            return _("The letters leave on %(when)s.") % {"when": _moment(_begins(run), "l j F Y H:i")}
        case Run.ASKING:
            return _("Its time has passed, and nothing has been sent: the mailing waits for somebody's word.")
        case Run.SENDING:
            return _("The letters are leaving now: %(done)s of %(total)s are done.") % {"done": done, "total": total}
        case Run.PAUSED:
            return _("The mailing is paused: %(done)s of %(total)s are done, and no more letters leave.") % {
                "done": done,
                "total": total,
            }
        case Run.DONE:
            return _("The mailing is finished: %(sent)s of %(total)s letters were sent.") % {
                "sent": written(now[State.SENT] + now[State.BOUNCED]),
                "total": total,
            }
        case Run.CANCELLED:
            return _("The mailing is cancelled: %(sent)s letters had left, and no more leave.") % {
                "sent": written(now[State.SENT] + now[State.BOUNCED])
            }
    return str(mailing.status)


def _begins(run: MailingRun) -> dt.datetime:
    """When a planned run begins with the hours that are set."""
    return run.due_at if hours.passes(run) else hours.Hours.as_set().next_open(run.due_at) or run.due_at


def pace(mailing: Mailing, now: dict[str, Any]) -> str:
    """“120 letters per minute, about 4 minutes left”; when everybody waits, until when; empty when there is nothing to say."""
    rate = per_minute(mailing, now["finished_count"])
    if now["status"] != Run.SENDING:
        return ""
    if (later := next_attempt_at(mailing)) is not None and not (now[State.LEASED] or now[State.SENDING]):
        first = mailing.deliveries.filter(state=State.QUEUED, due=later).order_by("pk").values_list("attempts", flat=True).first()
        if first:
            return _("The letters that are left wait for a new attempt at %(when)s.") % {"when": clock_time(later)}
        return _("The letters that are left wait until %(when)s.") % {"when": clock_time(later)}
    if rate is None or round(rate) < 1:
        return ""
    per = ngettext("%(shown)s letter per minute", "%(shown)s letters per minute", round(rate)) % {"shown": written(round(rate))}
    return f"{per}, {time_left(left(now) / rate)}"


def time_left(minutes: float) -> str:
    """About how long, in minutes or hours."""
    if minutes < 1:
        return _("less than a minute left")
    if minutes < 90:
        number = math.ceil(minutes)
        return ngettext("about %(number)s minute left", "about %(number)s minutes left", number) % {"number": number}
    number = round(minutes / 60)
    return ngettext("about %(number)s hour left", "about %(number)s hours left", number) % {"number": number}


def _moment(moment: Any, form: str) -> str:
    return formats.date_format(timezone.localtime(moment), form)
