"""What every youth page carries, whatever its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from kampanj.content.cards import with_teasers
from kampanj.content.help_lines.shown import first_contacts, shown
from kampanj.content.languages import written_here
from kampanj.content.readable import readable_now
from kampanj.content.served import ServedPage

if TYPE_CHECKING:
    from ung.start import StripLine, YouthStartPage


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

    def strip_rows(self) -> list[StripLine]:
        """The strip's rows with their lines and their start page, in the editor's order: one question."""
        from ung.start import StripLine

        above = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        rows = list(
            StripLine.objects.filter(page__path__in=above).select_related("line", "page").order_by("-page__depth", "sort_order")
        )
        return [row for row in rows if row.page_id == rows[0].page_id]

    def pages_below(self) -> list[Page]:
        """The pages right below that a reader can open now, in the editor's order, with their `card_text`: one question."""
        return list(with_teasers(readable_now(written_here(self.get_children()))))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `start` (YouthStartPage), `strip` (list of ShownLine) and `contacts` (see `first_contacts`).

        The page is kept no longer than what the strip says of open and closed is true.
        """
        context = super().get_context(request, *args, **kwargs)
        rows = self.strip_rows()
        context["start"] = rows[0].page if rows else self.start_page()
        context["strip"] = shown((row.line for row in rows), language=context["language"], request=request)
        context["contacts"] = first_contacts(context["strip"])
        return context
