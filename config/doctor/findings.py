"""What an examination says: a level, what was looked at, and one sentence. Nothing of it holds a secret."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Level(StrEnum):
    """`error`: it does not work, or harms somebody. `warning`: it works, and somebody should know or decide."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


WORDS = {Level.OK: _("OK"), Level.WARNING: _("warning"), Level.ERROR: _("ERROR")}


class Finding(NamedTuple):
    """One line. `check` is the examination's name, the same in every language."""

    check: str
    level: Level
    text: str


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, text)


def warning(check: str, text: str) -> Finding:
    """It works; somebody should know."""
    return Finding(check, Level.WARNING, text)


def error(check: str, text: str) -> Finding:
    """It does not work, or harms somebody."""
    return Finding(check, Level.ERROR, text)
