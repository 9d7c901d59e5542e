"""Sending a stored file piece by piece, whole or in part (RFC 9110, sections 13 and 14): a film is never read into memory."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import datetime
from typing import IO

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

# Bytes that are read and sent at a time.
CHUNK = 64 * 1024
# One range of bytes: from–to, from–, or the last so many. Several ranges are answered with the whole file (14.2 allows it).
RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t]*", re.IGNORECASE)
# More digits than any file's length has; Python refuses to read thousands of them.
DIGITS = 19


class Unsatisfiable(Exception):
    """The range is well formed but holds no byte of the file (416)."""


class Window:
    """`length` bytes of a file from `start`, as a file of its own. Servers may seek in it and read it in any steps."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self._file, self._start, self._length = file, start, length
        self._at = 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = min(max(origin + offset, 0), self._length)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = self._length - self._at
        self._file.seek(self._start + self._at)
        read = self._file.read(left if size < 0 else min(size, left))
        self._at += len(read)
        return read

    def close(self) -> None:
        self._file.close()


def send_file(request: HttpRequest, stored: FieldFile, *, content_type: str) -> HttpResponseBase:
    """The answer to GET or HEAD for a stored file: 200, 206, 304, 412 or 416. Http404 when it is not in its place."""
    name = stored.name or ""
    try:
        size, changed = stored.size, stored.storage.get_modified_time(name)
    except OSError as fault:
        raise Http404 from fault
    etag = _etag(name, size, changed)
    answered = get_conditional_response(request, etag=etag, last_modified=int(changed.timestamp()))
    response = answered or _content(request, stored, size=size, etag=etag, changed=changed)
    if response.status_code in (200, 206):
        response.headers["Content-Type"] = content_type
    always = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Last-Modified": http_date(changed.timestamp()),
        # A reader's browser may keep it but asks each time; nobody between keeps it: a film that has ended is gone at once.
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    for header, value in always.items():
        response.headers[header] = value
    return response


def _content(request: HttpRequest, stored: FieldFile, *, size: int, etag: str, changed: datetime) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(size)})
    try:
        part = asked_part(request, size=size, etag=etag, changed=changed)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = part or (0, size - 1)
    # The server reads the window by itself: with waitress a slow reader holds no thread.
    response = FileResponse(Window(stored.storage.open(stored.name or "", "rb"), start, end - start + 1))
    response.block_size = CHUNK
    if part:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


def asked_part(request: HttpRequest, *, size: int, etag: str, changed: datetime) -> tuple[int, int] | None:
    """(first, last) byte that the request asks for; None for the whole file. Raises Unsatisfiable."""
    header = request.META.get("HTTP_RANGE", "")
    if not header or not _still_the_same(request.META.get("HTTP_IF_RANGE"), etag=etag, changed=changed):
        return None
    return part_of(header, size)


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte of a file of `size` bytes that a Range header means; None when it is to be ignored.

    Unsatisfiable when it begins beyond the end, or asks for the last 0 bytes.
    """
    match = RANGE.fullmatch(header)
    if match is None or not size:
        return None
    first, last, suffix = (_number(digits) for digits in match.groups())
    if suffix is not None:
        if not suffix:
            raise Unsatisfiable
        return max(size - suffix, 0), size - 1
    if first is None or (last is not None and last < first):
        return None
    if first >= size:
        raise Unsatisfiable
    return first, size - 1 if last is None else min(last, size - 1)


def _number(digits: str | None) -> int | None:
    """The number; one that is too long to be read is as large as its first digits, which is beyond any file."""
    return int((digits.lstrip("0") or "0")[:DIGITS]) if digits else None


def _still_the_same(if_range: str | None, *, etag: str, changed: datetime) -> bool:
    """Whether the file is the one that If-Range (13.1.5) speaks of: the same strong tag, or exactly the same date."""
    if not if_range:
        return True
    if '"' in if_range:
        return if_range.strip() == etag
    return parse_http_date_safe(if_range) == int(changed.timestamp())


def _etag(name: str, size: int, changed: datetime) -> str:
    """A strong entity tag (8.8.3): another file, length or moment of change gives another."""
    return f'"{hashlib.sha256(f"{name} {size} {changed.timestamp()}".encode()).hexdigest()[:32]}"'
