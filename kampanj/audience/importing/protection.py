"""Which rows of a file belong to a protected identity (skyddade personuppgifter). Default deny.

A row asks for protection when its marking is anything but a clear “Ingen”. One such row protects its pupil in every row,
and with the pupil the guardians and addresses that those rows name. From there protection spreads along guardian ids and
addresses, because either one leads a reader to the same home; it does not spread to further pupils' other guardians.

Against side channels: ids are compared without case, and every address in a row counts, also in a cell that holds several or
in the wrong column. The rule looks at the file alone, never at what is stored: nothing that would be needed to tell again is
kept of a protected person, so the same file must not give other faults or figures the second time. Nothing here is written or
logged; a protected row leaves no fault, no figure and no value behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kampanj.audience.importing.rows import Row, comparable


@dataclass(slots=True)
class Protection:
    """The protected rows (by number), and the pupils' keys, guardian ids (comparable) and address keys that they name."""

    rows: set[int] = field(default_factory=set)
    pupil_keys: set[str] = field(default_factory=set)
    guardians: set[str] = field(default_factory=set)
    address_keys: set[str] = field(default_factory=set)

    def covers_guardian(self, external_id: str) -> bool:
        """Whether the guardian id stands in a protected row."""
        return comparable(external_id) in self.guardians


def protection_in(rows: Sequence[Row]) -> Protection:
    """Everything in the file that is protected; see the module's docstring for the rule."""
    pupils = {comparable(row.pupil) for row in rows if row.is_marked and row.pupil}
    protection = Protection(pupil_keys={row.pupil_key for row in rows if row.pupil and comparable(row.pupil) in pupils})
    rows_of: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for trace in _traces(row):
            rows_of[trace].append(row)
    waiting = [row for row in rows if row.is_marked or row.pupil_key in protection.pupil_keys]
    while waiting:
        row = waiting.pop()
        protection.rows.add(row.number)
        protection.address_keys |= row.address_keys
        if row.guardian:
            protection.guardians.add(comparable(row.guardian))
        for trace in _traces(row):
            waiting.extend(rows_of.pop(trace, []))
    return protection


def _traces(row: Row) -> Iterator[tuple[str, str]]:
    """What leads from this row to another one: its guardian id and its addresses."""
    if row.guardian:
        yield ("guardian", comparable(row.guardian))
    for key in row.address_keys:
        yield ("address", key)
