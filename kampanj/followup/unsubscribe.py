"""Unsubscribing (RFC 8058): GET shows a page and changes nothing, POST acts; one undo on the same page.

The signed link is the credential. It works without cookie and session, so these views need no CSRF token.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kampanj.audience.models import Suppression
from kampanj.audience.suppression import lift, suppress
from kampanj.distribution.links import read_unsubscribe_token
from kampanj.followup.pages import broken_link, signed_page


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind “Avregistrera” and the mail programs' own button."""
    try:
        link = read_unsubscribe_token(token)
    except (signing.BadSignature, ValueError):
        return broken_link(request)
    with translation.override(link.language):
        if request.method == "POST" and request.POST.get("action") == "undo":
            lift(link.address_key, Suppression.Reason.UNSUBSCRIBED)
        elif request.method == "POST":
            suppress(link.address_key, Suppression.Reason.UNSUBSCRIBED)
        is_suppressed = Suppression.objects.filter(address_key=link.address_key, reason=Suppression.Reason.UNSUBSCRIBED).exists()
        return signed_page(
            request, "kampanj/web/unsubscribe.html", is_suppressed=is_suppressed, was_posted=request.method == "POST"
        )
