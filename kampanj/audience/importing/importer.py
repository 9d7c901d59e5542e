"""Read a roster in: a file is the whole truth of its source, and it is applied in one transaction or not at all.

What is told afterwards are four figures of guardians and the faults of unprotected rows. The number of rows read is not
among them: together with the others it would give away how many rows are protected.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.columns import find_columns
from kampanj.audience.importing.difference import Difference, compare
from kampanj.audience.importing.formats.opening import open_records
from kampanj.audience.importing.rows import Fault, Row, RowReader, clean
from kampanj.audience.importing.settling import Named, settle
from kampanj.audience.importing.stored import Stored
from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress

# Rows per statement that Django may split further; objects beyond a batch are not kept in memory.
BATCH = 500
T = TypeVar("T")
MAX_SOURCE_LENGTH: int = Guardian._meta.get_field("source").max_length or 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Guardians that are new, changed, gone and unchanged; the number of faulty rows, and each fault in the file's order."""

    new: int
    changed: int
    gone: int
    unchanged: int
    errors: int
    faults: tuple[Fault, ...]


def import_roster(data: bytes, *, source: str, dry_run: bool = False) -> Outcome:
    """Make the file's truth the source's; with `dry_run`, only say what would change.

    Raises RosterRefused, with nothing changed, when the file cannot be used or the database is held by another import.
    """
    # A file's name is composed differently on different systems, and is the source's name by default.
    source = clean(source)
    truth = settle(read_rows(data, source=source))
    try:
        with transaction.atomic():
            _hold(source)
            difference = compare(truth, Stored.load(source))
            if not dry_run:
                _apply(difference, source=source)
    # Without the cause: a database's message may quote an address.
    except IntegrityError:
        raise RosterRefused(
            _("Somebody changed the schools during the import. Nothing was imported; import the file again.")
        ) from None
    except OperationalError:
        raise RosterRefused(
            _("The database could not take the import now. Nothing was imported; try again in a minute.")
        ) from None
    return Outcome(
        new=difference.new,
        changed=difference.changed,
        gone=difference.gone,
        unchanged=difference.unchanged,
        errors=truth.errors,
        faults=tuple(truth.faults),
    )


def read_rows(data: bytes, *, source: str) -> list[Row]:
    """The file's rows, checked one by one; RosterRefused when the file as a whole cannot be used."""
    if not source.strip() or not source.isprintable() or len(source) > MAX_SOURCE_LENGTH:
        raise RosterRefused(_("Give the source a name of 1 to %(count)s characters.") % {"count": MAX_SOURCE_LENGTH})
    with open_records(io.BytesIO(data), name=source) as records:
        places = find_columns(records.headings)
        reader = RowReader(source=source, headings=records.headings, places=places)
        rows = [reader.read(record) for record in records]
    if not rows:
        raise RosterRefused(_("The file has a heading row but no rows, and everybody would be removed. Export the roster again."))
    return rows


def _hold(source: str) -> None:
    """Be the only import of this source until the transaction ends. On SQLite, BEGIN IMMEDIATE has seen to it already."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"kampanj.roster:{source}"])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise RosterRefused(
            _("Another import of “%(source)s” is under way. Wait until it is done and try again.") % {"source": source}
        )


def _apply(difference: Difference, *, source: str) -> None:
    """Carry the difference out. The caller holds the transaction."""
    _remove(GuardianChild, difference.remove_ties)
    _remove(Guardian, difference.remove_guardians)
    _remove(Child, difference.remove_children)
    _write_children(difference, source=source)
    _write_guardians(difference, source=source)
    _write_ties(difference, source=source)
    for keys in _batches(sorted(difference.lift)):
        ProtectedAddress.objects.filter(source=source, address_key__in=keys).delete()
    ProtectedAddress.objects.bulk_create([ProtectedAddress(source=source, address_key=key) for key in sorted(difference.protect)])


def _write_children(difference: Difference, *, source: str) -> None:
    for batch in _batches(list(difference.write_children.items())):
        Child.objects.bulk_create(
            [Child(source=source, key=key, school_id=school, grade=grade) for key, (school, grade) in batch],
            update_conflicts=True,
            unique_fields=["source", "key"],
            update_fields=["school", "grade"],
        )


def _write_guardians(difference: Difference, *, source: str) -> None:
    now = timezone.now()
    for batch in _batches(list(difference.write_guardians.items())):
        Guardian.objects.bulk_create(
            [_guardian(named, source=source, external_id=external_id, now=now) for external_id, named in batch],
            update_conflicts=True,
            unique_fields=["source", "external_id"],
            update_fields=["email", "address_key", "language", "imported_at"],
        )


def _guardian(named: Named, *, source: str, external_id: str, now: dt.datetime) -> Guardian:
    return Guardian(
        source=source,
        external_id=external_id,
        email=named.address,
        address_key=named.address_key,
        language=named.language,
        imported_at=now,
    )


def _write_ties(difference: Difference, *, source: str) -> None:
    if not difference.add_ties:
        return
    guardians = dict(Guardian.objects.filter(source=source).values_list("external_id", "pk"))
    children = dict(Child.objects.filter(source=source).values_list("key", "pk"))
    for batch in _batches(sorted(difference.add_ties)):
        GuardianChild.objects.bulk_create(
            [GuardianChild(guardian_id=guardians[guardian], child_id=children[child]) for guardian, child in batch]
        )


def _remove(model: type[Model], pks: Sequence[int]) -> None:
    for batch in _batches(sorted(pks)):
        model._default_manager.filter(pk__in=batch).delete()


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
