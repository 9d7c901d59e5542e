"""What answers add to the desk: the screen “Svar”, and the words of the audience's log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from kampanj.audience.log import words
from kampanj.followup.bounces import alarms, views
from kampanj.followup.bounces.views import waiting

words.SUBJECTS["answers"] = gettext_lazy("Answers")
words.DETAILS["answer"] = gettext_lazy("number of the answer")
words.DETAILS["attached"] = gettext_lazy("number of the attached file")


@hooks.register("register_admin_urls")
def answer_urls() -> list[URLPattern]:
    """The screen and what can be done on it, under /admin/."""
    return [
        path("svar/", views.AnswersView.as_view(), name="kampanj_answers"),
        path("svar/<int:pk>/", views.ReadView.as_view(), name="kampanj_answer"),
        path("svar/<int:pk>/klart/", views.DoneView.as_view(), name="kampanj_answer_done"),
        path("svar/<int:pk>/hamta/", views.DownloadView.as_view(), name="kampanj_answer_download"),
        path("svar/<int:pk>/bilaga/<int:number>/", views.AttachedView.as_view(), name="kampanj_answer_attached"),
    ]


class AnswersMenuItem(MenuItem):
    """Shown to those who may see answers."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(views.MAY_SEE)


@hooks.register("register_admin_menu_item")
def answers_menu_item() -> MenuItem:
    """Svar in the main menu."""
    return AnswersMenuItem(gettext_lazy("Answers"), reverse("kampanj_answers"), name="answers", icon_name="resubmit", order=155)


class AnswersPanel(Component):
    """On the first page, for those who may see answers: how many wait, and whether mail servers refuse our letters."""

    name = "kampanj_answers"
    template_name = "kampanj/desk/answers/panel.html"
    order = 60

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        may_see = parent_context["request"].user.has_perm(views.MAY_SEE)
        return {"waiting": waiting().count() if may_see else 0, "refusals": alarms.refusals() if may_see else []}


@hooks.register("construct_homepage_panels")
def answers_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Where there is something to do."""
    panels.append(AnswersPanel())
