"""A record as a checked row: who, where, which language, and what is wrong with it.

A row's own faults are collected for every row, also for one that turns out to belong to a protected person; `settling`
lets only the others out. A row keeps no cells: a hundred thousand of them are in memory at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.identity import keyed_hash
from kampanj.audience.importing.addresses import AddressReader
from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.faults import MASK, MAX_KEPT, MAX_SHOWN, Fault, FaultKind, shown
from kampanj.audience.importing.formats.record import Record
from kampanj.audience.importing.languages import language_code
from kampanj.audience.importing.personal_number import is_reserve, person_key
from kampanj.audience.models import Grade, Guardian, School

UNPROTECTED = "ingen"
MAX_ID_LENGTH: int = Guardian._meta.get_field("external_id").max_length or 0
# Ids that we derive where the source has none; an id in a file that begins like one is refused.
BY_PERSON, BY_ADDRESS = "#person:", "#address:"
# Values that repeat from row to row: schools, grades, languages, markings, and pupils with two guardians.
REMEMBERED = 2_000
# Twice what is told in the end, so that faults in protected rows do not show by what is missing.
MAX_HELD = 2 * MAX_KEPT
# Of all rows together: several addresses in each cell of a file would not fit into memory.
MAX_ADDRESSES = 500_000
_GRADE = re.compile(r"(?:årskurs|arskurs|åk|ak)?\.?(f|f-?klass|f[öo]rskoleklass|[1-9]|(?:gy|gymnasiet|gymnasieskolan)-?[1-3])")


@dataclass(slots=True, eq=False)
class Row:
    """What a record says. Something empty (a school of 0) could not be read; `kinds` (of FaultKind) then says so.

    `guardian` is the id in the source, or one that is derived. `person` is the keyed hash of the personal identity number.
    `pupil_trace` and `guardian_trace` are keyed hashes of ids without case: what a protection is recognised by.
    `address_keys` holds the keyed hash of every address in the row, also of those in a cell that holds more than one.
    """

    number: int
    is_marked: bool = True
    guardian: str = ""
    guardian_trace: str = ""
    person: str = ""
    pupil_key: str = ""
    pupil_trace: str = ""
    school: int = 0
    grade: str = ""
    address: str = ""
    address_key: str = ""
    language: str = ""
    address_keys: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def traces(self) -> list[str]:
        """What leads from this row to another one of the same home: guardian id, person and addresses."""
        return [trace for trace in (self.guardian_trace, self.person, *self.address_keys) if trace]


def child_key(source: str, pupil: str) -> str:
    """The key under which a source's pupil is known; the same id of another source is another pupil."""
    return keyed_hash("pupil", f"{source}\0{pupil}")


def pupil_trace(source: str, pupil: str) -> str:
    """The key under which a source's protected pupil is recognised."""
    return keyed_hash("protected-pupil", f"{source}\0{comparable(pupil)}")


def guardian_trace(source: str, guardian: str) -> str:
    """The key under which a source's protected guardian is recognised; empty for an id that we derived ourselves."""
    if not guardian or guardian.startswith((BY_PERSON, BY_ADDRESS)):
        return ""
    return keyed_hash("protected-guardian", f"{source}\0{comparable(guardian)}")


def clean(cell: str) -> str:
    """A cell without the white space around it, its letters composed (Unicode NFC), and no sign that is half a character."""
    if cell.isascii():
        return cell.replace("\0", "").strip()
    return unicodedata.normalize("NFC", cell.encode("utf-8", "replace").decode()).replace("\0", "").strip()


def comparable(cell: str) -> str:
    """A cell as it is compared: without case, compatibility forms and surplus white space."""
    return " ".join((cell if cell.isascii() else unicodedata.normalize("NFKC", cell)).casefold().split())


class RowReader:
    """Reads records with the columns at `places`, in a municipality with the schools that the database holds."""

    def __init__(self, *, source: str, headings: Sequence[str], places: Mapping[Column, int]) -> None:
        self.source = source
        self.places = places
        self.width = len(headings)
        self.headings = {column: clean(headings[place]) for column, place in places.items()}
        self.held = 0
        self._found = 0
        schools = list(School.objects.values_list("pk", "name", "code"))
        self.names = {pk: name for pk, name, _code in schools}
        # Where a name is another school's code, the code counts.
        self._schools = {comparable(name): pk for pk, name, _code in schools} | {
            comparable(code): pk for pk, _name, code in schools
        }
        self._addresses = AddressReader()
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._school = lru_cache(REMEMBERED)(lambda written: self._schools.get(comparable(written), 0))
        self._grade = lru_cache(REMEMBERED)(grade_of)
        self._language = lru_cache(REMEMBERED)(lambda written: language_code(written[:MAX_SHOWN]) or "")
        self._is_clear = lru_cache(REMEMBERED)(lambda written: comparable(written) == UNPROTECTED)
        self._pupil = lru_cache(REMEMBERED)(lambda pupil: (child_key(source, pupil), pupil_trace(source, pupil)))

    def read(self, record: Record) -> Row:
        """The record as a row, with every fault that it has on its own."""
        written = [clean(cell) for cell in record.cells]
        written += [""] * (self.width - len(written))
        cells = {column: written[place] for column, place in self.places.items()}
        row = Row(record.number, is_marked=not self._is_clearly_unprotected(cells))
        faults: list[tuple[FaultKind, Column | None, str]] = []
        surplus = [cell for cell in written[self.width :] if cell]
        if surplus:
            advice = _(
                "The row has more cells than the heading row. Put quotation marks around a cell that contains the delimiter."
            )
            faults.append((FaultKind.CELLS, None, advice))
        self._read_place(row, cells, faults)
        self._read_address(row, cells, faults)
        # Where cells have slid sideways, an address may stand anywhere.
        row.address_keys = self._keys_in(row, written if surplus else cells.values())
        self._read_ids(row, cells, faults)
        self._read_language(row, cells, faults)
        if faults:
            self._hold(row, cells, faults, surplus=surplus)
        return row

    def _is_clearly_unprotected(self, cells: Mapping[Column, str]) -> bool:
        """Whether nothing in the row asks for protection: everything but a clear “Ingen” does, for pupil or guardian."""
        return self._is_clear(cells[Column.PROTECTION]) and self._is_clear(cells.get(Column.GUARDIAN_PROTECTION, UNPROTECTED))

    def _read_place(self, row: Row, cells: Mapping[Column, str], faults: list[tuple[FaultKind, Column | None, str]]) -> None:
        written = cells[Column.SCHOOL]
        row.school = self._school(written) if written else 0
        if not written:
            faults.append((FaultKind.SCHOOL_MISSING, Column.SCHOOL, _("Fill in the school unit's name or code.")))
        elif not row.school:
            advice = _("There is no such school. Correct the name or the code, or add the school under Recipients first.")
            faults.append((FaultKind.SCHOOL, Column.SCHOOL, advice))
        row.grade = self._grade(cells[Column.GRADE])
        if not row.grade:
            faults.append((FaultKind.GRADE, Column.GRADE, _("Write F, 1–9 or gy1–gy3.")))

    def _read_ids(self, row: Row, cells: Mapping[Column, str], faults: list[tuple[FaultKind, Column | None, str]]) -> None:
        if cells[Column.PUPIL]:
            row.pupil_key, row.pupil_trace = self._pupil(cells[Column.PUPIL])
        else:
            faults.append((FaultKind.PUPIL, Column.PUPIL, _("Fill in the pupil's id from the school system.")))
        number = cells.get(Column.PERSONAL_NUMBER, "")
        row.person = person_key(number)
        if number and not row.person and not is_reserve(number):
            advice = _("This is not a personal identity number: ten or twelve digits. Correct it, or leave the cell empty.")
            faults.append((FaultKind.PERSONAL_NUMBER, Column.PERSONAL_NUMBER, advice))
        written = cells.get(Column.GUARDIAN, "")
        # Some systems use the number as their id, and the number is never stored.
        row.person = row.person or person_key(written)
        if written and not person_key(written):
            self._read_guardian(row, written, faults)
        elif row.person:
            row.guardian = f"{BY_PERSON}{row.person}"
        elif Column.GUARDIAN in cells:
            faults.append((FaultKind.GUARDIAN, Column.GUARDIAN, _("Fill in the guardian's id from the school system.")))
        elif row.address:
            row.guardian = f"{BY_ADDRESS}{row.address_key}"

    def _read_guardian(self, row: Row, written: str, faults: list[tuple[FaultKind, Column | None, str]]) -> None:
        if len(written) > MAX_ID_LENGTH:
            advice = _("The id is longer than %(count)s characters. Use the school system's id.") % {"count": MAX_ID_LENGTH}
            faults.append((FaultKind.GUARDIAN, Column.GUARDIAN, advice))
        elif written.startswith((BY_PERSON, BY_ADDRESS)):
            faults.append((FaultKind.GUARDIAN, Column.GUARDIAN, _("Fill in the guardian's id from the school system.")))
        else:
            row.guardian, row.guardian_trace = written, guardian_trace(self.source, written)

    def _read_address(self, row: Row, cells: Mapping[Column, str], faults: list[tuple[FaultKind, Column | None, str]]) -> None:
        written = cells[Column.EMAIL]
        if not written:
            faults.append((FaultKind.ADDRESS_MISSING, Column.EMAIL, _("Fill in an e-mail address.")))
            return
        read = self._addresses.read(written)
        row.address, row.address_key = read.normalised, read.key
        if read.refusal:
            faults.append((FaultKind.ADDRESS, Column.EMAIL, read.refusal))

    def _read_language(self, row: Row, cells: Mapping[Column, str], faults: list[tuple[FaultKind, Column | None, str]]) -> None:
        written = cells[Column.LANGUAGE]
        row.language = self._language(written) if written else settings.LANGUAGE_CODE
        if not row.language:
            advice = _("Write the language's name or code, for example “Arabic” or “ar”, or leave the cell empty.")
            faults.append((FaultKind.LANGUAGE, Column.LANGUAGE, advice))

    def _keys_in(self, row: Row, cells: Iterable[str]) -> tuple[str, ...]:
        keys = {key for cell in cells if not cell.isascii() or "@" in cell for key in self._addresses.keys_in(cell)}
        self._found += len(keys)
        if self._found > MAX_ADDRESSES:
            raise RosterRefused(_("The file holds far more than a roster. Keep only the columns that are needed."))
        return (row.address_key,) if keys == {row.address_key} else tuple(sorted(keys))

    def _hold(
        self,
        row: Row,
        cells: Mapping[Column, str],
        faults: Sequence[tuple[FaultKind, Column | None, str]],
        *,
        surplus: Sequence[str],
    ) -> None:
        kinds = tuple(kind.value for kind, _column, _advice in faults)
        row.kinds = self._shared.setdefault(kinds, kinds)
        if self.held >= MAX_HELD:
            return
        row.faults = tuple(
            Fault(row.number, str(self.width + 1), shown(surplus[0]), advice, kind.value)
            if column is None
            else Fault(row.number, self.headings[column], _value(column, cells[column]), advice, kind.value)
            for kind, column, advice in faults
        )
        self.held += len(row.faults)


def grade_of(written: str) -> str:
    """The Grade's value for “7”, “Åk 7”, “förskoleklass”, “GY 1” and the like; an empty string for anything else."""
    match = _GRADE.fullmatch(comparable(written).replace(" ", ""))
    if match is None:
        return ""
    word = match.group(1)
    if word.startswith("f"):
        return Grade.F.value
    return f"gy{word[-1]}" if word.startswith("gy") else word


def _value(column: Column, written: str) -> str:
    return MASK if column is Column.PERSONAL_NUMBER else shown(written)
