"""Calendar files: RFC 5545 (iCalendar) with the properties of RFC 7986 that a subscribed calendar needs.

A file is a plain publication without METHOD: nobody is invited, nothing is answered. Moments are in UTC, which every
calendar shows in its own zone. The same entries always give the same bytes.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from kampanj.content.calendar.times import Span

NAMESPACE = uuid.UUID("0d6f0a3e-7f3c-4c52-8c5e-5b7d0f1b2c40")
MEDIA_TYPE = "text/calendar; charset=utf-8"
# How often a subscribed calendar asks again.
REFRESH = timedelta(hours=6)
# RFC 5545, 3.1: a text holds no control characters but tab and the line break. U+2028 and its kin break lines too.
NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True)
class Entry:
    """One thing that happens. `key` names it for ever, in all the world; `changed` (aware) is when its words last were."""

    key: str
    span: Span
    title: str
    changed: datetime
    description: str = ""
    place: str = ""
    url: str = ""


@dataclass(frozen=True)
class Frame:
    """What the file says of itself: its name, its own address (where it can be subscribed to), its language and sender."""

    name: str
    address: str
    language: str
    sender: str = ""
    is_subscribed: bool = False


def calendar_file(entries: Iterable[Entry], frame: Frame) -> bytes:
    """The bytes of a calendar: lines end with CRLF and are folded at 75 octets; an entry given twice stands once."""
    once = {entry.key: entry for entry in entries}
    calendar = Calendar.new(
        prodid=f"-//{_name(frame.sender) or 'Kampanj'}//Kampanj//{frame.language.upper()}",
        name=plain(frame.name),
        uid=identity(frame.address),
        last_modified=max((entry.changed for entry in once.values()), default=None),
    )
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    if frame.is_subscribed:
        calendar.add("source", frame.address, parameters={"VALUE": "URI"})
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        # What calendars asked for before RFC 7986.
        calendar.add("x-published-ttl", "PT6H")
    for entry in once.values():
        calendar.add_component(_event(entry, is_busy=not frame.is_subscribed))
    if not once:
        calendar.add_component(_something())
    return calendar.to_ical()


def calendar_answer(entries: Iterable[Entry], frame: Frame, *, file_name: str) -> HttpResponse:
    """The file as an answer. It is not marked as a download: a phone then offers to add it to the calendar."""
    answer = HttpResponse(calendar_file(entries, frame), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    return answer


def identity(key: str) -> str:
    """A globally unique id (RFC 7986, 5.3: a UUID) that follows from the key."""
    return str(uuid.uuid5(NAMESPACE, key))


def plain(text: str) -> str:
    """The text with plain line breaks and without the control characters that no calendar may hold."""
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _event(entry: Entry, *, is_busy: bool) -> Event:
    event = Event.new(
        uid=identity(entry.key),
        stamp=_utc(entry.changed),
        summary=plain(entry.title),
        start=_utc(entry.span.start),
        # RFC 5545, 3.6.1: the end is later than the start, or it is left out.
        end=_utc(entry.span.end) if entry.span.end and entry.span.end > entry.span.start else None,
        description=plain(entry.description) or None,
        location=plain(entry.place) or None,
        url=entry.url or None,
    )
    if not is_busy:
        event.add("transp", "TRANSPARENT")
    return event


def _something() -> Timezone:
    """A calendar holds at least one component (RFC 5545, 3.6): where nothing happens, a time zone."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return zone


def _name(sender: str) -> str:
    return plain(sender).replace("/", " ").strip()


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
