"""Hours, openness and languages in words, in the active language (CLDR's names of days and languages, our own phrases)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext

from kampanj.content.help_lines.hours import Hours, Span, Way, is_open, next_turn

DAY = timedelta(days=1)
MIDNIGHT = time(0)
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Openness:
    """Whether somebody answers now, in words that are true until `until` (None: for ever).

    `label` names the way where it must be told apart, and is empty elsewhere.
    """

    is_open: bool
    words: str
    until: datetime | None
    label: str = ""


def openness(hours: Hours, at: datetime, way: Way | None = None, *, label: str = "") -> Openness | None:
    """What is to be said at `at` (aware); None when nothing is known of when it is open."""
    if not hours.knows(way):
        return None
    turn = next_turn(hours, at, way)
    if is_open(hours, at, way):
        return Openness(is_open=True, words=_open_words(at, turn), until=turn, label=label)
    if turn is None:
        return None
    now, opens = (timezone.localtime(moment, timezone.get_default_timezone()) for moment in (at, turn))
    if now.date() == opens.date():
        return Openness(
            is_open=False, words=gettext("Opens at %(time)s") % {"time": clock(opens.time())}, until=turn, label=label
        )
    # “Tomorrow” is another day from midnight on.
    midnight = datetime.combine(now.date() + DAY, MIDNIGHT, timezone.get_default_timezone())
    return Openness(is_open=False, words=_opens_later(now, opens), until=min(turn, midnight), label=label)


def _open_words(at: datetime, turn: datetime | None) -> str:
    if turn is None or turn - at > DAY:
        return gettext("Open now")
    closes = timezone.localtime(turn, timezone.get_default_timezone()).time()
    return gettext("Open now, until %(time)s") % {"time": clock(closes, is_end=True)}


def _opens_later(now: datetime, opens: datetime) -> str:
    days = (opens.date() - now.date()).days
    told = {
        "time": clock(opens.time()),
        "day": _locale().days["format"]["wide"][opens.weekday()],
        "date": format_date(opens.date(), "d MMMM", locale=_locale()),
    }
    if days == 1:
        return gettext("Opens tomorrow at %(time)s") % told
    if days < len(EVERY_DAY):
        return gettext("Opens on %(day)s at %(time)s") % told
    return gettext("Opens %(date)s at %(time)s") % told


def hours_in_words(hours: Hours, *, names_way: bool = False) -> str:
    """All the hours, for example “Måndag–fredag kl. 9–16”; an empty string when nothing is known.

    The ways are named when there are several, or when `names_way` says that there is another one without hours.
    """
    if hours.always_open:
        return gettext("Day and night")
    names_way = names_way or len(hours.ways) > 1
    sentences = [
        _way_in_words([span for span in hours.spans if span.way == way], way if names_way else None) for way in hours.ways
    ]
    if sentences and hours.closed_on_public_holidays:
        sentences.append(gettext("Closed on public holidays"))
    return ". ".join(sentences) + ("." if len(sentences) > 1 else "")


def _way_in_words(spans: Sequence[Span], way: Way | None) -> str:
    def days(span: Span) -> tuple[int, ...]:
        return tuple(sorted(span.days))

    ordered = sorted(spans, key=lambda span: (days(span), span.opens))
    parts = [f"{_days_in_words(key)} {_listed(map(_times, group))}" for key, group in groupby(ordered, key=days)]
    return f"{way.label}: {_listed(parts)}" if way else capfirst(_listed(parts))


def _times(span: Span) -> str:
    if span.opens == span.closes:
        return gettext("around the clock")
    told = {"opens": clock(span.opens), "closes": clock(span.closes, is_end=True)}
    return pgettext("opening hours", "%(opens)s–%(closes)s") % told


def _days_in_words(days: tuple[int, ...]) -> str:
    if frozenset(days) == EVERY_DAY:
        return gettext("every day")
    names = _locale().days["stand-alone"]["wide"]
    runs = ((names[first], names[last]) for first, last in _runs(days))
    return _listed(first if first == last else f"{first}–{last}" for first, last in runs)


def _runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of each unbroken row of days."""
    for _key, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        row = [day for _number, day in run]
        yield row[0], row[-1]


def clock(moment: time, *, is_end: bool = False) -> str:
    """A time of day; midnight as an end is 24."""
    hour = 24 if is_end and moment == MIDNIGHT else moment.hour
    if moment.minute:
        return pgettext("time of day", "%(hour)d:%(minute)s") % {"hour": hour, "minute": f"{moment.minute:02}"}
    return pgettext("time of day", "%(hour)d:00") % {"hour": hour}


def languages_in_words(codes: Iterable[str]) -> str:
    """The languages' names in the active language, for example “svenska och arabiska”; empty when there are none."""
    own_names = dict(settings.LANGUAGES)
    return _listed(_locale().languages.get(code, own_names.get(code, code)) for code in codes)


def _listed(parts: Iterable[str]) -> str:
    return format_list(list(parts), locale=_locale())


def _locale() -> Locale:
    return Locale.parse((get_language() or settings.LANGUAGE_CODE).replace("-", "_"))
