"""Persons as a roster needs them: a pupil without a name, a guardian with addresses, and what marks them as protected.

A marking (securityMarking) is read as it is written; one that is missing or of another type is an empty text. Whether it
protects is judged where rows are judged; here it only matters whether somebody says that a person is protected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kampanj.audience.importing.personal_number import person_key
from kampanj.audience.importing.rows import UNPROTECTED, comparable
from kampanj.audience.importing.ss12000.answers import Node, is_text
from kampanj.audience.importing.ss12000.enrolments import Place, place_of

# Code_RelationType: who decides for the child. A god man does so in the place of absent custodians (lag 2005:429, 2 §);
# “Förälder” says nothing about custody, and the others may fetch a child but not decide.
CUSTODIANS = frozenset({"vårdnadshavare", "god man"})
# Code_EmailType, in the order of preference; no type counts as untold. A school's own address belongs to another role, as
# pupil or as staff: guardians are not written to there.
EMAIL_PREFERENCE = {"privat": 0, "": 1, "arbete övrigt": 2}
ACTIVE = frozenset({"aktiv", ""})


@dataclass(frozen=True, slots=True)
class Tie:
    """What a pupil's record says about one responsible person."""

    guardian: str
    marking: str
    is_custodian: bool


@dataclass(frozen=True, slots=True)
class Pupil:
    """An id, a marking, a place (None: none of ours today, or no longer living here) and the ties."""

    id: str
    marking: str
    place: Place | None
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Guardian:
    """An id, a marking, the address to write to (may be empty), all known addresses, and a personal identity number or ""."""

    id: str
    marking: str
    email: str
    emails: tuple[str, ...]
    personal_number: str
    is_active: bool


def says_protected(marking: str) -> bool:
    """Whether the marking is there and is another than “Ingen”."""
    return comparable(marking) not in ("", UNPROTECTED)


def is_clear(marking: str) -> bool:
    """Whether the marking says “Ingen”."""
    return comparable(marking) == UNPROTECTED


def stricter(first: str, second: str) -> str:
    """Of two markings of one person, the one that protects; a missing one gives way to any that is there."""
    return second if says_protected(second) or not first else first


def read_pupil(person: Node, *, schools: Mapping[str, str], today: dt.date) -> Pupil:
    """The pupil in an entry of /persons; FetchStopped when a field is not as the standard says."""
    ties = []
    for responsible in person.nodes("responsibles"):
        reference = responsible.node("person")
        guardian = reference.reference()
        if guardian:
            relation = comparable(responsible.text("relationType"))
            ties.append(Tie(guardian, _marking(reference), relation in CUSTODIANS))
    place = place_of(person, schools=schools, today=today)
    return Pupil(person.identifier(), _marking(person), place if _is_active(person) else None, tuple(ties))


def read_guardian(person: Node) -> Guardian:
    """The guardian in an entry of /persons; FetchStopped when a field is not as the standard says."""
    ranked = [
        (EMAIL_PREFERENCE.get(comparable(email.text("type")), -1), email.text("value"))
        for email in person.nodes("emails")
        if email.text("value")
    ]
    number = person.node("civicNo").text("value")
    usable = [item for item in ranked if item[0] >= 0]
    return Guardian(
        id=person.identifier(),
        marking=_marking(person),
        email=min(usable, key=lambda item: item[0])[1] if usable else "",
        emails=tuple(value for _rank, value in ranked),
        # Another kind of number (a regional or a foreign one) is no fault that anybody here could correct.
        personal_number=number if person_key(number) else "",
        is_active=_is_active(person),
    )


def _marking(person: Node) -> str:
    written = person.values.get("securityMarking")
    return written.strip()[:80] if isinstance(written, str) and is_text(written) else ""


def _is_active(person: Node) -> bool:
    """Neither dead nor moved abroad: the standard's default where nothing is said, and nothing else where something is."""
    return comparable(person.text("personStatus")) in ACTIVE
