"""Activities: a list with what comes next first, and a page for each with its occasions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from kampanj.content import page_cache
from kampanj.content.blocks import BodyBlock
from kampanj.content.calendar.ical import Entry, Frame, calendar_answer
from kampanj.content.calendar.times import Span, local_day, midnight, midnight_after, year_fault
from kampanj.content.calendar.wording import day_in_words
from kampanj.content.edition import settings_of
from kampanj.content.served import RoutedMixin
from kampanj.municipality.models import SiteSettings
from ung.activity_choice import OLDEST, ChoiceForm
from ung.activity_days import Coming, grouped_by_day
from ung.pages import YouthPage

ON_ONE_PAGE = 40
# Wagtail routes every address with a final slash; readers see the file's name without it.
FILE = "kalender.ics"


class ActivityIndexPage(RoutedMixin, YouthPage):
    """The list of activities: each stands once, at its next occasion, and leaves when its last is over."""

    kind_name = _("Activities")  # for readers
    template = "ung/activity_list.html"
    parent_page_types = ["ung.YouthStartPage"]
    subpage_types = ["ung.ActivityPage"]

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)
    body = StreamField(BodyBlock(required=False), verbose_name=_("content below the list"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("list of activities")
        verbose_name_plural = _("lists of activities")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `choice` (ChoiceForm), `count`, `listed` (a paginator's page), `days` (of that page), `feed` and `webcal`."""
        context = super().get_context(request, *args, **kwargs)
        municipality, now = context["municipality"], timezone.now()
        choice = ChoiceForm(request.GET, districts=municipality.district_names)
        coming = self.coming(now, choice=choice)
        self._hold(request, coming, now=now)
        listed = Paginator(coming, ON_ONE_PAGE).get_page(request.GET.get("page"))
        feed = self.file_path(request) + (f"?{choice.query}" if choice.query else "")
        context.update(
            choice=choice,
            count=len(coming),
            listed=listed,
            days=grouped_by_day(listed, today=local_day(now)),
            feed=feed,
            webcal=f"webcal://{municipality.absolute(feed).partition('://')[2]}",
        )
        return context

    def coming(self, now: datetime, *, choice: ChoiceForm | None = None) -> list[Coming]:
        """The activities below that are not over, the next occasion first; one question to the database.

        Who reads the list may read what is below it, but for a page that is closed by itself.
        """
        activities = ActivityPage.objects.child_of(self).live().filter(view_restrictions=None).exclude(expire_at__lte=now)
        chosen = choice.cut(activities) if choice else activities
        occasions = ActivityOccasion.objects.coming(now).filter(page__in=chosen).select_related("page").order_by("start", "pk")
        together: dict[int, Coming] = {}
        for occasion in occasions:
            together.setdefault(occasion.page_id, Coming(occasion.page, [])).spans.append(occasion.span)
        return list(together.values())

    def file_path(self, request: HttpRequest | None = None) -> str:
        """The path of the list's calendar file."""
        return f"{self.get_url(request)}{FILE}"

    @path(f"{FILE}/")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """All coming occasions as a calendar to subscribe to, cut as the list is; what is not understood cuts nothing."""
        now, municipality = timezone.now(), settings_of(self)
        choice = ChoiceForm(request.GET, districts=municipality.district_names)
        coming = self.coming(now, choice=choice)
        self._hold(request, coming, now=now)
        frame = Frame(
            name=f"{self.title} – {municipality.municipality_name}" if municipality.municipality_name else self.title,
            address=municipality.absolute(self.file_path(request)) + (f"?{choice.query}" if choice.query else ""),
            language=get_language() or "",
            sender=municipality.municipality_name,
            is_subscribed=True,
        )
        entries = [entry for one in coming for entry in one.page.entries(one.spans, municipality, request)]
        return calendar_answer(entries, frame, file_name=f"{self.slug}.ics")

    @staticmethod
    def _hold(request: HttpRequest, coming: list[Coming], *, now: datetime) -> None:
        """True until the next occasion is over, and no longer than today: the list says “today”."""
        moments = [span.over_at for one in coming for span in one.spans]
        page_cache.hold_until(request, min(moments, default=None))
        page_cache.hold_until(request, midnight_after(local_day(now)))


class ActivityPageForm(WagtailAdminPageForm):
    """The editor's form: districts are chosen from the municipality's own, in the settings of the page's site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = self.parent_page or (self.instance if self.instance.pk else None)
        names = settings_of(above).district_names if above else []
        if self.instance.district and self.instance.district not in names:
            # A district that has since been taken out of the settings: nothing is lost when the page is saved.
            names = [*names, self.instance.district]
        field = self.fields.get("district")
        if field is not None:
            self.fields["district"] = forms.ChoiceField(
                label=field.label,
                help_text=field.help_text,
                required=False,
                choices=[("", gettext("The whole municipality")), *((name, name) for name in names)],
            )


class ActivityPage(RoutedMixin, YouthPage):
    """Something to do: where, for whom, what it costs, and the occasions when it happens."""

    kind_name = _("Activity")  # for readers
    template = "ung/activity.html"
    parent_page_types = ["ung.ActivityIndexPage"]
    subpage_types: list[str] = []
    base_form_class = ActivityPageForm

    introduction = models.TextField(_("introduction"), max_length=400)
    place = models.CharField(_("place"), max_length=120)
    address = models.CharField(_("street address"), max_length=160, blank=True)
    district = models.CharField(
        _("district"),
        max_length=80,
        blank=True,
        help_text=_("Chosen from the municipality's settings. “The whole municipality” is shown whatever district is chosen."),
    )
    age_from = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True, validators=[MaxValueValidator(OLDEST)])
    age_to = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True, validators=[MaxValueValidator(OLDEST)])
    is_free = models.BooleanField(_("free of charge"), default=True)
    price = models.CharField(_("price"), max_length=120, blank=True, help_text=_("In words, for example “40 kronor a time”."))
    organiser = models.CharField(_("organiser"), max_length=120, blank=True)
    registration_url = models.URLField(_("sign up at this address"), blank=True)
    registration_email = models.EmailField(_("sign up by e-mail"), blank=True)
    registration_phone = models.CharField(_("sign up by telephone"), max_length=40, blank=True)
    registration_last_day = models.DateField(_("last day to sign up"), null=True, blank=True)
    body = StreamField(BodyBlock(required=False), verbose_name=_("content"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        InlinePanel("occasions", heading=_("Occasions"), label=_("Occasion"), min_num=1),
        MultiFieldPanel(
            [FieldPanel("place"), FieldRowPanel([FieldPanel("address"), FieldPanel("district")])], heading=_("Where it is")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("age_from"), FieldPanel("age_to")]),
                FieldRowPanel([FieldPanel("is_free"), FieldPanel("price")]),
                FieldPanel("organiser"),
            ],
            heading=_("For whom"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("registration_url"),
                FieldRowPanel([FieldPanel("registration_email"), FieldPanel("registration_phone")]),
                FieldPanel("registration_last_day"),
            ],
            heading=_("Signing up"),
            help_text=_("Leave everything empty when one can simply come."),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *Page.search_fields,
        *(index.SearchField(name) for name in ("introduction", "place", "address", "district", "organiser", "body")),
    ]

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    def clean(self) -> None:
        """Ages in order; free or a price, one of them; a last day only where there is something to sign up to."""
        super().clean()
        if faults := dict(self._faults()):
            raise ValidationError(faults)

    def _faults(self) -> Iterator[tuple[str, str]]:
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            yield "age_to", gettext("The highest age is below the lowest. Change one of them.")
        if self.is_free and self.price:
            yield "price", gettext("It is marked as free. Take the mark away, or leave the price empty.")
        if not self.is_free and not self.price:
            yield "price", gettext("Write what it costs, or mark it as free.")
        if self.registration_last_day and not self.registration_ways:
            yield "registration_last_day", gettext("Write where people sign up, or leave the last day empty.")

    @property
    def ages(self) -> str:
        """Whom it suits, in words."""
        if self.age_from is not None and self.age_to is not None:
            return gettext("%(lowest)s–%(highest)s years") % {"lowest": self.age_from, "highest": self.age_to}  # for readers
        if self.age_from is not None:
            return gettext("from %(lowest)s years") % {"lowest": self.age_from}  # for readers
        if self.age_to is not None:
            return gettext("up to %(highest)s years") % {"highest": self.age_to}  # for readers
        return gettext("all ages")  # for readers

    @property
    def cost(self) -> str:
        """What it costs, in words."""
        return gettext("Free of charge") if self.is_free else self.price  # for readers

    @property
    def registration_ways(self) -> list[str]:
        """Where one signs up, as they are written: address, e-mail, telephone. Empty when one can simply come."""
        return [way for way in (self.registration_url, self.registration_email, self.registration_phone) if way]

    @property
    def registration_closes(self) -> datetime | None:
        """The first moment when it is too late to sign up; None without a last day."""
        return midnight_after(self.registration_last_day) if self.registration_last_day else None

    @cached_property
    def spans(self) -> list[Span]:
        """Every occasion, the earliest first."""
        return sorted((occasion.span for occasion in self.occasions.all()), key=lambda span: span.start)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `coming` and `shown` (spans), `has_been`, `is_closed` (too late to sign up), `file` (the calendar's path)."""
        context = super().get_context(request, *args, **kwargs)
        now, closes = timezone.now(), self.registration_closes
        coming = [span for span in self.spans if not span.is_over(now)]
        for moment in (*(span.over_at for span in coming), closes):
            page_cache.hold_until(request, moment if moment and moment > now else None)
        context.update(
            coming=coming,
            # Of what has been, the last time is enough.
            shown=coming or self.spans[-1:],
            has_been=bool(self.spans) and not coming,
            is_closed=bool(closes and closes <= now),
            file=f"{self.get_url(request)}{FILE}",
        )
        return context

    @path(f"{FILE}/")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """The coming occasions as a file; 404 when none is left."""
        now, municipality = timezone.now(), settings_of(self)
        coming = [span for span in self.spans if not span.is_over(now)]
        if not coming:
            raise Http404
        page_cache.hold_until(request, min(span.over_at for span in coming))
        frame = Frame(
            name=self.title,
            address=municipality.absolute(f"{self.get_url(request)}{FILE}"),
            language=get_language() or "",
            sender=municipality.municipality_name,
        )
        return calendar_answer(self.entries(coming, municipality, request), frame, file_name=f"{self.slug}.ics")

    def entries(self, spans: list[Span], municipality: SiteSettings, request: HttpRequest) -> Iterator[Entry]:
        """Calendar entries of these occasions. One that is moved to another time is another entry."""
        address = municipality.absolute(self.get_url(request) or "/")
        for span in spans:
            yield Entry(
                key=f"activity/{self.translation_key}/{self.locale_id}/{span.start.timestamp():.0f}",
                span=span,
                title=self.title,
                changed=self.last_published_at or span.start,
                description="\n\n".join(filter(None, (self.introduction, self._signing_up(), address))),
                place=", ".join(filter(None, (self.place, self.address))),
                url=address,
            )

    def _signing_up(self) -> str:
        if not self.registration_ways:
            return ""
        ways = ", ".join(self.registration_ways)
        if self.registration_last_day:
            return gettext("Sign up by %(day)s: %(way)s") % {  # for readers
                "day": day_in_words(self.registration_last_day),
                "way": ways,
            }
        return gettext("Sign up: %(way)s") % {"way": ways}  # for readers


class OccasionQuerySet(models.QuerySet):
    """Occasions in the database."""

    def coming(self, now: datetime) -> OccasionQuerySet:
        """Those that are not over at `now`, as Span.is_over counts."""
        today = midnight(local_day(now))
        return self.filter(models.Q(end__gt=now) | models.Q(end__isnull=True, start__gte=today))


class ActivityOccasion(models.Model):
    """One time when the activity happens."""

    page = ParentalKey(ActivityPage, on_delete=models.CASCADE, related_name="occasions")
    start = models.DateTimeField(_("starts"))
    end = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Empty: it stays in the list until midnight."))

    objects = OccasionQuerySet.as_manager()

    panels = [FieldRowPanel([FieldPanel("start"), FieldPanel("end")])]

    class Meta:
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        ordering = ["start", "pk"]
        indexes = [models.Index(fields=["end"]), models.Index(fields=["start"])]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        """An occasion ends after it starts, in a year that an event can be in."""
        super().clean()
        if faults := {name: fault for name in ("start", "end") if (fault := year_fault(getattr(self, name)))}:
            raise ValidationError(faults)
        if self.start and self.end and self.end <= self.start:
            raise ValidationError({"end": gettext("The occasion ends before it starts. Change one of the times.")})

    @property
    def span(self) -> Span:
        """When it happens."""
        return Span(self.start, self.end)
