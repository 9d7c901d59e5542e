"""The columns of a roster and how other systems head them."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused


class Column(enum.StrEnum):
    """What a roster may have, all but OPTIONAL being needed; the values are the headings that we ask for."""

    SCHOOL = "skolenhet"
    GRADE = "årskurs"
    PUPIL = "elev-id"
    PROTECTION = "skyddad"
    GUARDIAN = "vårdnadshavare-id"
    EMAIL = "e-post"
    LANGUAGE = "språk"
    PERSONAL_NUMBER = "personnummer"
    GUARDIAN_PROTECTION = "skyddad vårdnadshavare"


OPTIONAL = {Column.PERSONAL_NUMBER, Column.GUARDIAN_PROTECTION}
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
    Column.PERSONAL_NUMBER: ("vårdnadshavarens personnummer", "personal identity number"),
    Column.GUARDIAN_PROTECTION: ("vårdnadshavaren skyddad", "skyddad vh", "protected guardian"),
}


def folded(heading: str) -> str:
    """A heading without case, spaces, signs, marks on letters and what stands in brackets: `arskurs` for “ Årskurs (F–9)”."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", "", heading, flags=re.DOTALL).casefold())
    return "".join(character for character in plain if character.isascii() and character.isalnum())


_BY_HEADING = {folded(heading): column for column in Column for heading in (column.value, *SYNONYMS[column])}


def known_names(headings: Sequence[str]) -> int:
    """How many of our columns these headings name."""
    return len({_BY_HEADING[folded(heading)] for heading in headings if folded(heading) in _BY_HEADING})


def suggest_mapping(headings: Sequence[str]) -> dict[str, str]:
    """The headings that are recognised, by the value of their Column; of two that mean the same, the first."""
    found: dict[str, str] = {}
    for heading in headings:
        column = _BY_HEADING.get(folded(heading))
        if column is not None:
            found.setdefault(column.value, heading)
    return found


def find_columns(headings: Sequence[str]) -> dict[Column, int]:
    """Where each column stands (from 0). RosterRefused when one is missing, or when two headings mean the same.

    Two headings for the same thing are refused rather than chosen between: one of two protection markings must not be lost.
    """
    places: dict[Column, int] = {}
    for place, heading in enumerate(headings):
        column = _BY_HEADING.get(folded(heading))
        if column is None:
            continue
        if column in places:
            raise RosterRefused(
                _("The columns “%(first)s” and “%(second)s” mean the same. Keep the one that is right and import the file again.")
                % {"first": headings[places[column]].strip(), "second": heading.strip()}
            )
        places[column] = place
    missing = [column.value for column in Column if column not in places and column not in OPTIONAL]
    if missing:
        raise RosterRefused(
            _("The file lacks the column “%(columns)s”. Add it to the heading row and import the file again.")
            % {"columns": ", ".join(missing)}
        )
    return places
