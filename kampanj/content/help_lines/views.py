"""The report of help lines to check, and the button that says that one has been."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from kampanj.content.help_lines.checking import check_today, to_check
from kampanj.content.help_lines.models import HelpLine
from kampanj.municipality.models import User
from kampanj.municipality.spreadsheets import SAFE_CELLS


class CheckedTodayColumn(Column):
    """A button in each row: “Checked today”."""

    cell_template_name = "kampanj/desk/help_line_checked.html"


class HelpLinesToCheckView(ReportView):
    """Lines that nobody has checked for longer than the settings allow, the oldest first; also as CSV and XLSX."""

    model = HelpLine
    permission_required = "change"
    page_title = gettext_lazy("Help lines to check")
    header_icon = "help"
    index_url_name = "kampanj_help_lines_to_check"
    index_results_url_name = "kampanj_help_lines_to_check_results"
    default_ordering = "checked_on"
    no_results_message = gettext_lazy("Every help line has been checked in time.")
    columns = [
        TitleColumn("name", label=gettext_lazy("Name"), url_name="wagtailsnippets_kampanj_helpline:edit"),
        Column("phone", label=gettext_lazy("Telephone")),
        Column("url", label=gettext_lazy("Web address")),
        DateColumn("checked_on", label=gettext_lazy("Checked")),
        CheckedTodayColumn("checked_today", label=gettext_lazy("When you have checked it")),
    ]
    list_export = ["name", "phone", "chat", "url", "checked_on"]
    export_headings = {
        "name": gettext_lazy("Name"),
        "phone": gettext_lazy("Telephone"),
        "chat": gettext_lazy("Chat"),
        "url": gettext_lazy("Web address"),
        "checked_on": gettext_lazy("Checked"),
    }

    custom_value_preprocess = SAFE_CELLS

    def get_filename(self) -> str:
        return "stodlinjer-att-kontrollera"

    def get_base_queryset(self) -> Any:
        return to_check()


@require_POST
def checked_today(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the line has been checked today, and go back to the report. For those who may change help lines."""
    if not request.user.has_perm("kampanj.change_helpline"):
        raise PermissionDenied
    line = get_object_or_404(HelpLine, pk=pk)
    check_today(line, cast(User, request.user))
    messages.success(request, _("“%(name)s” is checked as of today.") % {"name": line})
    return redirect(reverse("kampanj_help_lines_to_check"))
