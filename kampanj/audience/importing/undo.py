"""Take an import back: what stood there before stands there again, but for who is protected or erased by now."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import BinaryIO, Self

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import bulk, chunks, register
from kampanj.audience.importing.plan import Figures
from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedIdentity

KIND = "undo/1"
GUARDIAN = ("id", "external_id", "email", "address_key", "language", "identity_key", "imported_at")
CHILD = ("id", "key", "school", "grade")
GuardianRow = tuple[int, str, str, str, str, str, str]
ChildRow = tuple[int, str, int, str]
Tie = tuple[int, int]


@dataclass(slots=True)
class Undo:
    """What an import has changed in `source`, good while the source's version is `version`.

    New rows are primary keys, ties pairs of them (guardian, child); rows that were overwritten or removed stand as they
    were: GUARDIAN's and CHILD's fields. Nobody who became protected is in it.
    """

    source: str
    version: int = 0
    new_guardians: list[int] = field(default_factory=list)
    changed_guardians: list[GuardianRow] = field(default_factory=list)
    removed_guardians: list[GuardianRow] = field(default_factory=list)
    new_children: list[int] = field(default_factory=list)
    changed_children: list[ChildRow] = field(default_factory=list)
    removed_children: list[ChildRow] = field(default_factory=list)
    new_ties: list[Tie] = field(default_factory=list)
    removed_ties: list[Tie] = field(default_factory=list)
    lifted_addresses: list[str] = field(default_factory=list)
    lifted_identities: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        """Whether taking it back would write or remove anything."""
        return any(getattr(self, name) for name in _LISTS)

    def chunks(self) -> Iterator[bytes]:
        """The undo as bytes, piece by piece; `read` takes them back."""
        return chunks.written(
            KIND, {"source": self.source, "version": self.version}, {name: getattr(self, name) for name in _LISTS}
        )

    @classmethod
    def read(cls, stream: BinaryIO) -> Self:
        """The undo that was written. RosterRefused when the bytes are not a whole one of this version."""
        head, pieces = chunks.read(stream, KIND)
        undo = cls(**head)
        for name, items in pieces:
            getattr(undo, name).extend(tuple(item) if isinstance(item, list) else item for item in items)
        return undo


_LISTS = tuple(name.name for name in fields(Undo) if name.name not in {"source", "version"})


def guardian_rows(primary_keys: Iterable[int]) -> list[GuardianRow]:
    """The guardians as an Undo keeps them; those that are not there are left out."""
    written = functools.cache(dt.datetime.isoformat)
    return [
        (*values, written(imported_at))
        for batch in bulk.batches(primary_keys)
        for *values, imported_at in Guardian.objects.filter(pk__in=batch).values_list(*GUARDIAN)
    ]


def child_rows(primary_keys: Iterable[int]) -> list[ChildRow]:
    """The children as an Undo keeps them."""
    return [row for batch in bulk.batches(primary_keys) for row in Child.objects.filter(pk__in=batch).values_list(*CHILD)]


def tie_rows(*, guardians: Iterable[int], ties: Iterable[int], but_not: Collection[int]) -> list[Tie]:
    """All ties of these guardians, and these ties; none of the children `but_not`."""
    found = [
        tie
        for name, keys in (("guardian", guardians), ("pk", ties))
        for batch in bulk.batches(keys)
        for tie in GuardianChild.objects.filter(**{f"{name}__in": batch}).values_list("guardian_id", "child_id")
    ]
    return [tie for tie in found if tie[1] not in but_not]


def take_back(undo: Undo) -> Figures:
    """Restore what the import has changed, in one transaction: guardians brought back are new, those removed are gone.

    A protection that the import set stays, and one that it lifted is set again; nobody protected or erased by now comes
    back. RosterRefused when something newer has been applied to the source.
    """
    with register.one_transaction():
        record = register.held(undo.source)
        if record.version != undo.version:
            raise RosterRefused(
                _("Something newer has been applied to “%(source)s”, so this import cannot be undone.") % {"source": undo.source}
            )
        register.demand_schools({row[2] for row in (*undo.changed_children, *undo.removed_children)})
        # First of all: whoever is protected again comes not back.
        register.protect(undo.source, addresses=undo.lifted_addresses, identities=undo.lifted_identities)
        figures = _restore(undo)
        register.tell_protected(undo.lifted_addresses)
        register.settle_version(record, is_changed=undo.has_changes, is_read_in=False)
    return figures


def _restore(undo: Undo) -> Figures:
    barred = _barred(undo)
    gone = _there(Guardian, undo.new_guardians)
    _remove_ties(undo.new_ties)
    bulk.remove(Guardian, [*gone, *(row[0] for row in undo.changed_guardians if row[0] in barred)])
    _put_children(undo)
    there = set(_there(Guardian, [row[0] for row in undo.changed_guardians]))
    changed = [row for row in undo.changed_guardians if row[0] in there]
    back = [row for row in undo.removed_guardians if row[0] not in barred]
    for batch in bulk.batches([*changed, *back]):
        rows = [(undo.source, *values, dt.datetime.fromisoformat(imported_at)) for *values, imported_at in batch]
        bulk.put(Guardian, ("source", *GUARDIAN), rows)
    _put_ties(undo)
    brought = len(back) - _remove_childless([row[0] for row in back])
    register.remove_orphans(
        {row[0] for row in (*undo.removed_children, *undo.changed_children)} | {tie[1] for tie in undo.new_ties}
    )
    total = Guardian.objects.filter(source=undo.source).count()
    return Figures(new=brought, changed=len(changed), gone=len(gone), unchanged=total - brought - len(changed))


def _barred(undo: Undo) -> set[int]:
    """The guardians who must not stand there again as they were: their address or id is protected, or was erased."""
    rows = [*undo.changed_guardians, *undo.removed_guardians]
    addresses = register.barred(row[3] for row in rows)
    people = set(ProtectedIdentity.objects.values_list("key", flat=True))
    return {
        pk
        for pk, external_id, _address, key, _language, identity, _at in rows
        if key in addresses or identity in people or guardian_trace(undo.source, external_id) in people
    }


def _there(model: type[Guardian | Child], primary_keys: Iterable[int]) -> list[int]:
    return [
        pk
        for batch in bulk.batches(primary_keys)
        for pk in model._default_manager.filter(pk__in=batch).values_list("pk", flat=True)
    ]


def _remove_ties(ties: Iterable[Tie]) -> None:
    for batch in bulk.batches(ties):
        wanted = set(batch)
        stored = GuardianChild.objects.filter(guardian__in={guardian for guardian, _child in batch})
        bulk.remove(
            GuardianChild,
            [pk for pk, guardian, child in stored.values_list("pk", "guardian_id", "child_id") if (guardian, child) in wanted],
        )


def _put_children(undo: Undo) -> None:
    """Children first, so that ties find them. One that was erased with its guardian since is not moved back."""
    there = set(_there(Child, [row[0] for row in undo.changed_children]))
    rows = [row for row in undo.changed_children if row[0] in there] + undo.removed_children
    for batch in bulk.batches(rows):
        bulk.put(Child, ("source", *CHILD), [(undo.source, *row) for row in batch])
    bulk.remove(Child, undo.new_children)


def _put_ties(undo: Undo) -> None:
    for batch in bulk.batches(undo.removed_ties):
        guardians = set(_there(Guardian, {guardian for guardian, _child in batch}))
        children = set(_there(Child, {child for _guardian, child in batch}))
        bulk.add(GuardianChild, ("guardian", "child"), [tie for tie in batch if tie[0] in guardians and tie[1] in children])


def _remove_childless(guardians: Iterable[int]) -> int:
    """Remove those of the guardians whose children are all protected by now; how many."""
    removed = 0
    for batch in bulk.batches(guardians):
        ties = GuardianChild.objects.filter(guardian=OuterRef("pk"))
        childless = list(Guardian.objects.filter(~Exists(ties), pk__in=batch).values_list("pk", flat=True))
        bulk.remove(Guardian, childless)
        removed += len(childless)
    return removed
