"""What does not fit in a format: as data that can be kept with the edition, and in the words of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.content.folder_formats import FolderFormat
from kampanj.municipality.quoting import quoted


class Part(StrEnum):
    """What is too long (or too wide: a table)."""

    TITLE = "title"
    SUMMARY = "summary"
    PANELS = "panels"
    CLOSING = "closing"
    SENDER = "sender"
    TABLE = "table"


@dataclass(frozen=True)
class Misfit:
    """One thing that does not fit: on which page (from 1) of which format, and by how much.

    `excess` is in lines; of a table in millimetres. `titles` are the panels', or the table's heading; `block` is the id of the
    panel in the editor (empty: no panel).
    """

    form: str
    page: int
    part: Part
    excess: int
    titles: tuple[str, ...] = ()
    block: str = ""

    def __str__(self) -> str:
        shown = {"format": FolderFormat(self.form).label, "page": self.page, "count": self.excess}
        titles = ", ".join(quoted(title) for title in self.titles)
        if self.part == Part.TABLE:
            return _too_wide(self.excess) % {**shown, "title": titles}
        if self.part == Part.PANELS:
            return _panels_too_long(self.excess) % {**shown, "titles": titles}
        return _too_long(self.excess) % {**shown, "part": _named(self.part)}


def _panels_too_long(lines: int) -> str:
    return ngettext(
        "%(format)s, page %(page)s: the text is %(count)d line too long. Shorten %(titles)s, or take a panel out of it.",
        "%(format)s, page %(page)s: the text is %(count)d lines too long. Shorten %(titles)s, or take a panel out of it.",
        lines,
    )


def _too_long(lines: int) -> str:
    return ngettext(
        "%(format)s, page %(page)s: %(part)s is %(count)d line too long. Shorten it.",
        "%(format)s, page %(page)s: %(part)s is %(count)d lines too long. Shorten it.",
        lines,
    )


def _too_wide(millimetres: int) -> str:
    return ngettext(
        "%(format)s, page %(page)s: the table %(title)s is %(count)d millimetre wider than its column. "
        "Take a column out of it, or shorten its longest words.",
        "%(format)s, page %(page)s: the table %(title)s is %(count)d millimetres wider than its column. "
        "Take a column out of it, or shorten its longest words.",
        millimetres,
    )


def _named(part: Part) -> str:
    return {
        Part.TITLE: _("the campaign's title"),
        Part.SUMMARY: _("the summary"),
        Part.CLOSING: _("the panel with the help lines"),
        Part.SENDER: _("the sender"),
    }[part]
