"""What a story is made of: the campaign's mailings in all its languages, and the number of their letters. Two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from kampanj.audience.models import Segment
from kampanj.content.models import CampaignPage
from kampanj.content.statistics.suppression import K
from kampanj.distribution.models import Delivery, Mailing

State = Delivery.State
GOT_IT = (State.SENT, State.BOUNCED, State.UNCERTAIN)


@dataclass(frozen=True)
class Sent:
    """A mailing that has begun: how many of its letters were delivered, and how many have left, whatever became of them."""

    mailing: Mailing
    delivered: int
    left: int

    @property
    def is_to_schools(self) -> bool:
        """Whether schools were written to, by what was approved."""
        return bool(self.mailing.approval.limits["kind"] == Segment.Kind.SCHOOLS)

    @property
    def is_large(self) -> bool:
        """Whether it went to so many that a number says nothing of one of them."""
        return self.left >= K


@dataclass(frozen=True)
class Sources:
    """A campaign and its mailings, the oldest first."""

    campaign: CampaignPage
    sent: tuple[Sent, ...]

    def to_guardians(self) -> list[Sent]:
        """Those that guardians have got."""
        return [one for one in self.sent if not one.is_to_schools]

    def to_schools(self) -> list[Sent]:
        """Those that schools have got, reminders and notices among them."""
        return [one for one in self.sent if one.is_to_schools]


def sources_of(campaign: CampaignPage) -> Sources:
    """Gather them; a mailing that has not begun is no part of the story yet."""
    mailings = Mailing.objects.filter(campaign__translation_key=campaign.translation_key, run__started_at__isnull=False)
    found = list(mailings.select_related("run", "approval").order_by("run__started_at", "pk"))
    numbers: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = Delivery.objects.filter(mailing__in=found).order_by().values_list("mailing", "state").annotate(Count("pk"))
    for mailing, state, number in rows:
        numbers[mailing][state] = number
    return Sources(campaign, tuple(_sent(one, numbers[one.pk]) for one in found))


def keys(sent: Sequence[Sent]) -> list[int]:
    """The mailings' keys."""
    return [one.mailing.pk for one in sent]


def _sent(mailing: Mailing, states: dict[str, int]) -> Sent:
    left = sum(states.get(state, 0) for state in (*GOT_IT, State.FAILED))
    return Sent(mailing, delivered=states.get(State.SENT, 0), left=left)
