"""How a shortcoming is described: for whom it is a problem, and what the problem is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kampanj.content.blocks import RICH_TEXT_FEATURES


class Situation(models.TextChoices):
    """The ways of using a site that EN 301 549 (4.2, functional performance) tells apart, in its order."""

    NO_VISION = "no_vision", _("Problems when used without vision")
    LIMITED_VISION = "limited_vision", _("Problems when used with limited vision")
    COLOUR = "colour", _("Problems when used without perception of colour")
    NO_HEARING = "no_hearing", _("Problems when used without hearing")
    LIMITED_HEARING = "limited_hearing", _("Problems when used with limited hearing")
    VOICE = "voice", _("Problems when used without voice")
    MANIPULATION = "manipulation", _("Problems when used with limited fine motor skills or strength")
    REACH = "reach", _("Problems when used with limited reach")
    FLICKER = "flicker", _("Problems for those sensitive to flicker")
    COGNITION = "cognition", _("Problems when used with a cognitive impairment")


class ShortcomingBlock(blocks.StructBlock):
    """One thing that does not meet the demands."""

    situation = blocks.ChoiceBlock(label=_("For whom"), choices=Situation.choices)
    text = blocks.RichTextBlock(
        label=_("What does not work"),
        features=RICH_TEXT_FEATURES,
        help_text=_("Say what, where, which criterion of WCAG, what can be used instead and when it will be mended."),
    )

    class Meta:
        icon = "warning"
        label = _("Shortcoming")
        label_format = "{situation}"
