"""The report “Log of the recipients” in the desk's Reports menu: who saw, imported, exported or changed what, and when."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from kampanj.audience.exports import SafeSpreadsheetMixin
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.log.words import in_words, subject_in_words
from kampanj.municipality.models import User


class LogFilters(WagtailFilterSet):
    """By who, what and when."""

    actor_name = django_filters.CharFilter(label=_("Who"), lookup_expr="icontains")
    action = django_filters.MultipleChoiceFilter(
        label=_("What"), choices=AudienceEvent.Action.choices, widget=forms.CheckboxSelectMultiple
    )
    at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)

    class Meta:
        model = AudienceEvent
        fields: list[str] = []


class LogReportView(SafeSpreadsheetMixin, ReportView):
    """Every event, the newest first; as CSV and XLSX too, which itself becomes an event."""

    model = AudienceEvent
    permission_required = "view"
    page_title = _("Log of the recipients")
    header_icon = "history"
    index_url_name = "kampanj_audience_log"
    index_results_url_name = "kampanj_audience_log_results"
    filterset_class = LogFilters
    default_ordering = "-at"
    no_results_message = _("Nothing has happened that is logged.")
    columns = [
        Column("at", label=_("When"), sort_key="at", accessor=lambda event: f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"),
        Column("actor_name", label=_("Who"), sort_key="actor_name"),
        Column("get_action_display", label=_("What"), sort_key="action"),
        Column("subject", label=_("About"), accessor=subject_in_words),
        Column("details", label=_("Details"), accessor=in_words),
    ]
    list_export = ["at", "actor_name", "get_action_display", "subject", "details"]
    export_headings = {
        "at": _("When"),
        "actor_name": _("Who"),
        "get_action_display": _("What"),
        "subject": _("About"),
        "details": _("Details"),
    }

    def get_filename(self) -> str:
        return "logg-mottagare"

    def get_base_queryset(self) -> QuerySet[AudienceEvent]:
        return AudienceEvent.objects.all()

    def to_row_dict(self, item: AudienceEvent) -> dict[str, Any]:
        return {**super().to_row_dict(item), "subject": subject_in_words(item), "details": in_words(item)}

    def as_spreadsheet(self, queryset: Any, spreadsheet_format: str) -> HttpResponseBase:
        record(AudienceEvent.Action.EXPORTED, by=cast(User, self.request.user), subject="audience-log", format=spreadsheet_format)
        return super().as_spreadsheet(queryset, spreadsheet_format)


class LogMenuItem(MenuItem):
    """Shown to those who may see the log."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kampanj.view_audienceevent")


@hooks.register("register_reports_menu_item")
def log_menu_item() -> MenuItem:
    """The log among the reports."""
    return LogMenuItem(_("Log of the recipients"), reverse("kampanj_audience_log"), icon_name="history", order=950)


@hooks.register("register_admin_urls")
def log_urls() -> list[URLPattern]:
    """The report and its list alone."""
    results: dict[str, Any] = {"results_only": True}
    return [
        path("rapporter/logg/", LogReportView.as_view(), name="kampanj_audience_log"),
        path("rapporter/logg/lista/", LogReportView.as_view(**results), name="kampanj_audience_log_results"),
    ]
