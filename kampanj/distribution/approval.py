"""Approval: somebody else says yes to exactly these bytes.

Wagtail's workflow carries the request; its finish writes an `Approval` for the task's own revision and freezes the
letters. `live` and “published” mean nothing for a mailing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision, Workflow, WorkflowContentType, WorkflowState, WorkflowTask

from kampanj.audience import selection
from kampanj.audience.models import Segment
from kampanj.channels import email
from kampanj.channels.artifact import ChannelError
from kampanj.channels.print import preflight as folder
from kampanj.content.exceptions import ContentError
from kampanj.content.models import Edition, variants
from kampanj.distribution import envelope, scheduling
from kampanj.distribution.exceptions import ApprovalRefused, DistributionError, TimeHasPassed
from kampanj.distribution.further import choosing, reminding
from kampanj.distribution.models import Approval, ApprovedLetter, FourEyesTask, Mailing, MailingRun
from kampanj.distribution.sending.models import SendingSettings
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER
from kampanj.municipality.storage import private_storage

WORKFLOW_NAME = "Godkännande av utskick"
SYSTEM_USERNAME = "system"


def ensure_workflow(**kwargs: Any) -> None:
    """Make the mailings' workflow when there is none (receiver of post_migrate, after the roles)."""
    group = Group.objects.filter(name=APPROVER).first()
    if group is None or Workflow.objects.filter(name=WORKFLOW_NAME).exists():
        return
    workflow = Workflow.objects.create(name=WORKFLOW_NAME)
    task = FourEyesTask.objects.create(name="Godkännande av någon annan")
    task.groups.add(group)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    content_type = ContentType.objects.get_for_model(Mailing, for_concrete_model=False)
    WorkflowContentType.objects.update_or_create(content_type=content_type, defaults={"workflow": workflow})


def system_user() -> User:
    """The account in whose name commands act; it can not log in."""
    user, made = User.objects.get_or_create(username=SYSTEM_USERNAME, defaults={"is_active": False, "last_name": "System"})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def authors(mailing: Mailing) -> set[int]:
    """Primary keys of everybody who wrote some of what is to be approved: the mailing and the campaign's texts.

    Of the campaign, all revisions since its last approval count; of an approved mailing, since the one before its own.
    """
    found = set(Revision.objects.for_instance(mailing).exclude(user=None).values_list("user_id", flat=True))
    # The revision is what is approved: the mailing's own row may lag behind it.
    campaign = mailing.get_latest_revision_as_object().campaign
    approvals = Approval.objects.filter(mailing__campaign=campaign)
    if hasattr(mailing, "approval"):
        approvals = approvals.filter(created_at__lt=mailing.approval.created_at)
    last = approvals.order_by("-created_at").first()
    for page in variants(campaign):
        revisions = Revision.objects.for_instance(page).exclude(user=None)
        if last:
            revisions = revisions.filter(created_at__gt=last.created_at)
        found |= set(revisions.values_list("user_id", flat=True))
    return found


def why_not(mailing: Mailing, user: User) -> str:
    """Why this user cannot approve the mailing now, as one translated sentence; empty when they can."""
    reason = why_no_answer(mailing, user)
    state = mailing.current_workflow_state
    if not reason and state and state.current_task_state.revision_id != mailing.latest_revision_id:
        return _("The mailing has been changed since it was sent for approval. Send it for approval again.")
    return reason


def why_no_answer(mailing: Mailing, user: User) -> str:
    """Why this user can neither approve the mailing nor send it back; empty when they can."""
    task = mailing.current_workflow_task
    state = mailing.current_workflow_state
    if hasattr(mailing, "approval"):
        return _("The mailing has already been approved.")
    if task is None or state is None:
        return _("The mailing has not been sent for approval.")
    if not (user.is_superuser or user.groups.filter(pk__in=task.specific.groups.all()).exists()):
        return _("You do not belong to those who may approve mailings.")
    if state.requested_by_id == user.pk or user.pk in authors(mailing):
        return _("You have written some of this or asked for the approval. Somebody else must approve it.")
    return ""


def what_stops(proposed: Mailing, *, is_urgent: bool = False) -> str:
    """What in time, recipients, letters or, unless `is_urgent`, the printed folder would stop an approval now; empty: nothing."""
    try:
        demand_approvable(proposed, is_urgent=is_urgent)
    except (DistributionError, ContentError, ChannelError) as fault:
        return str(fault)
    return ""


def demand_approvable(proposed: Mailing, *, is_urgent: bool = False) -> None:
    """Raise what `what_stops` tells. Nothing is saved; what is slow to draw is drawn here, and kept for `approve`."""
    moment_for(proposed.wall_time)
    choosing.demand_recipients(proposed)
    for page in variants(proposed.campaign):
        edition = Edition.of_published(page)
        for one in letters_with(proposed):
            letter_bytes(edition, one)
        if not is_urgent:
            folder.require_fitting(edition)


def seen(proposed: Mailing) -> str:
    """A hash of what the review screen shows: letters, recipients' definition, topic and time. Nothing is saved."""
    return _hash_of(proposed, [Edition.of_published(page).fingerprint for page in variants(proposed.campaign)])


def moment_for(wall: dt.datetime | None) -> dt.datetime:
    """UTC moment of a mailing's wall time; now when it has none. TimeHasPassed when it lies in the past."""
    current = timezone.now()
    if wall is None:
        return current
    try:
        moment = scheduling.moment_of(wall, settings.TIME_ZONE)
    except OverflowError:  # The first or last day that Python knows.
        moment = current
    if moment <= current:
        raise TimeHasPassed(
            _("%(time)s has passed. Choose a time that is still to come.") % {"time": wall.strftime("%Y-%m-%d %H:%M")}
        )
    return moment


def letters_with(mailing: Mailing) -> list[Mailing]:
    """The mailing and, if it has one, the reminder that is approved together with it (unsaved)."""
    reminder = reminding.reminder_of(mailing)
    return [mailing] if reminder is None else [mailing, reminder]


def editions_of(mailing: Mailing) -> list[Edition]:
    """The campaign frozen in every language in which it is published, its own language first."""
    return [Edition.freeze(page) for page in variants(mailing.campaign)]


def audience_of(mailing: Mailing) -> email.Audience:
    """Which of the campaign's letters the recipients get: by the mailing's kind, and its segment as approved, else as it is."""
    if mailing.kind == Mailing.Kind.REMINDER:
        return "schools_reminder"
    if mailing.kind == Mailing.Kind.NEW_VERSION:
        return "schools_new_version"
    kind = mailing.approval.limits["kind"] if hasattr(mailing, "approval") else mailing.segment.kind
    return "schools" if kind == Segment.Kind.SCHOOLS else "guardians"


def letter_bytes(edition: Edition, mailing: Mailing, *, is_test: bool = False) -> bytes:
    """One language's letter as the message that will leave, with slots for what is personal."""
    letter = email.letter(edition, audience=audience_of(mailing))
    kind = "test" if is_test else audience_of(mailing)
    # The same in every language: how readers take a mailing is counted for the mailing.
    feedback = f"c{mailing.campaign_id}:m{mailing.pk or mailing.follows_id}:{kind}"
    return envelope.build(letter, edition.municipality, list_id=_list_id(edition, mailing), feedback=feedback, is_test=is_test)


def _list_id(edition: Edition, mailing: Mailing) -> str:
    """The letter's List-Id (RFC 2919): the topic's, which stays when the topic gets a new name; else the campaign's."""
    if mailing.topic_id is not None:
        return f"amne-{mailing.topic_id}"
    # Only the editor's script keeps slugs to ASCII, which a List-Id demands.
    return edition.slug if edition.slug.isascii() else f"kampanj-{edition.page_id}"


@transaction.atomic
def approve(
    mailing: Mailing, revision: Revision, *, approver: User | None, requested_by: User | None, via: str, approver_name: str = ""
) -> Approval:
    """Freeze the letters, write the Approval and plan the run: all or nothing.

    No PDF is drawn here, within the transaction: whether the folder holds its text has been drawn by `demand_approvable`, before.
    The mailing's fields are set to the approved revision's. `approver_name` is for an approver without an account. Raises
    DistributionError, ContentError or ChannelError, each with a sentence that says what to do.
    """
    approved = revision.as_object()
    moment = timezone.now() if via == Approval.Via.URGENT else moment_for(approved.wall_time)
    choosing.demand_recipients(approved)
    Mailing.objects.filter(pk=mailing.pk).update(
        name=approved.name,
        campaign=approved.campaign,
        segment=approved.segment,
        topic=approved.topic,
        send_date=approved.send_date,
        send_time=approved.send_time,
        is_correction=approved.is_correction,
        per_minute=approved.per_minute,
        canary_percent=approved.canary_percent,
        remind_after_days=approved.remind_after_days,
    )
    mailing.refresh_from_db()
    yes = _Yes(approver, approver_name, requested_by, via)
    editions = editions_of(mailing)
    if via != Approval.Via.URGENT:
        folder.require_fitting(*editions, only_kept=True)
    reminder = reminding.reminder_of(mailing)
    if reminder is not None:
        reminder.save()
    also = [] if reminder is None else _messages(editions, reminder)
    approval = yes.write(mailing, revision, _messages(editions, mailing), also=also)
    run = _plan(approval, moment)
    if reminder is not None:
        along = yes.write(reminder, reminder.save_revision(user=requested_by), also)
        _plan_reminder(along, reminding.leaves_on(run.due_at, approved.remind_after_days))
    return approval


def _messages(editions: list[Edition], mailing: Mailing) -> list[tuple[Edition, bytes]]:
    return [(edition, letter_bytes(edition, mailing)) for edition in editions]


@dataclass(frozen=True)
class _Yes:
    """Somebody's answer, given once for a mailing and its reminder."""

    approver: User | None
    approver_name: str
    requested_by: User | None
    via: str

    def write(
        self,
        mailing: Mailing,
        revision: Revision,
        messages: list[tuple[Edition, bytes]],
        *,
        also: list[tuple[Edition, bytes]] | None = None,
    ) -> Approval:
        """The Approval with its letters, and its entry in the history; `also` is approved with it and kept elsewhere."""
        hashes = [hashlib.sha256(message).hexdigest() for _edition, message in [*messages, *(also or [])]]
        approval = Approval.objects.create(
            mailing=mailing,
            revision=revision,
            content_hash=_hash_of(mailing, hashes),
            limits=selection.Limits.of(mailing.segment).as_json(),
            topic=mailing.topic,
            approver=self.approver,
            approver_name=self.approver_name,
            requested_by=self.requested_by,
            via=self.via,
        )
        for edition, message in messages:
            _keep(approval, edition, message)
        data = {"via": self.via, "hash": approval.content_hash, "name": self.approver_name}
        log(instance=mailing, action="kampanj.approve", user=self.approver, revision=revision, data=data)
        return approval


def _plan(approval: Approval, moment: dt.datetime) -> MailingRun:
    """The run, due at the mailing's moment but not before the approval can no longer be undone."""
    is_urgent = approval.via == Approval.Via.URGENT
    wall = None if is_urgent else approval.mailing.wall_time
    return MailingRun.objects.create(
        mailing=approval.mailing,
        wall_time=(wall or timezone.localtime(moment).replace(tzinfo=None)).isoformat(timespec="seconds"),
        time_zone=settings.TIME_ZONE,
        due_at=max(moment, approval.created_at + undo_window(approval.via)),
        priority=_priority(approval),
        per_minute=approval.mailing.per_minute,
        canary_percent=None if is_urgent else approval.mailing.canary_percent or SendingSettings.load().canary_percent,
    )


def _plan_reminder(approval: Approval, wall: dt.datetime) -> MailingRun:
    """Its days are counted anew when its mailing really begins. It never goes before others."""
    return MailingRun.objects.create(
        mailing=approval.mailing,
        wall_time=wall.isoformat(timespec="seconds"),
        time_zone=settings.TIME_ZONE,
        due_at=scheduling.moment_of(wall, settings.TIME_ZONE),
        per_minute=approval.mailing.per_minute,
    )


def _priority(approval: Approval) -> MailingRun.Priority:
    if approval.via == Approval.Via.URGENT:
        return MailingRun.Priority.URGENT
    return MailingRun.Priority.CORRECTION if approval.mailing.is_correction else MailingRun.Priority.BULK


def undo_window(via: str) -> dt.timedelta:
    """How long after such an approval (Approval.Via) no letter leaves, so that it can be undone."""
    has_one = via in (Approval.Via.DESK, Approval.Via.LINK)
    return dt.timedelta(minutes=settings.UNDO_MINUTES) if has_one else dt.timedelta()


def _hash_of(mailing: Mailing, letters: list[str]) -> str:
    content = {
        "campaign": mailing.campaign_id,
        "segment": selection.Limits.of(mailing.segment).as_json(),
        "topic": [mailing.topic.pk, mailing.topic.name] if mailing.topic else None,
        "time": mailing.wall_time.isoformat() if mailing.wall_time else None,
        "zone": settings.TIME_ZONE,
        "way": [mailing.is_correction, mailing.per_minute, mailing.canary_percent],
        "follows": [mailing.kind, mailing.follows_id, mailing.remind_after_days],
        "letters": letters,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _keep(approval: Approval, edition: Edition, message: bytes) -> None:
    path = private_storage().save(f"letters/{approval.pk}-{edition.language}.eml", ContentFile(message))
    ApprovedLetter.objects.create(
        approval=approval, edition=edition, language=edition.language, path=path, sha256=hashlib.sha256(message).hexdigest()
    )


def approved_message(letter: ApprovedLetter) -> bytes:
    """The bytes as approved; DistributionError when the file is not what was approved."""
    try:
        with private_storage().open(letter.path) as file:
            message = file.read()
    except FileNotFoundError:
        message = b""
    except OSError as fault:
        raise DistributionError(
            _("The approved letter %(path)s cannot be read: %(fault)s. Nothing is sent. Ask whoever runs the system.")
            % {"path": letter.path, "fault": fault.strerror or type(fault).__name__}
        ) from fault
    if hashlib.sha256(message).hexdigest() != letter.sha256:
        raise DistributionError(
            _("The approved letter %(path)s has been changed on disk. Nothing is sent.") % {"path": letter.path}
        )
    return message


def say_yes(mailing: Mailing, user: User, *, what_was_seen: str) -> None:
    """Approve through the workflow; ApprovalRefused says why not.

    `what_was_seen` is `seen` of the mailing as the approver had it on the screen: anything else is not approved.
    """
    reason = why_not(mailing, user)
    if reason:
        raise ApprovalRefused(reason)
    if what_was_seen != seen(mailing.get_latest_revision_as_object()):
        raise ApprovalRefused(_("The campaign, the segment or the mailing was changed while you were reading. Look again."))
    demand_approvable(mailing.get_latest_revision_as_object())
    task_state = mailing.current_workflow_task_state
    try:
        task_state.task.specific.on_action(task_state, user, "approve")
    except IntegrityError as fault:  # Somebody else approved in the same second.
        raise ApprovalRefused(_("The mailing has already been approved.")) from fault


def say_no(mailing: Mailing, user: User, comment: str) -> None:
    """Send the mailing back to its author with a comment."""
    reason = why_no_answer(mailing, user)
    if reason:
        raise ApprovalRefused(reason)
    task_state = mailing.current_workflow_task_state
    task_state.task.specific.on_action(task_state, user, "reject", comment=comment)


def finish_workflow(workflow_state: WorkflowState, user: User | None = None) -> None:
    """A mailing's workflow ends in its Approval; PermissionDenied for whoever may not give it, or for an old revision."""
    mailing = workflow_state.content_object
    task_state = workflow_state.current_task_state
    # Who answers through a link has no account; Wagtail hands on nothing but a user.
    name = getattr(workflow_state, "approver_name", "")
    if (user is None and not name) or task_state.revision_id != mailing.latest_revision_id:
        raise PermissionDenied
    if user and (workflow_state.requested_by_id == user.pk or user.pk in authors(mailing)):
        raise PermissionDenied
    approve(
        mailing,
        task_state.revision,
        approver=user,
        approver_name=name,
        requested_by=workflow_state.requested_by,
        via=Approval.Via.DESK if user else Approval.Via.LINK,
    )
