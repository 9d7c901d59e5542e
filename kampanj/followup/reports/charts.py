"""What became of the letters as bars, drawn on the server in light colours: the desk lays paper under it."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kampanj.content.statistics.drawing import as_png, as_svg, size_of
from kampanj.content.statistics.layout import Plan, narrowed
from kampanj.content.statistics.palette import Palette, palette_of
from kampanj.content.statistics.series import Dataset, Series
from kampanj.followup.reports.sentences import state
from kampanj.municipality.models import SiteSettings


def outcome(states: dict[str, int], *, is_narrow: bool = False) -> Plan:
    """A bar for every state that some letter is in (`states`: number per state)."""
    known = [(state(code), number) for code, number in states.items() if number]
    data = Dataset(
        tuple(label for label, _number in known), (Series(_("Letters"), tuple(Decimal(number) for _label, number in known)),)
    )
    language = get_language() or "sv"
    plan = Plan(data=data, unit=_("Number of letters"), decimals=0, mark="", language=language, right_to_left=False)
    return narrowed(plan) if is_narrow else plan


def drawn(plan: Plan, municipality: SiteSettings) -> bytes:
    """The chart as SVG."""
    light = palette_of(municipality).light
    return as_svg(plan, Palette(light=light, dark=light))


def for_paper(plan: Plan, municipality: SiteSettings) -> bytes:
    """The chart as PNG: WeasyPrint knows no custom properties in a picture, and would draw the SVG all black."""
    return as_png(plan, palette_of(municipality))


def size(plan: Plan) -> tuple[int, int]:
    """Its width and height in CSS pixels."""
    return size_of(plan)
