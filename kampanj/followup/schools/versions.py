"""Which editions a mailing's schools are given: those of the newest version that somebody has approved for them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from django.db.models import Q, QuerySet

from kampanj.content.models import Edition
from kampanj.distribution.models import Approval, ApprovedLetter, Mailing, MailingRun


def newest_approved(mailing: Mailing) -> list[ApprovedLetter]:
    """The letters, with their editions, of the newest version that somebody has approved for the schools of a first mailing.

    That is the mailing's own or its latest notice's; what was cancelled before it began counts for nothing. In the order of
    the campaign's languages, its own first; empty when nothing is approved.
    """
    approval = standing().filter(Q(mailing=mailing.pk) | Q(mailing__follows=mailing.pk)).order_by("-created_at", "-pk").first()
    return list(approval.letters.select_related("edition__page", "edition__revision").order_by("pk")) if approval else []


def standing() -> QuerySet[Approval]:
    """The approvals that give schools a version: of mailings and of notices, unless they were cancelled before they began."""
    never_began = Q(mailing__run__state=MailingRun.State.CANCELLED, mailing__run__started_at=None)
    return Approval.objects.exclude(mailing__kind=Mailing.Kind.REMINDER).exclude(never_began)


def editions_of(mailing: Mailing) -> list[Edition]:
    """One edition for each approved language, in the order of approval; empty before the mailing is approved."""
    return [letter.edition for letter in newest_approved(mailing)]


def version_of(*editions: Edition) -> str:
    """What a receipt says was fetched: an edition's fingerprint; of several together one hash (64 hexadecimal digits)."""
    return version_of_prints([edition.fingerprint for edition in editions])


def version_of_prints(prints: Collection[str]) -> str:
    """The same of fingerprints, in whatever order."""
    return next(iter(prints)) if len(prints) == 1 else hashlib.sha256(":".join(sorted(prints)).encode()).hexdigest()


def current_versions(prints: Collection[str]) -> set[str]:
    """What receipts for editions with these fingerprints, each by itself or all together, say was fetched."""
    return {*prints, version_of_prints(prints)} if prints else set()
