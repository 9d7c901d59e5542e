"""Days and hours as the active language writes them, in the municipality's zone. CLDR (babel) knows Somali's months too."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date, format_time
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, pgettext

from kampanj.content.calendar.times import Span, local_day


def day_in_words(moment: date | datetime) -> str:
    """“12 januari 2022”."""
    return format_date(_day(moment), "d MMMM y", locale=_locale())


def weekday_in_words(moment: date | datetime, *, with_year: bool = True) -> str:
    """“lördag 12 december 2026”, or without the year."""
    return format_date(_day(moment), "EEEE d MMMM y" if with_year else "EEEE d MMMM", locale=_locale())


def month_in_words(moment: date | datetime) -> str:
    """“dec.”: the month alone, short."""
    return format_date(_day(moment), "MMM", locale=_locale())


def month_and_year_in_words(moment: date | datetime) -> str:
    """“november 2026”."""
    return format_date(_day(moment), "LLLL y", locale=_locale())


def hour_in_words(moment: datetime) -> str:
    """“18.00” in Swedish, “18:00” in most languages."""
    pattern = pgettext("how an hour is written, as CLDR says it", "HH:mm")
    return format_time(timezone.localtime(moment, timezone.get_default_timezone()), pattern, locale=_locale())


def hours_in_words(span: Span) -> str:
    """“kl. 18.00–20.00”: the hours of a span within one day."""
    start = hour_in_words(span.start)
    if span.end is None:
        return pgettext("hours of one day", "at %(hour)s") % {"hour": start}
    return pgettext("hours of one day", "%(start)s–%(end)s") % {"start": start, "end": hour_in_words(span.end)}


def span_in_words(span: Span) -> str:
    """“lördag 12 december 2026 kl. 18.00–20.00”; over several days both days are named."""
    first = weekday_in_words(span.start)
    if span.is_on_one_day:
        return pgettext("a day and its hours", "%(day)s, %(hours)s") % {"day": first, "hours": hours_in_words(span)}
    ends = span.end or span.over_at
    return pgettext("from one day to another", "%(first)s, %(start)s – %(last)s, %(end)s") % {
        "first": first,
        "start": hour_in_words(span.start),
        "last": weekday_in_words(ends),
        "end": hour_in_words(ends),
    }


def _day(moment: date | datetime) -> date:
    return local_day(moment) if isinstance(moment, datetime) else moment


def _locale() -> str:
    return (get_language() or settings.LANGUAGE_CODE).replace("-", "_")
