"""A help line as a reader sees it, in one language: on a page now, or frozen in an edition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

from kampanj.content import page_cache
from kampanj.content.help_lines.hours import Hours, Way
from kampanj.content.help_lines.models import HelpLine, HelpLineWords, OpeningHours
from kampanj.content.help_lines.wording import Openness, hours_in_words, languages_in_words, openness
from kampanj.municipality.telephone import tel_address


@dataclass(frozen=True, slots=True)
class ShownLine:
    """All that a face shows of a help line.

    `hours` and `answers_in` are words. `audience_language` and `hours_language` differ from the page's when nobody has
    given these words in it. `by_phone` and `by_chat` are true at a moment and never frozen.
    """

    pk: int
    name: str
    phone: str = ""
    chat: str = ""
    url: str = ""
    audience: str = ""
    audience_language: str = settings.LANGUAGE_CODE
    hours: str = ""
    hours_language: str = settings.LANGUAGE_CODE
    answers_in: str = ""
    is_emergency: bool = False
    checked_on: date | None = None
    by_phone: Openness | None = None
    by_chat: Openness | None = None

    @property
    def tel(self) -> str:
        """The number as a `tel:` address, or an empty string."""
        return tel_address(self.phone)

    @property
    def now(self) -> tuple[Openness, ...]:
        """What is to be said of open now, each sentence once."""
        said = {(now.label, now.words): now for now in (self.by_phone, self.by_chat) if now is not None}
        return tuple(said.values())

    def frozen(self) -> dict[str, Any]:
        """JSON-ready, without what is true only now."""
        kept = {name: getattr(self, name) for name in _FROZEN}
        return {**kept, "checked_on": self.checked_on.isoformat() if self.checked_on else None}

    @classmethod
    def thawed(cls, kept: dict[str, Any]) -> ShownLine:
        """The line that `frozen` gave; what another release has kept besides is left out."""
        values = {name: value for name, value in kept.items() if name in _FROZEN}
        checked = values.get("checked_on")
        return cls(**{"pk": kept.get("id", 0), **values, "checked_on": date.fromisoformat(checked) if checked else None})


_FROZEN = tuple(one.name for one in fields(ShownLine) if one.name not in ("by_phone", "by_chat"))


@dataclass(frozen=True, slots=True)
class _Read:
    """What one page has read of the register, and when: one moment and at most two questions, however many lines it shows."""

    at: datetime
    hours: dict[int, list[OpeningHours]]
    words: dict[int, HelpLineWords]

    @classmethod
    def in_language(cls, language: str) -> _Read:
        """As the register is now."""
        return cls(at=timezone.now(), hours=_all_hours(), words=_all_words(language))

    @classmethod
    def for_page(cls, language: str) -> _Read:
        """The same, without asking again until something on any page has changed."""
        hours = page_cache.remember("help_lines.hours", _all_hours)
        words = page_cache.remember(f"help_lines.words.{language}", lambda: _all_words(language))
        return cls(at=timezone.now(), hours=hours, words=words)


def _all_hours() -> dict[int, list[OpeningHours]]:
    hours: dict[int, list[OpeningHours]] = {}
    for row in OpeningHours.objects.all():
        hours.setdefault(row.line_id, []).append(row)
    return hours


def _all_words(language: str) -> dict[int, HelpLineWords]:
    # The register's own language has its words in the lines themselves.
    words = HelpLineWords.objects.filter(language=language) if language != settings.LANGUAGE_CODE else ()
    return {row.line_id: row for row in words}


def shown(lines: Iterable[HelpLine], *, language: str, request: HttpRequest | None = None) -> list[ShownLine]:
    """The lines that have not closed down, as they are now; the request's page is kept no longer than that is true."""
    lines = [line for line in lines if not line.is_closed]
    if not lines:
        return []
    read = _read(language, request)
    with translation.override(language):
        told = [_with_openness(line, _in_words(line, read, language), read) for line in lines]
    for line in told:
        for now in line.now:
            page_cache.hold_until(request, now.until)
    return told


def frozen(lines: Iterable[HelpLine], *, language: str) -> dict[str, dict[str, Any]]:
    """What an edition keeps of the lines that have not closed down, by primary key as str."""
    read = _Read.in_language(language)
    with translation.override(language):
        return {str(line.pk): _in_words(line, read, language).frozen() for line in lines if not line.is_closed}


def first_contacts(lines: Iterable[ShownLine]) -> dict[str, ShownLine | None]:
    """The quiet bar's two ways to somebody, in the order of `lines`: `call` (a number) and `visit` (a chat, else an address).

    Whoever answers now comes before one who is known not to. A number for emergencies is chosen only when there is no
    other: the bar is for those who want to talk.
    """
    lines = list(lines)
    numbers = sorted((line for line in lines if line.phone), key=lambda line: (line.is_emergency, _is_shut(line.by_phone)))
    call = numbers[0] if numbers else None
    chats = sorted((line for line in lines if line.chat), key=lambda line: _is_shut(line.by_chat))
    others = sorted((line for line in lines if line.url), key=lambda line: line == call)
    return {"call": call, "visit": next(iter([*chats, *others]), None)}


def _is_shut(now: Openness | None) -> bool:
    return now is not None and not now.is_open


def _read(language: str, request: HttpRequest | None) -> _Read:
    kept: dict[str, _Read] = getattr(request, "help_lines_read", {})
    if language not in kept:
        kept[language] = _Read.for_page(language)
        if request is not None:
            request.help_lines_read = kept  # type: ignore[attr-defined]
    return kept[language]


def _hours(line: HelpLine, read: _Read) -> Hours:
    return Hours(
        spans=tuple(row.span for row in read.hours.get(line.pk, ())),
        always_open=line.always_open,
        closed_on_public_holidays=line.closed_on_public_holidays,
    )


def _in_words(line: HelpLine, read: _Read, language: str) -> ShownLine:
    """The line without what is true only now; the active language is `language`."""
    hours, words = _hours(line, read), read.words.get(line.pk, HelpLineWords())
    derived = hours_in_words(hours, names_way=bool(line.phone and line.chat))
    return ShownLine(
        pk=line.pk,
        name=words.name or line.name,
        phone=line.phone,
        chat=line.chat,
        url=line.url,
        audience=words.audience or line.audience,
        audience_language=language if words.audience else settings.LANGUAGE_CODE,
        hours=derived or words.hours or line.hours,
        hours_language=language if derived or words.hours else settings.LANGUAGE_CODE,
        answers_in=languages_in_words(line.languages),
        is_emergency=line.is_emergency,
        checked_on=line.checked_on,
    )


def _with_openness(line: HelpLine, told: ShownLine, read: _Read) -> ShownLine:
    hours = _hours(line, read)
    if hours.always_open:
        always = openness(hours, read.at)
        return replace(told, by_phone=always if line.phone else None, by_chat=always if line.chat else None)
    names_way = bool(line.phone and line.chat)
    by = {way: openness(hours, read.at, way, label=str(way.label) if names_way else "") for way in Way}
    return replace(told, by_phone=by[Way.PHONE] if line.phone else None, by_chat=by[Way.CHAT] if line.chat else None)
