"""Statistics about young people: series with their sources, each as a chart, a table and a file."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from kampanj.content.blocks import BodyBlock
from kampanj.content.statistics.blocks import statistics_of
from ung.pages import YouthPage


class StatisticsPage(YouthPage):
    """Series of numbers with what they mean."""

    kind_name = _("Statistics")  # for readers
    template = "ung/statistics.html"
    parent_page_types = ["ung.YouthStartPage"]
    subpage_types: list[str] = []

    introduction = models.TextField(_("introduction"), max_length=400)
    body = StreamField(BodyBlock(), verbose_name=_("content"))

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("statistics page")
        verbose_name_plural = _("statistics pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `tables`: (id, heading, mark) of every series on the page, in its order."""
        context = super().get_context(request, *args, **kwargs)
        context["tables"] = [(key, value["heading"], value["mark"]) for key, value in statistics_of(self) if key]
        return context
