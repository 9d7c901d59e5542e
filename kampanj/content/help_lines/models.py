"""Somewhere to turn: the register that every page, letter and package takes its numbers from."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from kampanj.content.help_lines.fields import DaysField, LanguagesField
from kampanj.content.help_lines.hours import Span, Way
from kampanj.municipality.telephone import check_number

OTHER_LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


class HelpLine(index.Indexed, ClusterableModel):
    """Somewhere to turn: a number, a chat or a site, with the date when somebody last checked that it answers.

    Its own words are in `settings.LANGUAGE_CODE`; `words` holds those of other languages.
    """

    name = models.CharField(_("name"), max_length=100)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    chat = models.URLField(_("chat"), blank=True, help_text=_("The address where the chat begins."))
    url = models.URLField(_("web address"), blank=True)
    audience = models.CharField(_("for whom"), max_length=160, blank=True)
    languages = LanguagesField(
        _("answers in"), default=list, blank=True, help_text=_("Languages in which you can count on an answer.")
    )
    is_emergency = models.BooleanField(_("emergency"), default=False, help_text=_("Shown first and in the urgent colour."))
    on_error_pages = models.BooleanField(
        _("on error pages"),
        default=False,
        help_text=_("Shown where a page is missing or something went wrong, together with the emergency lines."),
    )

    always_open = models.BooleanField(_("day and night"), default=False, help_text=_("Then no times are needed."))
    closed_on_public_holidays = models.BooleanField(
        _("closed on public holidays"), default=False, help_text=_("The times below do not hold on public holidays.")
    )
    hours = models.CharField(
        _("hours in words"),
        max_length=120,
        blank=True,
        help_text=_("Only when the times cannot be given below: then nobody is told whether the line is open now."),
    )

    checked_on = models.DateField(
        _("checked"), default=timezone.localdate, help_text=_("The day when somebody last checked number, address and hours.")
    )
    is_closed = models.BooleanField(
        _("closed down"),
        default=False,
        help_text=_("It is taken off every page at once and stands in nothing new. What has been sent keeps it."),
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldRowPanel([FieldPanel("phone"), FieldPanel("chat"), FieldPanel("url")]),
                FieldPanel("audience"),
                FieldPanel("languages"),
                FieldRowPanel([FieldPanel("is_emergency"), FieldPanel("on_error_pages")]),
            ],
            heading=_("Where to turn"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("always_open"), FieldPanel("closed_on_public_holidays")]),
                InlinePanel("opening_hours", heading=_("Times"), label=_("Time")),
                FieldPanel("hours"),
            ],
            heading=_("Hours"),
        ),
        InlinePanel("words", heading=_("Words in other languages"), label=_("Language")),
        MultiFieldPanel([FieldRowPanel([FieldPanel("checked_on"), FieldPanel("is_closed")])], heading=_("Checked")),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("phone"),
        *(index.FilterField(name) for name in ("name", "is_emergency", "is_closed", "checked_on")),
    ]

    class Meta:
        verbose_name = _("help line")
        verbose_name_plural = _("help lines")
        ordering = ["-is_emergency", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(url="") | ~models.Q(chat=""),
                name="help_line_has_phone_chat_or_url",
                violation_error_message=_("Write a telephone number, a chat or a web address."),
            ),
            models.CheckConstraint(
                condition=models.Q(always_open=False) | models.Q(closed_on_public_holidays=False),
                name="help_line_always_open_on_holidays_too",
                violation_error_message=_(
                    "A line that answers day and night also answers on public holidays. Leave one of the boxes empty."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        try:
            check_number(self.phone)
        except ValidationError as fault:
            raise ValidationError({"phone": fault}) from fault


class OpeningHours(Orderable):
    """When a help line answers on some days of the week, by telephone or in the chat."""

    line = ParentalKey(HelpLine, on_delete=models.CASCADE, related_name="opening_hours")
    way = models.CharField(_("way"), max_length=10, choices=Way.choices, default=Way.PHONE)
    days = DaysField(_("days"), default=list)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("Earlier than it opens means the day after; 00:00 is midnight."))

    panels = [FieldPanel("days"), FieldRowPanel([FieldPanel("way"), FieldPanel("opens"), FieldPanel("closes")])]

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")

    @property
    def span(self) -> Span:
        """The row as a plain value."""
        return Span(days=frozenset(self.days), opens=self.opens, closes=self.closes, way=Way(self.way))


class HelpLineWords(models.Model):
    """A help line's words in another language than the register's own. What is left empty is shown in the register's."""

    line = ParentalKey(HelpLine, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=12)
    name = models.CharField(_("name"), max_length=100, blank=True)
    audience = models.CharField(_("for whom"), max_length=160, blank=True)
    hours = models.CharField(
        _("hours in words"), max_length=120, blank=True, help_text=_("Times that are given above need no words here.")
    )

    panels = [
        FieldPanel("language", widget=forms.Select(choices=OTHER_LANGUAGES)),
        FieldPanel("name"),
        FieldPanel("audience"),
        FieldPanel("hours"),
    ]

    class Meta:
        verbose_name = _("words in another language")
        verbose_name_plural = _("words in other languages")
        constraints = [
            models.UniqueConstraint(
                fields=["line", "language"],
                name="help_line_words_once_per_language",
                violation_error_message=_("Each language can be given once."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.line} ({self.language})"


class HelpLineReminder(models.Model):
    """When the communicators were last reminded of lines that nobody has checked: one row, which survives restarts."""

    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("reminder of help lines")
        verbose_name_plural = _("reminders of help lines")

    def __str__(self) -> str:
        return str(self.sent_at)
