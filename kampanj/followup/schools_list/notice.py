"""The notice of a new version: a mailing that follows the first one, with everything filled in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kampanj.distribution.further.drafting import drafted
from kampanj.distribution.models import Mailing
from kampanj.municipality.models import User


def draft_of(mailing: Mailing) -> Mailing | None:
    """The notice that somebody has begun and nobody has approved; None when there is none."""
    notices = mailing.followers.filter(kind=Mailing.Kind.NEW_VERSION, approval=None)
    return notices.order_by("-created_at").first()


def make_notice(mailing: Mailing, *, user: User) -> Mailing:
    """A draft in this user's name, to the schools that have an older version; it leaves as soon as it is approved."""
    notice = drafted(mailing, Mailing.Kind.NEW_VERSION, ending=_(" – new version"))
    notice.save()
    notice.save_revision(user=user, log_action=True)
    return notice
