"""Open a roster, whatever it is: the format is told by the bytes, never by the file's name."""

from __future__ import annotations

import io
import re
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing.columns import known_names
from kampanj.audience.importing.formats.csv_file import read_csv
from kampanj.audience.importing.formats.oneroster import read_oneroster
from kampanj.audience.importing.formats.oneroster_tables import is_oneroster
from kampanj.audience.importing.formats.record import Records, filled
from kampanj.audience.importing.formats.xlsx_file import read_xlsx
from kampanj.audience.importing.formats.zip_file import open_zip

# Ten times the largest roster that we measure; a file beyond it is some other file.
MAX_MEGABYTES = 100
# A file with fewer is a document or a picture, or has another sign between its columns.
MIN_COLUMNS = 2
CHUNK = 256 * 1024
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
# Compound files: the older formats of Microsoft Office, and what it wraps around a workbook with a password.
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# An address, or a number as long as a personal identity number's date.
_PERSONAL = re.compile(r"\S@\S|\d{6}")


def open_records(stream: BinaryIO, *, name: str, encoding: str = "") -> Records:
    """The file's records. The stream must stay open as long as they are read, and stays the caller's.

    `name` is the file's, for messages; `encoding` is an `encodings.Encoding`, or empty to find it out. A stream that cannot be
    wound back is kept in memory. Raises RosterRefused with what to do when the file cannot be read.
    """
    source = _wound_back(stream)
    head = source.read(512)
    if head.startswith(OLE_SIGNATURE):
        raise _compound_file(source)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise RosterRefused(_("The file is a web page or XML. Open it in the spreadsheet, save it as XLSX and import that."))
    records = _open_zip(source, name=name) if head.startswith(ZIP_SIGNATURES) else _open_csv(source, encoding)
    if any(_PERSONAL.search(heading) for heading in records.headings):
        records.close()
        raise RosterRefused(_("The first row holds somebody's data. Put a row of headings above it and import the file again."))
    if records.columns >= MIN_COLUMNS > filled(records.headings):
        records.close()
        raise RosterRefused(
            _("The first row holds only a title, and no row below it is known as headings. Delete what is above them.")
        )
    if records.format == "csv" and records.columns < MIN_COLUMNS:
        records.close()
        only_one = _(
            "The file has only one column that can be read. Save the roster as XLSX, or as CSV with semicolons between the"
            " columns."
        )
        raise RosterRefused(only_one)
    return records


def format_of(stream: BinaryIO) -> str:
    """csv, xlsx or oneroster, by the first bytes and a zip's list of files. RosterRefused for a zip that cannot be read."""
    source = _wound_back(stream)
    head = source.read(512)
    if head.startswith(OLE_SIGNATURE):
        raise _compound_file(source)
    if not head.startswith(ZIP_SIGNATURES):
        return "csv"
    with open_zip(source) as archive:
        return "oneroster" if is_oneroster(archive) else "xlsx"


def _wound_back(stream: BinaryIO) -> BinaryIO:
    """The stream at its start; RosterRefused when it is too long."""
    limit = MAX_MEGABYTES * 1_000_000
    if not stream.seekable():
        stream = io.BytesIO(stream.read(limit + 1))
    stream.seek(0, 2)
    if stream.tell() > limit:
        raise RosterRefused(_("The file is larger than %(count)s MB. Is it the right file?") % {"count": MAX_MEGABYTES})
    stream.seek(0)
    return stream


def _open_csv(source: BinaryIO, encoding: str) -> Records:
    def from_start() -> BinaryIO:
        source.seek(0)
        return source

    file = read_csv(from_start, known_names=known_names, encoding=encoding)
    return Records(file.rows(), file_format="csv", encoding=file.encoding, delimiter=file.delimiter, known_names=known_names)


def _open_zip(source: BinaryIO, *, name: str) -> Records:
    archive = open_zip(source)
    if is_oneroster(archive):
        return Records(read_oneroster(archive), file_format="oneroster", encoding="utf-8")
    if _is_workbook(archive):
        return Records(read_xlsx(source, known_names=known_names), file_format="xlsx", known_names=known_names)
    raise RosterRefused(
        _("“%(name)s” is neither a workbook (XLSX) nor OneRoster. Save the roster as XLSX or CSV and import that.")
        % {"name": name}
    )


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    return "[Content_Types].xml" in names and any(re.fullmatch(r"xl/worksheets/[^/]+\.xml", name) for name in names)


def _compound_file(source: BinaryIO) -> RosterRefused:
    if _holds(source, OLE_ENCRYPTED):
        return RosterRefused(_("The file is locked with a password. Remove the password and upload the file again."))
    return RosterRefused(_("The file is in an older format (XLS). Open it in the spreadsheet, save it as XLSX and import that."))


def _holds(source: BinaryIO, wanted: bytes) -> bool:
    """Whether the bytes stand anywhere in the file."""
    source.seek(0)
    overlap = b""
    while chunk := source.read(CHUNK):
        if wanted in overlap + chunk:
            return True
        overlap = chunk[-len(wanted) :]
    return False
