"""Pictures and tables of pages that leave in a package or on paper."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from kampanj.content.statistics.store import Chart

register = template.Library()
WBR = mark_safe("<wbr>")
# What of an address stays in one line.
PIECES = re.compile(r"\.?[^.@/]{0,20}[@/]?")


@register.simple_tag(takes_context=True)
def packed_picture(context: template.Context, image: Any) -> Any:
    """Put the image's file in the package whose page is being drawn; gives `src` (relative), `width` and `height`."""
    return context["shelf"].take(image)


@register.simple_tag(takes_context=True)
def packed_chart(context: template.Context, chart: Chart) -> Any:
    """Put the chart's file in the package whose page is being drawn; gives `src` (relative), `width` and `height`."""
    return context["shelf"].take_chart(chart)


@register.simple_tag(takes_context=True)
def printed_table(context: template.Context, heading: str) -> str:
    """The id that a table has on paper, by which it is found when it is wider than its column."""
    return str(context["shelf"].take_table(heading))


@register.filter
def may_break(address: str) -> SafeString:
    """An e-mail or web address that goes on in a new line at its joints: after @ or /, before a dot, within a long piece."""
    return format_html_join(WBR, "{}", ((piece,) for piece in PIECES.findall(address) if piece))
