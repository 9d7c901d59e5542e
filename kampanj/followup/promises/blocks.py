"""What a promise page is written with. These blocks have one face only: a promise is read on its page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page

from kampanj.content.blocks import BodyBlock
from kampanj.content.readable import is_restricted
from kampanj.followup.promises.outcome import Outcome


class PointedPageBlock(blocks.PageChooserBlock):
    """A chosen page, fetched with what it takes to lead there: its language, and whether everybody may read it."""

    def bulk_to_python(self, values: list[int | None]) -> list[Page | None]:
        """The pages of a whole stream in one question; None for one that is gone."""
        pages = Page.objects.select_related("locale").annotate(is_restricted=is_restricted())
        found = pages.in_bulk([value for value in values if value is not None])
        return [found.get(value) if value is not None else None for value in values]


class PromiseBlock(blocks.StructBlock):
    """One promise with its result."""

    promise = blocks.TextBlock(
        label=_("What was promised"), max_length=300, rows=2, help_text=_("One sentence: “To check A-tractors.”")
    )
    outcome = blocks.ChoiceBlock(label=_("How it went"), choices=Outcome.choices, default=Outcome.UNDER_WAY)
    result = BodyBlock(label=_("The result"), required=False)
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
