"""A record as a checked row: who, where, which language, and what is wrong with it.

A row's own faults are collected for every row, also for one that turns out to belong to a protected person; `settling`
lets only the others out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from kampanj.audience.identity import AddressRefused, address_key, keyed_hash, normalise_address
from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.csv_file import Record
from kampanj.audience.importing.languages import language_code
from kampanj.audience.models import Grade, Guardian, School

UNPROTECTED = "ingen"
# How the id of a guardian begins that the source gives no id.
BY_PERSON, BY_ADDRESS = "#person:", "#address:"
MAX_ID_LENGTH: int = Guardian._meta.get_field("external_id").max_length or 0
# RFC 5321 allows 254 characters; beyond this nothing is worth parsing or repeating.
MAX_WRITTEN_ADDRESS = 320
MAX_SHOWN = 100
_ADDRESS_LIKE = re.compile(r"[^\s<>,;:\"'()\[\]|/]+@[^\s<>,;:\"'()\[\]|/]+")
# What a copied address may carry and nobody sees: soft hyphens, joiners, direction marks, byte order marks.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_GRADE = re.compile(r"(?:årskurs|arskurs|åk|ak)?\.?(f|f-?klass|f[öo]rskoleklass|[1-9]|(?:gy|gymnasiet|gymnasieskolan)-?[1-3])")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct: the spreadsheet's row number, the column's heading, the value, and what to do."""

    row: int
    column: str
    value: str
    advice: str

    def __str__(self) -> str:
        line = _("Row %(row)s, column “%(column)s”, value “%(value)s”: %(advice)s") % {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "advice": self.advice,
        }
        return "".join(character if character.isprintable() else " " for character in line)


@dataclass(frozen=True, slots=True)
class Address:
    """A cell read as an address: normalised and with its key, or with what to do about it."""

    normalised: str = ""
    key: str = ""
    refusal: str = ""


@dataclass(slots=True)
class Row:
    """What a record says. Something empty (a school of 0) could not be read; `faults` then says so.

    `address_keys` holds the keyed hash of every address in the row, also of those in a cell that holds more than one.
    """

    number: int
    cells: Mapping[Column, str]
    headings: Mapping[Column, str]
    guardian: str
    pupil_key: str = ""
    school: int = 0
    grade: str = ""
    address: str = ""
    address_key: str = ""
    language: str = ""
    address_keys: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)

    @property
    def pupil(self) -> str:
        """The pupil's id, or an empty string."""
        return self.cells[Column.PUPIL]

    @property
    def is_marked(self) -> bool:
        """Whether the row asks for protection: everything but a clear “Ingen” does."""
        return comparable(self.cells[Column.PROTECTION]) != UNPROTECTED

    def fault(self, column: Column, advice: str) -> None:
        """Note that the cell of `column` must be corrected as `advice` says."""
        self.faults.append(Fault(self.number, self.headings[column], self.cells[column][:MAX_SHOWN], advice))


def child_key(source: str, pupil: str) -> str:
    """The key under which a source's pupil is known; the same id of another source is another pupil."""
    return keyed_hash("pupil", f"{source}\0{pupil}")


def guardian_trace(source: str, guardian: str) -> str:
    """The key under which a source's protected guardian is recognised; empty for an id that we derived ourselves."""
    if not guardian or guardian.startswith((BY_PERSON, BY_ADDRESS)):
        return ""
    return keyed_hash("protected-guardian", f"{source}\0{comparable(guardian)}")


def clean(cell: str) -> str:
    """A cell without the white space around it, its letters composed (Unicode NFC)."""
    return unicodedata.normalize("NFC", cell).strip()


def comparable(cell: str) -> str:
    """A cell as it is compared: without case, compatibility forms and surplus white space."""
    return " ".join(unicodedata.normalize("NFKC", cell).casefold().split())


class RowReader:
    """Reads records with the columns at `places`, in a municipality with the schools that the database holds."""

    def __init__(self, *, source: str, headings: Sequence[str], places: Mapping[Column, int]) -> None:
        self.source = source
        self.places = places
        self.width = len(headings)
        self.headings = {column: clean(headings[place]) for column, place in places.items()}
        self.schools = _schools_by_name_and_code()
        self._addresses: dict[str, Address] = {}

    def read(self, record: Record) -> Row:
        """The record as a row, with every fault that it has on its own."""
        written = [clean(cell) for cell in record.cells]
        written += [""] * (self.width - len(written))
        cells = {column: written[place] for column, place in self.places.items()}
        guardian = cells[Column.GUARDIAN]
        row = Row(record.number, cells, self.headings, guardian=guardian if len(guardian) <= MAX_ID_LENGTH else "")
        surplus = [cell for cell in written[self.width :] if cell]
        if surplus:
            advice = _(
                "The row has more cells than the heading row. Put quotation marks around a cell that contains the delimiter."
            )
            row.faults.append(Fault(row.number, str(self.width + 1), surplus[0][:MAX_SHOWN], advice))
        for check in (self._check_place, self._check_ids, self._check_address, self._check_language):
            check(row)
        # Where cells have slid sideways, an address may stand anywhere.
        row.address_keys = frozenset(self._keys_in(written if surplus else cells.values()))
        return row

    def _check_place(self, row: Row) -> None:
        row.school = self.schools.get(comparable(row.cells[Column.SCHOOL]), 0)
        if not row.cells[Column.SCHOOL]:
            row.fault(Column.SCHOOL, _("Fill in the school unit's name or code."))
        elif not row.school:
            row.fault(
                Column.SCHOOL,
                _("There is no such school. Correct the name or the code, or add the school under Recipients first."),
            )
        row.grade = grade_of(row.cells[Column.GRADE])
        if not row.grade:
            row.fault(Column.GRADE, _("Write F, 1–9 or gy1–gy3."))

    def _check_ids(self, row: Row) -> None:
        if row.pupil:
            row.pupil_key = child_key(self.source, row.pupil)
        else:
            row.fault(Column.PUPIL, _("Fill in the pupil's id from the school system."))
        if not row.cells[Column.GUARDIAN]:
            row.fault(Column.GUARDIAN, _("Fill in the guardian's id from the school system."))
        elif not row.guardian:
            row.fault(
                Column.GUARDIAN,
                _("The id is longer than %(count)s characters. Use the school system's id.") % {"count": MAX_ID_LENGTH},
            )

    def _check_address(self, row: Row) -> None:
        if not row.cells[Column.EMAIL]:
            row.fault(Column.EMAIL, _("Fill in an e-mail address."))
            return
        read = self._read_address(row.cells[Column.EMAIL])
        row.address, row.address_key = read.normalised, read.key
        if not row.address:
            row.fault(Column.EMAIL, read.refusal)

    def _check_language(self, row: Row) -> None:
        written = row.cells[Column.LANGUAGE]
        row.language = (language_code(written[:MAX_SHOWN]) or "") if written else settings.LANGUAGE_CODE
        if not row.language:
            row.fault(
                Column.LANGUAGE, _("Write the language's name or code, for example “Arabic” or “ar”, or leave the cell empty.")
            )

    def _keys_in(self, cells: Iterable[str]) -> Iterator[str]:
        for cell in (unicodedata.normalize("NFKC", written) for written in cells):
            if "@" not in cell:
                continue
            whole = self._read_address(cell)
            parts = [] if whole.key else _ADDRESS_LIKE.findall(cell)
            yield from (read.key for read in (whole, *(self._read_address(part.strip(".")) for part in parts)) if read.key)

    def _read_address(self, written: str) -> Address:
        """Remembered, because siblings' rows repeat addresses."""
        if written not in self._addresses:
            self._addresses[written] = _read_address(written)
        return self._addresses[written]


def grade_of(written: str) -> str:
    """The Grade's value for “7”, “Åk 7”, “förskoleklass”, “GY 1” and the like; an empty string for anything else."""
    match = _GRADE.fullmatch(comparable(written).replace(" ", ""))
    if match is None:
        return ""
    word = match.group(1)
    if word.startswith("f"):
        return Grade.F.value
    return f"gy{word[-1]}" if word.startswith("gy") else word


def _read_address(written: str) -> Address:
    if len(written) > MAX_WRITTEN_ADDRESS:
        return Address(refusal=_("The cell is far too long for one e-mail address. Write one address."))
    try:
        normalised = normalise_address(_INVISIBLE.sub("", written))
    except AddressRefused as refusal:
        return Address(refusal=refusal.messages[0])
    return Address(normalised=normalised, key=address_key(normalised))


def _schools_by_name_and_code() -> dict[str, int]:
    """School ids by comparable name and code; where a name is another school's code, the code counts."""
    schools = list(School.objects.values_list("pk", "name", "code"))
    by_name = {comparable(name): pk for pk, name, _code in schools}
    return by_name | {comparable(code): pk for pk, _name, code in schools}
