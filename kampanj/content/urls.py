"""Addresses of this room; those of `in_every_language` stand under each language's prefix."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from wagtail.urls import serve_pattern

from kampanj.content.calendar.views import event_calendar
from kampanj.content.helpful import views as helpful
from kampanj.content.languages import in_used_language
from kampanj.content.search.views import search
from kampanj.content.sitemap import sitemap
from kampanj.content.statistics.views import table_file
from kampanj.content.views import serve, to_the_desks_login

urlpatterns: list[URLPattern] = [
    path("sitemap.xml", sitemap, name="sitemap"),
    path("hjalpte/", helpful.answer, name="helpful"),
    path("hjalpte/<int:page_id>/<slug:said>/", helpful.thanks, name="helpful_thanks"),
    path("kalender/<int:page_id>/<uuid:block_id>.ics", event_calendar, name="event_calendar"),
    path("tabell/<int:page_id>/<uuid:block_id>.csv", table_file, name="statistics_file"),
]

in_every_language: list[URLPattern] = [
    path("sok/", in_used_language(search), name="site_search"),
    # In place of Wagtail's second login, which knows neither the desk's limits nor its second factor.
    path("_util/login/", to_the_desks_login, name="wagtailcore_login"),
    # Files that a page draws (see RoutedMixin): Wagtail's own pattern knows no full stop.
    re_path(r"^((?:[\w\-]+/)+[\w\-]+\.(?:csv|ics))$", serve, name="file_below_page"),
    # Last: every page. Wagtail's own pattern for the same addresses stays behind it, for what asks for it by name; so do
    # its addresses for passwords and logging in, which are no pages.
    re_path(rf"^(?!_util/){serve_pattern.removeprefix('^')}", serve, name="wagtail_serve"),
]
