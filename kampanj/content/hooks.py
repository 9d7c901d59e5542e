"""What this room adds to the desk: a picture that must not be shown is not published; the preview keeps up with the choice."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.models import Page

from kampanj.content.rights import uncleared


@hooks.register("before_publish_page")
def only_cleared_pictures(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep the draft and say which picture is in the way."""
    faults = uncleared(page.specific)
    for fault in faults:
        messages.error(request, fault)
    if faults and page.live_revision_id is None:
        # “Create and publish” in one step: Wagtail has put the new page in the tree as a live one before it asks here.
        Page.objects.filter(pk=page.pk).update(live=False, has_unpublished_changes=True)
    return redirect("wagtailadmin_pages:edit", page.pk) if faults else None


@hooks.register("insert_editor_js")
def preview_what_is_chosen() -> str:
    """A way that is chosen while another is being loaded is the one that is shown."""
    return format_html('<script src="{}" defer></script>', static("kampanj/desk/preview.js"))
