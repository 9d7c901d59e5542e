"""The list of imports: what each brought and where it stands."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, StatusTagColumn, TitleColumn, UserColumn
from wagtail.admin.views.generic import IndexView

from kampanj.audience.importing import steps
from kampanj.audience.importing.models import RosterImport


class FigureColumn(NumberColumn):
    """One of the figures of a check; empty before there is any."""

    def get_value(self, instance: RosterImport) -> Any:
        return instance.figures.get(self.name)

    def get_cell_context_data(self, instance: RosterImport, parent_context: Any) -> dict[str, Any]:
        if self.get_value(instance) is None:
            return {**Column.get_cell_context_data(self, instance, parent_context), "value": "–"}
        return super().get_cell_context_data(instance, parent_context)


class ImportsView(IndexView):
    """Every import, newest first; its name leads to the page that shows where it stands."""

    model = RosterImport
    any_permission_required = ("add", "change", "view")
    page_title = _("Imports")
    header_icon = "upload"
    template_name = "kampanj/desk/roster/list.html"
    index_url_name = f"{steps.NAMESPACE}:index"
    index_results_url_name = f"{steps.NAMESPACE}:index_results"
    add_url_name = f"{steps.NAMESPACE}:new"
    add_item_label = _("New import")
    default_ordering = ("-created_at", "-pk")
    list_filter = ["source", "state"]
    columns = [
        TitleColumn("source", label=_("Source"), classname="import-source", get_url=steps.url_of, sort_key="source__name"),
        Column("file_name", label=_("File")),
        StatusTagColumn(
            "get_state_display",
            label=_("State"),
            sort_key="state",
            primary=lambda staged: staged.state == RosterImport.State.APPLIED,
        ),
        FigureColumn("new", label=_("New ones")),
        FigureColumn("changed", label=_("Changed")),
        FigureColumn("gone", label=_("Gone")),
        FigureColumn("errors", label=_("Faulty rows")),
        UserColumn("started_by", label=_("By"), blank_display_name=_("fetched by itself")),
        DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
    ]

    def get_base_queryset(self) -> QuerySet[RosterImport]:
        return RosterImport.objects.select_related("source", "started_by")
