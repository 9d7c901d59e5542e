"""What the hand-out adds to the desk: its addresses, the way to it from a campaign, and the words of a round's history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from kampanj.channels.screens import way_to
from kampanj.content.ways import WAY
from kampanj.distribution.handout import counting, links, order, states, views
from kampanj.distribution.handout.models import HandoutRound


@hooks.register("register_admin_urls")
def handout_urls() -> list[URLPattern]:
    """A campaign's rounds, a round, what is done with it, and its papers."""
    round_, campaign = "utdelning/<int:pk>/", "kampanj/<int:pk>/utdelning/"
    return [
        path(campaign, views.CampaignRoundsView.as_view(), name="kampanj_handouts"),
        path(round_, views.FollowView.as_view(), name="kampanj_handout"),
        path(f"{round_}status/<slug:state>/", views.MoveView.as_view(), name="kampanj_handout_move"),
        path(f"{round_}lank/<slug:action>/", views.LinkView.as_view(), name="kampanj_handout_link"),
        path(f"{round_}frys/", views.FreezeView.as_view(), name="kampanj_handout_freeze"),
        path(f"{round_}antal/", views.CountView.as_view(), name="kampanj_handout_count"),
        path(f"{round_}antal/<int:entry>/", views.CorrectView.as_view(), name="kampanj_handout_correct"),
        path(f"{round_}<slug:name>.pdf", views.PaperView.as_view(), name="kampanj_handout_paper"),
        path(f"{round_}tryckfil/<int:number>/", views.PrintFileView.as_view(), name="kampanj_handout_file"),
    ]


@hooks.register(WAY)
@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def handout_button(page: Page, user: Any, **kwargs: Any) -> Iterator[Button]:
    """“Utdelning” among what can be done with a campaign."""
    if user.has_perm(views.MAY_SEE):
        yield from way_to(page, user, gettext_lazy("Hand-out"), "kampanj_handouts", icon_name="clipboard-list", priority=12)


@hooks.register("register_log_actions")
def handout_log_actions(actions: LogActionRegistry) -> None:
    """What the history of a round can tell."""
    actions.register_action(links.REVOKED, gettext_lazy("Withdraw link"), gettext_lazy("The phone page's link was withdrawn"))
    actions.register_action(links.RENEWED, gettext_lazy("New link"), gettext_lazy("The phone page got a new link"))

    @actions.register_action(order.FROZEN)
    class Freeze(LogFormatter):
        label = gettext_lazy("Freeze edition for print")

        def format_message(self, log_entry: Any) -> str:
            return _("The edition %(edition)s was frozen for print") % {"edition": log_entry.data.get("edition", "")}

    @actions.register_action(states.ACTION)
    class Move(LogFormatter):
        label = gettext_lazy("Change status of a round")

        def format_message(self, log_entry: Any) -> str:
            state = HandoutRound.State(log_entry.data["state"]).label
            said = _("Status: %(state)s") % {"state": str(state).lower()}
            if uncounted := log_entry.data.get("uncounted"):
                return _("%(said)s. Not counted: %(areas)s") % {"said": said, "areas": ", ".join(uncounted)}
            if reason := log_entry.data.get("reason"):
                return _("%(said)s. Why: %(reason)s") % {"said": said, "reason": reason}
            return said

    _log_of_numbers(actions)


def _log_of_numbers(actions: LogActionRegistry) -> None:
    @actions.register_action(counting.COUNTED)
    class Count(LogFormatter):
        label = gettext_lazy("Enter a count")

        def format_message(self, log_entry: Any) -> str:
            words = ngettext(
                "%(area)s: %(quantity)s folder was entered as handed out",
                "%(area)s: %(quantity)s folders were entered as handed out",
                log_entry.data["quantity"],
            )
            return _with_team(words % log_entry.data, log_entry.data)

    @actions.register_action(counting.CORRECTED)
    class Correct(LogFormatter):
        label = gettext_lazy("Correct a count")

        def format_message(self, log_entry: Any) -> str:
            taken_away = log_entry.data["quantity"] is None
            words = _("%(area)s: %(before)s was taken away") if taken_away else _("%(area)s: %(before)s became %(quantity)s")
            return _with_team(words % log_entry.data, log_entry.data)


def _with_team(words: str, data: dict[str, Any]) -> str:
    return f"{words} ({data['team']})" if data.get("team") else words
