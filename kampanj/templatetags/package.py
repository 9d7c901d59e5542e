"""Pictures for pages that leave in a package."""

from __future__ import annotations

from typing import Any

from django import template

from kampanj.content.statistics.store import Chart

register = template.Library()


@register.simple_tag(takes_context=True)
def packed_picture(context: template.Context, image: Any) -> Any:
    """Put the image's file in the package whose page is being drawn; gives `src` (relative), `width` and `height`."""
    return context["shelf"].take(image)


@register.simple_tag(takes_context=True)
def packed_chart(context: template.Context, chart: Chart) -> Any:
    """Put the chart's file in the package whose page is being drawn; gives `src` (relative), `width` and `height`."""
    return context["shelf"].take_chart(chart)
