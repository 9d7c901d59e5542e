"""What the packages' screen adds to the desk: its addresses, and the way to it from a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.templatetags.static import static
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from kampanj.channels.lms.screen.views import PackagesView, package_file
from kampanj.channels.screens import way_to
from kampanj.content.ways import WAY


@hooks.register("register_admin_urls")
def package_urls() -> list[URLPattern]:
    """The screen, and a file in one form."""
    return [
        path("kampanj/<int:pk>/skolpaket/", PackagesView.as_view(), name="kampanj_packages"),
        path("kampanj/<int:pk>/skolpaket/<slug:channel>/", package_file, name="kampanj_packages_file"),
    ]


@hooks.register("insert_editor_js")
def open_the_tab() -> SafeString:
    """Faults lead to their field, which may lie in another tab than the one that the editor opens with."""
    return format_html('<script src="{}" defer></script>', static("kampanj/desk/field.js"))


@hooks.register(WAY)
@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def packages_button(page: Page, user: Any, **kwargs: Any) -> Iterator[Button]:
    """“Skolpaketen” among what can be done with a campaign."""
    yield from way_to(page, user, gettext_lazy("The school packages"), "kampanj_packages", icon_name="download", priority=12)
