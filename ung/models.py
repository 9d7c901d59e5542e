"""What youths read: a start page and advice. Calm, quick, without anything that remembers the reader."""

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
from kampanj.content.models import HelpLine, ServedPage, current_campaigns, first_contacts


class YouthPage(ServedPage):
    """What every youth page carries: the strip of help lines chosen on the start page."""

    class Meta:
        abstract = True

    def start_page(self) -> YouthStartPage | None:
        """The youth start page above this page (or the page itself)."""
        return YouthStartPage.objects.ancestor_of(self, inclusive=True).order_by("-depth").first()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `start` (YouthStartPage), `strip` (list of HelpLine) and `contacts` (see `first_contacts`)."""
        context = super().get_context(request, *args, **kwargs)
        start = self.start_page()
        context["start"] = start
        context["strip"] = [row.line for row in start.strip_lines.select_related("line")] if start else []
        context["contacts"] = first_contacts(context["strip"])
        return context


class YouthStartPage(YouthPage):
    """The door to everything under /ung."""

    template = "ung/start.html"
    parent_page_types = ["kampanj.HomePage"]

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)
    body = StreamField(BodyBlock(required=False), verbose_name=_("content"), blank=True)
    exit_url = models.URLField(
        _("“Leave the page” leads to"),
        default="https://www.smhi.se/",
        help_text=_("An everyday page that anybody could be reading, for example a weather forecast."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        InlinePanel("strip_lines", heading=_("Help lines on every page"), label=_("Help line"), max_num=4),
        FieldPanel("exit_url"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("youth start page")
        verbose_name_plural = _("youth start pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `advice` and `campaigns`, live pages below this one."""
        context = super().get_context(request, *args, **kwargs)
        context["advice"] = AdvicePage.objects.live().public().child_of(self)
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


class AdvicePage(YouthPage):
    """Advice: the title is a reader's sentence, not a noun."""

    template = "ung/advice.html"
    parent_page_types = ["ung.YouthStartPage"]
    subpage_types: list[str] = []

    introduction = models.TextField(_("introduction"), max_length=400)
    body = StreamField(BodyBlock(), verbose_name=_("content"))
    is_sensitive = models.BooleanField(_("sensitive"), default=False, help_text=_("The help lines stand first on the page."))

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("is_sensitive"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("advice page")
        verbose_name_plural = _("advice pages")
