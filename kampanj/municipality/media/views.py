"""Film, sound and captions in the desk: the private storage has no addresses, so these views are theirs."""

from __future__ import annotations

from csp.decorators import csp
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.models import Page
from wagtail.permissions import policy_registry

from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.media.serving import send_file

# Nothing in a file can run or fetch anything.
FILE_POLICY = {"default-src": ["'none'"], "frame-ancestors": ["'self'"], "sandbox": []}
CAPTIONS_TYPE = "text/vtt; charset=utf-8"


@require_safe
@csp(FILE_POLICY)  # type: ignore[arg-type]  # It takes any view.
def media_file(request: HttpRequest, media_id: int) -> HttpResponseBase:
    """The film or sound, for whoever may look at it; see `_media`."""
    media = _media(request, media_id)
    return send_file(request, media.file, content_type=media.media_type)


@require_safe
@csp(FILE_POLICY)  # type: ignore[arg-type]
def media_captions(request: HttpRequest, media_id: int) -> HttpResponseBase:
    """Its captions, under the same rule."""
    media = _media(request, media_id)
    if not media.captions:
        raise Http404
    return send_file(request, media.captions, content_type=CAPTIONS_TYPE)


def _media(request: HttpRequest, media_id: int) -> CampaignMedia:
    """For those who may change the film, and those who may write or publish pages: they must see what they approve."""
    media = get_object_or_404(CampaignMedia, pk=media_id)
    films, pages = policy_registry.get_by_type(CampaignMedia), policy_registry.get_by_type(Page)
    if films.user_has_any_permission_for_instance(request.user, ["change", "delete"], media):
        return media
    if pages.user_has_any_permission(request.user, ["add", "change", "publish"]):
        return media
    raise PermissionDenied
