"""What the folder's screen adds to the desk: its addresses, and the way to it from a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.templatetags.static import static
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from kampanj.channels.print.screen.views import FolderView, folder_file, folder_fit, folder_format, folder_page
from kampanj.channels.screens import way_to
from kampanj.content.ways import WAY


@hooks.register("register_admin_urls")
def folder_urls() -> list[URLPattern]:
    """The screen, what does not fit, one format of it, a page's picture, and a file."""
    return [
        path("kampanj/<int:pk>/folder/", FolderView.as_view(), name="kampanj_folder"),
        path("kampanj/<int:pk>/folder/passar/", folder_fit, name="kampanj_folder_fit"),
        path("kampanj/<int:pk>/folder/<slug:name>/", folder_format, name="kampanj_folder_format"),
        path("kampanj/<int:pk>/folder/<slug:name>/<int:number>.png", folder_page, name="kampanj_folder_page"),
        path("kampanj/<int:pk>/folder/fil/<slug:channel>/", folder_file, name="kampanj_folder_file"),
    ]


@hooks.register(WAY)
@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def folder_button(page: Page, user: Any, **kwargs: Any) -> Iterator[Button]:
    """“Foldern” among what can be done with a campaign."""
    yield from way_to(page, user, gettext_lazy("The folder"), "kampanj_folder", icon_name="doc-full", priority=11)


@hooks.register("insert_editor_js")
def what_does_not_fit() -> str:
    """Beside each panel of the folder what of it is too long for paper. The script puts the page in place of the address's 0."""
    address = reverse("kampanj_folder_fit", args=[0])
    return format_html('<script src="{}" data-folder-fit="{}" defer></script>', static("kampanj/desk/fit.js"), address)
