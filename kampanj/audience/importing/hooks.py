"""What imports add to the desk's front page: what waits for somebody, and how to begin."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from kampanj.audience.importing import steps
from kampanj.audience.importing.models import RosterImport, RosterSource

# Older ones than these are in the list.
SHOWN_AT_MOST = 5
MAY_IMPORT = "kampanj.add_rosterimport"


class ImportsPanel(Component):
    """Imports that somebody has begun and nobody has finished; when each source was last read in; “New import”."""

    name = "kampanj_imports_next_step"
    template_name = "kampanj/desk/imports_panel.html"
    order = 60

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        # What was uploaded before its source was last read in has been overtaken.
        is_newest = Q(source__applied_at=None) | Q(created_at__gt=F("source__applied_at"))
        waiting = RosterImport.objects.filter(is_newest, state__in=steps.OPEN).select_related("source")[:SHOWN_AT_MOST]
        return {
            "waiting": [(staged, steps.url_of(staged)) for staged in waiting],
            "sources": RosterSource.objects.exclude(applied_at=None).order_by("-applied_at")[:SHOWN_AT_MOST],
        }


@hooks.register("construct_homepage_panels")
def imports_next_step(request: HttpRequest, panels: list[Component]) -> None:
    """Shown to those who may import."""
    if request.user.has_perm(MAY_IMPORT):
        panels.append(ImportsPanel())
