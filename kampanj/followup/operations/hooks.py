"""What this adds to the desk: the screen Driftläge, for everybody who works there."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from kampanj.followup.operations import views


@hooks.register("register_admin_urls")
def operations_urls() -> list[URLPattern]:
    """Under /admin/."""
    return [
        path("driftlage/", views.OperationsView.as_view(), name="kampanj_operations"),
        path("driftlage/lage.json", views.OperationsJsonView.as_view(), name="kampanj_operations_json"),
    ]


class OperationsMenuItem(MenuItem):
    """Shown to everybody in the desk."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(views.MAY_SEE)


@hooks.register("register_admin_menu_item")
def operations_menu_item() -> MenuItem:
    """Driftläge in the main menu."""
    return OperationsMenuItem(
        gettext_lazy("How it is running"), reverse("kampanj_operations"), name="operations", icon_name="tasks", order=165
    )
