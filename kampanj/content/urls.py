"""Addresses of this room; those of `in_every_language` stand under each language's prefix."""

from __future__ import annotations

from django.urls import URLPattern, path

from kampanj.content.helpful import views as helpful
from kampanj.content.search.views import search

urlpatterns: list[URLPattern] = [
    path("hjalpte/", helpful.answer, name="helpful"),
    path("hjalpte/<int:page_id>/<slug:said>/", helpful.thanks, name="helpful_thanks"),
]

in_every_language: list[URLPattern] = [path("sok/", search, name="site_search")]
