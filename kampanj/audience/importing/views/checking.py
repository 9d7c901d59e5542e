"""The dry run: how far it has come, what is to be corrected, and the same as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import fault_rows, staging, steps
from kampanj.audience.importing.models import RosterImport
from kampanj.audience.importing.plan import Plan
from kampanj.audience.importing.views.base import MAY_SEE_ADDRESSES, StagedScreen
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record

ROWS_PER_PAGE = 100
# Hints are probable only; the rest are in the file.
MOST_HINTS = 100
HAS_PLAN = steps.AFTERWARDS - {steps.State.DISCARDED} | {steps.State.CHECKED}


class RowPaginator(WagtailPaginator):
    """Pages of the spreadsheet's rows."""

    verbose_name = gettext_lazy("row")
    verbose_name_plural = gettext_lazy("rows")


class FaultScreen(StagedScreen):
    """A page about what a check found."""

    @cached_property
    def lens(self) -> fault_rows.Lens:
        """What this person may see of a fault."""
        return fault_rows.Lens(self.staged.mapping, sees_addresses=self.person.has_perm(MAY_SEE_ADDRESSES))


class CheckView(FaultScreen):
    """The check's progress; then what to do, the faulty rows and the hints."""

    template_name = "kampanj/desk/roster/check.html"
    page_title = gettext_lazy("Check")
    may_send = ("add", "change")
    page = "check"

    @property
    def belongs_here(self) -> bool:
        return "check" in steps.pages_open(self.staged)

    @cached_property
    def plan(self) -> Plan | None:
        """What the check found; None before there is a check and when its files are gone."""
        if self.staged.state not in HAS_PLAN or not steps.files_are_kept(self.staged):
            return None
        return staging.plan_of(self.staged)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            found = self.found()
        except RosterRefused as refusal:
            found = {"refusal": str(refusal)}
        return super().get_context_data(
            **found,
            is_checking=self.staged.state in steps.BEING_CHECKED,
            is_refused=self.staged.state == RosterImport.State.REFUSED,
            is_uploaded=self.staged.state == RosterImport.State.UPLOADED,
            **kwargs,
        )

    def found(self) -> dict[str, Any]:
        """The to-do list, one page of faulty rows and the hints."""
        if self.plan is None:
            return {}
        todo = fault_rows.todo_of(self.plan)
        asked = self.request.GET.get("slag", "")
        kind = asked if asked in {entry.kind for entry in todo} else ""
        rows = fault_rows.by_row(self.plan.faults, kind=kind)
        page = RowPaginator(rows, ROWS_PER_PAGE).get_page(self.request.GET.get("p"))
        headings, table = fault_rows.as_table(page.object_list, self.lens)
        hints = [self.lens(hint) for hint in self.plan.hints[:MOST_HINTS]]
        shown = [fault for row in table for cell in row.cells for fault in cell] + hints
        if any(fault.is_whole for fault in shown):
            record(AudienceEvent.Action.UNMASKED, by=self.person, subject=self.staged.source.name, roster=self.staged.pk)
        return {
            "has_plan": True,
            "todo": todo,
            "unlisted": self.plan.unlisted,
            "kind": kind,
            "headings": headings,
            "rows": table,
            "page": page,
            "hints": hints,
            "more_hints": len(self.plan.hints) - len(hints),
        }

    def act(self) -> HttpResponse:
        return self.attempt(lambda: staging.queue_check(self.staged, lift_protections=self.staged.lift_protections))


class FaultFileView(FaultScreen):
    """All faults and hints as a CSV file."""

    states = HAS_PLAN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        if not self.belongs_here:
            return redirect(steps.url_of(self.staged))
        try:
            plan = staging.plan_of(self.staged)
        except RosterRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(steps.url_of(self.staged))
        action = AudienceEvent.Action.EXPORTED
        details = {"roster": self.staged.pk, "whole_addresses": self.lens.sees_addresses}
        record(action, by=self.person, subject=self.staged.source.name, **details)
        lines = list(fault_rows.as_csv(map(self.lens, plan.faults), map(self.lens, plan.hints)))
        name = _("faults-%(number)s.csv") % {"number": self.staged.pk}
        return StreamingHttpResponse(
            lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )


class ProgressView(StagedScreen):
    """How far the work under way has come, for the script: never a number of rows."""

    states = frozenset(RosterImport.State.values)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(
            {
                "state": self.staged.state,
                "sentence": steps.sentence_of(self.staged),
                "percent": steps.percent_done(self.staged),
                "is_working": self.staged.state in steps.WORKING,
                "url": steps.url_of(self.staged),
            }
        )


class WhereView(StagedScreen):
    """The import's own address: leads to the page that shows where it stands."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(steps.url_of(self.staged))
