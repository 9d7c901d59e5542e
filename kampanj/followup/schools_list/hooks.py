"""What the list of schools adds to the desk: its addresses, and a word on the first page when a newer version is published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.urls.resolvers import URLPattern
from wagtail import hooks
from wagtail.admin.ui.components import Component

from kampanj.distribution.models import Mailing
from kampanj.followup.schools_list.versions import outdated
from kampanj.followup.schools_list.views import MAY_WRITE, LinkView, NoticeView, SchoolListView


@hooks.register("register_admin_urls")
def school_list_urls() -> list[URLPattern]:
    """The list, the way to a notice, and schools' links."""
    return [
        path("utskick/<int:pk>/skolor/", SchoolListView.as_view(), name="kampanj_mailing_schools"),
        path("utskick/<int:pk>/skolor/<int:school>/lank/", LinkView.as_view(), name="kampanj_mailing_school_link"),
        path("utskick/<int:pk>/skolor/ny-version/", NoticeView.as_view(), name="kampanj_mailing_new_version"),
    ]


class NewVersionPanel(Component):
    """Mailings whose schools can only fetch a version that is no longer the published one."""

    name = "kampanj_new_versions"
    template_name = "kampanj/desk/schools/outdated.html"
    order = 55

    def __init__(self, mailings: list[Mailing]) -> None:
        self.mailings = mailings

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"mailings": self.mailings}


@hooks.register("construct_homepage_panels")
def new_versions(request: HttpRequest, panels: list[Component]) -> None:
    """Shown to those who may write mailings, while there is any."""
    if request.user.has_perm(MAY_WRITE) and (mailings := outdated()):
        panels.append(NewVersionPanel(mailings))
