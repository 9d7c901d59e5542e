"""Fan-out: from a segment to one delivery row per address, each in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from kampanj.audience import selection
from kampanj.audience.models import Segment
from kampanj.distribution.models import Delivery, Mailing


def fan_out(mailing: Mailing) -> int:
    """Insert the missing rows of an approved mailing; returns how many rows it has then. Doing it again adds none.

    The recipients are those whom the segment, as it was approved, reaches now: one letter per address and per person
    (`selection.letters_within`). A language without an approved letter falls back to the campaign's own.
    """
    approval = mailing.approval
    limits = selection.Limits(**approval.limits)
    languages = list(approval.letters.values_list("language", flat=True))
    fallback = Value(mailing.campaign.locale.language_code)
    letters = selection.letters_within(limits, topic=approval.topic_id).annotate(
        language=Case(When(written_in__in=languages, then=F("written_in")), default=fallback)
    )
    recipient = "contact_id" if limits.kind == Segment.Kind.SCHOOLS else "guardian_id"
    from_letter = {"address_key": "address_key", recipient: "recipient", "language": "language"}
    _insert(letters, from_letter, alike=Delivery(mailing=mailing, due=timezone.now()))
    return Delivery.objects.filter(mailing=mailing).count()


def _insert(letters: QuerySet[Any, Any], from_letter: Mapping[str, str], *, alike: Delivery) -> None:
    """One statement within the database: no row of it passes through this process, and a row that is there stays.

    `from_letter` says which column takes which value of a letter; the others are as in `alike`.
    """
    quote = connection.ops.quote_name
    own, values = [], []
    for field in Delivery._meta.concrete_fields:
        if not field.column or field.column in from_letter or field.primary_key:
            continue
        own.append(field.column)
        values.append(field.get_db_prep_save(getattr(alike, field.attname), connection))
    columns = ", ".join(quote(column) for column in (*from_letter, *own))
    chosen = ", ".join([*(f"letter.{quote(name)}" for name in from_letter.values()), *["%s"] * len(own)])
    sql, parameters = letters.query.sql_with_params()
    # WHERE TRUE: without it SQLite takes ON for a join's. The names are all our own.
    statement = f"INSERT INTO {quote(Delivery._meta.db_table)} ({columns}) SELECT {chosen} FROM ({sql}) AS letter WHERE TRUE"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING", [*values, *parameters])
