"""The statement with what the law (2018:1937), its regulation (2018:1938) and Digg's model text ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from kampanj.content import page_cache
from kampanj.content.accessibility.blocks import ShortcomingBlock, Situation
from kampanj.content.accessibility.panels import ReviewReminder
from kampanj.content.blocks import RICH_TEXT_FEATURES
from kampanj.content.readable import readable_now
from kampanj.content.served import ServedPage

# Where a reader turns who is not content with our answer.
SUPERVISION_URL = "https://www.digg.se/tdosanmalan"
REVIEW_DAYS = 365


class AccessibilityStatementPage(ServedPage):
    """How far the site meets the law, what does not work, whom to turn to, and how that is known."""

    kind_name = _("Accessibility")  # for readers

    class Compliance(models.TextChoices):
        FULL = "full", _("Fully compliant with the law")
        PARTIAL = "partial", _("Partly compliant with the law")
        NONE = "none", _("Not compliant with the law")

    class Tested(models.TextChoices):
        SELF = "self", _("By ourselves")
        OTHERS = "others", _("By somebody else")
        BOTH = "both", _("By ourselves and by somebody else")
        ESTIMATED = "estimated", _("Estimated, not tested")

    template = "kampanj/web/accessibility_statement.html"
    parent_page_types = ["kampanj.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    responsible = models.CharField(_("responsible for the site"), max_length=120, help_text=_("The authority's full name."))
    website = models.CharField(_("which site"), max_length=120, help_text=_("As people say it: “strangnas.se/ung”."))
    compliance = models.CharField(_("compliance"), max_length=10, choices=Compliance.choices, default=Compliance.PARTIAL)

    shortcomings = StreamField([("shortcoming", ShortcomingBlock())], verbose_name=_("not compliant with the law"), blank=True)
    mended_by = models.DateField(
        _("to be mended by"), null=True, blank=True, help_text=_("The day when you mean to have mended what is known.")
    )
    burden = RichTextField(
        _("disproportionate burden: what"),
        features=RICH_TEXT_FEATURES,
        blank=True,
        help_text=_("What you do not make accessible with reference to section 12 of the law. Usually empty."),
    )
    burden_reason = RichTextField(
        _("disproportionate burden: why"),
        features=RICH_TEXT_FEATURES,
        blank=True,
        help_text=_("What it means for people with disabilities, what it would cost, and what it would give."),
    )
    outside_law = RichTextField(
        _("outside the law"),
        features=RICH_TEXT_FEATURES,
        blank=True,
        help_text=_("Content that section 9 of the law exempts, such as old documents and maps."),
    )

    contact_email = models.EmailField(_("e-mail"))
    contact_phone = models.CharField(_("telephone"), max_length=40)
    answer_days = models.PositiveSmallIntegerField(
        _("working days until the answer"), default=2, validators=[MinValueValidator(1)]
    )
    report_url = models.URLField(
        _("form for reporting faults"),
        blank=True,
        help_text=_("Digg asks for a form; e-mail and telephone alone are not enough. Its address."),
    )

    tested = models.CharField(_("tested"), max_length=10, choices=Tested.choices, default=Tested.SELF)
    tester = models.CharField(_("who tested"), max_length=120, blank=True, help_text=_("When it was somebody else."))
    method = RichTextField(_("how it was tested"), features=RICH_TEXT_FEATURES, blank=True)
    tested_on = models.DateField(_("last tested"))
    site_published_on = models.DateField(_("site published"))
    reviewed_on = models.DateField(
        _("statement last reviewed"), help_text=_("Go through the whole page at least once a year, and write the day here.")
    )

    content_panels = [
        ReviewReminder(template="kampanj/desk/review_reminder.html"),
        *Page.content_panels,
        FieldRowPanel([FieldPanel("responsible"), FieldPanel("website")]),
        FieldPanel("compliance"),
        MultiFieldPanel(
            [
                FieldPanel("shortcomings"),
                FieldPanel("mended_by"),
                FieldPanel("burden"),
                FieldPanel("burden_reason"),
                FieldPanel("outside_law"),
            ],
            heading=_("What is not accessible"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("contact_email"), FieldPanel("contact_phone"), FieldPanel("answer_days")]),
                FieldPanel("report_url"),
            ],
            heading=_("Help and reports"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("tested"), FieldPanel("tester")]), FieldPanel("method")], heading=_("How you know")
        ),
        FieldRowPanel([FieldPanel("tested_on"), FieldPanel("site_published_on"), FieldPanel("reviewed_on")]),
    ]
    search_fields = [
        *ServedPage.search_fields,
        *(index.SearchField(name) for name in ("shortcomings", "burden", "burden_reason", "outside_law", "method")),
    ]

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")

    @property
    def needs_review(self) -> bool:
        """Whether the last review is more than a year old."""
        return bool(self.reviewed_on and self.reviewed_on < timezone.localdate() - timedelta(days=REVIEW_DAYS))

    @property
    def teaser(self) -> str:
        """What the page is about, also when the editor has not said it."""
        sentence = gettext(  # for readers
            "How accessible %(website)s is, and what you can do when something does not work for you."
        )
        return self.search_description or sentence % {"website": self.website}

    def clean(self) -> None:
        """What is said in one place must agree with what is said in another."""
        super().clean()
        faults = dict(self._contradictions())
        if faults:
            raise ValidationError(faults)

    def _contradictions(self) -> Iterator[tuple[str, Any]]:
        has_faults = bool(self.shortcomings) or bool(self.burden)
        if self.compliance == self.Compliance.FULL and has_faults:
            yield "compliance", _("A site with shortcomings is partly compliant at most. Choose that, or take them away.")
        elif self.compliance != self.Compliance.FULL and not has_faults:
            yield "shortcomings", _("Say what does not work, or choose “Fully compliant with the law”.")
        if self.burden and not self.burden_reason:
            yield "burden_reason", _("Say why it is too great a burden: the law asks for the reasons.")
        if self.tested in (self.Tested.OTHERS, self.Tested.BOTH) and not self.tester:
            yield "tester", _("Write who tested the site.")
        for name in ("tested_on", "site_published_on", "reviewed_on"):
            day = getattr(self, name)
            if day and day > timezone.localdate():
                yield name, _("Write a day that has been.")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `problems`, a list of (situation, its shortcomings) in the standard's order, and `supervision_url`."""
        context = super().get_context(request, *args, **kwargs)
        context.update(problems=self.problems(), supervision_url=SUPERVISION_URL)
        return context

    def problems(self) -> list[tuple[Situation, list[Any]]]:
        """The shortcomings (rich texts) under the way of using the site that they hinder."""
        order = list(Situation)
        found = [(Situation(block.value["situation"]), block.value["text"]) for block in self.shortcomings]
        found.sort(key=lambda one: order.index(one[0]))
        return [(situation, [text for _situation, text in texts]) for situation, texts in groupby(found, key=lambda one: one[0])]


@dataclass(frozen=True, slots=True)
class StatementLink:
    """What a footer needs to lead to the statement."""

    url: str
    title: str
    language: str


def statement_for(site_id: int, language: str) -> StatementLink | None:
    """The site's published statement in `language`, else in the installation's own language; None when there is neither.

    One question, and none while nothing on any page has changed.
    """
    found = page_cache.remember(f"statement.{site_id}.{language}", lambda: _published(site_id, language) or NO_STATEMENT)
    return found if found != NO_STATEMENT else None


NO_STATEMENT = StatementLink("", "", "")


def _published(site_id: int, language: str) -> StatementLink | None:
    live = readable_now(AccessibilityStatementPage.objects.filter(alias_of=None)).select_related("locale")
    links = {}
    for page in live:
        parts = page.get_url_parts()
        if parts and parts[0] == site_id:
            links[page.locale.language_code] = StatementLink(parts[2], page.title, page.locale.language_code)
    return links.get(language) or links.get(settings.LANGUAGE_CODE)
