"""Addresses of this room; those of `in_every_language` stand under each language's prefix."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from wagtail.views import serve

from kampanj.content.calendar.views import event_calendar
from kampanj.content.search.views import search

urlpatterns: list[URLPattern] = [path("kalender/<int:page_id>/<uuid:block_id>.ics", event_calendar, name="event_calendar")]

in_every_language: list[URLPattern] = [
    path("sok/", search, name="site_search"),
    # Files that a page draws (see RoutedMixin): Wagtail's own pattern knows no full stop.
    re_path(r"^((?:[\w\-]+/)+[\w\-]+\.(?:csv|ics))$", serve, name="file_below_page"),
]
