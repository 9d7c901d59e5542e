"""The screen of a campaign's folder, the pictures of its pages, its files, and the preview beside the editor."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kampanj.channels.artifact import ChannelError
from kampanj.channels.print.formats import FORMATS
from kampanj.channels.print.preflight import misfits_of
from kampanj.channels.print.screen.sheets import drawing_program
from kampanj.channels.print.screen.state import FORM_CHANNELS, languages_of, proved, shown
from kampanj.channels.registry import CHANNELS
from kampanj.channels.screens import CampaignScreen, editable, files_of, newest, require_publishable
from kampanj.content.doors import Door
from kampanj.content.exceptions import ContentError
from kampanj.content.folder_formats import USUAL_FORMATS
from kampanj.content.models import Edition


class FolderView(CampaignScreen):
    """Each language with its formats; a format's pages come when they are drawn (`folder_format`)."""

    template_name = "kampanj/desk/folder/screen.html"
    page_title = gettext_lazy("The folder")
    header_icon = "doc-full"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        languages = languages_of(self.page)
        waiting = sum(len(language.formats) for language in languages)
        return super().get_context_data(page=self.page, languages=languages, waiting=waiting, **kwargs)


@never_cache
@require_GET
def folder_format(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One format's pages, faults and files, to be put on the screen; alone when there is no script."""
    page = editable(request, pk)
    if name not in FORMATS:
        raise Http404
    context = {"page": page, "shown": shown(page, name), "can_draw": drawing_program() is not None}
    return render(request, "kampanj/desk/folder/format.html", context)


@never_cache
@require_GET
def folder_page(request: HttpRequest, pk: int, name: str, number: int) -> HttpResponse:
    """The picture of one page (from 1)."""
    page = editable(request, pk)
    if name not in FORMATS:
        raise Http404
    edition = newest(page)
    try:
        require_publishable(edition)
        pages, _faults = proved(edition, name)
    except (ChannelError, ContentError) as fault:
        raise Http404 from fault
    if not 1 <= number <= len(pages):
        raise Http404
    return HttpResponse(pages[number - 1], content_type="image/png")


@never_cache
@require_GET
def folder_file(request: HttpRequest, pk: int, channel: str) -> HttpResponseBase:
    """One file of the newest version, made now if it has not been; a fault is told on the screen."""
    page = editable(request, pk)
    if channel not in FORM_CHANNELS:
        raise Http404
    try:
        artifact = files_of(page, CHANNELS[channel])[0]
    except (ChannelError, ContentError) as fault:
        messages.error(request, str(fault))
        return redirect("kampanj_folder", page.pk)
    return FileResponse(artifact.open(), as_attachment=True, filename=artifact.name, content_type=artifact.media_type)


@never_cache
@require_GET
def folder_fit(request: HttpRequest, pk: int) -> JsonResponse:
    """What does not fit in the newest version, for the editor to show beside each panel: its block's id and a sentence."""
    page = editable(request, pk)
    try:
        found = [{"block": one.block, "message": str(one)} for one in misfits_of(newest(page))]
    except ChannelError as fault:
        found = [{"block": "", "message": str(fault)}]
    return JsonResponse({"misfits": found})


def preview(edition: Edition, request: HttpRequest) -> HttpResponse:
    """The folder page by page beside the editor: the first of the formats that are chosen."""
    chosen = [name for name in FORMATS if name in edition.campaign.folder_formats] or USUAL_FORMATS
    context: dict[str, Any] = {"label": FORMATS[chosen[0]].kind.label, "can_draw": drawing_program() is not None}
    try:
        pages, faults = proved(edition, chosen[0])
    except ChannelError as fault:
        context["stops"] = str(fault)
    else:
        context["faults"] = faults
        context["pages"] = [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in pages]
    return render(request, "kampanj/desk/folder/preview.html", context)


DOOR = Door("print", gettext_lazy("The folder, page by page"), preview)
