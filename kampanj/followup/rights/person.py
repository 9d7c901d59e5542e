"""Finding one person in the register, by what the person says: an address, a personal identity number, an id in a source.

Rows belong together when they have the same address or the same identity key. Where an address is shared, the rows of others are
not shown (GDPR art. 15.4): a person is followed to further addresses by the identity key only.

Somebody whose identity is protected is not found. The same questions are asked of the database whether somebody is there,
protected or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Guardian, ProtectedAddress, ProtectedIdentity, SchoolContact, Suppression
from kampanj.distribution.models import Delivery, Mailing

# No keyed hash: it stands in a question that must be asked also when there is nothing to ask for.
NO_KEY = "-"


@dataclass(frozen=True, slots=True)
class Sought:
    """Who is looked for: `address` (normalised) with its key, or an identity key, or a source and an id in it."""

    by: str
    address: str = field(default="", repr=False)
    address_key: str = ""
    identity_key: str = ""
    source: str = ""
    external_id: str = field(default="", repr=False)


@dataclass(slots=True)
class Found:
    """Everything that the register holds of whoever was sought.

    `others` are guardians at the same addresses that belong to somebody else, or cannot be told apart. `protected_by` names
    the sources that protect the person; it is for those who handle protected persons, and for nobody else.
    """

    sought: Sought
    keys: tuple[str, ...]
    guardians: list[Guardian]
    others: list[Guardian]
    contacts: list[SchoolContact]
    suppressions: list[Suppression]
    deliveries: list[Delivery]
    events: list[AudienceEvent]
    protected_by: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is anything to tell: never of a protected person, nor because somebody has asked before."""
        if self.protected_by:
            return False
        has_events = any(event.action != AudienceEvent.Action.EXTRACTED for event in self.events)
        return has_events or any((self.guardians, self.others, self.contacts, self.suppressions, self.deliveries))

    @property
    def addresses(self) -> list[str]:
        """The person's addresses in clear, as far as they are known."""
        known = {self.sought.address, *(row.email for row in self.guardians), *(row.email for row in self.contacts)}
        return sorted(known - {""})


def find(sought: Sought) -> Found:
    """Look everywhere."""
    identity, rows = _rows(sought)
    own = [row for row in rows if row.identity_key in ("", identity)] if identity is not None else []
    keys = tuple(sorted({row.address_key for row in rows} | {sought.address_key} - {""}))
    asked = [*keys, NO_KEY]
    mailings = list(Mailing.objects.values_list("pk", flat=True))
    return Found(
        sought=sought,
        keys=keys,
        guardians=own,
        others=[row for row in rows if row not in own],
        contacts=list(SchoolContact.objects.filter(address_key__in=asked).select_related("school").order_by("pk")),
        suppressions=list(Suppression.objects.filter(address_key__in=asked).select_related("topic").order_by("created_at")),
        # By mailing and address: that is the index there is.
        deliveries=list(
            Delivery.objects.filter(mailing__in=mailings, address_key__in=asked).select_related("mailing").order_by("pk")
        ),
        events=list(AudienceEvent.objects.filter(subject__in=asked).order_by("at", "pk")),
        protected_by=_protected_by(sought, rows, asked),
    )


def _rows(sought: Sought) -> tuple[str | None, list[Guardian]]:
    """The identity key (empty: the sources give none; None: several people) and every row at the person's addresses."""
    named = list(Guardian.objects.filter(_naming(sought)))
    identities = {row.identity_key for row in named} - {""}
    identity = sought.identity_key or (next(iter(identities)) if len(identities) == 1 else "" if not identities else None)
    by_identity = list(Guardian.objects.filter(identity_key=identity or NO_KEY))
    keys = {row.address_key for row in (*named, *by_identity)} | {sought.address_key or NO_KEY}
    return identity, list(Guardian.objects.filter(address_key__in=keys).order_by("pk"))


def _naming(sought: Sought) -> Q:
    if sought.address_key:
        return Q(address_key=sought.address_key)
    if sought.identity_key:
        return Q(identity_key=sought.identity_key)
    return Q(source=sought.source, external_id=sought.external_id)


def _protected_by(sought: Sought, rows: list[Guardian], keys: list[str]) -> tuple[str, ...]:
    """The sources that protect any of the addresses or ids."""
    identities = {sought.identity_key or NO_KEY, guardian_trace(sought.source, sought.external_id)}
    for row in rows:
        identities |= {row.identity_key, guardian_trace(row.source, row.external_id)}
    by_address = ProtectedAddress.objects.filter(address_key__in=keys).values_list("source", flat=True)
    by_identity = ProtectedIdentity.objects.filter(key__in=identities - {""}).values_list("source", flat=True)
    return tuple(sorted({*by_address, *by_identity}))
