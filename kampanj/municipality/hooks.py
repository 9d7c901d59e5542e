"""What this room adds to the desk: the addresses of films, which lie in private storage."""

from __future__ import annotations

from django.urls import URLPattern, path
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
