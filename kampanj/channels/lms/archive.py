"""ZIP archives whose bytes depend on their files alone, written in pieces to the disk."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from kampanj.channels.contents import Contents

# The oldest time that a ZIP can hold: when a file was packed says nothing.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o100644 << 16
UNIX = 3
# Compressed already: pressing them once more costs time and saves nothing.
PRESSED = {".jpg", ".jpeg", ".png", ".gif", ".mp4", ".webm", ".m4a", ".mp3", ".pdf"}


def zipped(files: Iterable[tuple[str, Contents]]) -> Contents:
    """A ZIP of (path, contents) in the order given. It lies in a temporary file that goes when nobody holds it any more.

    OSError when the disk is full or a file cannot be read.
    """
    written = tempfile.NamedTemporaryFile(prefix="kampanj-package-", suffix=".zip")  # noqa: SIM115
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, contents in files:
            with archive.open(_entry(path), "w") as entry:
                for piece in contents.chunks():
                    entry.write(piece)
    written.flush()
    # The lambda keeps the temporary file, and with it the bytes, alive.
    return Contents(lambda: Path(written.name).open("rb"))


def _entry(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, date_time=LONG_AGO)
    info.compress_type = zipfile.ZIP_STORED if PurePosixPath(path).suffix.lower() in PRESSED else zipfile.ZIP_DEFLATED
    info.create_system = UNIX
    info.external_attr = READABLE_FILE
    return info
