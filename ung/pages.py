"""What every youth page carries, whatever its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from kampanj.content import page_cache
from kampanj.content.help_lines.models import first_contacts
from kampanj.content.served import ServedPage

if TYPE_CHECKING:
    from ung.start import YouthStartPage


class YouthPage(ServedPage):
    """A page under the youth start page: the strip of help lines, and a way out where the subject is sensitive."""

    is_sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("The help lines stand first on the page, and a button leads away from it at once."),
    )

    settings_panels = [*ServedPage.settings_panels, FieldPanel("is_sensitive")]

    class Meta:
        abstract = True

    def start_page(self) -> YouthStartPage | None:
        """The youth start page above this page (or the page itself)."""
        from ung.start import YouthStartPage

        return YouthStartPage.objects.ancestor_of(self, inclusive=True).order_by("-depth").first()

    def pages_below(self, request: HttpRequest) -> list[Page]:
        """The pages right below that a reader can open now, in the editor's order; those whose time is over are left out."""
        below = []
        for page in self.get_children().live().public().specific():
            if isinstance(page, ServedPage):
                if page.is_gone:
                    continue
                page_cache.hold_until(request, page.gone_at)
            below.append(page)
        return below

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `start` (YouthStartPage), `strip` (list of HelpLine) and `contacts` (see `first_contacts`)."""
        context = super().get_context(request, *args, **kwargs)
        start = self.start_page()
        context["start"] = start
        context["strip"] = [row.line for row in start.strip_lines.select_related("line")] if start else []
        context["contacts"] = first_contacts(context["strip"])
        return context
