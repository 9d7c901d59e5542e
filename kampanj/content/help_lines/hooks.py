"""What the register adds to the desk: the report of lines to check, and a panel on the home page when there are any."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from kampanj.content.help_lines.checking import CHECKED, longest_unchecked, to_check
from kampanj.content.help_lines.views import HelpLinesToCheckView, checked_today

MAY_CHECK = "kampanj.change_helpline"


@hooks.register("register_admin_urls")
def help_line_urls() -> list[URLPattern]:
    """The report, its results alone (for filters and pages), and the button."""
    return [
        path("reports/stodlinjer/", HelpLinesToCheckView.as_view(), name="kampanj_help_lines_to_check"),
        path(
            "reports/stodlinjer/results/",
            HelpLinesToCheckView.as_view(results_only=True),
            name="kampanj_help_lines_to_check_results",
        ),
        path("stodlinjer/<int:pk>/kontrollerad/", checked_today, name="kampanj_help_line_checked"),
    ]


class HelpLinesMenuItem(MenuItem):
    """Shown to those who may change help lines."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHECK)


@hooks.register("register_reports_menu_item")
def help_lines_menu_item() -> MenuItem:
    """Stödlinjer att kontrollera in the reports menu."""
    return HelpLinesMenuItem(
        gettext_lazy("Help lines to check"),
        reverse("kampanj_help_lines_to_check"),
        name="help-lines-to-check",
        icon_name="help",
        order=100,
    )


class HelpLinesPanel(Component):
    """Which lines nobody has checked for too long."""

    name = "kampanj_help_lines"
    template_name = "kampanj/desk/help_lines_panel.html"
    order = 60

    def __init__(self, lines: list[Any]) -> None:
        self.lines = lines

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"lines": self.lines, "days": longest_unchecked()}


@hooks.register("construct_homepage_panels")
def help_lines_to_check(request: HttpRequest, panels: list[Component]) -> None:
    """Shown to those who may change help lines, while any is old."""
    if request.user.has_perm(MAY_CHECK) and (lines := list(to_check())):
        panels.append(HelpLinesPanel(lines))


@hooks.register("register_log_actions")
def help_line_log_actions(actions: LogActionRegistry) -> None:
    """What the history of a help line can tell."""
    actions.register_action(CHECKED, gettext_lazy("Check help line"), gettext_lazy("The help line was checked"))
