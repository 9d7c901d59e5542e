"""What the record says of a mailing beside its letters: who decided what and when, to whom, and what happened to it.

JSON-ready values. Staff are named, as the registrar needs; recipients never are.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from wagtail.log_actions import registry

from kampanj.audience.models import School, Segment
from kampanj.channels.artifact import kept
from kampanj.content.models import Edition
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Approval, Mailing
from kampanj.distribution.redaction import redacted
from kampanj.followup.schools.shelf import wanted_by_schools
from kampanj.municipality.models import User


def edition(frozen: Edition) -> dict[str, Any]:
    """The campaign's edition: the fingerprint is the SHA-256 of the snapshot's canonical JSON."""
    return {
        "campaign": frozen.page.title,
        "language": frozen.language,
        "revision": frozen.revision_id,
        "frozen_at": frozen.created_at.isoformat(),
        "fingerprint": frozen.fingerprint,
        "snapshot": frozen.snapshot,
    }


def segment(mailing: Mailing) -> dict[str, Any]:
    """The segment's name, its definition as it was approved, and the names of the schools that stand in it."""
    limits = mailing.approval.limits
    named = School.objects.filter(pk__in=_schools_in(limits)).order_by("pk")
    return {
        "name": mailing.segment.name,
        "topic": mailing.approval.topic.name if mailing.approval.topic else None,
        "definition": limits,
        "schools": {str(school.pk): school.name for school in named},
    }


def _schools_in(limits: dict[str, Any]) -> set[int]:
    return {*limits["schools"], *(key for taken in limits["minus"] for key in _schools_in(taken))}


def approval(mailing: Mailing) -> dict[str, Any]:
    """Who asked for it, who said yes, when and how; who else was asked; and an emergency's reason and review."""
    given = mailing.approval
    return {
        "requested_by": _person(given.requested_by),
        "approved_by": _person(given.approver) or {"name": given.approver_name, "roles": []},
        "approved_at": given.created_at.isoformat(),
        "how": Approval.Via(given.via).value,
        "content_hash": given.content_hash,
        "revision": given.revision_id,
        "letters": {letter.language: letter.sha256 for letter in given.letters.order_by("language")},
        "invited": [_invited(one) for one in mailing.invitations.order_by("pk")],
        "emergency": _emergency(mailing),
    }


def _invited(one: Invitation) -> dict[str, Any]:
    return {"name": one.name, "invited_by": _person(one.invited_by), "answer": one.answer, "answered_at": _iso(one.answered_at)}


def _emergency(mailing: Mailing) -> dict[str, Any] | None:
    urgent = getattr(mailing, "urgent", None)
    if urgent is None:
        return None
    return {
        "reason": redacted(urgent.reason),
        "sent_by": _person(urgent.sent_by),
        "sent_at": urgent.created_at.isoformat(),
        "reviewed_by": _person(urgent.reviewed_by),
        "reviewed_at": _iso(urgent.reviewed_at),
        "review": redacted(urgent.review_note),
    }


def _person(user: User | None) -> dict[str, Any] | None:
    if user is None:
        return None
    name = user.get_full_name() or redacted(user.get_username())
    return {"name": name, "roles": sorted(user.groups.values_list("name", flat=True))}


def run(mailing: Mailing) -> dict[str, Any]:
    """When it was to leave and did, how it ended, and its history: undone approvals, pauses and their reasons."""
    ran = mailing.run
    return {
        "wall_time": ran.wall_time,
        "time_zone": ran.time_zone,
        "started_at": _iso(ran.started_at),
        "finished_at": _iso(ran.finished_at),
        "state": ran.state,
        "history": _history(mailing),
    }


def _history(mailing: Mailing) -> list[dict[str, Any]]:
    entries = registry.get_logs_for_instance(mailing).order_by("timestamp", "pk").select_related("user")
    return [
        {
            "at": entry.timestamp.isoformat(),
            "what": entry.action,
            "in_words": redacted(str(entry.message)),
            "who": _person(entry.user),
            "reason": redacted(str((entry.data or {}).get("reason", ""))),
        }
        for entry in entries
    ]


def related(mailing: Mailing) -> list[dict[str, Any]]:
    """The mailing that this one follows, and the reminders and notices that follow it, as they stand now."""
    first = [mailing.follows] if mailing.follows else []
    return [
        {
            "id": one.pk,
            "name": one.name,
            "kind": one.kind,
            "state": one.run.state if hasattr(one, "run") else "draft",
            "archive_sha256": one.archive.sha256 if hasattr(one, "archive") else None,
        }
        for one in [*first, *mailing.followers.order_by("pk")]
    ]


def packages(mailing: Mailing) -> list[dict[str, Any]]:
    """The schools' packages of a mailing to schools that are built: form, languages, file name, size and SHA-256."""
    if mailing.approval.limits["kind"] != Segment.Kind.SCHOOLS:
        return []
    letters = mailing.approval.letters.select_related("edition__page", "edition__revision").order_by("pk")
    return [
        {
            "form": wanted.channel.name,
            "languages": [one.language for one in wanted.editions],
            "file": artifact.name,
            "size": artifact.size,
            "sha256": artifact.sha256,
        }
        for wanted in wanted_by_schools([letter.edition for letter in letters])
        for artifact in kept(wanted.channel, *wanted.editions) or ()
    ]


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
