"""A promise period (medborgarlöfte): one or two years, what was promised, how it went."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search import index

from kampanj.content.languages import written_here
from kampanj.content.readable import readable_now
from kampanj.content.served import ServedPage
from kampanj.followup.promises.blocks import PromiseBodyBlock, PromiseGroupBlock
from kampanj.followup.promises.outcome import counted
from kampanj.followup.promises.shown import shown_groups

# A period is one or two calendar years.
LONGEST = 2
YEARS = [MinValueValidator(1990), MaxValueValidator(2100)]


def body_field(label: Any) -> StreamField:
    """An optional part of the page, made of the same blocks as everything else."""
    return StreamField(PromiseBodyBlock(required=False), verbose_name=label, blank=True)


class PromisePeriodPage(ServedPage):
    """What was promised for a period and what came of it, each promise opening to its result."""

    kind_name = _("Promises")  # for readers
    template = "kampanj/web/promises.html"
    parent_page_types = ["kampanj.HomePage"]
    subpage_types: list[str] = []

    first_year = models.PositiveSmallIntegerField(_("first year"), validators=YEARS)
    last_year = models.PositiveSmallIntegerField(
        _("last year"), validators=YEARS, help_text=_("The same as the first for a promise of one year.")
    )
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    parties = models.CharField(_("who promised"), max_length=200, help_text=_("For example “Strängnäs kommun och polisen”."))
    introduction = models.TextField(_("introduction"), max_length=600)
    groups = StreamField([("group", PromiseGroupBlock())], verbose_name=_("promises"), blank=True)
    other_efforts = body_field(_("other efforts"))
    basis = body_field(_("what it is based on"))
    next_steps = body_field(_("what happens now"))
    results_on = models.DateField(
        _("results published"), null=True, blank=True, help_text=_("Shown as “last updated”. Change it when you change a result.")
    )

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("first_year"), FieldPanel("last_year")]),
                FieldPanel("parties"),
                FieldRowPanel([FieldPanel("signed_on"), FieldPanel("results_on")]),
            ],
            heading=_("The period"),
        ),
        *(FieldPanel(name) for name in ("introduction", "groups", "other_efforts", "basis", "next_steps")),
    ]
    search_fields = [
        *Page.search_fields,
        *(index.SearchField(name) for name in ("introduction", "groups", "other_efforts", "basis", "next_steps")),
    ]

    class Meta:
        verbose_name = _("promise period")
        verbose_name_plural = _("promise periods")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year"))
                & models.Q(last_year__lt=models.F("first_year") + LONGEST),
                name="promise_period_of_one_or_two_years",
            )
        ]

    @property
    def years(self) -> str:
        """“2021”, or “2022–2023”."""
        return str(self.first_year) if self.first_year == self.last_year else f"{self.first_year}–{self.last_year}"

    @property
    def updated_on(self) -> date | None:
        """The day of the results, as the editor has dated them; before that the day of publication."""
        return self.results_on or super().updated_on

    @property
    def tally(self) -> str:
        """“7 promises: 4 were done, …” in the active language; empty without promises. Asks the database for nothing."""
        return counted(self.outcomes)

    @property
    def outcomes(self) -> list[str]:
        """How each promise went, in their order, read from what is stored so that no chosen page is fetched."""
        items = [item for group in self.groups.raw_data for item in group["value"]["promises"]]
        # A list's items may stand bare or with their ids (Wagtail reads both).
        return [(item["value"] if item.get("type") == "item" else item)["outcome"] for item in items]

    def clean(self) -> None:
        """One year or two; signed before there are results; results only when they have been published."""
        super().clean()
        faults: dict[str, Any] = {}
        if self.first_year and self.last_year and not 0 <= self.last_year - self.first_year < LONGEST:
            faults["last_year"] = _("A period is one or two years: write the same year as the first, or the year after.")
        if self.signed_on and self.results_on and self.results_on < self.signed_on:
            faults["results_on"] = _("Results come after the signing. Look at both dates.")
        elif self.results_on and self.results_on > timezone.localdate():
            faults["results_on"] = _("Write a day that has been, or leave it empty until the results are published.")
        if faults:
            raise ValidationError(faults)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `groups` (see `shown_groups`), `earlier` and `later`: the periods before (newest first) and after."""
        context = super().get_context(request, *args, **kwargs)
        others = [period for period in readable_periods(self.get_parent()) if period.pk != self.pk]
        context.update(
            groups=shown_groups(self),
            earlier=[period for period in others if period.first_year < self.first_year],
            later=[period for period in reversed(others) if period.first_year > self.first_year],
        )
        return context


def readable_periods(home: Page | None) -> PageQuerySet:
    """The periods below a front page that a reader can open now, newest first."""
    periods = PromisePeriodPage.objects.order_by("-last_year", "-first_year")
    return readable_now(written_here(periods.child_of(home))) if home else periods.none()
