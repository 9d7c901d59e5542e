"""Addresses of this room; those of `in_every_language` stand under each language's prefix."""

from __future__ import annotations

from django.urls import URLPattern, path

from kampanj.content.languages import in_used_language
from kampanj.content.search.views import search

urlpatterns: list[URLPattern] = []

in_every_language: list[URLPattern] = [path("sok/", in_used_language(search), name="site_search")]
