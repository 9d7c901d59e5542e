"""Sending at once: one person, a written reason, no second pair of eyes until afterwards."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.distribution import approval
from kampanj.distribution.exceptions import ApprovalRefused
from kampanj.distribution.models import Approval, Mailing
from kampanj.distribution.urgent.models import UrgentSending
from kampanj.municipality.models import User

PERMISSION = "kampanj.send_urgent_mailing"
# A reason that somebody can judge afterwards has at least so many characters.
SHORTEST_REASON = 15


def why_not(mailing: Mailing, user: User) -> str:
    """Why this user cannot send the mailing at once, as one sentence; empty when they can."""
    if not user.has_perm(PERMISSION):
        return _("You do not belong to those who may send at once.")
    if hasattr(mailing, "approval"):
        return _("The mailing has already been approved.")
    return ""


def send_now(mailing: Mailing, user: User, *, reason: str, what_was_seen: str) -> UrgentSending:
    """Freeze the newest version and send it before everything else, whatever time was set; somebody else reviews it after.

    `what_was_seen` is `approval.seen` of the mailing as the sender had it on the screen. ApprovalRefused, or a fault of the
    letters', says why not; then nothing has changed.
    """
    written = reason.strip()
    refused = why_not(mailing, user)
    if refused:
        raise ApprovalRefused(refused)
    if len(written) < SHORTEST_REASON:
        raise ApprovalRefused(_("Write in a sentence why it cannot wait. Somebody else will read it afterwards."))
    if what_was_seen != approval.seen(mailing.get_latest_revision_as_object()):
        raise ApprovalRefused(_("The campaign, the segment or the mailing was changed while you were reading. Look again."))
    try:
        with transaction.atomic():
            return _send(mailing, user, written[:1000])
    except IntegrityError as fault:  # Somebody else approved in the same second.
        raise ApprovalRefused(_("The mailing has already been approved.")) from fault


def _send(mailing: Mailing, user: User, reason: str) -> UrgentSending:
    state = mailing.current_workflow_state
    if state is not None:
        state.cancel(user=user)
    revision = mailing.get_latest_revision()
    asked = state.requested_by if state else None
    approval.approve(mailing, revision, approver=user, requested_by=asked, via=Approval.Via.URGENT)
    log(instance=mailing, action="kampanj.urgent", user=user, revision=revision, data={"reason": reason})
    return UrgentSending.objects.create(mailing=mailing, sent_by=user, reason=reason)
