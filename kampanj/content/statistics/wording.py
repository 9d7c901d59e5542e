"""Numbers and sentences about a chart in the page's language."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal, get_minus_sign_symbol
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.content.statistics.series import Dataset, Series
from kampanj.content.statistics.table import Cell


def number(cell: Cell, *, decimals: int, language: str) -> str:
    """A cell as the language writes it (CLDR), with so many decimals; “..” when hidden, “–” when missing."""
    if not isinstance(cell, Decimal):
        return "–" if cell is None else cell.value
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    locale = language.replace("-", "_")
    # Babel writes a pattern's own hyphen where CLDR has a minus sign.
    sign = get_minus_sign_symbol(locale) if cell < 0 else ""
    return sign + format_decimal(abs(cell), format=pattern, locale=locale)


def description(data: Dataset, *, heading: str, unit: str, decimals: int, language: str) -> str:
    """What the chart shows, in words: its kind, what it is about, and the first and last value of each series."""
    about = {"heading": heading, "unit": unit}
    opening = _("Line chart: %(heading)s, %(unit)s.") if data.moments else _("Bar chart: %(heading)s, %(unit)s.")
    parts = [opening % about]
    for one in data.series:
        parts.append(_ends(one, data, decimals=decimals, language=language))
    hidden = sum(not isinstance(value, Decimal) for one in data.series for value in one.values)
    if hidden:
        parts.append(
            ngettext("%(number)d value is hidden or missing.", "%(number)d values are hidden or missing.", hidden)
            % {"number": hidden}
        )
    return " ".join(parts)


def _ends(one: Series, data: Dataset, *, decimals: int, language: str) -> str:
    if one.ends is None:
        return _("%(name)s: no values to show.") % {"name": one.name}
    first, last = one.ends
    names = {
        "name": one.name,
        "first": number(one.values[first], decimals=decimals, language=language),
        "first_label": data.labels[first],
        "last": number(one.values[last], decimals=decimals, language=language),
        "last_label": data.labels[last],
    }
    if first == last:
        return _("%(name)s: %(first)s (%(first_label)s).") % names
    return _("%(name)s: first %(first)s (%(first_label)s), last %(last)s (%(last_label)s).") % names
