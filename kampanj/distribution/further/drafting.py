"""What every further letter takes from the mailing that it follows."""

from __future__ import annotations

from kampanj.distribution.models import Mailing

# What the field takes.
NAME_LENGTH = 120


def drafted(mailing: Mailing, kind: Mailing.Kind, *, ending: str) -> Mailing:
    """A mailing that follows this one, unsaved: the same campaign, audience, topic and pace; its name has an `ending`."""
    return Mailing(
        kind=kind,
        follows_id=mailing.pk,
        name=f"{mailing.name[: NAME_LENGTH - len(ending)]}{ending}",
        campaign=mailing.campaign,
        segment=mailing.segment,
        topic=mailing.topic,
        per_minute=mailing.per_minute,
        live=False,
    )
