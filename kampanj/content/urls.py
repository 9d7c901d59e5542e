"""Addresses of this room; those of `in_every_language` stand under each language's prefix."""

from __future__ import annotations

from django.urls import URLPattern, path

from kampanj.content.search.views import search
from kampanj.content.statistics.views import table_file

urlpatterns: list[URLPattern] = [path("tabell/<int:page_id>/<uuid:block_id>.csv", table_file, name="statistics_file")]

in_every_language: list[URLPattern] = [path("sok/", search, name="site_search")]
