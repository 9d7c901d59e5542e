"""What a promise page is written with: what all running content is made of, and the public figures of a campaign.

A promise itself has one face only: it is read on its page.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page

from kampanj.content.blocks import BodyBlock
from kampanj.content.faces import FacedBlock
from kampanj.content.readable import is_restricted
from kampanj.followup.promises.outcome import Outcome
from kampanj.followup.story.shown import shown_campaign, shown_figures


class PointedPageBlock(blocks.PageChooserBlock):
    """A chosen page, fetched with what it takes to lead there: its language, and whether everybody may read it."""

    def bulk_to_python(self, values: list[int | None]) -> list[Page | None]:
        """The pages of a whole stream in one question; None for one that is gone."""
        pages = Page.objects.select_related("locale").annotate(is_restricted=is_restricted())
        found = pages.in_bulk([value for value in values if value is not None])
        return [found.get(value) if value is not None else None for value in values]


class CampaignFiguresBlock(FacedBlock):
    """The figures of a campaign that are public now: what is taken back is gone from here, too."""

    folder = "campaign_figures"
    campaign = PointedPageBlock(
        page_type="kampanj.CampaignPage",
        label=_("Campaign"),
        help_text=_("Shows the figures that are marked as public under “How it went” of the campaign, with their day."),
    )

    class Meta:
        icon = "history"
        label = _("Figures from a campaign")
        description = _("What a campaign came to: the figures of it that its communicator has made public.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds `figures` (ShownFigure), `only_day` when all are of one, `campaign` (ShownCampaign), and `note`, which says to the
        editor why there is nothing to see."""
        context = super().get_context(value, parent_context=parent_context)
        chosen = value["campaign"]
        language = context.get("language") or get_language() or settings.LANGUAGE_CODE
        context["figures"] = shown_figures(chosen) if chosen else []
        days = {figure.as_of for figure in context["figures"]}
        context["only_day"] = days.pop() if len(days) == 1 else None
        context["campaign"] = shown_campaign(chosen, language) if context["figures"] else None
        request = context.get("request")
        is_read = request is not None and not getattr(request, "is_preview", False)
        context["note"] = "" if is_read or context["figures"] else _("No figure of the campaign is public.")
        return context

    def get_preview_value(self) -> Any:
        """No campaign: an installation need not have any."""
        return self.to_python({"campaign": None})


class PromiseBodyBlock(BodyBlock):
    """Running content that can show what a campaign came to."""

    campaign_figures = CampaignFiguresBlock()


class PromiseBlock(blocks.StructBlock):
    """One promise with its result."""

    promise = blocks.TextBlock(
        label=_("What was promised"), max_length=300, rows=2, help_text=_("One sentence: “To check A-tractors.”")
    )
    outcome = blocks.ChoiceBlock(label=_("How it went"), choices=Outcome.choices, default=Outcome.UNDER_WAY)
    result = PromiseBodyBlock(label=_("The result"), required=False)
    pages = blocks.ListBlock(
        PointedPageBlock(label=_("Page")),
        label=_("Belongs to the promise"),
        default=[],
        help_text=_("Campaigns, activities and films. When a page has ended, its name stays without a link."),
    )

    class Meta:
        icon = "check"
        label = _("Promise")
        label_format = "{promise}"


class PromiseGroupBlock(blocks.StructBlock):
    """Promises that belong together, under a heading."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    promises = blocks.ListBlock(PromiseBlock(), label=_("Promises"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Group")
        label_format = "{heading}"
