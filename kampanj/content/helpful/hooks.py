"""The report “Did the page help?” in the desk's Reports menu."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from kampanj.content.helpful.models import HelpfulCount
from kampanj.municipality.spreadsheets import SAFE_CELLS


class HelpfulReportView(ReportView):
    """Every page that somebody has answered on; the one with most “no” first."""

    model = HelpfulCount
    page_title = _("Did the page help?")
    header_icon = "help"
    index_url_name = "helpful_report"
    index_results_url_name = "helpful_report_results"
    any_permission_required = ["view"]
    default_ordering = "-no"
    no_results_message = _("Nobody has answered yet. The figures come when readers press Yes or No under a page.")
    list_export = ["page.title", "page.locale.language_code", "yes", "no", "share"]
    export_headings = {
        "page.title": _("Page"),
        "page.locale.language_code": _("Language"),
        "yes": _("Yes"),
        "no": _("No"),
        "share": _("Per cent yes"),
    }
    custom_value_preprocess = SAFE_CELLS
    columns = [
        TitleColumn(
            "page",
            label=_("Page"),
            accessor="page.title",
            get_url=lambda row: reverse("wagtailadmin_pages:edit", args=[row.page_id]),
        ),
        Column("language", label=_("Language"), accessor="page.locale.get_display_name"),
        NumberColumn("yes", label=_("Yes"), sort_key="yes"),
        NumberColumn("no", label=_("No"), sort_key="no"),
        NumberColumn("share", label=_("Per cent yes")),
    ]

    def get_queryset(self) -> QuerySet[HelpfulCount]:
        self.queryset = HelpfulCount.objects.select_related("page__locale").order_by("-no", "-yes", "page_id")
        return super().get_queryset()


class HelpfulMenuItem(MenuItem):
    """Shown to those who may see the answers."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kampanj.view_helpfulcount")


@hooks.register("register_reports_menu_item")
def helpful_menu_item() -> MenuItem:
    """“Did the page help?” among the reports."""
    return HelpfulMenuItem(_("Did the page help?"), reverse("helpful_report"), icon_name="help", order=900)


@hooks.register("register_admin_urls")
def helpful_urls() -> list[URLPattern]:
    """The report and its list alone."""
    results: dict[str, Any] = {"results_only": True}
    return [
        path("rapporter/hjalpte-sidan/", HelpfulReportView.as_view(), name="helpful_report"),
        path("rapporter/hjalpte-sidan/lista/", HelpfulReportView.as_view(**results), name="helpful_report_results"),
    ]
