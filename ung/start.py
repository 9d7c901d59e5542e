"""The door to everything under /ung."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from kampanj.content.blocks import BodyBlock
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage, current_campaigns
from ung.pages import YouthPage
from ung.topics import AdvicePage, QuestionPage, TopicPage

ADVISING = (AdvicePage, QuestionPage)


class YouthStartPage(YouthPage):
    """The start page: topics, advice, what is going on, and the register's lines for the strip on every page below."""

    template = "ung/start.html"
    kind_name = _("Start page")  # for readers
    parent_page_types = ["kampanj.HomePage"]

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)
    body = StreamField(BodyBlock(required=False), verbose_name=_("content"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        InlinePanel("strip_lines", heading=_("Help lines on every page"), label=_("Help line"), max_num=4),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("youth start page")
        verbose_name_plural = _("youth start pages")

    def strip_rows(self) -> list[StripLine]:
        """The page's own rows, in a preview the unsaved ones."""
        return list(self.strip_lines.select_related("line"))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the live pages right below, in the editor's order, as `topics`, `advice`, `campaigns` and `others`."""
        context = super().get_context(request, *args, **kwargs)
        below = [page for page in self.pages_below() if page.specific_class is not CampaignPage]
        context["topics"] = [page for page in below if page.specific_class is TopicPage]
        context["advice"] = [page for page in below if page.specific_class in ADVISING]
        context["others"] = [page for page in below if page.specific_class not in (TopicPage, *ADVISING)]
        context["campaigns"] = current_campaigns(self)
        return context


class StripLine(Orderable):
    """One help line in the strip."""

    page = ParentalKey(YouthStartPage, on_delete=models.CASCADE, related_name="strip_lines")
    line = models.ForeignKey(HelpLine, on_delete=models.CASCADE, related_name="+", verbose_name=_("help line"))

    panels = [FieldPanel("line")]

    class Meta(Orderable.Meta):
        verbose_name = _("help line in the strip")
        verbose_name_plural = _("help lines in the strip")
