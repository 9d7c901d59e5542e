"""The screen of a campaign's share kits, what draws them, and their files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kampanj.channels.artifact import Artifact, ChannelError
from kampanj.channels.screens import CampaignScreen, editable, files_of
from kampanj.channels.social.screen.state import kits_of
from kampanj.channels.social.writer import CHANNEL, render_together
from kampanj.content.exceptions import ContentError
from kampanj.content.models import CampaignPage

# No primary key is longer, and Python refuses to read thousands of digits.
KEY_DIGITS = 18


class ShareKitView(CampaignScreen):
    """Every language's pictures with their texts; what has not been drawn yet can be drawn from here."""

    template_name = "kampanj/desk/share/screen.html"
    page_title = gettext_lazy("The share kit")
    header_icon = "image"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kits = kits_of(self.page)
        waiting = sum(kit.waits for kit in kits)
        drawn = sum(kit.archive is not None for kit in kits)
        return super().get_context_data(page=self.page, kits=kits, waiting=waiting, drawn=drawn, **kwargs)


@never_cache
@require_POST
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw one language's kit. The screen's script is told how it went; without script the screen is shown again."""
    page = editable(request, pk)
    fault = ""
    try:
        files_of(page, CHANNEL)
    except (ChannelError, ContentError) as refused:
        fault = str(refused)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"fault": fault})
    if fault:
        messages.error(request, fault)
    return redirect(f"{_screen(request, page)}#desk-language-{page.pk}")


@never_cache
@require_GET
def share_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One file of the newest version's kit by its name; 404 when it has none of that name."""
    page = editable(request, pk)
    try:
        found = next((file for file in files_of(page, CHANNEL) if file.name == name), None)
    except (ChannelError, ContentError) as fault:
        messages.error(request, str(fault))
        return redirect("kampanj_share", page.pk)
    if found is None:
        raise Http404
    return _sent(found)


@never_cache
@require_GET
def every_language(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One ZIP with the kits of all languages that can be drawn."""
    page = editable(request, pk)
    editions = [kit.edition for kit in kits_of(page) if not kit.faults]
    if not editions:
        return redirect("kampanj_share", page.pk)
    try:
        return _sent(render_together(tuple(editions))[0])
    except ChannelError as fault:
        messages.error(request, str(fault))
        return redirect("kampanj_share", page.pk)


def _screen(request: HttpRequest, page: CampaignPage) -> str:
    """The screen that was used: that of any of the campaign's languages."""
    shown = request.POST.get("screen", "")
    return reverse("kampanj_share", args=[int(shown) if shown.isdecimal() and len(shown) <= KEY_DIGITS else page.pk])


def _sent(file: Artifact) -> FileResponse:
    is_picture = file.media_type.startswith("image/")
    return FileResponse(file.open(), as_attachment=not is_picture, filename=file.name, content_type=file.media_type)
