"""Making a mailing, and saying in words what it will do."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.audience import selection
from kampanj.audience.models import Segment
from kampanj.audience.segments import wording
from kampanj.content.models import campaign_by_slug
from kampanj.distribution import approval, scheduling
from kampanj.distribution.exceptions import DistributionError, UnknownMailing, UnknownSegment
from kampanj.distribution.further import choosing
from kampanj.distribution.models import Approval, Mailing, MailingRun
from kampanj.distribution.sending import hours
from kampanj.municipality.quoting import quoted


def segment_named(name: str) -> Segment:
    """The segment with this name; UnknownSegment names those there are."""
    segment = Segment.objects.filter(name=name).first()
    if segment is None:
        known = ", ".join(quoted(known) for known in Segment.objects.values_list("name", flat=True))
        raise UnknownSegment(
            _("There is no segment “%(name)s”. Known segments: %(known)s.") % {"name": name, "known": known or "–"}
        )
    return segment


def mailing_with_id(written: str) -> Mailing:
    """The mailing with this id; UnknownMailing otherwise."""
    mailing = Mailing.objects.filter(pk=int(written)).first() if written.isdecimal() else None
    if mailing is None:
        raise UnknownMailing(_("There is no mailing with id %(id)s.") % {"id": written})
    return mailing


def make_mailing(*, slug: str, segment_name: str, at: str | None, is_approved: bool) -> Mailing:
    """A mailing made from the command line, in the system user's name: sent for approval, or approved at once.

    Everything is checked first, and what is slow is drawn then; on any fault nothing is left behind.
    """
    campaign = campaign_by_slug(slug)
    segment = segment_named(segment_name)
    wall = scheduling.read_wall_time(at) if at is not None else None
    mailing = Mailing(
        name=f"{campaign.title} – {segment.name}"[:120],
        campaign=campaign,
        segment=segment,
        send_date=wall.date() if wall else None,
        send_time=wall.time() if wall else None,
        live=False,
    )
    # Both ways the letters are made once now, so that what cannot be sent is told here and not at the approval.
    approval.demand_approvable(mailing)
    return _stored(mailing, is_approved=is_approved)


@transaction.atomic
def _stored(mailing: Mailing, *, is_approved: bool) -> Mailing:
    user = approval.system_user()
    mailing.save()
    revision = mailing.save_revision(user=user)
    if is_approved:
        approval.approve(mailing, revision, approver=user, requested_by=user, via=Approval.Via.COMMAND_LINE)
    else:
        workflow = mailing.get_workflow()
        if workflow is None:
            raise DistributionError(_("There is no workflow for mailings. Run “manage.py migrate”."))
        workflow.start(mailing, user)
    return mailing


def sentence(mailing: Mailing, *, when: str = "") -> str:
    """What sending will do: “Send 57 letters to guardians in year 7–9, Monday 14 December 2026 07:30.”

    `when` stands in place of the mailing's own time. When that lies outside the hours that are set, it says when it begins.
    """
    is_begun = hasattr(mailing, "run") and mailing.run.state != MailingRun.State.PLANNED
    later = "" if when or is_begun else hours.begins(mailing)
    count = choosing.count(mailing)
    letters = ngettext("%(count)s letter", "%(count)s letters", count) % {"count": count}
    if mailing.wall_time is None:
        when = when or _("as soon as it is approved")
    elif not when:
        moment = scheduling.moment_of(mailing.wall_time, settings.TIME_ZONE)
        when = formats.date_format(timezone.localtime(moment), "l j F Y H:i")
    when = f"{when}; {later}" if later else when
    to = wording.in_words(selection.Limits.of(mailing.segment))
    return _("Send %(letters)s to %(segment)s, %(when)s.") % {"letters": letters, "segment": to, "when": when}
