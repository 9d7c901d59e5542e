"""The screen of a campaign's packages, and the files on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kampanj.channels.artifact import ChannelError
from kampanj.channels.lms.preflight import refused
from kampanj.channels.lms.screen.state import FORMS, languages_of
from kampanj.channels.registry import CHANNELS
from kampanj.channels.screens import CampaignScreen, editable, newest


class PackagesView(CampaignScreen):
    """Each form and each fault, per language; nothing is made before somebody asks for it."""

    template_name = "kampanj/desk/packages/screen.html"
    page_title = gettext_lazy("The school packages")
    header_icon = "download"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page=self.page, languages=languages_of(self.page), **kwargs)


@never_cache
@require_GET
def package_file(request: HttpRequest, pk: int, channel: str) -> HttpResponseBase:
    """One file of the newest version, made now and kept nowhere; a fault is told on the screen."""
    page = editable(request, pk)
    if channel not in FORMS:
        raise Http404
    edition = newest(page)
    try:
        reasons = refused(edition).get(channel, [])
        if reasons:
            raise ChannelError(" ".join(reasons))
        artifact = CHANNELS[channel].render(edition)[0]
    except ChannelError as fault:
        messages.error(request, str(fault))
        return redirect("kampanj_packages", page.pk)
    return FileResponse(artifact.open(), as_attachment=True, filename=artifact.name, content_type=artifact.media_type)
