"""Pupils and guardians joined into a roster: one record per tie, with our own headings.

The source is the whole truth, so whoever is to be protected must be in it: a pupil or guardian that is said to be protected
is handed on whatever else is missing, with every tie, address and relation that leads to the same home. The cells of an
unprotected row hold what a letter needs and nothing else.

A guardian whom a pupil's record names but whom the school system does not show is left out: there is no address to write to.
It counts among those who are gone, so that the brake sees a list that came with holes.

The language column stays empty: SS 12000:2020 has no language of contact.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from kampanj.audience.importing.columns import Column
from kampanj.audience.importing.formats.record import Record
from kampanj.audience.importing.ss12000.persons import Guardian, Pupil, Tie, is_clear, says_protected, stricter

HEADINGS = (
    Column.SCHOOL,
    Column.GRADE,
    Column.PUPIL,
    Column.PROTECTION,
    Column.GUARDIAN,
    Column.GUARDIAN_PROTECTION,
    Column.EMAIL,
    Column.LANGUAGE,
    Column.PERSONAL_NUMBER,
)
CHUNK = 64 * 1024


class Records:
    """A fetched roster. Iterating gives its records; `as_csv_chunks` the same as a file in UTF-8 with semicolons."""

    format = "ss12000"
    encoding = ""

    def __init__(self) -> None:
        self.headings = [column.value for column in HEADINGS]
        self._pupils: dict[str, Pupil] = {}
        self._guardians: dict[str, Guardian] = {}

    def add_pupil(self, pupil: Pupil) -> None:
        """Keep the pupil; of two with one id, the one that is said to be protected, or the later one."""
        known = self._pupils.get(pupil.id)
        if known is None or not says_protected(known.marking):
            self._pupils[pupil.id] = pupil

    def add_guardian(self, guardian: Guardian) -> None:
        """Keep the guardian; of two with one id, the one that is said to be protected, or the later one."""
        known = self._guardians.get(guardian.id)
        if known is None or not says_protected(known.marking):
            self._guardians[guardian.id] = guardian

    def remove(self, ids: Iterable[str]) -> None:
        """Take out persons that the school system has removed, and their ties."""
        removed = set(ids)
        for person in removed:
            self._pupils.pop(person, None)
            self._guardians.pop(person, None)
        for pupil in list(self._pupils.values()):
            if any(tie.guardian in removed for tie in pupil.ties):
                ties = tuple(tie for tie in pupil.ties if tie.guardian not in removed)
                self._pupils[pupil.id] = Pupil(pupil.id, pupil.marking, pupil.place, ties)

    def __iter__(self) -> Iterator[Record]:
        # The heading row is the first, as in the file that as_csv_chunks gives.
        return (Record(number, cells) for number, cells in enumerate(self._rows(), start=2))

    @property
    def lacks_markings(self) -> bool:
        """Whether of all pupils, or of all guardians, not one is said to be unprotected: a column that is missing."""
        people: tuple[dict[str, Pupil] | dict[str, Guardian], ...] = (self._pupils, self._guardians)
        return any(group and not any(is_clear(one.marking) for one in group.values()) for group in people)

    def as_csv_chunks(self) -> Iterator[bytes]:
        """The roster as a CSV file's bytes, heading row first, in pieces of about 64 kB."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(self.headings)
        for record in self:
            writer.writerow(record.cells)
            if text.tell() >= CHUNK:
                yield text.getvalue().encode()
                text.seek(0)
                text.truncate()
        yield text.getvalue().encode()

    def _rows(self) -> Iterator[list[str]]:
        told: set[str] = set()
        for pupil in self._pupils.values():
            for tie in pupil.ties:
                guardian = self._guardians.get(tie.guardian)
                marking = stricter(guardian.marking if guardian else "", tie.marking)
                if says_protected(marking):
                    told.add(tie.guardian)
                if self._belongs(pupil, tie, guardian, marking):
                    yield _cells(pupil, tie.guardian, guardian, marking)
            if not pupil.ties and says_protected(pupil.marking):
                yield _cells(pupil, "", None, "")
        for guardian in self._guardians.values():
            if says_protected(guardian.marking) and guardian.id not in told:
                yield _cells(None, guardian.id, guardian, guardian.marking)

    def _belongs(self, pupil: Pupil, tie: Tie, guardian: Guardian | None, marking: str) -> bool:
        if says_protected(pupil.marking) or says_protected(marking):
            return True
        return tie.is_custodian and pupil.place is not None and guardian is not None and guardian.is_active


def _cells(pupil: Pupil | None, guardian_id: str, guardian: Guardian | None, marking: str) -> list[str]:
    is_unprotected = pupil is not None and is_clear(pupil.marking) and is_clear(marking)
    emails = () if guardian is None else (guardian.email,) if is_unprotected else guardian.emails
    cells = {
        Column.SCHOOL: pupil.place.school if pupil and pupil.place else "",
        Column.GRADE: pupil.place.grade if pupil and pupil.place else "",
        Column.PUPIL: pupil.id if pupil else "",
        Column.PROTECTION: pupil.marking if pupil else "",
        Column.GUARDIAN: guardian_id,
        Column.GUARDIAN_PROTECTION: marking,
        Column.EMAIL: ", ".join(emails),
        Column.LANGUAGE: "",
        Column.PERSONAL_NUMBER: guardian.personal_number if guardian else "",
    }
    return [cells[column] for column in HEADINGS]
