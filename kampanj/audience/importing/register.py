"""What applying and undoing have in common: one transaction with the source held, protections, and what may not stand there.

No guardian stands in the table beside a protection of its address, whichever source asks for it, nor beside another source's
protection of the same person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience import signals
from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import bulk
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.models import (
    Child,
    Guardian,
    GuardianChild,
    ProtectedAddress,
    ProtectedIdentity,
    School,
    Suppression,
)

# Taken by every transaction that writes the register, on PostgreSQL: the bytes of “regist”. SQLite has one writer anyway.
LOCK = 0x726567697374


def has_changed() -> RosterRefused:
    """The refusal of a plan that was made from something else than what is there now."""
    return RosterRefused(_("The register has changed since the file was checked. Check it again."))


@contextmanager
def one_transaction() -> Iterator[None]:
    """All that the block writes, or nothing. RosterRefused where the database says no."""
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            yield
    # Without the cause: a database's message may quote an address.
    except IntegrityError:
        raise has_changed() from None
    except OperationalError:
        raise RosterRefused(
            _("The database could not take the import now. Nothing was imported; try again in a minute.")
        ) from None


def held(source: str) -> RosterSource:
    """The source, locked until the transaction ends; one that is not saved yet when nobody has imported to it before."""
    return RosterSource.objects.select_for_update().filter(name=source).first() or RosterSource(name=source)


def settle_version(record: RosterSource, *, is_changed: bool, is_read_in: bool) -> int:
    """Count a change: plans and undos from before it are good no more. `is_read_in` notes that the source was so just now."""
    record.version += is_changed
    if is_read_in:
        record.applied_at = timezone.now()
    record.save(update_fields=["version", "applied_at"] if record.pk else None)
    return record.version


def demand_schools(schools: Collection[int]) -> None:
    """RosterRefused unless all of these primary keys are schools'."""
    if School.objects.filter(pk__in=schools).count() != len(set(schools)):
        raise has_changed()


def protect(source: str, *, addresses: Collection[str], identities: Collection[str]) -> None:
    """Keep these keys protected for the source, and remove every guardian of any source who has a protected address.

    In other sources also those who are known there as the same person, by the keyed hash of the personal identity number.
    """
    for batch in bulk.batches(addresses):
        bulk.add(ProtectedAddress, ("source", "address_key"), [(source, key) for key in batch])
    for batch in bulk.batches(identities):
        bulk.add(ProtectedIdentity, ("source", "key"), [(source, key) for key in batch])
    mine = ProtectedAddress.objects.filter(source=source).values("address_key")
    people = ProtectedIdentity.objects.filter(source=source).values("key")
    known_elsewhere = Guardian.objects.exclude(source=source).filter(identity_key__in=people)
    guardians = {
        *Guardian.objects.filter(address_key__in=mine).values_list("pk", flat=True),
        *known_elsewhere.values_list("pk", flat=True),
    }
    children = children_of(guardians)
    bulk.remove(Guardian, guardians)
    remove_orphans(children)


def lift(source: str, *, addresses: Collection[str], identities: Collection[str]) -> None:
    """Let these protections of the source lapse."""
    for batch in bulk.batches(addresses):
        ProtectedAddress.objects.filter(source=source, address_key__in=batch).delete()
    for batch in bulk.batches(identities):
        ProtectedIdentity.objects.filter(source=source, key__in=batch).delete()


def tell_protected(address_keys: Iterable[str]) -> None:
    """Let other rooms know, within the transaction, that no letter may leave to these addresses any more."""
    keys = frozenset(address_keys)
    if keys:
        signals.addresses_protected.send(sender=RosterSource, address_keys=keys)


def children_of(guardians: Iterable[int]) -> set[int]:
    """Primary keys of the guardians' children."""
    return {
        child
        for batch in bulk.batches(guardians)
        for child in GuardianChild.objects.filter(guardian__in=batch).values_list("child", flat=True)
    }


def remove_orphans(children: Iterable[int]) -> None:
    """Remove those of the children who have no guardian left."""
    for batch in bulk.batches(children):
        ties = GuardianChild.objects.filter(child=OuterRef("pk"))
        bulk.remove(Child, list(Child.objects.filter(~Exists(ties), pk__in=batch).values_list("pk", flat=True)))


def barred(address_keys: Iterable[str]) -> set[str]:
    """Those of the keys whose address is protected by any source, or was erased at the person's request."""
    found: set[str] = set()
    for batch in bulk.batches(address_keys):
        found.update(ProtectedAddress.objects.filter(address_key__in=batch).values_list("address_key", flat=True))
        found.update(
            Suppression.objects.filter(address_key__in=batch, reason=Suppression.Reason.ERASED).values_list(
                "address_key", flat=True
            )
        )
    return found


def holds_barred(source: str) -> bool:
    """Whether somebody of this source is protected by any, or was erased: one whom a plan has brought in since."""
    protected = ProtectedAddress.objects.values("address_key")
    erased = Suppression.objects.filter(reason=Suppression.Reason.ERASED).values("address_key")
    people = ProtectedIdentity.objects.exclude(source=source).values("key")
    mine = Guardian.objects.filter(source=source)
    barring = ({"address_key__in": protected}, {"address_key__in": erased}, {"identity_key__in": people})
    return any(mine.filter(**barred).exists() for barred in barring)
