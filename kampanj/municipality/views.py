"""The municipality's colours as a style sheet of their own: the page itself must carry no style."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from kampanj.municipality.look import colour_css
from kampanj.municipality.models import SiteSettings

# How long a browser may show old colours without asking, in seconds.
MAX_AGE = 300


@require_safe
def colour_sheet(request: HttpRequest) -> HttpResponse:
    """CSS with the custom properties of the request's Wagtail site; 304 when the reader already has them."""
    css = colour_css(SiteSettings.for_request(request))
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    etag = f'"{hashlib.sha256(css.encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    answer = get_conditional_response(request, etag=etag, response=response)
    assert isinstance(answer, HttpResponse)
    return answer
