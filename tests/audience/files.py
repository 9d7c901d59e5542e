"""Files as the tests write them: workbooks, zip files, OneRoster, and streams too long to be kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl

from tests.audience.rosters import table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with a sheet for each table of values, written by openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def raw_workbook(sheet_data: str, *, shared: str = "") -> bytes:
    """A workbook around XML that no program would write; `shared` is the whole part of shared strings."""
    strings = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind("sharedStrings")}"/>' if shared else ""
    return zipped(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind("sheet.main")}"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind("worksheet")}"/>{strings}</Types>',
            "_rels/.rels": links(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
            '<sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": links(
                ("worksheet", "worksheets/sheet1.xml"), *([("sharedStrings", "sharedStrings.xml")] if shared else [])
            ),
            "xl/worksheets/sheet1.xml": f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData></worksheet>',
            **({"xl/sharedStrings.xml": shared} if shared else {}),
        }
    )


def kind(part: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{part}+xml"


def links(*targets: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{LINKS}/{name}" Target="{target}"/>'
        for number, (name, target) in enumerate(targets, start=1)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def raw_row(number: int, cells: Sequence[str]) -> str:
    """A row of text cells that say themselves where they stand."""
    written = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for place, cell in enumerate(cells)
    )
    return f'<row r="{number}">{written}</row>'


# --- OneRoster ---------------------------------------------------------------------------------------------------------

MANIFEST = {
    "manifest.version": "1.0",
    "oneroster.version": "1.2",
    "file.orgs": "bulk",
    "file.roles": "bulk",
    "file.users": "bulk",
}
ORGS = [
    ("sourcedId", "status", "name", "type", "identifier"),
    ("kommun", "", "Kommunen", "district", ""),
    ("norra", "", "Norra skolan", "school", "10"),
    ("södra", "", "Södra skolan", "school", ""),
]
ROLES = ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId", "endDate")
USERS = ("sourcedId", "status", "enabledUser", "email", "agentSourcedIds", "grades", "metadata.skyddad", "metadata.se.language")


def person(
    user: str,
    *,
    email: str = "",
    agents: str = "",
    grades: str = "",
    marking: str = "Ingen",
    language: str = "",
    status: str = "",
    enabled: str = "true",
) -> tuple[str, ...]:
    """A row of users.csv; the address follows from the id unless one is given."""
    return (user, status, enabled, email or f"{user.lower()}@example.org", agents, grades, marking, language)


def role(user: str, name: str, *, org: str = "norra", kind_of_role: str = "primary", end: str = "") -> tuple[str, ...]:
    return (f"{user}-{name}-{org}", user, kind_of_role, name, org, end)


def oneroster(
    users: Sequence[Sequence[str]],
    roles: Sequence[Sequence[str]],
    *,
    manifest: Mapping[str, str] = MANIFEST,
    headings: Sequence[str] = USERS,
    folder: str = "",
) -> bytes:
    """A OneRoster zip file of these rows."""
    tables = {
        "manifest.csv": [("propertyName", "value"), *manifest.items()],
        "orgs.csv": ORGS,
        "roles.csv": [ROLES, *roles],
        "users.csv": [headings, *users],
    }
    return zipped({folder + name: table(rows, delimiter=",") for name, rows in tables.items()})


# --- Long ones ---------------------------------------------------------------------------------------------------------


class Repeated(io.RawIOBase):
    """A file of `head` and then `unit` again and again, `size` bytes in all, that takes no memory."""

    def __init__(self, unit: bytes, *, size: int, head: bytes = b"") -> None:
        self.head, self.size, self.place = head, size, 0
        self.unit = len(unit)
        self.block = unit * (1 + 200_000 // len(unit))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset + (self.size if whence == 2 else self.place if whence == 1 else 0)
        return self.place

    def tell(self) -> int:
        return self.place

    def readinto(self, buffer: bytearray) -> int:
        beyond = self.place - len(self.head)
        piece = self.head[beyond:] if beyond < 0 else self.block[beyond % self.unit :]
        piece = piece[: min(len(buffer), max(self.size - self.place, 0))]
        buffer[: len(piece)] = piece
        self.place += len(piece)
        return len(piece)
