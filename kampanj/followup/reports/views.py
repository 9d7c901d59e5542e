"""The desk's report of a mailing, its chart and its files, for those who may follow mailings; and the list of reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError
from kampanj.distribution.progress import counts
from kampanj.distribution.views import MailingScreen
from kampanj.followup.reports import charts
from kampanj.followup.reports.figures import figures_of
from kampanj.followup.reports.files import MEDIA_TYPES, report, shown_states
from kampanj.followup.reports.sentences import sentences
from kampanj.municipality.models import SiteSettings


class ReportScreen(MailingScreen):
    """What has to do with one mailing's report."""

    header_icon = "doc-full"

    def get_page_title(self) -> str:
        return _("Report: %(mailing)s") % {"mailing": self.mailing}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        before = super().get_breadcrumbs_items()[:-2]
        follow = reverse("kampanj_mailing_follow", args=[self.mailing.pk])
        return [*before, {"url": follow, "label": str(self.mailing)}, {"url": "", "label": self.get_page_title()}]


class ReportView(ReportScreen):
    """Whom the mailing reached, what stopped the rest, and what to do."""

    template_name = "kampanj/desk/reports/report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figures = figures_of(self.mailing)
        wide, narrow = (charts.outcome(figures.states, is_narrow=is_narrow) for is_narrow in (False, True))
        return super().get_context_data(
            figures=figures,
            sentences=sentences(self.mailing, figures),
            states=shown_states(figures),
            chart_size=charts.size(wide) if figures.total else None,
            narrow_size=charts.size(narrow) if figures.total else None,
            forms=[("csv", "CSV"), ("json", "JSON"), ("pdf", "PDF")],
            **kwargs,
        )


class ChartView(ReportScreen):
    """The chart of what became of the letters, as SVG; `?narrow` for a phone."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        states = counts(self.mailing)
        if not any(states.values()):
            raise Http404
        plan = charts.outcome(states, is_narrow="narrow" in request.GET)
        drawn = charts.drawn(plan, SiteSettings.here(request))
        return HttpResponse(drawn, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


class FileView(ReportScreen):
    """The report as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = kwargs["form"]
        if form not in MEDIA_TYPES:
            raise Http404
        try:
            content = report(self.mailing, form)
        except ChannelError as fault:
            messages.error(request, str(fault))
            return redirect("kampanj_mailing_report", self.mailing.pk)
        name = f"rapport-{self.mailing.pk}.{form}"
        return HttpResponse(
            content,
            content_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )
