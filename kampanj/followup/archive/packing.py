"""The archive's form: a ZIP of stored files whose bytes depend on nothing but their names and contents.

Nothing is compressed, so that whoever unpacks it can pack it anew and get the same bytes, whatever release of zlib is there:
that is how a byte that was changed outside the files is found.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from kampanj.channels.lms.archive import LONG_AGO, READABLE_FILE, UNIX

MANIFEST = "MANIFEST.json"
FORMAT = "kampanj-archive-1"


def with_manifest(files: Mapping[str, bytes], **about: Any) -> dict[str, bytes]:
    """The files and, last, a manifest with `about` and every file's size and SHA-256."""
    listed = {path: {"size": len(content), "sha256": sha256(content)} for path, content in sorted(files.items())}
    return {**files, MANIFEST: as_json({"format": FORMAT, **about, "files": listed})}


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of the files (ASCII path → bytes) in their order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, date_time=LONG_AGO)
            entry.create_system = UNIX
            entry.external_attr = READABLE_FILE
            archive.writestr(entry, content)
    return written.getvalue()


def as_json(value: object) -> bytes:
    """UTF-8 JSON for people to read, the same bytes for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def sha256(content: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
