"""The files behind a school's link: the packages, and the pages of the ZIP to look at before fetching anything."""

from __future__ import annotations

import datetime as dt
import io
import logging
import mimetypes
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from kampanj.channels.artifact import Artifact, Channel
from kampanj.channels.lms.offline.writer import CHANNEL as OFFLINE
from kampanj.channels.lms.offline.writer import INDEX
from kampanj.content.models import Edition
from kampanj.content.signed_pages import signed_page
from kampanj.followup.schools import receipts, shelf
from kampanj.followup.schools.opening import Visit, with_school
from kampanj.followup.schools.platform import forms_offered
from kampanj.municipality.media.serving import CHUNK, Unsatisfiable, Window, asked_part

logger = logging.getLogger("kampanj.followup.schools")

# We send no Last-Modified: an If-Range with a date therefore never fits, and gets the whole file.
NEVER = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
# What stands in the address in place of a language.
ALL_LANGUAGES = "alla"


@with_school
@require_safe
def download(request: HttpRequest, visit: Visit, channel: str, language: str) -> HttpResponseBase:
    """The package; a fetch leaves a receipt. What cannot be offered is answered with a page that says why, never with a file."""
    form = forms_offered(visit.school.platform).get(channel)
    editions = _editions(visit, language)
    if form is None or not editions or (len(editions) > 1 and form.render_together is None):
        raise Http404
    try:
        artifact = shelf.fetch(shelf.Wanted(form, editions))
    except shelf.NotOffered as refusal:
        return _sorry(request, visit, form, reason=str(refusal), status=409)
    except OSError:
        logger.exception("%s could not be built for a school", channel)
        return _sorry(request, visit, form, reason="", status=503)
    stored = _Stored(artifact.open, artifact.size, f'"{artifact.sha256[:32]}"', artifact.media_type)
    first_byte, response = stored.answer(request)
    response.headers["Content-Disposition"] = f'attachment; filename="{artifact.name}"'
    # Whoever tries the file from the desk is no school.
    is_ours = request.user.has_perm("wagtailadmin.access_admin")
    if first_byte is not None and not is_ours and receipts.is_fetch(request, first_byte):
        receipts.note(visit, channel, editions)
    return response


@with_school
@require_safe
def preview(request: HttpRequest, visit: Visit, language: str, path: str) -> HttpResponseBase:
    """A page, picture or style sheet of the ZIP, for the browser. It leaves no receipt."""
    edition = visit.edition_in(language)
    if edition is None:
        raise Http404
    try:
        artifact = shelf.fetch(shelf.Wanted(OFFLINE, (edition,)))
    except shelf.NotOffered as refusal:
        return _sorry(request, visit, OFFLINE, reason=str(refusal), status=409)
    except OSError:
        logger.exception("the ZIP could not be built for a preview")
        return _sorry(request, visit, OFFLINE, reason="", status=503)
    _first, response = _member(artifact, path or INDEX).answer(request)
    return response


def _editions(visit: Visit, language: str) -> tuple[Edition, ...]:
    """The editions that an address means; for all languages in the order of approval, so that it is one file for everybody."""
    if language == ALL_LANGUAGES:
        return tuple(visit.all_editions) if len(visit.editions) > 1 else ()
    edition = visit.edition_in(language)
    return (edition,) if edition else ()


def _sorry(request: HttpRequest, visit: Visit, channel: Channel, *, reason: str, status: int) -> HttpResponse:
    context = {"visit": visit, "channel": channel, "reason": reason, "own_language": settings.LANGUAGE_CODE}
    return signed_page(request, "kampanj/web/school/not_offered.html", status=status, **context)


def _member(artifact: Artifact, path: str) -> _Stored:
    """A file of the ZIP; Http404 when there is none of that name."""
    with artifact.open() as file, zipfile.ZipFile(file) as archive:
        try:
            entry = archive.getinfo(path)
        except KeyError:
            raise Http404 from None

    def opened() -> IO[bytes]:
        # The archive stays open as long as somebody reads its member.
        return zipfile.ZipFile(artifact.open()).open(path)

    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    media_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return _Stored(opened, entry.file_size, f'"{artifact.sha256[:24]}{entry.CRC:08x}"', media_type)


@dataclass(frozen=True)
class _Stored:
    """Something to send whole or in part (RFC 9110): how to open it, its size in bytes, its entity tag and media type."""

    open: Callable[[], IO[bytes]]
    size: int
    etag: str
    media_type: str

    def answer(self, request: HttpRequest) -> tuple[int | None, HttpResponseBase]:
        """(the first byte that is sent; None when none is, the answer to GET or HEAD)."""
        first, response = self._answer(request)
        always = {
            "Accept-Ranges": "bytes",
            "ETag": self.etag,
            "Cache-Control": "private, no-cache",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex, nofollow",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if response.status_code in (200, 206):
            always["Content-Type"] = self.media_type
        for header, value in always.items():
            response.headers[header] = value
        return first, response

    def _answer(self, request: HttpRequest) -> tuple[int | None, HttpResponseBase]:
        if (known := get_conditional_response(request, etag=self.etag)) is not None:
            return None, known
        if request.method == "HEAD":
            return None, HttpResponse(headers={"Content-Length": str(self.size)})
        try:
            part = asked_part(request, size=self.size, etag=self.etag, changed=NEVER)
        except Unsatisfiable:
            return None, HttpResponse(status=416, headers={"Content-Range": f"bytes */{self.size}"})
        start, end = part or (0, self.size - 1)
        body = Window(self.open(), start, end - start + 1) if self.size else io.BytesIO()
        response = FileResponse(body)
        response.block_size = CHUNK
        response.headers["Content-Length"] = str(end - start + 1)
        if part:
            response.status_code = 206
            response.headers["Content-Range"] = f"bytes {start}-{end}/{self.size}"
        return start, response
