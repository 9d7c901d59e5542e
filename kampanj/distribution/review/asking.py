"""Sending a mailing for approval from the screen on which it has been read; the same as the editor's “Send for approval”."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from kampanj.distribution.approval import what_stops
from kampanj.distribution.exceptions import ApprovalRefused
from kampanj.distribution.models import Mailing
from kampanj.municipality.models import User

# Whoever approves may change a mailing too; but who asks for an approval cannot give it, and is not to be led into asking.
MAY_ASK = "kampanj.add_mailing"


def may_ask(mailing: Mailing, user: User) -> bool:
    """Whether this user can send the mailing for approval now: it is a draft or was sent back, and nobody has locked it."""
    lock = mailing.get_lock()
    return (
        user.has_perm(MAY_ASK)
        and not hasattr(mailing, "approval")
        and not mailing.workflow_in_progress
        and mailing.has_workflow
        and mailing.latest_revision is not None
        and not (lock and lock.for_user(user))
    )


def ask(mailing: Mailing, user: User) -> None:
    """Send it; ApprovalRefused says why it cannot be."""
    if not may_ask(mailing, user):
        raise ApprovalRefused(_("The mailing cannot be sent for approval now. Look at where it stands."))
    if fault := what_stops(mailing.get_latest_revision_as_object()):
        raise ApprovalRefused(f"{_('The mailing was not sent for approval.')} {fault}")
    state = mailing.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
    elif workflow := mailing.get_workflow():
        workflow.start(mailing, user)
