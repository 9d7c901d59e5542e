"""The answer of somebody who was invited: once, about exactly what they saw."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.distribution import approval, undo
from kampanj.distribution.exceptions import ApprovalRefused
from kampanj.distribution.invitations.inviting import is_one_of_the_authors
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Mailing

Answer = Invitation.Answer


def why_closed(invitation: Invitation) -> str:
    """Why this link takes no answer now, as sentences that say what to do; empty when it takes one."""
    mailing = invitation.mailing
    asker = invitation.invited_by.get_full_name() or invitation.invited_by.get_username()
    if invitation.answer == Answer.REVOKED:
        return _("The invitation has been taken back. Ask %(name)s if you wonder why.") % {"name": asker}
    if invitation.answer != Answer.OPEN:
        words = {"when": _moment(invitation.answered_at), "answer": invitation.get_answer_display()}
        return _("You have already answered, on %(when)s: %(answer)s. The link can be used once.") % words
    if hasattr(mailing, "approval"):
        return _("Somebody else has already approved the mailing. You need do nothing.")
    if not mailing.workflow_in_progress:
        return _("The mailing is not waiting for approval any more. You need do nothing.")
    if mailing.latest_revision_id != invitation.revision_id:
        return _("The mailing has been changed since you got the link. Ask %(name)s for a new one.") % {"name": asker}
    if invitation.is_over:
        words = {"when": _moment(invitation.expires_at), "name": asker}
        return _("The link was good until %(when)s. Ask %(name)s for a new one.") % words
    if is_one_of_the_authors(mailing, invitation.email):
        return _("You have written some of this. Somebody else must approve it.")
    return ""


def _moment(moment: object) -> str:
    return formats.date_format(timezone.localtime(moment), "j F Y H:i")  # type: ignore[arg-type]


def say_yes(invitation: Invitation, *, what_was_seen: str) -> None:
    """Approve through the workflow, in the person's name; ApprovalRefused and the approval's own faults say why not."""
    if not why_closed(invitation):
        approval.demand_approvable(invitation.mailing.get_latest_revision_as_object())
    try:
        with transaction.atomic():
            mailing = _take(invitation, Answer.APPROVED)
            if what_was_seen != approval.seen(mailing.get_latest_revision_as_object()):
                raise ApprovalRefused(
                    _("The campaign, the segment or the mailing was changed while you were reading. Look again.")
                )
            task_state = mailing.current_workflow_task_state
            task_state.workflow_state.approver_name = invitation.name
            task_state.approve(user=None)
    except IntegrityError as fault:  # Somebody else approved in the same second.
        raise ApprovalRefused(_("The mailing has already been approved.")) from fault


@transaction.atomic
def say_no(invitation: Invitation, comment: str) -> None:
    """Send the mailing back to its author; the comment bears the person's name."""
    mailing = _take(invitation, Answer.SENT_BACK)
    words = {"name": invitation.name, "comment": comment.strip()[:1000] or _("no comment")}
    mailing.current_workflow_task_state.reject(user=None, comment=_("%(name)s, through a link: %(comment)s") % words)
    log(instance=mailing, action="kampanj.send_back_by_link", data={"name": invitation.name})


def take_back(invitation: Invitation) -> bool:
    """Undo one's own approval while no letter has left; False when it is too late or was not theirs."""
    mailing = invitation.mailing
    if invitation.answer != Answer.APPROVED or not _is_theirs(invitation):
        return False
    return undo.undo(mailing, user=None, name=invitation.name)


def may_take_back(invitation: Invitation) -> bool:
    """Whether the mailing stands on this person's approval, and no letter has left."""
    return invitation.answer == Answer.APPROVED and _is_theirs(invitation) and undo.leaves_at(invitation.mailing) is not None


def _is_theirs(invitation: Invitation) -> bool:
    given = getattr(invitation.mailing, "approval", None)
    return given is not None and given.revision_id == invitation.revision_id and given.approver_name == invitation.name


def _take(invitation: Invitation, answer: str) -> Mailing:
    """Use the link up, in the caller's transaction: of two answers at once one is taken."""
    reason = why_closed(invitation)
    taken = not reason and Invitation.objects.filter(pk=invitation.pk, answer=Answer.OPEN, expires_at__gt=timezone.now()).update(
        answer=answer, answered_at=timezone.now()
    )
    if not taken:
        raise ApprovalRefused(reason or _("You have already answered. The link can be used once."))
    # Anew: the row may have been read before somebody else answered.
    return Mailing.objects.get(pk=invitation.mailing_id)
