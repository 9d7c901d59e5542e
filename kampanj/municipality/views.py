"""The municipality's colours as a style sheet of their own: the page itself must carry no style."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from kampanj.municipality.look import colour_css
from kampanj.municipality.models import SiteSettings

# How long a browser may show old colours without asking, in seconds.
MAX_AGE = 300


def etag_of(request: HttpRequest) -> str:
    """A strong entity tag (RFC 9110) that changes with any colour."""
    return f'"{hashlib.sha256(_css(request).encode()).hexdigest()[:32]}"'


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
@condition(etag_func=etag_of)
def colour_sheet(request: HttpRequest) -> HttpResponse:
    """CSS with the custom properties of the request's Wagtail site; 304 when the reader already has them."""
    return HttpResponse(_css(request), content_type="text/css; charset=utf-8")


def _css(request: HttpRequest) -> str:
    return colour_css(SiteSettings.here(request))  # Wagtail keeps the settings on the request.
