"""People of the desk, and mailings that wait for their approval."""

from __future__ import annotations

from django.contrib.auth.models import Group

from kampanj.content.models import campaign_by_slug
from kampanj.distribution import approval
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import segment_named
from kampanj.municipality.models import User


def person(name: str, role: str) -> User:
    """A user with one role and the address NAME@example.org."""
    user = User.objects.create_user(name, f"{name}@example.org", "x")
    user.groups.add(Group.objects.get(name=role))
    return user


def requested_by(author: User, *, segment: str = "Alla vårdnadshavare", **fields: object) -> Mailing:
    """A mailing that its author has sent for approval."""
    values: dict[str, object] = {"name": "Decemberbrevet", "campaign": campaign_by_slug("jag-trodde-aldrig"), **fields}
    mailing = Mailing(segment=segment_named(segment), live=False, **values)
    mailing.save()
    mailing.save_revision(user=author)
    workflow = mailing.get_workflow()
    assert workflow is not None
    workflow.start(mailing, author)
    return Mailing.objects.get(pk=mailing.pk)


def approve(mailing: Mailing, user: User) -> Mailing:
    """Look at the mailing as it is and approve it."""
    approval.say_yes(mailing, user, what_was_seen=approval.seen(mailing.get_latest_revision_as_object()))
    return Mailing.objects.get(pk=mailing.pk)
