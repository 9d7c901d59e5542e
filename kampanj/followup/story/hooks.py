"""What the story adds to the desk: its addresses, the way to it from a campaign, and the log's words for public figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from kampanj.content.models import CampaignPage
from kampanj.content.ways import WAY
from kampanj.followup.story.publishing import ACTION
from kampanj.followup.story.views import MAY_SEE, ChartView, FileView, PublishView, StoryView


@hooks.register("register_admin_urls")
def story_urls() -> list[URLPattern]:
    """The page, its chart, its files, and where public figures are sent."""
    return [
        path("kampanj/<int:pk>/sa-gick-det/", StoryView.as_view(), name="kampanj_story"),
        path("kampanj/<int:pk>/sa-gick-det/offentligt/", PublishView.as_view(), name="kampanj_story_publish"),
        path("kampanj/<int:pk>/sa-gick-det/diagram.svg", ChartView.as_view(), name="kampanj_story_chart"),
        path("kampanj/<int:pk>/sa-gick-det/sa-gick-det.<str:form>", FileView.as_view(), name="kampanj_story_file"),
    ]


@hooks.register(WAY)
@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def story_button(page: Page, user: Any, **kwargs: Any) -> Iterator[Button]:
    """“Så gick det” among what can be done with a campaign, in lists and in its editor."""
    if page.cached_content_type.model_class() is CampaignPage and user.has_perm(MAY_SEE):
        yield Button(_("How it went"), reverse("kampanj_story", args=[page.pk]), icon_name="history", priority=13)


@hooks.register("register_log_actions")
def story_log_actions(actions: LogActionRegistry) -> None:
    """What the history of a campaign can tell."""
    actions.register_action(ACTION, _("Make figures public"), _("It was changed which of the campaign's figures are public"))
