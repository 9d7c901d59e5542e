"""An event's calendar file. Letters lead here for as long as its page is there."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from kampanj.content import page_cache
from kampanj.content.calendar.blocks import EventValue, events_on
from kampanj.content.calendar.ical import Entry, Frame, calendar_answer
from kampanj.content.calendar.times import Span
from kampanj.content.calendar.wording import day_in_words
from kampanj.content.edition import settings_of
from kampanj.content.served import ServedPage


@require_safe
def event_calendar(request: HttpRequest, page_id: int, block_id: uuid.UUID) -> HttpResponse:
    """The file of one event; 410 when its page's time is over, 404 when the page or the event is not there for everybody."""
    found = Page.objects.filter(pk=page_id).select_related("locale").first()
    page = found.specific if found else None
    if not isinstance(page, ServedPage) or page.get_view_restrictions().exists():
        raise Http404
    if page.is_gone:
        return page.say_gone_elsewhere(request)
    with translation.override(page.locale.language_code):
        event = next((value for key, value in events_on(page) if key == str(block_id)), None)
        if not page.live or event is None or event.span is None:
            raise Http404
        page_cache.keep(request)
        return _answer(request, page, event, span=event.span, key=str(block_id))


def _answer(request: HttpRequest, page: ServedPage, event: EventValue, *, span: Span, key: str) -> HttpResponse:
    municipality = settings_of(page)
    web_url = municipality.absolute(page.get_url(request) or "/")
    entry = Entry(
        # A copied page has the same block ids.
        key=f"event/{page.translation_key}/{page.pk}/{key}",
        span=span,
        title=event["title"],
        changed=page.last_published_at or span.start,
        description="\n\n".join(filter(None, (event["text"], _registration(event), event["online_url"], web_url))),
        place=event.where or event["online_url"],
        url=web_url,
    )
    frame = Frame(
        name=event["title"],
        address=municipality.absolute(request.path),
        language=page.locale.language_code,
        sender=municipality.municipality_name,
    )
    return calendar_answer([entry], frame, file_name=f"{page.slug}.ics")


def _registration(event: EventValue) -> str:
    way = event["registration_email"] or event["registration_url"]
    if not way:
        return ""
    if event["registration_last_day"]:
        return _("Sign up by %(day)s: %(way)s") % {"day": day_in_words(event["registration_last_day"]), "way": way}
    return _("Sign up: %(way)s") % {"way": way}
