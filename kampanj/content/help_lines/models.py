"""Somewhere to turn: the register that every page, letter and package takes its numbers from."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from kampanj.municipality.telephone import tel_address


class HelpLine(index.Indexed, models.Model):
    """Somewhere to turn: a number, a chat or a site, with the date when somebody last checked that it answers."""

    name = models.CharField(_("name"), max_length=100)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    url = models.URLField(_("web address"), blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True, help_text=_("For example “day and night”."))
    audience = models.CharField(_("for whom"), max_length=160, blank=True)
    is_emergency = models.BooleanField(_("emergency"), default=False, help_text=_("Shown first and in the urgent colour."))
    checked_on = models.DateField(_("checked"), help_text=_("The day when somebody last checked number, address and hours."))

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("url")]),
        FieldRowPanel([FieldPanel("hours"), FieldPanel("audience")]),
        FieldRowPanel([FieldPanel("is_emergency"), FieldPanel("checked_on")]),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("phone"),
        *(index.FilterField(name) for name in ("name", "is_emergency", "checked_on")),
    ]

    class Meta:
        verbose_name = _("help line")
        verbose_name_plural = _("help lines")
        ordering = ["-is_emergency", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(url=""),
                name="help_line_has_phone_or_url",
                violation_error_message=_("Write a telephone number or a web address."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tel(self) -> str:
        """The number as a `tel:` address, or an empty string."""
        return tel_address(self.phone)


def first_contacts(lines: Iterable[HelpLine]) -> dict[str, HelpLine | None]:
    """The quiet bar's two ways to somebody: `call` (a number) and `visit` (an address), in the order of `lines`.

    A number for emergencies is chosen only when there is no other: the bar is for those who want to talk.
    """
    calm_first = sorted(lines, key=lambda line: line.is_emergency)
    call = next((line for line in calm_first if line.phone), None)
    visits = [line for line in calm_first if line.url]
    return {"call": call, "visit": next((line for line in visits if line != call), visits[0] if visits else None)}
