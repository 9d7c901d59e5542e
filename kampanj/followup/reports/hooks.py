"""What the reports add to the desk: their addresses, and the list in the Reports menu."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView as WagtailReport

from kampanj.distribution.models import Mailing
from kampanj.followup.reports.views import ChartView, FileView, ReportView
from kampanj.municipality.spreadsheets import SAFE_CELLS


class MailingReportsView(WagtailReport):
    """Every mailing that has begun, the newest first."""

    model = Mailing
    page_title = _("Reports of mailings")
    header_icon = "doc-full"
    index_url_name = "kampanj_mailing_reports"
    index_results_url_name = "kampanj_mailing_reports_results"
    any_permission_required = ["view"]
    default_ordering = "-run__started_at"
    no_results_message = _("No mailing has left yet. Its report comes here with the first letter.")
    list_export = ["name", "campaign.title", "run.started_at"]
    export_headings = {"name": _("Mailing"), "campaign.title": _("Campaign"), "run.started_at": _("Started")}
    custom_value_preprocess = SAFE_CELLS
    columns = [
        TitleColumn("name", label=_("Mailing"), get_url=lambda row: reverse("kampanj_mailing_report", args=[row.pk])),
        Column("campaign", label=_("Campaign"), accessor="campaign.title"),
        DateColumn("started", label=_("Started"), accessor="run.started_at"),
    ]

    def get_queryset(self) -> QuerySet[Mailing]:
        begun = Mailing.objects.exclude(run__started_at=None).select_related("campaign", "run")
        self.queryset = begun.order_by("-run__started_at", "-pk")
        return super().get_queryset()


class ReportsMenuItem(MenuItem):
    """Shown to those who may follow mailings."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kampanj.view_mailing")


@hooks.register("register_reports_menu_item")
def reports_menu_item() -> MenuItem:
    """“Reports of mailings” among the reports."""
    return ReportsMenuItem(_("Reports of mailings"), reverse("kampanj_mailing_reports"), icon_name="doc-full", order=100)


@hooks.register("register_admin_urls")
def report_urls() -> list[URLPattern]:
    """A mailing's report, its chart and its files; the list of reports."""
    results: dict[str, Any] = {"results_only": True}
    return [
        path("utskick/<int:pk>/rapport/", ReportView.as_view(), name="kampanj_mailing_report"),
        path("utskick/<int:pk>/rapport/diagram.svg", ChartView.as_view(), name="kampanj_mailing_report_chart"),
        path("utskick/<int:pk>/rapport/rapport.<str:form>", FileView.as_view(), name="kampanj_mailing_report_file"),
        path("rapporter/utskick/", MailingReportsView.as_view(), name="kampanj_mailing_reports"),
        path("rapporter/utskick/lista/", MailingReportsView.as_view(**results), name="kampanj_mailing_reports_results"),
    ]
