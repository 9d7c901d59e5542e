"""How it is going now, in plain words: what works, what waits and why, what to do. For the screen and for its script."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kampanj.distribution import repair, trial
from kampanj.distribution.deliveries.happening import pause_reason, written
from kampanj.distribution.models import MailingRun
from kampanj.distribution.sending import hours, relay
from kampanj.followup.operations import alarms, backups, readings
from kampanj.followup.operations.facts import Facts, Lane
from kampanj.followup.operations.models import Alarm

Run = MailingRun.State
# States of imports that somebody or something is working on.
WORKED_ON = ("fetch_waits", "fetching", "check_waits", "checking", "apply_waits", "applying")
# Ticks are noted once a minute.
CLOCK_WAITS = dt.timedelta(minutes=3)
BOUNCES_WAIT = dt.timedelta(minutes=20)
# They have lines of their own.
NOT_OF_LETTERS = (Alarm.Kind.CLOCK, Alarm.Kind.PAUSED, Alarm.Kind.BACKUP)


class Level(StrEnum):
    """How it is with one thing."""

    GOOD = "good"
    WAITS = "waits"
    FAULT = "fault"


LEVELS = {Level.GOOD: gettext_lazy("Works"), Level.WAITS: gettext_lazy("Waits"), Level.FAULT: gettext_lazy("Needs somebody")}
_ORDER = list(LEVELS)


@dataclass(frozen=True)
class Item:
    """One thing: `key` for the script, what it is called, how it is with it, a sentence, and what to do (or empty)."""

    key: str
    name: str
    level: Level
    sentence: str
    advice: str = ""

    @property
    def level_label(self) -> str:
        """The level, translated."""
        return str(LEVELS[self.level])


def items(facts: Facts) -> list[Item]:
    """Everything that the screen tells, in its order."""
    names = _names(facts)
    found = [sending(facts, names), waiting(facts, names), clock(facts), bounces(facts), imports(facts), packages(facts)]
    return [*found, *backup(facts), trial_mode()]


def headline(found: list[Item]) -> tuple[Level, str]:
    """The worst level, and one sentence about all."""
    worst = max((item.level for item in found), key=_ORDER.index)
    words = {
        Level.GOOD: _("Everything works."),
        Level.WAITS: _("It works, and something waits."),
        Level.FAULT: _("Something needs somebody to look at it."),
    }
    return worst, words[worst]


def as_json(facts: Facts) -> dict[str, Any]:
    """For the page's script (`progress.js`): texts by name, and the level of each thing by its key."""
    found = items(facts)
    level, words = headline(found)
    said: dict[str, Any] = {
        "status": "operations",
        "sentence": words,
        "pace": "",
        "notes": [],
        "shown": {},
        "overall": level.value,
    }
    said["when"] = alarms.when(facts.now)
    for item in found:
        said |= {
            f"{item.key}_level": item.level.value,
            f"{item.key}_label": item.level_label,
            f"{item.key}_sentence": item.sentence,
            f"{item.key}_advice": item.advice,
        }
    return said


def _names(facts: Facts) -> dict[int, MailingRun]:
    runs = MailingRun.objects.filter(mailing__in=facts.lanes).select_related("mailing")
    return {run.mailing_id: run for run in runs}


def sending(facts: Facts, names: dict[int, MailingRun]) -> Item:
    """Whether letters leave now."""
    name = _("Letters")
    leaving = [one for one in facts.lanes.values() if one.state == Run.SENDING]
    stopped = [one for one in facts.lanes.values() if one.state == Run.PAUSED]
    if facts.relay_asked_again_at:
        advice = _("Nothing is lost: the letters leave when the mail server answers. Tell whoever runs the mail what it said.")
        return Item("sending", name, Level.FAULT, " ".join(relay.relay_notes()), advice)
    if stopped:
        sentence = " ".join(
            _("“%(mailing)s” is paused. %(why)s")
            % {"mailing": names[one.mailing_id].mailing, "why": pause_reason(names[one.mailing_id])}
            for one in stopped
        )
        advice = _("Look at the mailing, and press “Go on” when the reason is gone.")
        return Item("sending", name, Level.WAITS, sentence, advice)
    if leaving and hours.are_quiet():
        return Item("sending", name, Level.WAITS, _("It is quiet now: only emergencies leave. The others go on by themselves."))
    if not leaving:
        return Item("sending", name, Level.GOOD, _("No mailing is being sent."))
    pace = round(facts.per_minute)
    words = ", ".join(str(names[one.mailing_id].mailing) for one in leaving)
    sentence = _("Being sent now: %(mailings)s.") % {"mailings": words}
    if pace:
        letters = ngettext("%(shown)s letter per minute", "%(shown)s letters per minute", pace) % {"shown": written(pace)}
        sentence = f"{sentence} {letters[:1].upper()}{letters[1:]}."
    return Item("sending", name, Level.GOOD, sentence)


def waiting(facts: Facts, names: dict[int, MailingRun]) -> Item:
    """Whether letters wait too long, and why."""
    name = _("Letters that wait")
    number = sum(one.counts["queued"] for one in facts.lanes.values())
    for alarm in alarms.going_on().exclude(kind__in=NOT_OF_LETTERS).select_related("mailing"):
        said = " ".join(part for part in (alarms.what(alarm), alarm.words) if part)
        return Item("waiting", name, Level.FAULT, said, alarms.what_to_do(alarm))
    if not number:
        return Item("waiting", name, Level.GOOD, _("No letters wait."))
    sentence = ngettext("%(shown)s letter waits.", "%(shown)s letters wait.", number) % {"shown": written(number)}
    longest = _slowest(facts)
    if longest:
        facts_of_it = {
            "mailing": names[longest.mailing_id].mailing,
            "time": how_long(facts.now - (longest.oldest_due or facts.now)),
        }
        sentence += " " + _("The one that has waited longest could leave %(time)s ago (“%(mailing)s”).") % facts_of_it
    return Item("waiting", name, Level.GOOD, sentence)


def _slowest(facts: Facts) -> Lane | None:
    due = [one for one in facts.lanes.values() if one.state == Run.SENDING and one.oldest_due and one.oldest_due <= facts.now]
    return min(due, key=lambda one: one.oldest_due or facts.now, default=None)


def clock(facts: Facts) -> Item:
    """Whether the clock ticks."""
    name = _("The clock")
    if facts.last_tick is None:
        return Item("clock", name, Level.FAULT, _("The clock has never run."), _start_it())
    when = alarms.when(facts.last_tick)
    if facts.now - facts.last_tick > CLOCK_WAITS + repair.EVERY:
        sentence = _("The clock ran last %(when)s. Mailings do not begin, and no letters leave.") % {"when": when}
        return Item("clock", name, Level.FAULT, sentence, _start_it())
    return Item("clock", name, Level.GOOD, _("Ran last %(when)s, as it should.") % {"when": when})


def _start_it() -> str:
    return _("Nothing is lost. Whoever runs the system starts the worker and the clock (celery beat) again.")


def bounces(facts: Facts) -> Item:
    """Whether what comes back is fetched."""
    name = _("What comes back")
    if not settings.BOUNCE_MAILBOX:
        return Item("bounces", name, Level.GOOD, _("No mailbox is read for letters that come back."))
    reading = facts.readings.get(readings.BOUNCES)
    if reading is None:
        return Item("bounces", name, Level.WAITS, _("The mailbox has not been read yet."))
    when = {"when": alarms.when(reading.at), "said": reading.words}
    if reading.value:
        advice = _("Tell whoever runs the mail. What has come stays in the mailbox until then.")
        return Item("bounces", name, Level.FAULT, _("The mailbox could not be read %(when)s: %(said)s") % when, advice)
    if facts.now - reading.at > BOUNCES_WAIT:
        return Item("bounces", name, Level.WAITS, _("The mailbox was read last %(when)s; it is late.") % when)
    return Item("bounces", name, Level.GOOD, _("The mailbox was read last %(when)s.") % when)


def imports(facts: Facts) -> Item:
    """When recipients were last taken over."""
    name = _("The recipients' list")
    under_way = sum(facts.imports.get(state, 0) for state in WORKED_ON)
    if facts.last_import is None:
        sentence = _("No list has been read in yet.")
    else:
        sentence = _("A list was last read in %(when)s.") % {"when": alarms.when(facts.last_import)}
    if under_way:
        return Item("imports", name, Level.WAITS, sentence + " " + _("Another is being worked on now."))
    return Item("imports", name, Level.GOOD, sentence)


def packages(facts: Facts) -> Item:
    """Whether schools' packages are being built."""
    name = _("Packages for schools")
    reading = facts.readings.get(readings.PACKAGES)
    number = reading.value if reading else 0
    if not number:
        return Item("packages", name, Level.GOOD, _("All are built."))
    sentence = ngettext("%(number)s file is being built.", "%(number)s files are being built.", number) % {"number": number}
    return Item(
        "packages",
        name,
        Level.WAITS,
        sentence,
        _("There is nothing to do: a school that asks for one first gets it built at once."),
    )


def backup(facts: Facts) -> list[Item]:
    """Whether backups are made; nothing where they are made in another way, or have never been."""
    standing = backups.standing(facts.readings)
    if standing.since is None or backups.limit() is None:
        return []
    name, when = _("Backups"), {"when": alarms.when(standing.made_at)}
    if not standing.is_late(facts.now):
        return [Item("backup", name, Level.GOOD, _("The last backup was made %(when)s.") % when)]
    if standing.failed_at:
        sentence = _("A backup was tried %(when)s and failed.") % {"when": alarms.when(standing.failed_at)}
        if standing.made_at:
            sentence += " " + _("The last backup was made %(when)s.") % when
    else:
        sentence = _("The last backup was made %(when)s; there should be a newer one.") % when
    advice = _("Tell whoever runs the system: “manage.py backup” says what is wrong.")
    return [Item("backup", name, Level.FAULT, sentence, advice)]


def trial_mode() -> Item:
    """Whether letters reach anybody but those of the trial."""
    name = _("Trial mode")
    if trial.is_on():
        sentence = _("On: only the trial's own addresses get letters.")
        return Item("trial", name, Level.WAITS, sentence, _("Whoever runs the system ends it by emptying TRIAL_ADDRESSES."))
    if not (settings.EMAIL_URL or settings.LETTER_BACKEND):
        return Item("trial", name, Level.WAITS, _("No mail server is set: letters are captured and shown in the outbox."))
    return Item("trial", name, Level.GOOD, _("Off: letters reach their recipients."))


def how_long(time: dt.timedelta) -> str:
    """“3 minutes”, “2 hours”."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 90:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    number = round(minutes / 60)
    return ngettext("%(number)s hour", "%(number)s hours", number) % {"number": number}
