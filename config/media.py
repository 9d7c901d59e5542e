"""Serves uploads in the embedded default; in production the proxy or the object store does."""

from __future__ import annotations

import errno
import os

from csp.decorators import csp
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.static import serve

SHOWN_INLINE = ("image/avif", "image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp", "application/pdf")


@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": []})  # type: ignore[arg-type]  # It takes any view.
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A public file. Anything but pictures and PDF is a download; nothing in it can run."""
    if os.path.abspath(settings.MEDIA_ROOT / path.lstrip("/")).startswith(f"{settings.MEDIA_ROOT / 'documents'}{os.sep}"):
        raise Http404  # Documents may be private: Wagtail's own view asks who may read them.
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except SuspiciousFileOperation as fault:
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
