"""The event block: something to come to, with its day, its place and the way to register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.stream_block import StreamValue
from wagtail.blocks.struct_block import StructBlockValidationError, StructValue
from wagtail.fields import StreamField
from wagtail.models import Page

from kampanj.content import page_cache
from kampanj.content.calendar.times import Span, local_day, midnight_after, year_fault
from kampanj.content.faces import FacedBlock


class EventValue(StructValue):
    """What an editor has written about an event."""

    @property
    def span(self) -> Span | None:
        """When it happens; None while a draft does not say."""
        return Span.of(self.get("start"), self.get("end"))

    @property
    def registration(self) -> str:
        """Where to register, as an address (https or mailto); empty when nobody has to."""
        if self.get("registration_email"):
            return f"mailto:{self['registration_email']}"
        return self.get("registration_url") or ""

    @property
    def closes_at(self) -> datetime | None:
        """The first moment when it is too late to register: after the last day, at the latest when the event is over."""
        if self.span is None or not self.registration:
            return None
        last_day: date | None = self.get("registration_last_day")
        return min(midnight_after(last_day), self.span.over_at) if last_day else self.span.over_at

    @property
    def where(self) -> str:
        """Place and street address in one line."""
        return ", ".join(part for part in (self.get("place"), self.get("address")) if part)


class EventBlock(FacedBlock):
    """Something to come to. The web says when it has been; a letter or a package only says the date."""

    folder = "event"
    title = blocks.CharBlock(label=gettext_lazy("What"), max_length=120)
    start = blocks.DateTimeBlock(label=gettext_lazy("Starts"))
    end = blocks.DateTimeBlock(
        label=gettext_lazy("Ends"), required=False, help_text=gettext_lazy("Empty: the page says that it has been from midnight.")
    )
    place = blocks.CharBlock(label=gettext_lazy("Place"), max_length=120, required=False)
    address = blocks.CharBlock(label=gettext_lazy("Street address"), max_length=160, required=False)
    online_url = blocks.URLBlock(label=gettext_lazy("Link, if it is online"), required=False)
    registration_url = blocks.URLBlock(label=gettext_lazy("Sign up at this address"), required=False)
    registration_email = blocks.EmailBlock(label=gettext_lazy("Or by e-mail to"), required=False)
    registration_last_day = blocks.DateBlock(label=gettext_lazy("Last day to sign up"), required=False)
    text = blocks.TextBlock(label=gettext_lazy("Short text"), max_length=400, rows=2, required=False)

    class Meta:
        icon = "date"
        label = gettext_lazy("Event")
        label_format = "{title}"
        description = gettext_lazy("Something to come to: day, place, registration. Readers can add it to their calendar.")
        value_class = EventValue

    def get_preview_value(self) -> Any:
        """An evening in two weeks, so that the preview shows what is to come."""
        starts = midnight_after(timezone.localdate() + timedelta(days=13)) + timedelta(hours=18)
        return self.to_python(
            {
                "title": "Föreläsning om livet på nätet (exempel)",
                "start": starts.isoformat(),
                "end": (starts + timedelta(hours=2)).isoformat(),
                "place": "Aulan",
                "address": "Skolgatan 1",
                "registration_url": "https://www.example.org/anmalan",
                "registration_last_day": (starts - timedelta(days=3)).date().isoformat(),
                "text": "Du som är vårdnadshavare är välkommen. Det kostar inget.",
            }
        )

    def clean(self, value: Any) -> Any:
        """Ends after it starts, happens somewhere, is registered for in one way and in time."""
        cleaned = super().clean(value)
        faults = {name: ValidationError(sentence) for name, sentence in _faults(cleaned)}
        if not self.is_deferred_validation:
            faults = {name: ValidationError(sentence) for name, sentence in _gaps(cleaned)} | faults
        if faults:
            raise StructBlockValidationError(faults)
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds `calendar_url` (a path; empty while the block stands on no stored page), `has_been`, `may_register`.

        Only a page that is read now knows what has been: what leaves as a file or a letter is true whenever it is opened.
        """
        context = super().get_context(value, parent_context=parent_context)
        now = timezone.now()
        is_read_now = context.get("channel", "web") == "web" and context.get("edition") is None
        context["calendar_url"] = calendar_path(context.get("page"), value)
        context["has_been"] = is_read_now and value.span is not None and value.span.is_over(now)
        context["may_register"] = bool(value.registration) and not (is_read_now and value.closes_at and value.closes_at <= now)
        if is_read_now and value.span is not None:
            for moment in (value.closes_at, value.span.over_at):
                page_cache.hold_until(context.get("request"), moment if moment and moment > now else None)
        return context


def _faults(value: EventValue) -> Iterator[tuple[str, str]]:
    """(field, sentence) of what cannot be, in a draft either."""
    for name in ("start", "end", "registration_last_day"):
        if fault := year_fault(value[name]):
            yield name, fault
    span = value.span
    if span and span.end and span.end <= span.start:
        yield "end", _("The event ends before it starts. Change one of the times.")
    if value["registration_url"] and value["registration_email"]:
        yield "registration_email", _("Choose an address or an e-mail to sign up: one of them, not both.")
    last_day = value["registration_last_day"]
    if last_day and not year_fault(last_day) and span and last_day > local_day(span.start):
        yield "registration_last_day", _("The last day to sign up is after the event has started. Choose an earlier day.")


def _gaps(value: EventValue) -> Iterator[tuple[str, str]]:
    """(field, sentence) of what a draft need not say yet, but an event that is published must."""
    if not value["place"] and not value["online_url"]:
        yield "place", _("Write a place, or the link if it is online.")
    if value["registration_last_day"] and not value.registration:
        yield "registration_last_day", _("Write where people sign up, or leave the last day empty.")


def events_on(page: Page) -> Iterator[tuple[str, EventValue]]:
    """(block id, value) of every event in the page's StreamFields, however deep; a block that was never saved has no id."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _events_in(getattr(page, field.name))


def _events_in(value: Any) -> Iterator[tuple[str, EventValue]]:
    if isinstance(value, StreamValue):
        for child in value:
            if isinstance(child.value, EventValue) and child.id:
                yield child.id, child.value
            else:
                yield from _events_in(child.value)
    elif isinstance(value, StructValue):
        for part in value.values():
            yield from _events_in(part)
    elif isinstance(value, ListValue):
        for part in value:
            yield from _events_in(part)


def calendar_path(page: Page | None, event: EventValue) -> str:
    """The path of the event's calendar file, found by the very object that is being drawn; empty when it is not stored."""
    if page is None or page.pk is None or event.span is None:
        return ""
    found = (block_id for block_id, value in events_on(page) if value is event)
    return next((reverse("event_calendar", args=(page.pk, block_id)) for block_id in found), "")
