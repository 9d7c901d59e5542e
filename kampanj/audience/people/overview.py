"""How many guardians can be written to, per school and grade and per language; when each source was last read."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button

from kampanj.audience.exports import BOM
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import Grade, Guardian, School, Segment
from kampanj.audience.people.guardians import MAY_LOOK
from kampanj.audience.people.small_numbers import SUM, Place, hidden
from kampanj.audience.selection import Limits, recipients_within
from kampanj.content.languages import language_name
from kampanj.municipality.spreadsheets import not_a_formula

# A cell: a number, or None for one that is hidden.
Cell = int | None


@dataclass(frozen=True)
class Table:
    """Numbers of addresses: `columns` are headings (short, whole), each of `rows` a heading and as many cells.

    The last ones are sums.
    """

    corner: str
    columns: list[tuple[str, str]]
    rows: list[tuple[str, list[Cell]]]

    @property
    def has_hidden(self) -> bool:
        """Whether a note must say what a hidden cell means."""
        return any(cell is None for _heading, cells in self.rows for cell in cells)


def per_school() -> Table:
    """Schools and grades. An address counts once in each cell and once in each sum, so that sums may be smaller."""
    everybody = recipients_within(Limits(kind=Segment.Kind.GUARDIANS)).order_by()
    school, grade, number = "ties__child__school", "ties__child__grade", Count("address_key", distinct=True)
    numbers: dict[Place, int] = {(SUM, SUM): everybody.aggregate(number=number)["number"]}
    numbers |= {(SUM, found[grade]): found["number"] for found in _with_children(everybody, number, grade)}
    numbers |= {(str(found[school]), SUM): found["number"] for found in _with_children(everybody, number, school)}
    for found in _with_children(everybody, number, school, grade):
        numbers[str(found[school]), found[grade]] = found["number"]
    present = {column for _row, column in numbers}
    grades = [(value, str(label)) for value, label in Grade.choices if value in present]
    schools = [(str(pk), name) for pk, name in School.objects.order_by("name").values_list("pk", "name")]
    return _table(_("School"), numbers, rows=[*schools, (SUM, _("All schools"))], columns=[*grades, (SUM, _("All grades"))])


def _with_children(everybody: Any, number: Count, *by: str) -> Any:
    return everybody.exclude(ties=None).values(*by).annotate(number=number)


def per_language() -> Table:
    """Languages. An address that people with different languages share counts in each."""
    everybody = recipients_within(Limits(kind=Segment.Kind.GUARDIANS)).order_by()
    number = Count("address_key", distinct=True)
    found = {row["language"]: row["number"] for row in everybody.values("language").annotate(number=number)}
    numbers = {(code, "addresses"): count for code, count in found.items()}
    numbers[SUM, "addresses"] = everybody.aggregate(number=number)["number"]
    rows = [(code, language_name(code)) for code in sorted(found, key=lambda code: (-found[code], code))]
    return _table(_("Language"), numbers, rows=[*rows, (SUM, _("All languages"))], columns=[("addresses", _("Addresses"))])


def _table(corner: str, numbers: dict[Place, int], *, rows: list[tuple[str, str]], columns: list[tuple[str, str]]) -> Table:
    away = hidden(numbers)

    def cell(place: Place) -> Cell:
        return None if place in away else numbers.get(place, 0)

    return Table(
        corner=corner,
        columns=[(key if key in Grade.values else heading, heading) for key, heading in columns],
        rows=[(heading, [cell((row, column)) for column, _heading in columns]) for row, heading in rows],
    )


def last_read() -> list[tuple[str, dt.datetime | None]]:
    """Every source with when its roster was last applied."""
    moments: dict[str, dt.datetime | None] = dict(
        Guardian.objects.order_by().values("source").annotate(last=Max("imported_at")).values_list("source", "last")
    )
    for name, applied in RosterSource.objects.values_list("name", "applied_at"):
        moments[name] = applied or moments.get(name)
    return sorted(moments.items())


class OverviewView(WagtailAdminTemplateMixin, TemplateView):
    """The tables, and as CSV with `?export=csv`. For those who may see guardians."""

    template_name = "kampanj/desk/overview.html"
    page_title = gettext_lazy("Overview of recipients")
    header_icon = "table"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MAY_LOOK):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return [Button(_("Download CSV"), url="?export=csv", icon_name="download", priority=10)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") != "csv":
            return super().get(request, *args, **kwargs)
        return self._as_file(per_school(), per_language())

    def _as_file(self, schools: Table, languages: Table) -> HttpResponse:
        by = self.request.user
        record(AudienceEvent.Action.EXPORTED, by=by, subject="overview", rows=len(schools.rows), format="csv")
        response = HttpResponse(as_csv(schools, languages), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="mottagare.csv"'
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(schools=per_school(), languages=per_language(), sources=last_read(), **kwargs)


def as_csv(*tables: Table) -> bytes:
    """The tables below each other, with a line between; hidden numbers as “..”."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for table in tables:
        writer.writerow([table.corner, *(heading for _short, heading in table.columns)])
        for heading, cells in table.rows:
            writer.writerow([not_a_formula(heading), *(".." if cell is None else cell for cell in cells)])
        writer.writerow([])
    if any(table.has_hidden for table in tables):
        writer.writerow(["..", _("Hidden: fewer than five persons, or a number that would give such a one away.")])
    return (BOM + out.getvalue()).encode()


class OverviewMenuItem(MenuItem):
    """Shown to those who may see guardians."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_LOOK)


class OverviewViewSet(ViewSet):
    """The overview in the menu of recipients."""

    name = "mottagare"
    url_namespace = "kampanj_overview"
    icon = "table"
    menu_label = gettext_lazy("Overview")
    menu_item_class = OverviewMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", OverviewView.as_view(), name="index")]
