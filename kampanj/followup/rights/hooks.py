"""What people's rights add to the desk: the menu “Register” and its screens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from kampanj.audience.log.words import explain
from kampanj.followup.rights import prohibitions, views
from kampanj.followup.rights.categories import CATEGORIES
from kampanj.followup.rights.erasure import Ground
from kampanj.followup.rights.forms import By

explain("by_what", dict(By.choices))
explain("ground", dict(Ground.choices))
explain("why", {prohibitions.RESTORED: gettext_lazy("carried over when a backup was brought back")})
explain("removed", {category.code: category.name for category in CATEGORIES})


@hooks.register("register_admin_urls")
def rights_urls() -> list[URLPattern]:
    """The screens, under /admin/."""
    return [
        path("register/utdrag/", views.ExtractView.as_view(), name="kampanj_extract"),
        path("register/radera/", views.EraseView.as_view(), name="kampanj_erase"),
        path("register/gallring/", views.RetentionView.as_view(), name="kampanj_retention"),
        path("register/skyddade/", views.ProtectedView.as_view(), name="kampanj_protected"),
    ]


class RightsMenuItem(MenuItem):
    """Shown to those who have the screen's permission."""

    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """Register in the main menu; hidden from those who may do nothing in it."""
    items = [
        RightsMenuItem(
            gettext_lazy("Register extract"),
            reverse("kampanj_extract"),
            name="register-extract",
            icon_name="user",
            order=10,
            permission=views.MAY_EXTRACT,
        ),
        RightsMenuItem(
            gettext_lazy("Retention"),
            reverse("kampanj_retention"),
            name="register-retention",
            icon_name="bin",
            order=20,
            permission=views.MAY_ERASE,
        ),
        RightsMenuItem(
            gettext_lazy("Protected persons"),
            reverse("kampanj_protected"),
            name="register-protected",
            icon_name="lock",
            order=30,
            permission=views.MAY_HANDLE_PROTECTED,
        ),
    ]
    return SubmenuMenuItem(
        gettext_lazy("The register"), Menu(items=items), name="register", icon_name="clipboard-list", order=165
    )
