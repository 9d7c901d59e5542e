"""What this room adds to the desk: a page with a picture that must not be shown is not published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
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
