"""OneRoster 1.2 as a zip file of tables (1EdTech, “CSV Binding 1.2.1”), joined into one record per pupil and guardian.

What is read: manifest.csv (that the tables are whole ones), orgs.csv (schools), roles.csv (who is pupil, who is guardian) and
users.csv (addresses, year, who belongs to whom). `agentSourcedIds` counts from either side. Classes and enrolments are not
needed.

OneRoster knows no protected identity, so users.csv must have an extension column for it (`metadata.skyddad`,
`metadata.se.securityMarking`, …); without one the file is refused. A marking, or an unclear one, counts for pupils and for
guardians, and outweighs everything else: it is told also of somebody who has no ties, or who has left.

A record's number is the guardian's row in users.csv, where the address stands. So one number can come more than once: with every
pupil of that guardian. When nobody in users.csv is the guardian, it is the pupil's row.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.columns import PROTECTION_WORDS, Column, folded
from kampanj.audience.importing.formats.oneroster_tables import Tables, check_manifest, identifier
from kampanj.audience.importing.formats.record import MAX_ROWS, Rows

HEADINGS = [
    Column.SCHOOL,
    Column.GRADE,
    Column.PUPIL,
    Column.PROTECTION,
    Column.GUARDIAN,
    Column.EMAIL,
    Column.LANGUAGE,
    Column.PERSONAL_NUMBER,
    Column.GUARDIAN_PROTECTION,
]
GUARDIAN_ROLES = {"guardian", "parent", "relative"}
STUDENT = "student"
AGENTS = "agentSourcedIds"
# The words that clear a person of protection.
UNPROTECTED_WORDS = {"ingen", "nej", "no", "none", "false"}
UNPROTECTED = "Ingen"
PROTECTED = "Sekretessmarkering"
LANGUAGE_COLUMNS = {"language", "preferredlanguage", "contactlanguage", "sprak", "kontaktsprak", "tilltalssprak"}
NUMBER_COLUMNS = {"personnummer", "civicno", "personalnumber", "nationalidentifier"}
# CEDS, “Entry Grade Level”. The thirteenth year has no counterpart and is told as a fault.
GRADES = {"kg": "F", "pk": "F", "tk": "F"} | {f"{year:02}": str(year) for year in range(1, 10)}
GRADES |= {str(year): str(year) for year in range(1, 10)} | {"10": "gy1", "11": "gy2", "12": "gy3"}
MAX_SHOWN = 120
MAX_PEOPLE = 2 * MAX_ROWS


@dataclass(slots=True)
class _Pupil:
    """What users.csv says of somebody who may be a pupil."""

    number: int
    school: str
    grade: str


@dataclass(frozen=True, slots=True)
class _Extensions:
    """The headings in users.csv that extend the standard and that mean something here."""

    markings: tuple[str, ...]
    languages: tuple[str, ...]
    numbers: tuple[str, ...]

    @classmethod
    def among(cls, headings: Iterable[str]) -> _Extensions:
        """RosterRefused when none is about protection."""
        names = {heading: _extension_name(heading) for heading in headings}
        found = cls(
            markings=tuple(heading for heading, name in names.items() if any(word in name for word in PROTECTION_WORDS)),
            languages=tuple(heading for heading, name in names.items() if name in LANGUAGE_COLUMNS),
            numbers=tuple(heading for heading, name in names.items() if name in NUMBER_COLUMNS),
        )
        if not found.markings:
            raise RosterRefused(
                _(
                    "users.csv lacks a column for protected identity. "
                    "Let the export write it as “metadata.skyddad”, with “Ingen” for everybody who is not protected."
                )
            )
        return found

    def mark(self, row: Mapping[str, str]) -> bool:
        """Whether any column about protection says anything but a clear no."""
        return any(row[heading].casefold() not in UNPROTECTED_WORDS for heading in self.markings)


@dataclass(slots=True)
class _People:
    """Who is who: what has to be known before the first record can be told. `ties` goes from guardian to pupils."""

    schools: dict[str, str] = field(default_factory=dict)
    school_of: dict[str, str] = field(default_factory=dict)
    guardians: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    pupils: dict[str, _Pupil] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    ties: dict[str, list[str]] = field(default_factory=dict)
    tie_count: int = 0
    extensions: _Extensions = _Extensions((), (), ())
    known: dict[str, str] = field(default_factory=dict)

    def one(self, written: str) -> str:
        """The same text as the same object, so that an id that stands in many rows is kept once."""
        return self.known.setdefault(written, written)

    def has_role(self, user: str) -> bool:
        """Whether roles.csv names the user at all."""
        return user in self.school_of or user in self.guardians or user in self.others

    def tie(self, guardian: str, pupil: str) -> None:
        """Note a tie when roles.csv says that it can be one; somebody without a role may be either."""
        if guardian in self.guardians:
            is_tie = pupil in self.school_of or not self.has_role(pupil)
        else:
            is_tie = pupil in self.school_of and not self.has_role(guardian)
        if is_tie:
            self.ties.setdefault(guardian, []).append(pupil)
            self.tie_count += 1

    def pupils_of(self, guardian: str) -> list[str]:
        """The pupils that are told with this guardian: those who are here, and everybody whom a marking touches."""
        return [
            pupil
            for pupil in dict.fromkeys(self.ties.get(guardian, ()))
            if pupil in self.marked
            or guardian in self.marked
            or (pupil in self.pupils and pupil not in self.gone and guardian not in self.gone)
        ]


def read_oneroster(archive: zipfile.ZipFile) -> Rows:
    """The headings (our own, as row 1), then the records; RosterRefused when the tables cannot be used."""
    tables = Tables(archive)
    check_manifest(tables)
    people = _People()
    _read_orgs(tables, people)
    _read_roles(tables, people)
    _read_users(tables, people)
    yield 1, [column.value for column in HEADINGS]
    yield from _records(tables, people)


def _read_orgs(tables: Tables, people: _People) -> None:
    """Schools by id: the unit's code when there is one, else its name."""
    for number, row in tables.rows("orgs.csv"):
        school = row.get("identifier") or row["name"]
        if row["type"].casefold() == "school" and _is_valid(row):
            people.schools[identifier(row, "sourcedId", number=number, table="orgs.csv")] = school[:MAX_SHOWN]


def _read_roles(tables: Tables, people: _People) -> None:
    """Who is pupil and where, who is guardian, who is only something else, and whose role has ended."""
    today = timezone.localdate().isoformat()
    here: set[str] = set()
    for number, row in tables.rows("roles.csv"):
        user = people.one(identifier(row, "userSourcedId", number=number, table="roles.csv"))
        role = row["role"].casefold()
        is_over = not _is_valid(row) or "" < row.get("endDate", "") < today
        if role == STUDENT:
            school = "" if is_over else people.schools.get(row["orgSourcedId"], "")
            if row.get("roleType", "").casefold() == "primary" and school:
                people.school_of[user] = school
            else:
                people.school_of[user] = people.school_of.get(user) or school
        elif role in GUARDIAN_ROLES:
            people.guardians.add(user)
        else:
            people.others.add(user)
            continue
        if not is_over:
            here.add(user)
    people.gone = {user for user in (*people.school_of, *people.guardians) if user not in here}


def _read_users(tables: Tables, people: _People) -> None:
    """Pupils, markings and who names whom."""
    seen: set[str] = set()
    for number, row in tables.rows("users.csv"):
        if not seen:
            people.extensions = _Extensions.among(row)
        user = people.one(identifier(row, "sourcedId", number=number, table="users.csv"))
        if user in seen:
            raise RosterRefused(
                _("Row %(row)s of %(file)s has a sourcedId that an earlier row has too. Correct the export.")
                % {"row": number, "file": "users.csv"}
            )
        seen.add(user)
        if people.extensions.mark(row):
            people.marked.add(user)
        if user in people.school_of or not people.has_role(user):
            school = people.school_of.get(user) or people.schools.get(row.get("primaryOrgSourcedId", ""), "")
            people.pupils[user] = _Pupil(number, school, _grade(row["grades"]))
        # A guardian without an account is a guardian; a pupil without one has left.
        if not _is_valid(row) or (user in people.school_of and row.get("enabledUser", "").casefold() == "false"):
            people.gone.add(user)
        _read_agents(row, user=user, number=number, people=people)


def _read_agents(row: Mapping[str, str], *, user: str, number: int, people: _People) -> None:
    for written in row["agentSourcedIds"].split(","):
        if not written.strip():
            continue
        agent = people.one(identifier({AGENTS: written.strip()}, AGENTS, number=number, table="users.csv"))
        people.tie(agent, user)
        people.tie(user, agent)
        if max(len(people.known), people.tie_count) > MAX_PEOPLE:
            raise RosterRefused(_("users.csv names far more people than a municipality has. Export the roster again."))


def _records(tables: Tables, people: _People) -> Rows:
    tied = {person for guardian in people.ties for pupil in people.pupils_of(guardian) for person in (guardian, pupil)}
    named: set[str] = set()
    for number, row in tables.rows("users.csv"):
        user = row["sourcedId"]
        named.add(people.one(user))
        for pupil in people.pupils_of(user):
            yield number, _record(people, pupil=pupil, guardian=user, row=row)
        if user in people.marked and user not in tied:
            is_pupil = user in people.pupils
            yield number, _record(people, pupil=user if is_pupil else "", guardian="" if is_pupil else user, row=row)
    for guardian in people.ties:
        for pupil in people.pupils_of(guardian) if guardian not in named else ():
            if pupil in people.pupils:
                yield people.pupils[pupil].number, _record(people, pupil=pupil, guardian=guardian, row={})


def _record(people: _People, *, pupil: str, guardian: str, row: Mapping[str, str]) -> list[str]:
    """The cells under HEADINGS; `row` is the guardian's in users.csv."""
    known = people.pupils.get(pupil)
    return [
        known.school if known else "",
        known.grade if known else "",
        pupil,
        PROTECTED if pupil in people.marked or not pupil else UNPROTECTED,
        guardian,
        row.get("email", ""),
        _filled(row, people.extensions.languages),
        _filled(row, people.extensions.numbers),
        PROTECTED if guardian in people.marked or not guardian else UNPROTECTED,
    ]


def _is_valid(row: Mapping[str, str]) -> bool:
    return row.get("status", "").casefold() in {"", "active"}


def _filled(row: Mapping[str, str], headings: Iterable[str]) -> str:
    return next((row[heading] for heading in headings if row.get(heading)), "")


def _extension_name(heading: str) -> str:
    """`skyddad` for “metadata.se.skyddad”, and nothing for the standard's own columns."""
    return folded(heading.rpartition(".")[2]) if heading.startswith("metadata.") else ""


def _grade(written: str) -> str:
    """Our grade for one of the standard's; what has none, or is several different ones, as it stands."""
    grades = {GRADES.get(grade.strip().casefold(), grade.strip()) for grade in written.split(",")}
    return grades.pop() if len(grades) == 1 else written[:MAX_SHOWN]
