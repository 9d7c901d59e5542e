"""What was sent or approved is a record and stays: a delete that would break one gets a sentence instead of an error page."""

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
from wagtail.models import Page

from kampanj.audience.models import School, Topic
from kampanj.channels.lms.models import LearningPlatform
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import Edition
from kampanj.distribution.handout.models import HandoutRound
from kampanj.distribution.models import Mailing


def why_it_must_stay(instances: Iterable[models.Model]) -> str:
    """One translated sentence about the first instance that a record points at; empty when all may be deleted."""
    for instance in instances:
        if isinstance(instance, HelpLine) and Edition.objects.filter(snapshot__help_lines__has_key=str(instance.pk)).exists():
            return _(
                "“%(name)s” cannot be deleted: it stands in what has been sent or exported. Take it out of the pages instead."
            ) % {"name": instance}
        if isinstance(instance, Topic) and (mailing := Mailing.objects.filter(topic=instance).first()):
            return _(
                "The topic “%(name)s” cannot be deleted: the mailing “%(mailing)s” is about it. Choose another topic for the"
                " mailing if it is still a draft; otherwise keep the topic."
            ) % {"name": instance, "mailing": mailing}
        if isinstance(instance, HandoutRound) and instance.is_record:
            return _("“%(name)s” has been counted, printed or ended, and is kept. A round that is not to be is cancelled.") % {
                "name": instance
            }
        if isinstance(instance, School) and instance.children.exists():
            return _(
                "The school “%(name)s” cannot be deleted: children in the roster go there. Read in a roster without it first."
            ) % {"name": instance}
        if isinstance(instance, LearningPlatform) and instance.schools.exists():
            return _("“%(name)s” cannot be deleted: schools use it. Choose another learning platform for them first.") % {
                "name": instance
            }
        collector = Collector(using=instance._state.db or "default", origin=instance)
        try:
            collector.collect([instance])
        except ProtectedError as fault:
            kinds = sorted({str(found._meta.verbose_name) for found in fault.protected_objects})
            return _("“%(name)s” cannot be deleted: it is part of a record that is kept (%(kinds)s).") % {
                "name": instance,
                "kinds": ", ".join(kinds),
            }
    return ""


def _refuse(
    request: HttpRequest, instances: Iterable[models.Model], *, back_to: str = "wagtailadmin_home"
) -> HttpResponse | None:
    reason = why_it_must_stay(instances)
    if not reason:
        return None
    messages.error(request, reason)
    return redirect(back_to)


@hooks.register("before_delete_snippet")
def keep_snippet(request: HttpRequest, instances: Sequence[models.Model]) -> HttpResponse | None:
    """Mailings, topics and schools that something has been sent to or about: back to the list they stand in."""
    return _refuse(
        request, instances, back_to=f"wagtailsnippets_{instances[0]._meta.app_label}_{instances[0]._meta.model_name}:list"
    )


@hooks.register("before_delete_page")
def keep_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Campaigns with frozen editions, also when a page above them is deleted."""
    return _refuse(request, page.get_descendants(inclusive=True).specific())


@hooks.register("before_bulk_action")
def keep_in_bulk(request: HttpRequest, action_type: str, objects: Sequence[models.Model], view: Any) -> HttpResponse | None:
    """The same for the boxes ticked in a list."""
    if action_type != "delete":
        return None
    pages = [page for chosen in objects if isinstance(chosen, Page) for page in chosen.get_descendants(inclusive=True).specific()]
    return _refuse(request, [*pages, *(chosen for chosen in objects if not isinstance(chosen, Page))])
