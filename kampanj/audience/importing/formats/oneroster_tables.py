"""The tables of a OneRoster zip file, and whether they are the whole of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.formats.csv_file import read_csv
from kampanj.audience.importing.formats.record import MAX_ROWS, is_empty

MANIFEST = "manifest.csv"
TABLES = ("orgs", "roles", "users")
VERSION = "1.2"
NEEDED = {
    MANIFEST: ("propertyName", "value"),
    "orgs.csv": ("sourcedId", "name", "type"),
    "roles.csv": ("userSourcedId", "role", "orgSourcedId"),
    "users.csv": ("sourcedId", "email", "agentSourcedIds", "grades"),
}
# The standard's longest identifier; one beyond Latin-1 takes four times the memory and is in no school system.
MAX_ID = 255
MAX_TABLE_BYTES = 100_000_000


def is_oneroster(archive: zipfile.ZipFile) -> bool:
    """Whether the archive holds a manifest, on top or in a folder."""
    return _folder(archive) is not None


class Tables:
    """The archive's tables by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        folder = _folder(archive) or ""
        self._entries = {
            entry.filename.removeprefix(folder).casefold(): entry
            for entry in archive.infolist()
            if entry.filename.startswith(folder)
        }
        if sum(self._entries[f"{name}.csv"].file_size for name in TABLES if f"{name}.csv" in self._entries) > MAX_TABLE_BYTES:
            raise RosterRefused(_("The file is far too large when it is unpacked. Keep only the roster in it."))

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row that holds something as number and cells by heading. RosterRefused when they do not fit the headings."""
        table = read_csv(lambda: self._open(name), known_names=lambda cells: len({*cells} & {*NEEDED[name]}))
        rows = ((number, cells) for number, cells in table.rows() if not is_empty(cells))
        headings = [heading.strip() for heading in next(rows, (0, []))[1]]
        _check_headings(name, headings)
        for count, (number, cells) in enumerate(rows):
            if count >= MAX_ROWS:
                raise RosterRefused(_("%(file)s has more than %(count)s rows.") % {"file": name, "count": MAX_ROWS})
            if len(cells) > len(headings):
                raise RosterRefused(
                    _("Row %(row)s of %(file)s has more cells than the heading row. Export the roster again.")
                    % {"row": number, "file": name}
                )
            yield number, dict(zip_longest(headings, (cell.strip() for cell in cells), fillvalue=""))

    def _open(self, name: str) -> BinaryIO:
        if name not in self._entries:
            raise missing(name)
        return cast("BinaryIO", self._archive.open(self._entries[name]))


def missing(name: str) -> RosterRefused:
    """The refusal of an archive without this table."""
    return RosterRefused(_("%(file)s is missing. Export the whole roster as OneRoster 1.2.") % {"file": name})


def identifier(row: Mapping[str, str], column: str, *, number: int, table: str) -> str:
    """The id in this column. RosterRefused for none, or for one that no system gives."""
    written = row[column]
    if not 0 < len(written) <= MAX_ID or max(written) > "\u00ff":
        raise RosterRefused(
            _("Row %(row)s of %(file)s has no usable %(column)s. Correct the export.")
            % {"row": number, "file": table, "column": column}
        )
    return written


def _check_headings(name: str, headings: list[str]) -> None:
    lacking = [heading for heading in NEEDED[name] if heading not in headings]
    if lacking:
        raise RosterRefused(
            _("%(file)s lacks the column “%(columns)s”. Export the roster as OneRoster 1.2 again.")
            % {"file": name, "columns": ", ".join(lacking)}
        )
    if len({*headings}) != len(headings):
        raise RosterRefused(_("%(file)s has two columns with the same heading. Export the roster again.") % {"file": name})


def _folder(archive: zipfile.ZipFile) -> str | None:
    names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    folders = [name[: -len(MANIFEST)] for name in names if name.casefold().rpartition("/")[2] == MANIFEST]
    return min(folders, key=len) if folders else None


def check_manifest(tables: Tables) -> None:
    """RosterRefused unless the tables that are read are whole ones of the version that is read."""
    said = {row["propertyName"]: row.get("value", "") for _number, row in tables.rows(MANIFEST)}
    if said.get("oneroster.version") != VERSION:
        raise RosterRefused(_("The file is not OneRoster %(version)s. Choose that version in the export.") % {"version": VERSION})
    for name in TABLES:
        value = said.get(f"file.{name}", "absent").casefold()
        if value == "delta":
            raise RosterRefused(
                _("The file holds only changes (“delta”), and everybody else would be removed. Export the whole (“bulk”).")
            )
        if value != "bulk":
            raise missing(f"{name}.csv")
