"""Taking an approval back before the first letter has left: the mailing is a draft again, and nothing has been sent."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from kampanj.distribution.approval import authors
from kampanj.distribution.further import reminding
from kampanj.distribution.models import Approval, Mailing, MailingRun
from kampanj.distribution.scheduling import moment_of
from kampanj.municipality.models import User
from kampanj.municipality.storage import private_storage

CAN_BE_UNDONE = (Approval.Via.DESK, Approval.Via.LINK)


def leaves_at(mailing: Mailing) -> dt.datetime | None:
    """Until when the approval can be taken back, which is when the first letter leaves; None when it cannot."""
    run: MailingRun | None = getattr(mailing, "run", None)
    if run is None or run.state != MailingRun.State.PLANNED or run.due_at <= timezone.now():
        return None
    if mailing.kind == Mailing.Kind.REMINDER:  # It goes with its mailing's approval; alone it can be cancelled.
        return None
    return run.due_at if mailing.approval.via in CAN_BE_UNDONE else None


def may_undo(mailing: Mailing, user: User) -> bool:
    """Whether this user asked for the approval, gave it, or wrote some of what was approved."""
    given: Approval | None = getattr(mailing, "approval", None)
    return given is not None and (user.pk in (given.approver_id, given.requested_by_id) or user.pk in authors(mailing))


def may_hurry(mailing: Mailing) -> bool:
    """Whether nothing but the time for undoing keeps the letters back."""
    return leaves_at(mailing) is not None and _own_moment(mailing.run) <= timezone.now()


def hurry(mailing: Mailing, *, user: User) -> bool:
    """Let the letters leave without waiting for somebody to undo; False when they do not wait for that alone."""
    if not may_hurry(mailing):
        return False
    hurried = MailingRun.objects.filter(mailing=mailing, state=MailingRun.State.PLANNED, due_at=mailing.run.due_at).update(
        due_at=timezone.now()
    )
    if hurried:
        log(instance=mailing, action="kampanj.hurry", user=user)
    return bool(hurried)


def _own_moment(run: MailingRun) -> dt.datetime:
    """When the run would have begun without a time for undoing."""
    return moment_of(dt.datetime.fromisoformat(run.wall_time), run.time_zone)


def undo(mailing: Mailing, *, user: User | None, name: str = "") -> bool:
    """Take the approval back; False when it is too late. `name` is for an approver who has no account.

    The caller has asked whether they may. Approval, frozen letters and run go; the mailing's history tells of both.
    """
    with transaction.atomic():
        waiting = MailingRun.objects.select_for_update(of=("self",)).filter(mailing=mailing, state=MailingRun.State.PLANNED)
        run = waiting.filter(mailing__approval__via__in=CAN_BE_UNDONE, due_at__gt=timezone.now()).first()
        if run is None or mailing.kind == Mailing.Kind.REMINDER:
            return False
        reminding.take_back(mailing)
        given = Approval.objects.get(mailing=mailing)
        run.delete()
        for letter in given.letters.all():
            letter.delete()
            transaction.on_commit(partial(private_storage().delete, letter.path))
        given.delete()
        data = {"hash": given.content_hash, "name": name}
        log(instance=Mailing.objects.get(pk=mailing.pk), action="kampanj.undo", user=user, revision=given.revision, data=data)
    return True
