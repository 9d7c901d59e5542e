"""The columns of a roster and how other systems head them."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.audience.exceptions import RosterRefused


class Column(enum.StrEnum):
    """What a roster has; the values are the headings that we ask for. All are needed but the OPTIONAL ones."""

    SCHOOL = "skolenhet"
    GRADE = "årskurs"
    PUPIL = "elev-id"
    PROTECTION = "skyddad"
    GUARDIAN = "vårdnadshavare-id"
    EMAIL = "e-post"
    LANGUAGE = "språk"
    PERSONAL_NUMBER = "personnummer"
    GUARDIAN_PROTECTION = "skyddad vårdnadshavare"


# Without ids, guardians are told apart by personal identity number or address.
OPTIONAL = frozenset({Column.GUARDIAN, Column.PERSONAL_NUMBER, Column.GUARDIAN_PROTECTION})
# A marking that stands in the file is never left unread.
PROTECTIONS = frozenset({Column.PROTECTION, Column.GUARDIAN_PROTECTION})

# The parts of words that make a heading one about protection.
PROTECTION_WORDS = ("skydd", "sekretess", "protect", "securitymark")

SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.SCHOOL: ("skola", "skolenhetskod", "skolkod", "skolans namn", "enhet", "school", "school unit"),
    Column.GRADE: ("åk", "skolår", "grade", "year"),
    Column.PUPIL: ("elev", "elevens id", "barn-id", "barn", "pupil id", "student id"),
    Column.PROTECTION: (
        "skydd",
        "skyddad identitet",
        "skyddade personuppgifter",
        "skyddade uppgifter",
        "sekretess",
        "sekretessmarkering",
        "protected",
    ),
    Column.GUARDIAN: ("vårdnadshavare", "vårdnadshavarens id", "vh-id", "vh", "guardian id"),
    Column.EMAIL: ("e-postadress", "epost", "mejl", "mejladress", "mail", "mailadress", "email", "e-mail", "email address"),
    Column.LANGUAGE: ("kontaktspråk", "tilltalsspråk", "vårdnadshavarens språk", "language"),
    Column.PERSONAL_NUMBER: (
        "personnr",
        "vårdnadshavarens personnummer",
        "vårdnadshavare personnummer",
        "vh personnummer",
        "vh personnr",
        "guardian personal number",
        "personal identity number",
    ),
    Column.GUARDIAN_PROTECTION: (
        "vårdnadshavare skyddad",
        "vårdnadshavaren skyddad",
        "vårdnadshavarens skydd",
        "skyddad identitet vårdnadshavare",
        "vårdnadshavare sekretessmarkering",
        "skyddad vh",
        "vh skyddad",
        "vh skydd",
        "guardian protected",
        "protected guardian",
    ),
}


def folded(heading: str) -> str:
    """A heading without case, spaces, signs, marks on letters and what stands in brackets: `arskurs` for “ Årskurs (F–9)”."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", "", heading, flags=re.DOTALL).casefold())
    return "".join(character for character in plain if character.isascii() and character.isalnum())


_BY_HEADING = {folded(heading): column for column in Column for heading in (column.value, *SYNONYMS[column])}


_NAMES = frozenset(column.value for column in Column)


def known_names(headings: Sequence[str]) -> int:
    """How many of our columns these headings name."""
    return len({_BY_HEADING[folded(heading)] for heading in headings if folded(heading) in _BY_HEADING})


def suggest_mapping(headings: Sequence[str]) -> dict[str, str]:
    """The headings that are recognised: Column's value → heading as written. Where two mean the same, the first."""
    found: dict[str, str] = {}
    for heading in headings:
        column = _BY_HEADING.get(folded(heading))
        if column is not None:
            found.setdefault(column.value, heading)
    return found


def find_columns(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[Column, int]:
    """Where each column stands (from 0). RosterRefused when one is missing, or when two headings mean the same.

    A `mapping` (Column's value → heading) wins over what is recognised; an empty heading in it means: not read. A marking of
    protection is read all the same, and refused where nobody has said whose it is.

    Two headings for the same thing are refused rather than chosen between: one of two
    protection markings must not be lost.
    """
    places = _chosen(headings, mapping or {})
    left_out = ({column for column, heading in (mapping or {}).items() if not heading} | places.keys()) - PROTECTIONS
    taken = set(places.values())
    recognised: dict[Column, int] = {}
    for place, heading in enumerate(headings):
        column = _BY_HEADING.get(folded(heading))
        if column is None or place in taken or column in left_out:
            continue
        rival = recognised.get(column, places.get(column))
        if rival is not None:
            raise RosterRefused(
                _("The columns “%(first)s” and “%(second)s” mean the same. Keep the one that is right and import the file again.")
                % {"first": headings[rival].strip(), "second": heading.strip()}
            )
        recognised[column] = place
    places = recognised | places
    _demand_read(headings, places)
    missing = [column.value for column in Column if column not in places and column not in OPTIONAL]
    if missing:
        raise RosterRefused(
            ngettext(
                "The file lacks the column “%(columns)s”. Add it to the heading row and import the file again.",
                "The file lacks the columns “%(columns)s”. Is it the right file? If so, add them to the heading row.",
                len(missing),
            )
            % {"columns": ", ".join(missing)}
        )
    return places


def _demand_read(headings: Sequence[str], places: Mapping[Column, int]) -> None:
    """RosterRefused when a heading sounds like protection and is not read as one: markings would be lost."""
    read = {place for column, place in places.items() if column in PROTECTIONS}
    for place, heading in enumerate(headings):
        if place not in read and any(word in folded(heading) for word in PROTECTION_WORDS):
            raise RosterRefused(
                _(
                    "The column “%(heading)s” seems to be about protection, and nobody has said whose. Choose it as "
                    "“%(pupil)s” or “%(guardian)s”, or take it out of the file if it says something else."
                )
                % {
                    "heading": heading.strip(),
                    "pupil": Column.PROTECTION.value,
                    "guardian": Column.GUARDIAN_PROTECTION.value,
                }
            )


def _chosen(headings: Sequence[str], mapping: Mapping[str, str]) -> dict[Column, int]:
    """The places that a mapping names. RosterRefused when a heading is not there, or stands for two columns."""
    places: dict[Column, int] = {}
    written = [heading.strip() for heading in headings]
    for name, heading in mapping.items():
        if not heading:
            continue
        if name not in _NAMES or heading.strip() not in written:
            raise RosterRefused(
                _("The file has no column “%(heading)s” to read as “%(column)s”. Choose the columns again.")
                % {"heading": heading.strip(), "column": name}
            )
        place = written.index(heading.strip())
        if place in places.values():
            raise RosterRefused(
                _("The column “%(heading)s” is chosen twice. Choose the columns again.") % {"heading": heading.strip()}
            )
        places[Column(name)] = place
    return places
