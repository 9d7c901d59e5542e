"""Unsubscribing (RFC 8058): GET shows a page and changes nothing, POST acts; each choice can be undone on the same page.

A letter on a topic offers two choices: no more letters on that topic, or none at all. The signed link is the credential.
It works without cookie and session, so these views need no CSRF token.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kampanj.audience.models import Suppression, Topic
from kampanj.audience.suppression import lift, suppress
from kampanj.content import public_forms
from kampanj.content.signed_pages import broken_link, signed_page, too_many
from kampanj.distribution.links import Unsubscription, read_unsubscribe_token

# Presses of one reader's buttons, from one network in an hour.
PRESSED, PRESSED_AN_HOUR = "unsubscribe", 60
UNSUBSCRIBED = Suppression.Reason.UNSUBSCRIBED


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind “Avregistrera” and the mail programs' own button."""
    try:
        link = read_unsubscribe_token(token)
    except (signing.BadSignature, ValueError):
        return broken_link(request)
    topic = Topic.objects.filter(pk=link.topic_id).first() if link.topic_id is not None else None
    with translation.override(link.language):
        if request.method == "POST":
            # By link as well as by network: a mail provider presses the button for all its readers from a few addresses.
            if public_forms.is_one_too_many(request, f"{PRESSED}.{link.address_key}", an_hour=PRESSED_AN_HOUR):
                return too_many(request)
            _act(link, topic, request.POST.get("action", ""))
        return signed_page(
            request,
            "kampanj/web/unsubscribe.html",
            was_posted=request.method == "POST",
            was_undone=request.POST.get("action", "").startswith("undo"),
            **_state(link, topic),
        )


def _act(link: Unsubscription, topic: Topic | None, action: str) -> None:
    """Carry out a button of the page; a mail program's button sends none and means the letter's topic, else all letters."""
    if action == "undo":
        lift(link.address_key, UNSUBSCRIBED)
    elif action == "undo_topic":
        if topic is not None:
            lift(link.address_key, UNSUBSCRIBED, topic=topic)
    elif action == "all":
        suppress(link.address_key, UNSUBSCRIBED)
    else:
        suppress(link.address_key, UNSUBSCRIBED, topic=topic)


def _state(link: Unsubscription, topic: Topic | None) -> dict[str, Any]:
    """What the reader has chosen so far, and the topic's name: bare, and marked as the language that editors write in."""
    chosen = Suppression.objects.filter(address_key=link.address_key, reason=UNSUBSCRIBED)
    name = topic.name if topic else ""
    return {
        "topic": name,
        "marked_topic": format_html('<bdi lang="{}">{}</bdi>', settings.LANGUAGE_CODE, name) if name else "",
        "is_suppressed": chosen.filter(topic=None).exists(),
        "is_suppressed_by_topic": topic is not None and chosen.filter(topic=topic).exists(),
    }
