"""A segment that something uses stays, and the desk says what uses it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models.deletion import Collector, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks

from kampanj.audience.models import Segment

NAMED = 3


def why_it_must_stay(segment: Segment) -> str:
    """One translated sentence that names what uses the segment and what to do; empty when it may be deleted."""
    takers = segment.taken_from.order_by("name")
    if takers:
        return _("“%(name)s” cannot be deleted: %(users)s takes away its members. Untick it there first.") % {
            "name": segment,
            "users": _named(takers),
        }
    users = _protected_by(segment)
    if users:
        # What has been sent is a record, too, and keeps the name of whom it was sent to.
        return _(
            "“%(name)s” cannot be deleted: %(users)s uses it. In a draft, choose another segment first."
            " What is approved keeps its segment."
        ) % {"name": segment, "users": _named(users)}
    return ""


def _protected_by(segment: Segment) -> list[models.Model]:
    """What of later rooms points at the segment and forbids to delete it; this room does not know what they are."""
    collector = Collector(using=segment._state.db or "default", origin=segment)
    try:
        collector.collect([segment])
    except ProtectedError as fault:
        return sorted(fault.protected_objects, key=str)
    return []


def _named(users: Iterable[models.Model]) -> str:
    names = [_("%(kind)s “%(name)s”") % {"kind": found._meta.verbose_name, "name": found} for found in users]
    more = [_("%(number)s more") % {"number": len(names) - NAMED}] if len(names) > NAMED else []
    return ", ".join([*names[:NAMED], *more])


def _refuse(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    reasons = [why_it_must_stay(instance) for instance in instances if isinstance(instance, Segment)]
    reasons = [reason for reason in reasons if reason]
    for reason in reasons:
        messages.error(request, reason)
    return redirect("wagtailsnippets_kampanj_segment:list") if reasons else None


# Before the hook of a later room, which knows less about segments.
@hooks.register("before_delete_snippet", order=-10)
def keep_segment(request: HttpRequest, instances: Sequence[models.Model]) -> HttpResponse | None:
    """The delete page, and the boxes ticked in the list."""
    return _refuse(request, instances)


@hooks.register("before_bulk_action", order=-10)
def keep_segments(request: HttpRequest, action_type: str, objects: Sequence[models.Model], view: Any) -> HttpResponse | None:
    """The same once more when the bulk delete is confirmed."""
    return _refuse(request, objects) if action_type == "delete" else None
