"""What all of a campaign's mailings have come to together, nobody counted twice where that can be known.

A child is one child however many of the mailings have reached its adults; it is counted against the register as it is now.
A school is one school. Letters and visits are letters and visits: one person can stand for several. No figure is shown that
is of fewer than K people, nor what would be left of it when it is taken from its whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, Sum

from kampanj.audience import selection
from kampanj.audience.models import Child, School, SchoolContact, Suppression
from kampanj.content.helpful.models import HelpfulCount
from kampanj.content.statistics.suppression import K
from kampanj.distribution.models import Delivery
from kampanj.followup.models import Receipt
from kampanj.followup.reports.reach import met_by
from kampanj.followup.story.models import FigureKind
from kampanj.followup.story.sources import GOT_IT, Sent, Sources, keys


@dataclass(frozen=True)
class Total:
    """A figure of so many, of a whole where it has one. `number` is None where it is so small that it is not shown."""

    kind: FigureKind
    number: int | None
    whole: int | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a number to show."""
        return self.number is not None

    @property
    def is_forgotten(self) -> bool:
        """Whether the register no longer knows whom it was about."""
        return self.number is None and self.whole == 0


def totals_of(sources: Sources, visits: int | None) -> list[Total]:
    """The campaign's figures, those left out for which there is nothing to count; `visits` as `visits_of` has put them.

    Five queries at the most, however many the mailings, letters and children.
    """
    makers: tuple[Callable[[Sources], Total | None], ...] = (_children, _letters, _schools)
    found = [make(sources) for make in makers]
    if sources.sent:
        found.append(Total(FigureKind.VISITS, visits))
    found += [_helped(sources), _unsubscribed(sources)]
    return [total for total in found if total is not None]


def of_people(total: Total) -> Total:
    """The figure as it may be shown when it is of persons."""
    number, whole = total.number, total.whole
    if number is None or 0 < number < K or (whole is not None and whole < K):
        return replace(total, number=None, whole=None)
    if whole is not None and 0 < whole - number < K:
        return replace(total, whole=None)
    return total


def _children(sources: Sources) -> Total | None:
    sent = sources.to_guardians()
    if not sent:
        return None
    children = Child.objects.filter(reduce(or_, _named(sent)))
    arrived = Delivery.objects.filter(mailing__in=keys(sent), state=Delivery.State.SENT)
    found = children.aggregate(all=Count("pk"), met=Count("pk", filter=Q(pk__in=met_by(arrived))))
    if not found["all"]:
        return Total(FigureKind.CHILDREN, None, 0)
    return of_people(Total(FigureKind.CHILDREN, found["met"], found["all"]))


def _named(sent: list[Sent]) -> Iterator[Q]:
    """Each definition of recipients once: several mailings often have the same."""
    seen = []
    for one in sent:
        if one.mailing.approval.limits not in seen:
            seen.append(one.mailing.approval.limits)
            limits = selection.Limits(**one.mailing.approval.limits)
            yield Q(pk__in=selection.children_within(limits).order_by().values("pk"))


def _letters(sources: Sources) -> Total | None:
    if not sources.sent:
        return None
    return of_people(Total(FigureKind.LETTERS, sum(one.delivered for one in sources.sent)))


def _schools(sources: Sources) -> Total | None:
    """Schools are no persons: theirs are shown whatever they are. An address that several share is a letter to each."""
    sent = sources.to_schools()
    if not sent:
        return None
    arrived = Delivery.objects.filter(mailing__in=keys(sent), state__in=(Delivery.State.SENT, Delivery.State.UNCERTAIN))
    contacts = SchoolContact.objects.filter(address_key__in=arrived.values("address_key"))
    fetched = Q(pk__in=Receipt.objects.filter(mailing__in=keys(sent)).values("school"))
    asked = fetched | Q(pk__in=contacts.values("school")) | Q(pk__in=arrived.exclude(contact=None).values("contact__school"))
    found = School.objects.filter(asked).aggregate(all=Count("pk"), fetched=Count("pk", filter=fetched))
    return Total(FigureKind.SCHOOLS, found["fetched"], found["all"])


def _helped(sources: Sources) -> Total | None:
    counts = HelpfulCount.objects.filter(page__translation_key=sources.campaign.translation_key)
    found = counts.aggregate(yes=Sum("yes", default=0), no=Sum("no", default=0))
    if not found["yes"] + found["no"]:
        return None
    return of_people(Total(FigureKind.HELPED, found["yes"], found["yes"] + found["no"]))


def _unsubscribed(sources: Sources) -> Total | None:
    """Each address once: of those who had got a letter before, from its topic or from all."""
    if not sources.sent:
        return None
    own = Delivery.objects.filter(
        mailing__in=keys(sources.sent),
        state__in=GOT_IT,
        address_key=OuterRef("address_key"),
        mailing__run__started_at__lte=OuterRef("created_at"),
    )
    chosen = Suppression.objects.filter(
        Q(Exists(own), topic=None) | Q(Exists(own.filter(mailing__approval__topic=OuterRef("topic")))),
        reason=Suppression.Reason.UNSUBSCRIBED,
    )
    number = chosen.aggregate(number=Count("address_key", distinct=True))["number"]
    is_small = sum(one.left for one in sources.sent) < K
    return of_people(Total(FigureKind.UNSUBSCRIBED, None if is_small else number))
