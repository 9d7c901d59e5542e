"""What this room adds to the desk: films' addresses in private storage, lists that fit a phone, dates that stay."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from kampanj.municipality import account_log
from kampanj.municipality.media.views import media_captions, media_file

__all__ = ["account_log"]


@hooks.register("register_admin_urls")
def media_urls() -> list[URLPattern]:
    """Under /admin/, where Wagtail has asked who it is."""
    return [
        path("mediefil/<int:media_id>/", media_file, name="kampanj_media_file"),
        path("mediefil/<int:media_id>/textning.vtt", media_captions, name="kampanj_media_captions"),
    ]


@hooks.register("insert_global_admin_js")
def dates_as_they_are_written() -> SafeString:
    """On every page of the desk, between Wagtail's calendar and the fields that use it."""
    return format_html('<script src="{}"></script>', static("kampanj/desk/dates.js"))


@hooks.register("insert_global_admin_css")
def lists_that_fit() -> SafeString:
    """On every page of the desk."""
    return format_html('<link rel="stylesheet" href="{}">', static("kampanj/desk/lists.css"))
