"""What viewpoints add to the desk: two more buttons in the editor, and a reminder first thing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.snippets.action_menu import ActionMenuItem

from ung.viewpoints.models import Viewpoint
from ung.viewpoints.tidying import DESK_LIST, waiting
from ung.viewpoints.viewsets import DecideView


class ShowMenuItem(ActionMenuItem):
    """Saves and shows."""

    name = "action-show"
    label = _("Save and show on the page")
    icon_name = "view"


class SetAsideMenuItem(ActionMenuItem):
    """Saves and sets aside."""

    name = "action-set_aside"
    label = _("Save and set aside")
    icon_name = "folder-inverse"


@hooks.register("construct_snippet_action_menu")
def decisions_in_the_editor(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """“Save and show” first while the viewpoint is not shown; “Save and set aside” unless it is that already."""
    if not issubclass(context["model"], Viewpoint):
        return
    state = context["instance"].state
    if state != Viewpoint.State.SHOWN:
        menu_items.insert(0, ShowMenuItem())
    if state != Viewpoint.State.SET_ASIDE:
        menu_items.append(SetAsideMenuItem())


@hooks.register("register_admin_urls")
def decide_url() -> list[URLPattern]:
    """Where the buttons in the list lead."""
    return [path("synpunkter/<int:pk>/avgor/", DecideView.as_view(), name="ung_decide_viewpoint")]


class WaitingPanel(Component):
    """How many viewpoints nobody has read, and the way to them."""

    name = "ung_waiting_viewpoints"
    template_name = "ung/desk/waiting.html"
    order = 60

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"waiting": waiting().count(), "url": f"{reverse(DESK_LIST)}?state={Viewpoint.State.NEW}"}


@hooks.register("construct_homepage_panels")
def waiting_viewpoints(request: HttpRequest, panels: list[Component]) -> None:
    """Shown to those who decide, when something waits."""
    if request.user.has_perm("ung.change_viewpoint") and waiting().exists():
        panels.append(WaitingPanel())
