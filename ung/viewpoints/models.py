"""The page where pupils write and read, and the viewpoints themselves: a theme, perhaps a school, a text, a day."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from kampanj.content import page_cache
from kampanj.content.blocks import RICH_TEXT_FEATURES
from kampanj.content.served import RoutedMixin
from ung.pages import YouthPage

# Characters of a viewpoint.
SHORTEST, LONGEST = 10, 1000
# Characters of a school's name.
LONGEST_SCHOOL = 120


class ThemeBlock(blocks.StructBlock):
    """A subject to write about, and what the adults answer. Its id, which translations share, is what viewpoints point at."""

    name = blocks.CharBlock(label=_("Theme"), max_length=60, help_text=_("For example “The school yard”."))
    hint = blocks.CharBlock(label=_("What one could write about"), max_length=160, required=False)
    answer = blocks.RichTextBlock(
        label=_("Answer"),
        features=RICH_TEXT_FEATURES,
        required=False,
        help_text=_("What we do now, and what we cannot do and why."),
    )
    answered_by = blocks.CharBlock(
        label=_("Answered by"), max_length=120, required=False, help_text=_("A role, not a name: “the headmaster”.")
    )
    answered_on = blocks.DateBlock(label=_("Answered"), required=False)

    class Meta:
        icon = "comment"
        label = _("Theme")
        label_format = "{name}"


class ViewpointsPage(RoutedMixin, YouthPage):
    """Pupils choose a theme and write; below stands what others have written, and the answers."""

    kind_name = _("Have your say")  # for readers
    template = "ung/viewpoints.html"
    parent_page_types = ["ung.YouthStartPage"]
    subpage_types: list[str] = []

    introduction = models.TextField(_("introduction"), max_length=400)
    themes = StreamField([("theme", ThemeBlock())], verbose_name=_("themes"), min_num=1)
    schools = models.TextField(
        _("schools to choose from"), blank=True, help_text=_("One on each line. Empty: nobody is asked which school.")
    )
    open_from = models.DateField(_("open from"), null=True, blank=True)
    open_until = models.DateField(_("open until"), null=True, blank=True, help_text=_("The last day. Empty: always open."))

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("themes"),
        FieldPanel("schools"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("open_from"), FieldPanel("open_until")]),
                HelpPanel(content=_("When the form is closed, viewpoints and answers are still read on the page.")),
            ],
            heading=_("When one can write"),
        ),
    ]
    search_fields = [*Page.search_fields, *(index.SearchField(name) for name in ("introduction", "themes", "schools"))]

    class Meta:
        verbose_name = _("viewpoints page")
        verbose_name_plural = _("viewpoints pages")

    def clean(self) -> None:
        """The last day is not before the first, and every school's name has room in a viewpoint."""
        super().clean()
        if too_long := next((name for name in self.school_names if len(name) > LONGEST_SCHOOL), None):
            told = _("“%(beginning)s …” is too long. Write one school on each line, at most %(most)d characters.")
            raise ValidationError({"schools": ValidationError(told, params={"beginning": too_long[:30], "most": LONGEST_SCHOOL})})
        if self.open_from and self.open_until and self.open_until < self.open_from:
            raise ValidationError({"open_until": _("The last day is before the first. Change one of them.")})

    @property
    def school_names(self) -> list[str]:
        """The schools in the order in which they were written."""
        return list(dict.fromkeys(name.strip() for name in self.schools.splitlines() if name.strip()))

    @property
    def theme_names(self) -> dict[str, str]:
        """Each theme's id with its name, in the editor's order."""
        return {str(theme.id): theme.value["name"] for theme in self.themes}

    @property
    def opens_at(self) -> datetime | None:
        """The moment when the first day begins; None when the form has always been open."""
        return _midnight(self.open_from) if self.open_from else None

    @property
    def closes_at(self) -> datetime | None:
        """The moment when the last day has ended; None when the form does not close."""
        # No day comes after the calendar's last.
        if self.open_until is None or self.open_until == date.max:
            return None
        return _midnight(self.open_until + timedelta(days=1))

    @property
    def is_upcoming(self) -> bool:
        """Whether the first day has not begun."""
        return bool(self.opens_at and timezone.now() < self.opens_at)

    @property
    def is_open(self) -> bool:
        """Whether something can be written now."""
        return not self.is_upcoming and not (self.closes_at and self.closes_at <= timezone.now())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `form`, `token` and `shown` (list of ShownTheme); the answer holds until the form opens or closes."""
        from ung.viewpoints.form import ViewpointForm, token_for
        from ung.viewpoints.showing import shown_themes

        context = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        for moment in (self.opens_at, self.closes_at):
            page_cache.hold_until(request, moment if moment and moment > now else None)
        context["form"] = ViewpointForm(self)
        context["token"] = token_for(self)
        context["shown"] = shown_themes(self)
        return context

    @path("tack/", name="thanks")
    def thanks(self, request: HttpRequest) -> HttpResponse:
        """Where a reader ends after sending: nothing is sent again by reloading it."""
        return self.render(request, template="ung/viewpoint_thanks.html")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class Viewpoint(models.Model):
    """What somebody wrote. Nothing says who: no address and no time of day."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        SHOWN = "shown", _("Shown")
        SET_ASIDE = "set_aside", pgettext_lazy("state of a viewpoint", "Set aside")

    page = models.ForeignKey(ViewpointsPage, on_delete=models.CASCADE, related_name="viewpoints", verbose_name=_("page"))
    theme = models.CharField(_("theme"), max_length=36, help_text=_("The theme's id on the page."))
    theme_name = models.CharField(_("theme"), max_length=60, help_text=_("As it was called when this was written."))
    school = models.CharField(_("school"), max_length=LONGEST_SCHOOL, blank=True)
    text = models.TextField(_("text"), max_length=LONGEST)
    received_on = models.DateField(_("received"), default=timezone.localdate)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.NEW)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    moderated_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reminded_on = models.DateField(_("reminded"), null=True, blank=True)
    # Only for the day it was sent: what stood in the text before names were taken out cannot be guessed from it later.
    fingerprint = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001  NULLs are not equal.

    panels = [
        FieldPanel("text", help_text=_("Take out names and all that points somebody out. What stood here before is not kept.")),
        FieldRowPanel([FieldPanel("theme_name", read_only=True), FieldPanel("school", read_only=True)]),
        FieldRowPanel([FieldPanel("received_on", read_only=True), FieldPanel("state", read_only=True)]),
    ]

    class Meta:
        verbose_name = _("viewpoint")
        verbose_name_plural = _("viewpoints")
        # Nobody writes one in the desk.
        default_permissions = ("change", "delete", "view")
        indexes = [models.Index(fields=["state", "received_on"], name="viewpoint_state_received")]

    def __str__(self) -> str:
        """Never a word of the text: this is what the desk's history keeps for ever."""
        return f"{self._meta.verbose_name} {self.pk} ({self.theme_name})"

    def seal(self) -> str:
        """What is the same for the very same words about the same theme on the same day: keyed SHA-256 in hexadecimal."""
        sent = json.dumps([self.page_id, self.theme, self.school, self.text, self.received_on.isoformat()])
        return salted_hmac("ung.viewpoint", sent, algorithm="sha256").hexdigest()

    def decide(self, state: Viewpoint.State, user: Any) -> None:
        """Show it, or set it aside; the kept pages are drawn anew."""
        self.state, self.moderated_by, self.moderated_at = state, user, timezone.now()
        self.save()
