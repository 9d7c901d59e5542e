"""What a promise page is written with. These blocks have one face only: a promise is read on its page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kampanj.content.blocks import BodyBlock
from kampanj.followup.promises.outcome import Outcome


class PromiseBlock(blocks.StructBlock):
    """One promise with its result."""

    promise = blocks.TextBlock(
        label=_("What was promised"), max_length=300, rows=2, help_text=_("One sentence: “To check A-tractors.”")
    )
    outcome = blocks.ChoiceBlock(label=_("How it went"), choices=Outcome.choices, default=Outcome.UNDER_WAY)
    result = BodyBlock(label=_("The result"), required=False)
    pages = blocks.ListBlock(
        blocks.PageChooserBlock(label=_("Page")),
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
