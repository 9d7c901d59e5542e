"""What the page on which a mailing is followed shows of its archive."""

from __future__ import annotations

from kampanj.distribution.deliveries.panels import Panel
from kampanj.distribution.models import Mailing
from kampanj.followup.archive.models import Archive
from kampanj.followup.archive.views import MAY_SEE
from kampanj.municipality.models import User


def archive_followed(mailing: Mailing, user: User) -> Archive | None:
    """The mailing's archive, for those who may see archives; None while there is none."""
    return Archive.objects.filter(mailing=mailing).first() if user.has_perm(MAY_SEE) else None


PANEL = Panel("archive", "kampanj/desk/archive/panel.html", archive_followed)
