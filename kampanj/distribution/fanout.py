"""Fan-out: from a segment to one delivery row per address, each in one language, and the same rows again if some are lost."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kampanj.audience.models import Guardian, SchoolContact, Segment
from kampanj.distribution.further import choosing
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.sending.models import FanOut

BATCH = 2000


@transaction.atomic
def fan_out(mailing: Mailing) -> int:
    """Insert the rows of an approved mailing; returns how many letters there are. Doing it again adds none, but for lost ones.

    The recipients are those whom the segment, as it was approved, reaches now, and of a further letter those whom it is for:
    one letter per address and per person (`choosing.letters_of`). A language without an approved letter falls back to the
    campaign's own. Who they were is kept with the run, in the same commit as the rows.
    """
    kept = FanOut.objects.filter(run__mailing=mailing).first()
    if kept is not None:
        restore(kept)
        return kept.recipients
    approval = mailing.approval
    recipient = _recipient(mailing)
    languages = list(approval.letters.values_list("language", flat=True))
    fallback = Value(mailing.campaign.locale.language_code)
    written = Case(When(written_in__in=languages, then=F("written_in")), default=fallback)
    letters = choosing.letters_of(mailing).annotate(language=written)
    from_letter = {"address_key": "address_key", recipient: "recipient", "language": "language"}
    _insert(letters, from_letter, alike=Delivery(mailing=mailing, due=timezone.now()))
    count, bits = 0, bytearray()
    keys = mailing.deliveries.values_list(recipient, flat=True).iterator(chunk_size=BATCH)
    while batch := list(itertools.islice(keys, BATCH)):
        _mark(bits, batch)
        count += len(batch)
    FanOut.objects.create(run=mailing.run, recipients=count, keys=pack(bits))
    return count


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


@transaction.atomic
def restore(kept: FanOut) -> int:
    """Make the rows anew that are missing of those that the mailing began with; returns how many.

    Only recipients that are still there get one. Whether their letter had left nobody knows: with DELIVERY_NEVER_TWICE the
    row is held for a person's word, else it waits as one that has been uncertain once, for nobody gets a letter a third time.
    """
    mailing = kept.run.mailing
    before = mailing.deliveries.count()
    if before >= kept.recipients:
        return 0
    written = _Languages(mailing)
    keys = unpack(bytes(kept.keys))
    while batch := set(itertools.islice(keys, BATCH)):
        _restore_some(mailing, batch, written)
    after = mailing.deliveries.count()
    # Those who cannot be found again are not looked for every time.
    FanOut.objects.filter(pk=kept.pk).update(recipients=after)
    kept.recipients = after
    return after - before


def _restore_some(mailing: Mailing, keys: set[int], written: _Languages) -> None:
    recipient = _recipient(mailing)
    there = mailing.deliveries.filter(**{f"{recipient}__in": keys}).values_list(recipient, flat=True)
    people: Any = SchoolContact.objects if recipient == "contact_id" else Guardian.objects
    lost = list(people.filter(pk__in=keys - set(there)))
    spoken: dict[str, set[str]] = {}
    same = people.filter(address_key__in={one.address_key for one in lost})
    for key, language in same.values_list("address_key", "language"):
        spoken.setdefault(key, set()).add(language)
    state, said = Delivery.State.QUEUED, ""
    if settings.DELIVERY_NEVER_TWICE:
        with translation.override(settings.LANGUAGE_CODE):
            state, said = Delivery.State.UNCERTAIN, _("The row had been lost. Nobody knows whether the letter left.")
    now = timezone.now()
    Delivery.objects.bulk_create(
        [
            Delivery(
                mailing=mailing,
                address_key=one.address_key,
                language=written.shared_by(spoken[one.address_key]),
                due=now,
                state=state,
                was_uncertain=state == Delivery.State.QUEUED,
                smtp_reply=said,
                **{recipient: one.pk},
            )
            for one in lost
        ],
        ignore_conflicts=True,
    )


class _Languages:
    """The languages in which a mailing has letters, and the campaign's own for all others."""

    def __init__(self, mailing: Mailing) -> None:
        self._approved = set(mailing.approval.letters.values_list("language", flat=True))
        self._fallback = mailing.campaign.locale.language_code

    def instead_of(self, language: str) -> str:
        return language if language in self._approved else self._fallback

    def shared_by(self, languages: set[str]) -> str:
        """As `selection.letters_within` has it for an address that several share."""
        return self.instead_of(next(iter(languages)) if len(languages) == 1 else settings.LANGUAGE_CODE)


def _recipient(mailing: Mailing) -> str:
    """The column of the mailing's recipients, after the segment as approved."""
    return "contact_id" if mailing.approval.limits["kind"] == Segment.Kind.SCHOOLS else "guardian_id"


def _mark(bits: bytearray, keys: Iterable[int]) -> None:
    for key in keys:
        place = key >> 3
        if place >= len(bits):
            bits.extend(bytes(place + 1 - len(bits)))
        bits[place] |= 1 << (key & 7)


def pack(bits: bytes | bytearray) -> bytes:
    """One bit for each primary key from 0 on, the lowest first, compressed: much less than a byte a recipient."""
    return zlib.compress(bits)


def unpack(packed: bytes) -> Iterator[int]:
    """The keys whose bits are set, in order."""
    bits = zlib.decompress(packed) if packed else b""
    return (place << 3 | bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1)
