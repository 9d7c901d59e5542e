"""The story's chart: a bar for each week, or lines where it is long; drawn on the server, with the same numbers in a table."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kampanj.content.statistics.layout import Plan, narrowed
from kampanj.content.statistics.series import Dataset, Series, moment_of
from kampanj.content.statistics.table import HIDDEN, Cell
from kampanj.content.statistics.wording import description
from kampanj.followup.story.weeks import Week, Weeks

# More bars than these are a wall.
MOST_BARS = 12


def plan_of(weeks: Weeks, *, is_narrow: bool = False) -> Plan | None:
    """The chart; None while there is nothing to draw: no week, or only such as are too small to be shown."""
    series = [one for one in (_visits(weeks), _schools(weeks)) if any(value and value is not HIDDEN for value in one.values)]
    if not series:
        return None
    labels = tuple(label(week) for week in weeks.weeks)
    moments = tuple(moment_of(week.monday.isoformat()) or 0.0 for week in weeks.weeks) if len(labels) > MOST_BARS else None
    plan = Plan(
        data=Dataset(labels, tuple(series), moments),
        unit=_("Number per week"),
        decimals=0,
        mark="",
        language=get_language() or "sv",
        right_to_left=False,
    )
    return narrowed(plan) if is_narrow else plan


def label(week: Week) -> str:
    """“vecka 47, 2026”."""
    year, number, _day = week.monday.isocalendar()
    return _("week %(week)d, %(year)d") % {"week": number, "year": year}


def in_words(plan: Plan) -> str:
    """What the chart shows, for whoever does not see it; the table beside it has every number."""
    return description(plan.data, heading=_("Visits and schools"), unit=plan.unit, decimals=0, language=plan.language)


def _visits(weeks: Weeks) -> Series:
    values: tuple[Cell, ...] = tuple(HIDDEN if week.visits is None else Decimal(week.visits) for week in weeks.weeks)
    return Series(_("Visits through letters"), values)


def _schools(weeks: Weeks) -> Series:
    return Series(_("Schools that fetched for the first time"), tuple(Decimal(week.schools) for week in weeks.weeks))
