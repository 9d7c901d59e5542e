"""What the page on which a mailing is followed shows of its schools."""

from __future__ import annotations

from kampanj.audience.models import Segment
from kampanj.distribution.deliveries.panels import Panel
from kampanj.distribution.models import Mailing
from kampanj.followup.schools.versions import newest_approved
from kampanj.followup.schools_list.rows import Schools, schools_of
from kampanj.municipality.models import User


def schools_followed(mailing: Mailing, _user: User) -> Schools | None:
    """The schools of a first mailing that has been approved; None for any other."""
    if mailing.follows_id or not hasattr(mailing, "approval") or mailing.approval.limits["kind"] != Segment.Kind.SCHOOLS:
        return None
    return schools_of(mailing, newest_approved(mailing))


PANEL = Panel("schools", "kampanj/desk/schools/panel.html", schools_followed)
