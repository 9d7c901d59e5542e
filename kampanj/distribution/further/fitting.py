"""What a mailing with a reminder, or one that follows another, must look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kampanj.audience.models import Segment

if TYPE_CHECKING:
    from kampanj.distribution.models import Mailing


def demand(mailing: Mailing) -> None:
    """ValidationError when guardians would be reminded of a package, or when a further letter leaves its mailing's recipients."""
    if mailing.remind_after_days and (mailing.follows_id or _is_to_guardians(mailing)):
        message = _("Only a first letter to schools can have a reminder. Leave this empty.")
        raise ValidationError({"remind_after_days": message})
    first = mailing.follows
    if first is None:
        return
    if mailing.campaign_id != first.campaign_id:
        raise ValidationError(
            {"campaign": _("This letter follows another: choose the same campaign, “%(name)s”.") % {"name": first.campaign}}
        )
    if mailing.segment_id != first.segment_id:
        raise ValidationError(
            {"segment": _("This letter follows another: choose the same segment, “%(name)s”.") % {"name": first.segment}}
        )


def _is_to_guardians(mailing: Mailing) -> bool:
    return mailing.segment_id is not None and mailing.segment.kind != Segment.Kind.SCHOOLS
