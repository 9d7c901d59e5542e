"""What screens and files show of a roster's cells: enough to recognise a mistake, never enough to know a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kampanj.audience.identity import masked
from kampanj.audience.importing.languages import language_code
from kampanj.audience.importing.rows import MAX_SHOWN, comparable, grade_of
from kampanj.audience.models import School

HIDDEN = "•••"
# Longer runs of digits all look alike.
MAX_DIGITS = 12
_ADDRESS = re.compile(r"[^\s<>,;:\"'“”()\[\]|/]*@[^\s<>,;:\"'“”()\[\]|/]*")
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")


def is_personal(text: str) -> bool:
    """Whether the text holds an e-mail address or what looks like a personal identity number."""
    return "@" in text or _PERSONAL_NUMBER.search(text) is not None


def without_numbers(text: str) -> str:
    """The text with every personal identity number hidden."""
    return _PERSONAL_NUMBER.sub(f"{HIDDEN}-{HIDDEN}", text)


def without_persons(text: str) -> str:
    """The text with every address masked and every personal identity number hidden."""
    return without_numbers(_ADDRESS.sub(lambda found: masked(found.group()), text))


def beginning(cell: str) -> str:
    """A cell of which only the beginning, and an address's domain, is shown."""
    return masked(cell) if "@" in cell else f"{cell[:2]}{HIDDEN}"


def shape(cell: str) -> str:
    """How a cell is built: letters as `•••`, each digit as 0, signs as they are: `•••@•••.•••`, `000000-0000`."""
    composed = unicodedata.normalize("NFC", cell)
    digits = re.sub(r"\d+", lambda run: "0" * min(len(run.group()), MAX_DIGITS), composed)
    return re.sub(r"[^\W\d_]+", HIDDEN, digits)


def preview_rows(rows: Sequence[Sequence[str]], *, marking: int | None) -> list[list[str]]:
    """The cells of a preview: schools, grades and languages that we know in clear, everything else by its shape.

    Nobody has been checked yet, so any row may be a protected person's. `marking` is the place of the column with the
    markings, which would tell of one even by its shape.
    """
    schools = {comparable(word) for pair in School.objects.values_list("name", "code") for word in pair}
    return [
        [HIDDEN if place == marking else cell if _is_common(cell, schools) else shape(cell) for place, cell in enumerate(row)]
        for row in rows
    ]


def _is_common(cell: str, schools: set[str]) -> bool:
    """Whether the cell says what very many cells say."""
    word = comparable(cell[:MAX_SHOWN])
    return word in schools or bool(grade_of(cell[:MAX_SHOWN])) or bool(language_code(cell[:MAX_SHOWN]))
