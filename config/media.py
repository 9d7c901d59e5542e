"""Serves uploads in the embedded default and from an object store; in production with a folder the proxy does."""

from __future__ import annotations

import errno
import mimetypes
import posixpath

from csp.decorators import csp
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.static import serve

from kampanj.municipality.media.serving import send_file

SHOWN_INLINE = ("image/avif", "image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp", "application/pdf")


@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": []})  # type: ignore[arg-type]  # It takes any view.
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A public file. Anything but pictures and PDF is a download; nothing in it can run."""
    if "\\" in path:
        raise Http404  # An object store takes it for a slash, and no name of ours has one.
    name = posixpath.normpath(f"/{path}").lstrip("/")
    if name == "documents" or name.startswith("documents/"):
        raise Http404  # Documents may be private: Wagtail's own view asks who may read them.
    try:
        response = _from_bucket(request, name) if settings.MEDIA_STORAGE else serve(request, name, str(settings.MEDIA_ROOT))
    except SuspiciousOperation as fault:
        raise Http404 from fault
    except OSError as fault:
        if fault.errno != errno.ENAMETOOLONG:
            raise
        raise Http404 from fault
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "public, max-age=86400"
    if response.headers.get("Content-Type") not in SHOWN_INLINE:
        response.headers["Content-Disposition"] = "attachment"
    return response


def _from_bucket(request: HttpRequest, name: str) -> HttpResponseBase:
    stored = FieldFile(None, FileField(storage=default_storage), name)  # type: ignore[arg-type]  # Of no row.
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = send_file(request, stored, content_type=media_type)
    response.headers["Content-Type"] = media_type
    # Letters and other sites show our pictures.
    del response.headers["Cross-Origin-Resource-Policy"]
    return response
