"""Which rows of a file belong to a protected identity (skyddade personuppgifter). Default deny.

A row asks for protection when a marking in it, the pupil's or the guardian's, is anything but a clear “Ingen”. One such row
protects its pupil in every row, and with the pupil the guardians and addresses that those rows name. From there protection
spreads along guardian ids, personal identity numbers and addresses, because each leads a reader to the same home; it does
not spread to further pupils' other guardians.

A protection outlasts the file that asked for it: keyed hashes of the ids and addresses are kept, and a later file's rows
that name one are protected although they say “Ingen”, until somebody with the right to do so lifts it. An address that
another source protects hides a row just so, but it stays that source's: nothing is kept of what is hidden by it alone, so
that two sources do not keep each other's protections alive. A person whom another source protects by personal identity number
is hidden in the same way.

School systems often leave out whom a protected pupil belongs to. The guardians of a marked pupil whose row names nobody are
therefore those who are stored.

Against side channels: ids are compared without case, and every address in a row counts, also in a cell that holds several or
in the wrong column. Nothing in clear is kept or logged; a hidden row leaves no fault, no figure and no value behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kampanj.audience.importing import bulk
from kampanj.audience.importing.rows import Row, guardian_trace
from kampanj.audience.models import Guardian, ProtectedAddress, ProtectedIdentity, Suppression


@dataclass(slots=True)
class Known:
    """What is protected before the import, as keys: this source's ids and addresses, other sources' addresses and people.

    `erased` holds the addresses that were erased at the person's request. Without a `source` nothing is stored.
    """

    source: str = ""
    identities: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    people_elsewhere: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, source: str) -> Known:
        """Five queries."""
        people = ProtectedIdentity.objects.exclude(source=source).values_list("key", flat=True)
        others = ProtectedAddress.objects.exclude(source=source).values_list("address_key", flat=True)
        erased = Suppression.objects.filter(reason=Suppression.Reason.ERASED).values_list("address_key", flat=True)
        return cls(
            source=source,
            identities=set(ProtectedIdentity.objects.filter(source=source).values_list("key", flat=True).iterator()),
            addresses=set(ProtectedAddress.objects.filter(source=source).values_list("address_key", flat=True).iterator()),
            elsewhere=set(others.iterator()),
            people_elsewhere=set(people.iterator()),
            erased=set(erased.iterator()),
        )


@dataclass(slots=True)
class Reach:
    """How far protection reaches in a file: row numbers, traces of guardians and persons, and address keys."""

    rows: set[int] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)

    def copied(self) -> Reach:
        """Another one that reaches as far."""
        return Reach(set(self.rows), set(self.people), set(self.addresses))


@dataclass(slots=True)
class Protection:
    """What a file protects. `own` is what this source is kept for; `hidden` reaches as far or, by other sources, farther.

    `pupils` and `pupil_keys` are the protected pupils' traces and children's keys. `named_addresses` and `named_identities`
    are what is protected so far and what the file names in rows that are unprotected by the file alone; `lifted` tells
    whether these protections lapse.
    """

    own: Reach
    hidden: Reach
    known: Known
    pupils: set[str]
    pupil_keys: set[str]
    named_addresses: set[str]
    named_identities: set[str]
    lifted: bool

    @property
    def kept_addresses(self) -> set[str]:
        """The addresses that this source protected before and still does."""
        return self.known.addresses - self.named_addresses if self.lifted else self.known.addresses

    @property
    def kept_identities(self) -> set[str]:
        """The traces that this source protected before and still does."""
        return self.known.identities - self.named_identities if self.lifted else self.known.identities


def protection_in(rows: Sequence[Row], known: Known, *, lift: bool = False) -> Protection:
    """Everything in the file that is protected; see the module's docstring for the rule."""
    web = _Web(rows)
    pupils = {row.pupil_trace for row in rows if row.is_marked and row.pupil_trace}
    reach = _stored_guardians(rows, pupils, known)
    web.spread(
        reach,
        (row for row in rows if row.is_marked or row.pupil_trace in pupils or _names(row, reach.people, reach.addresses)),
    )
    protection = Protection(reach, reach, known, pupils, set(), set(), set(), lift)
    if known.identities or known.addresses:
        unmarked = [row for row in rows if row.number not in reach.rows]
        protection.named_addresses = _named(unmarked, known.addresses)
        protection.named_identities = _named(unmarked, known.identities)
        identities, addresses = protection.kept_identities, protection.kept_addresses
        pupils |= {row.pupil_trace for row in rows if row.pupil_trace in identities}
        web.spread(reach, (row for row in unmarked if row.pupil_trace in pupils or _names(row, identities, addresses)))
    protection.pupil_keys = {row.pupil_key for row in rows if row.pupil_trace in pupils}
    if known.elsewhere or known.people_elsewhere:
        protection.hidden = reach.copied()
        web.spread(
            protection.hidden,
            (row for row in rows if row.person in known.people_elsewhere or not known.elsewhere.isdisjoint(row.address_keys)),
        )
    return protection


def _stored_guardians(rows: Iterable[Row], pupils: set[str], known: Known) -> Reach:
    """The stored guardians of protected pupils that stand in a row without guardian, as traces and addresses."""
    found = Reach()
    nameless = {row.pupil_key for row in rows if row.pupil_trace in pupils and not row.guardian} if known.source else set()
    for batch in bulk.batches(nameless):
        stored = Guardian.objects.filter(source=known.source, children__source=known.source, children__key__in=batch)
        for external_id, address, identity in stored.values_list("external_id", "address_key", "identity_key"):
            found.addresses.add(address)
            found.people.update(filter(None, (guardian_trace(known.source, external_id), identity)))
    return found


def _named(rows: Iterable[Row], keys: set[str]) -> set[str]:
    return {trace for row in rows for trace in (row.pupil_trace, *row.traces) if trace in keys}


def _names(row: Row, identities: set[str], addresses: set[str]) -> bool:
    return (
        row.guardian_trace in identities or row.person in identities or any(address in addresses for address in row.address_keys)
    )


class _Web:
    """A file's rows and what leads from one to another. Only traces that stand in several rows take room twice."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._first: dict[str, Row] = {}
        self._later: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            for trace in row.traces:
                if self._first.setdefault(trace, row) is not row:
                    self._later[trace].append(row)

    def spread(self, reach: Reach, seeds: Iterable[Row]) -> None:
        """Let `reach` grow from `seeds` until nothing more is found. Each row is followed once."""
        for seed in seeds:
            waiting = [seed]
            while waiting:
                row = waiting.pop()
                if row.number in reach.rows:
                    continue
                reach.rows.add(row.number)
                for trace in _not_followed(row, reach):
                    waiting.append(self._first[trace])
                    waiting.extend(self._later.get(trace, ()))


def _not_followed(row: Row, reach: Reach) -> Iterator[str]:
    """The row's traces that `reach` has not reached yet; now it has."""
    for keys, traces in ((reach.addresses, row.address_keys), (reach.people, (row.guardian_trace, row.person))):
        for trace in traces:
            if trace and trace not in keys:
                keys.add(trace)
                yield trace
