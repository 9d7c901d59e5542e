"""The import wizard's addresses under /admin/importer/ and its place in the menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry

from kampanj.audience.importing import steps
from kampanj.audience.importing.models import RosterImport
from kampanj.audience.importing.views import checking, columns, difference, listing, result, upload


class ImportsMenuItem(MenuItem):
    """Shown to those who may see imports."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(RosterImport)
        return policy.user_has_any_permission(request.user, {"add", "change", "view"})


class RosterImportViewSet(ViewSet):
    """Imports: the list, and a page for each step of one."""

    name = steps.NAMESPACE
    url_prefix = "importer"
    icon = "upload"
    menu_label = _("Imports")
    menu_name = "imports"
    menu_item_class = ImportsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", listing.ImportsView.as_view(), name="index"),
            path("results/", listing.ImportsView.as_view(results_only=True), name="index_results"),
            path("ny/", upload.UploadView.as_view(), name="new"),
            path("hamta/", upload.FetchView.as_view(), name="fetch"),
            path("<int:pk>/", checking.WhereView.as_view(), name="where"),
            path("<int:pk>/lage.json", checking.ProgressView.as_view(), name="progress"),
            path("<int:pk>/kolumner/", columns.ColumnsView.as_view(), name="columns"),
            path("<int:pk>/kontroll/", checking.CheckView.as_view(), name="check"),
            path("<int:pk>/fel.csv", checking.FaultFileView.as_view(), name="faults"),
            path("<int:pk>/skillnad/", difference.DifferenceView.as_view(), name="difference"),
            path("<int:pk>/resultat/", result.ResultView.as_view(), name="result"),
            path("<int:pk>/angra/", result.UndoView.as_view(), name="undo"),
            path("<int:pk>/kasta/", result.DiscardView.as_view(), name="discard"),
        ]
