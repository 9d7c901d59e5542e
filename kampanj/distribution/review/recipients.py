"""A few real recipients of a mailing, masked, so that somebody can look at what they would get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.query import QuerySet

from kampanj.audience.identity import masked
from kampanj.audience.models import Guardian, SchoolContact, Segment
from kampanj.audience.selection import Limits
from kampanj.content.languages import language_name, name_in_readers_language
from kampanj.content.models import variants
from kampanj.distribution.further import choosing
from kampanj.distribution.models import Mailing

SAMPLE = 3


@dataclass(frozen=True)
class Recipient:
    """One recipient: masked address, own language by name, and the language (code and name) in which the letter is written."""

    address: str
    language: str
    written_in: str
    written_in_name: str


def sample(mailing: Mailing) -> list[Recipient]:
    """Three real recipients, or as many as there are: one of each of the most common languages, then others."""
    limits = Limits.of(mailing.segment)
    letters = choosing.letters_of(mailing)
    chosen: dict[int, str] = {}
    for language in _common_languages(letters):
        chosen |= _first(letters.filter(written_in=language), 1)
    for key, language in _first(letters, 2 * SAMPLE).items() if len(chosen) < SAMPLE else ():
        if len(chosen) < SAMPLE:
            chosen.setdefault(key, language)
    people = (SchoolContact if limits.kind == Segment.Kind.SCHOOLS else Guardian).objects.in_bulk(chosen)
    available = {page.locale.language_code for page in variants(mailing.campaign)}
    found = []
    for key, language in chosen.items():
        written = language if language in available else mailing.campaign.locale.language_code
        found.append(Recipient(masked(people[key].email), language_name(language), written, name_in_readers_language(written)))
    return found


def _common_languages(letters: QuerySet[Any, Any]) -> list[str]:
    """At most three codes of ours, the most common first."""
    per_language = {code: Count("address_key", filter=Q(written_in=code)) for code, _name in settings.LANGUAGES}
    numbers = letters.aggregate(**per_language)
    return sorted((code for code in numbers if numbers[code]), key=lambda code: (-numbers[code], code))[:SAMPLE]


def _first(letters: QuerySet[Any, Any], number: int) -> dict[int, str]:
    # In the order of their keyed hashes, which is none that anybody knows.
    rows = letters.order_by("address_key")[:number]
    return {row["recipient"]: row["written_in"] for row in rows}
