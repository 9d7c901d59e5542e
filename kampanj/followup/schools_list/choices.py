"""Which schools a further letter is for, after what they have fetched: handed in to distribution at start."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.signals import post_save
from django.utils import timezone

from kampanj.audience.models import School
from kampanj.distribution.further import choosing, reminding
from kampanj.distribution.models import Mailing
from kampanj.followup.models import Receipt
from kampanj.followup.schools.links import usual_end
from kampanj.followup.schools.models import SchoolLink
from kampanj.followup.schools.versions import current_versions


def without_receipt(first: Mailing, _fingerprints: Collection[str]) -> QuerySet[School, Any]:
    """The keys of the schools that have fetched nothing of a mailing."""
    fetched = Receipt.objects.filter(mailing=first).order_by().values("school")
    return _with_working_link(first).exclude(pk__in=fetched).order_by().values("pk")


def with_older_version(first: Mailing, fingerprints: Collection[str]) -> QuerySet[School, Any]:
    """The keys of the schools that have fetched something of a mailing, but none of these editions."""
    fetched = Receipt.objects.filter(mailing=first).order_by()
    current = fetched.filter(version__in=current_versions(fingerprints))
    holding = _with_working_link(first).filter(pk__in=fetched.values("school"))
    return holding.exclude(pk__in=current.values("school")).order_by().values("pk")


def _with_working_link(first: Mailing) -> QuerySet[School]:
    """The schools whose link in the mailing's letters works: a further letter has the same one.

    A school that was given another link after its own was withdrawn has that by other ways, and keeps it.
    """
    rows = SchoolLink.objects.filter(mailing=first)
    dead = Q(revoked_at__isnull=False) | Q(generation__gt=1)
    now = timezone.now()
    end = usual_end(first)
    if end is not None and end <= now:
        return School.objects.filter(pk__in=rows.exclude(dead).filter(expires_at__gt=now).values("school"))
    return School.objects.exclude(pk__in=rows.filter(dead | Q(expires_at__lte=now)).values("school"))


def stop_reminder(instance: Receipt, created: bool, **kwargs: Any) -> None:
    """Receiver of a receipt's post_save: a reminder that still waits for this school does not leave."""
    if created:
        reminding.needless(instance.mailing_id, instance.school_id)


def connect() -> None:
    """Called once at start."""
    choosing.hand_in(Mailing.Kind.REMINDER, without_receipt)
    choosing.hand_in(Mailing.Kind.NEW_VERSION, with_older_version)
    post_save.connect(stop_reminder, sender=Receipt, dispatch_uid="kampanj.stop_reminder")
