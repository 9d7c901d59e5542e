"""The count's address, under /admin/."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from kampanj.audience.segments import keeping
from kampanj.audience.segments.views import ReachView

__all__ = ["keeping"]


@hooks.register("register_admin_urls")
def segment_urls() -> list[URLPattern]:
    """Whom a segment reaches."""
    return [path("malgrupper/antal/", ReachView.as_view(), name="kampanj_segment_reach")]
