"""A campaign's public figures as a reader of any page meets them: in the page's language, with their day and their source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from babel.numbers import format_decimal
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from kampanj.content.languages import written_here
from kampanj.content.readable import readable_now
from kampanj.followup.story.models import FigureKind, PublicFigure


@dataclass(frozen=True)
class ShownFigure:
    """“412 av 436”, what it is of, and the day on which it was so."""

    figure: str
    statement: str
    as_of: dt.date


@dataclass(frozen=True)
class ShownCampaign:
    """Whose figures they are: `page` to link to, in the reader's language where it is there; None when nobody can open it."""

    title: str
    page: Page | None


def shown_figures(campaign: Page) -> list[ShownFigure]:
    """Those that are public now, in the kinds' order; one query."""
    found = {one.kind: one for one in PublicFigure.objects.filter(campaign_key=campaign.translation_key)}
    return [_shown(found[kind]) for kind in FigureKind if kind in found]


def shown_campaign(campaign: Page, language: str) -> ShownCampaign:
    """The campaign in the language, else as it was chosen; one query."""
    pages = readable_now(written_here(Page.objects.filter(translation_key=campaign.translation_key))).select_related("locale")
    found = {page.locale.language_code: page for page in pages}
    page = found.get(language) or next((one for one in found.values() if one.pk == campaign.pk), None)
    return ShownCampaign((page or campaign).title, page)


def _shown(one: PublicFigure) -> ShownFigure:
    number = _written(one.number)
    figure = (
        number
        if one.whole is None
        else _("%(number)s of %(whole)s") % {"number": number, "whole": _written(one.whole)}  # for readers
    )
    return ShownFigure(figure, str(FigureKind(one.kind).label), one.as_of)


def _written(number: int) -> str:
    """The number as the page's language writes it (CLDR)."""
    return format_decimal(number, locale=(get_language() or settings.LANGUAGE_CODE).replace("-", "_"))
