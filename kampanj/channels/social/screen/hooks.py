"""What the share kit's screen adds to the desk: its addresses, and the way to it from a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from kampanj.channels.screens import way_to
from kampanj.channels.social.screen.views import ShareKitView, build, every_language, share_file
from kampanj.content.ways import WAY


@hooks.register("register_admin_urls")
def share_urls() -> list[URLPattern]:
    """The screen, what draws a kit, and its files."""
    return [
        path("kampanj/<int:pk>/delningspaket/", ShareKitView.as_view(), name="kampanj_share"),
        path("kampanj/<int:pk>/delningspaket/rita/", build, name="kampanj_share_build"),
        path("kampanj/<int:pk>/delningspaket/alla/", every_language, name="kampanj_share_all"),
        path("kampanj/<int:pk>/delningspaket/<str:name>", share_file, name="kampanj_share_file"),
    ]


@hooks.register(WAY)
@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def share_button(page: Page, user: Any, **kwargs: Any) -> Iterator[Button]:
    """“Delningspaket” among what can be done with a campaign."""
    yield from way_to(page, user, gettext_lazy("The share kit"), "kampanj_share", icon_name="image", priority=13)
