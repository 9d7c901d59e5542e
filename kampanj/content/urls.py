"""Addresses of this room; those of `in_every_language` stand under each language's prefix."""

from __future__ import annotations

from django.urls import URLPattern, path

from kampanj.content.search.views import search
from kampanj.content.sitemap import sitemap

urlpatterns: list[URLPattern] = [path("sitemap.xml", sitemap, name="sitemap")]

in_every_language: list[URLPattern] = [path("sok/", search, name="site_search")]
