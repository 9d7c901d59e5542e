"""What is wrong in a roster's rows: each fault for itself, and the whole as a list of what to do.

No fault repeats a personal identity number: what looks like one is masked in whatever cell it stands.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAX_SHOWN = 100
# Faults are kept for so many; the ones after that are only counted.
MAX_KEPT = 5_000
MASK = "••••••"
_NUMBER_LIKE = re.compile(r"(?<!\d)(?:\d{2})?\d{6}\s?[-+–−]?\s?\d{4}(?!\d)")


class FaultKind(enum.StrEnum):
    """What a fault is about, in the order in which equally common ones are told."""

    CELLS = "cells"
    GUARDIAN = "guardian"
    PUPIL = "pupil"
    ADDRESS = "address"
    ADDRESS_MISSING = "address_missing"
    SCHOOL = "school"
    SCHOOL_MISSING = "school_missing"
    GRADE = "grade"
    LANGUAGE = "language"
    PERSONAL_NUMBER = "personal_number"
    CONTRADICTION = "contradiction"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct: the spreadsheet's row number, the column's heading, the value, what to do, and a FaultKind."""

    row: int
    column: str
    value: str
    advice: str
    kind: str = ""

    def __str__(self) -> str:
        line = _("Row %(row)s, column “%(column)s”, value “%(value)s”: %(advice)s") % {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "advice": self.advice,
        }
        return "".join(character if character.isprintable() else " " for character in line)


def shown(value: str) -> str:
    """A cell as a fault shows it: at most 100 characters, with anything like a personal identity number masked."""
    return _NUMBER_LIKE.sub(MASK, value)[:MAX_SHOWN]


def todo(rows: Mapping[str, int]) -> list[str]:
    """What to do about faults in so many `rows` per FaultKind, as sentences; what most rows need comes first."""
    return [sentence for _kind, sentence in todo_by_kind(rows)]


def todo_by_kind(rows: Mapping[str, int]) -> list[tuple[FaultKind, str]]:
    """The same with the kind that each sentence is about."""
    order = list(FaultKind)
    kinds = sorted((FaultKind(kind) for kind, count in rows.items() if count), key=lambda kind: (-rows[kind], order.index(kind)))
    kinds.sort(key=lambda kind: kind is FaultKind.TYPO)
    return [(kind, _sentence(kind, rows[kind])) for kind in kinds]


def _sentence(kind: FaultKind, count: int) -> str:
    sentences = {
        FaultKind.CELLS: ngettext(
            "Correct %(count)s row with too many cells.", "Correct %(count)s rows with too many cells.", count
        ),
        FaultKind.GUARDIAN: ngettext(
            "Fill in or shorten the guardian's id in %(count)s row.",
            "Fill in or shorten the guardian's id in %(count)s rows.",
            count,
        ),
        FaultKind.PUPIL: ngettext("Fill in the pupil's id in %(count)s row.", "Fill in the pupil's id in %(count)s rows.", count),
        FaultKind.ADDRESS: ngettext("Correct %(count)s e-mail address.", "Correct %(count)s e-mail addresses.", count),
        FaultKind.ADDRESS_MISSING: ngettext(
            "Fill in an e-mail address in %(count)s row.", "Fill in e-mail addresses in %(count)s rows.", count
        ),
        FaultKind.SCHOOL: ngettext(
            "Correct the school in %(count)s row, or add the school.",
            "Correct the school in %(count)s rows, or add the schools.",
            count,
        ),
        FaultKind.SCHOOL_MISSING: ngettext(
            "Fill in the school in %(count)s row.", "Fill in the school in %(count)s rows.", count
        ),
        FaultKind.GRADE: ngettext("Correct the grade in %(count)s row.", "Correct the grade in %(count)s rows.", count),
        FaultKind.LANGUAGE: ngettext("Correct the language in %(count)s row.", "Correct the language in %(count)s rows.", count),
        FaultKind.PERSONAL_NUMBER: ngettext(
            "Correct %(count)s personal identity number.", "Correct %(count)s personal identity numbers.", count
        ),
        FaultKind.CONTRADICTION: ngettext(
            "Correct %(count)s row that says something else than an earlier one.",
            "Correct %(count)s rows that say something else than earlier ones.",
            count,
        ),
        FaultKind.TYPO: ngettext(
            "Look at %(count)s e-mail address that may be misspelt.",
            "Look at %(count)s e-mail addresses that may be misspelt.",
            count,
        ),
    }
    return sentences[kind] % {"count": count}
