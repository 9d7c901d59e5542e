"""To whom a mailing's letters go: the segment's recipients, and of a further letter only those whom it is for.

Which schools a further letter is for depends on what they have fetched, which this room does not know: a later room hands
its choice in at start (`hand_in`), as channels open content's doors.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kampanj.audience import selection
from kampanj.content.exceptions import ContentError
from kampanj.content.models import CampaignPage, Edition, variants
from kampanj.distribution.exceptions import EmptySegment
from kampanj.distribution.models import Delivery, Mailing

# The first mailing and the fingerprints of the editions that its further letter is about → the schools' primary keys.
Choice = Callable[[Mailing, Collection[str]], QuerySet[Any, Any]]

_choices: dict[str, Choice] = {}


def hand_in(kind: str, choice: Choice) -> None:
    """Make known which schools a further letter of this kind is for (called once per kind at start)."""
    _choices[kind] = choice


def letters_of(mailing: Mailing) -> QuerySet[Any, Any]:
    """`selection.letters_within` for the mailing as approved, else as it is now."""
    approval = getattr(mailing, "approval", None)
    if approval is None:
        letters = selection.letters_within(selection.Limits.of(mailing.segment), topic=mailing.topic)
    else:
        letters = selection.letters_within(selection.Limits(**approval.limits), topic=approval.topic_id)
    return letters if mailing.follows is None else letters.filter(address_key__in=_reached(mailing, mailing.follows))


def _reached(mailing: Mailing, first: Mailing) -> QuerySet[Any, Any]:
    """The addresses that the first letter has reached, at the schools that the further one is for."""
    chosen = _choices[mailing.kind](first, fingerprints(mailing))
    arrived = first.deliveries.filter(state=Delivery.State.SENT, contact__school__in=chosen)
    return arrived.values("address_key")


def fingerprints(mailing: Mailing) -> set[str]:
    """Of the mailing's editions, one per language: as approved, else as the campaign is published now."""
    approval = getattr(mailing, "approval", None)
    if approval is not None:
        return set(approval.letters.values_list("edition__fingerprint", flat=True))
    return {edition.fingerprint for edition in published(mailing.campaign)}


def published(campaign: CampaignPage) -> list[Edition]:
    """The campaign's editions (unsaved) as they are published now, without languages in which none can be made: what is in the
    way there is told where letters are approved (`approval.what_stops`)."""
    found = []
    for page in variants(campaign):
        with contextlib.suppress(ContentError):
            found.append(Edition.of_published(page))
    return found


def count(mailing: Mailing) -> int:
    """How many letters the mailing would have if it began now."""
    return letters_of(mailing).count()


def demand_recipients(mailing: Mailing) -> int:
    """How many addresses the mailing's letter reaches; EmptySegment when a first letter has none."""
    number = count(mailing)
    # A new version is approved for the schools' pages also when nobody has fetched the old one.
    if number == 0 and mailing.follows is None:
        raise EmptySegment(
            _("Nobody is in the segment “%(name)s” right now. Read in a roster or choose another segment.")
            % {"name": mailing.segment.name}
        )
    return number
