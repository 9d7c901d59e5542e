"""Schools' links: whether they work, taking one back, giving a new one, and what a token opens.

A link works for `SiteSettings.school_link_days` days from the mailing's time. Only what differs from that is a row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import School
from kampanj.content.edition import settings_of
from kampanj.distribution.links import PackageLink, package_token
from kampanj.distribution.models import Mailing
from kampanj.distribution.states import take_out_school
from kampanj.followup.schools.models import SchoolLink
from kampanj.municipality.models import SiteSettings

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Person = AbstractBaseUser | AnonymousUser | None


class LinkState(models.TextChoices):
    """Whether a school's link opens its page."""

    OPEN = "open", _("works")
    REVOKED = "revoked", _("revoked")
    EXPIRED = "expired", _("has expired")
    NOT_APPROVED = "not_approved", _("the mailing is not approved")


@dataclass(frozen=True)
class Standing:
    """A school's link in one mailing: its state, until when it works (aware; None before approval), and which one it is."""

    state: LinkState
    expires_at: dt.datetime | None
    generation: int = 1


def state_of(mailing: Mailing, school: School) -> Standing:
    """How the school's link of this mailing stands now."""
    return states_of(mailing, [school])[school.pk]


def states_of(mailing: Mailing, schools: Iterable[School]) -> dict[int, Standing]:
    """School's primary key → how its link stands now; three queries however many schools there are."""
    keys = [school.pk for school in schools]
    rows = {row.school_id: row for row in SchoolLink.objects.filter(mailing=mailing, school__in=keys)}
    usual = usual_end(mailing)
    return {key: _standing(rows.get(key), usual) for key in keys}


def _standing(row: SchoolLink | None, usual: dt.datetime | None) -> Standing:
    generation = row.generation if row else 1
    if usual is None:
        return Standing(LinkState.NOT_APPROVED, None, generation)
    end = (row.expires_at if row else None) or usual
    if row and row.revoked_at:
        return Standing(LinkState.REVOKED, end, generation)
    return Standing(LinkState.EXPIRED if end <= timezone.now() else LinkState.OPEN, end, generation)


def usual_end(mailing: Mailing) -> dt.datetime | None:
    """Until when the mailing's links work by themselves (aware); None before it is approved."""
    if not hasattr(mailing, "approval"):
        return None
    begins = [mailing.approval.created_at]
    if hasattr(mailing, "run"):
        begins.append(mailing.run.started_at or mailing.run.due_at)
    return max(begins) + dt.timedelta(days=_days(mailing))


def _days(mailing: Mailing) -> int:
    return int(settings_of(mailing.campaign).school_link_days)


@transaction.atomic
def revoke(mailing: Mailing, school: School, *, by: Person = None) -> Standing:
    """Every link of the school in this mailing stops working at once; logged, and harmless to repeat."""
    row = _row(mailing, school)
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        # What waits would lead to a page that is closed.
        followers = mailing.followers.values_list("pk", flat=True)
        take_out_school([mailing.pk, *followers], school.pk)
        _log(AudienceEvent.Action.LINK_REVOKED, mailing, school, by)
    return state_of(mailing, school)


@transaction.atomic
def renew(mailing: Mailing, school: School, *, by: Person = None) -> Standing:
    """The link works again, as long as a new one does: the same if it had expired; after a revocation another one (`address`)."""
    row = _row(mailing, school)
    if row.revoked_at:
        row.generation += 1
    row.revoked_at, row.expires_at = None, timezone.now() + dt.timedelta(days=_days(mailing))
    row.save()
    _log(AudienceEvent.Action.LINK_RENEWED, mailing, school, by)
    return state_of(mailing, school)


def _row(mailing: Mailing, school: School) -> SchoolLink:
    row, _is_new = SchoolLink.objects.select_for_update().get_or_create(mailing=mailing, school=school)
    return row


def _log(action: AudienceEvent.Action, mailing: Mailing, school: School, by: Person) -> None:
    record(action, by=by, subject=without_at(school.name), mailing=without_at(str(mailing)))


def without_at(text: str) -> str:
    """The text as the log takes it: it refuses whatever could be an address."""
    return text.replace("@", " at ")


def address(mailing: Mailing, school: School, language: str, *, generation: int | None = None) -> str:
    """The absolute address of the school's page in a language, as it works now; `generation` if the caller knows it."""
    if generation is None:
        generation = state_of(mailing, school).generation
    return address_at(settings_of(mailing.campaign), PackageLink(school.pk, mailing.pk, language, generation))


def address_at(municipality: SiteSettings, link: PackageLink) -> str:
    """The absolute address that a link has on a municipality's site."""
    return municipality.absolute(reverse("kampanj_package", args=[package_token(link)]))
