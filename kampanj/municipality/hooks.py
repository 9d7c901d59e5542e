"""What this room adds to the desk: the addresses of films, which lie in private storage, and lists that fit a phone."""

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


@hooks.register("insert_global_admin_css")
def lists_that_fit() -> SafeString:
    """On every page of the desk."""
    return format_html('<link rel="stylesheet" href="{}">', static("kampanj/desk/lists.css"))
