"""Which pages a reader can open at this moment, asked in one question where Wagtail's `public()` asks two."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left, Length
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.query import PageQuerySet


def is_restricted() -> Exists:
    """For a query of pages: whether the page, or one above it, is kept for those who log in or know a password.

    An alias is kept for those for whom its source is, as Wagtail has it.
    """
    kept = PageViewRestriction.objects.annotate(
        beginning=Left(OuterRef("path"), Length("page__path")),
        beginning_as_alias=Left(OuterRef("path"), Length("page__aliases__path")),
    )
    return Exists(kept.filter(Q(beginning=F("page__path")) | Q(beginning_as_alias=F("page__aliases__path"))))


def readable_now(pages: PageQuerySet) -> PageQuerySet:
    """Those of the pages that are live, open to everybody, and whose time is not over, unpublished by the clock or not yet."""
    return pages.live().filter(~is_restricted()).exclude(expire_at__lte=timezone.now())
