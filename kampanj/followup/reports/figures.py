"""A mailing's figures: asked of the database as sums, in a number of queries that does not grow with the letters.

Letters are counted from the delivery rows as they stand. A child is reached when one of its guardians has a letter that was
sent and has not come back; it is counted against the register as it is now. What retention has taken, or may have begun to
take, is None or absent and never a smaller number: the register is another one when the links to it are gone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, CharField, Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Left, Lower, StrIndex, Substr
from django.utils import timezone

from kampanj.audience.models import ProtectedAddress, Segment, Suppression
from kampanj.content.languages import name_in_readers_language
from kampanj.distribution.deliveries.replies import in_plain_words, what_to_do
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.progress import counts, left
from kampanj.followup.bounces.kinds import Kind
from kampanj.followup.bounces.models import Answer
from kampanj.followup.models import Receipt
from kampanj.followup.reports.reach import Reach, reach_of
from kampanj.followup.reports.small import partition
from kampanj.followup.rights.models import RetentionSettings
from kampanj.followup.visits.letters import shown, visits_through

State = Delivery.State
# The letters of which it is known, or nearly, what became of them after they had left.
LEFT_US = (State.SENT, State.BOUNCED, State.FAILED, State.UNCERTAIN)
STOPPED = (State.FAILED, State.BOUNCED)
# As much of an answer as `in_plain_words` reads, and no more: each answer has words of its own.
CODES = 11


@dataclass(frozen=True)
class Reason:
    """Why letters did not arrive, in words (empty: it is not known), the next step, and how many they are.

    `is_kept` is False for those of whose reason nothing is kept.
    """

    words: str
    advice: str
    number: int
    is_kept: bool = True


@dataclass(frozen=True)
class Share:
    """The letters to one domain or in one language that have left, by what became of them. An empty name is all others."""

    name: str
    sent: int = 0
    bounced: int = 0
    failed: int = 0
    uncertain: int = 0

    @property
    def letters(self) -> int:
        """All of them."""
        return self.sent + self.bounced + self.failed + self.uncertain


@dataclass(frozen=True)
class Figures:
    """All of a report. `states` has every state of Delivery; `reach` is None for a mailing to schools, `schools_*` for one to
    guardians. `first` and `last` are when letters left (aware; None: none has).

    `links_are_kept` is False when it is no longer known who got which letter: then `reach`, `schools_written` and `domains` are
    not known either. `complaints` is None when what came back is not kept any more.
    """

    states: dict[str, int]
    first: dt.datetime | None
    last: dt.datetime | None
    reach: Reach | None
    schools_written: int | None
    schools_fetched: int | None
    reasons: list[Reason]
    domains: list[Share]
    languages: list[Share]
    unsubscribed: int
    complaints: int | None
    # None: so few letters or visits that it is not shown.
    visits: int | None
    links_are_kept: bool = True

    @property
    def total(self) -> int:
        """All letters."""
        return sum(self.states.values())

    @property
    def waiting(self) -> int:
        """How many are still to leave."""
        return left(self.states)


def figures_of(mailing: Mailing) -> Figures:
    """The figures of a mailing as they are now; a mailing that nobody has approved has none but zeros."""
    rows = mailing.deliveries.all()
    is_schools = mailing.segment.kind == Segment.Kind.SCHOOLS
    after = _after(mailing)
    are_linked = not _is_older(mailing, after["delivery_days"])
    left_us = _left_us(rows)
    moments = [moment for row in left_us for moment in row[-2:] if moment is not None]
    has_reach = are_linked and not is_schools and hasattr(mailing, "approval")
    states = counts(mailing)
    return Figures(
        states=states,
        first=min(moments, default=None),
        last=max(moments, default=None),
        reach=reach_of(mailing) if has_reach else None,
        schools_written=after["written"] if is_schools and are_linked else None,
        schools_fetched=_fetched(mailing, after, are_linked=are_linked) if is_schools else None,
        reasons=_reasons(rows),
        domains=_shares((row[0], row[2:-2]) for row in left_us) if are_linked else [],
        languages=[
            replace(one, name=name_in_readers_language(one.name).capitalize() if one.name else "")
            for one in _shares((row[1], row[2:-2]) for row in left_us)
        ],
        unsubscribed=after["unsubscribed"],
        complaints=None if _is_older(mailing, after["answer_days"]) else after["complaints"],
        visits=shown(after["visits"], letters=sum(states[state] for state in LEFT_US)),
        links_are_kept=are_linked,
    )


def _is_older(mailing: Mailing, days: int) -> bool:
    """Whether retention may have begun with what is kept for so long."""
    run = getattr(mailing, "run", None)
    return run is not None and run.started_at is not None and run.started_at < timezone.now() - dt.timedelta(days=days)


def _fetched(mailing: Mailing, after: dict[str, int], *, are_linked: bool) -> int | None:
    """How many schools have fetched. Receipts stay, but not which of them a further letter has caused."""
    if are_linked:
        return after["fetched"]
    return None if mailing.follows_id else after["receipts"]


def _reasons(rows: QuerySet[Delivery]) -> list[Reason]:
    """The most frequent first; those that are not known last."""
    has_code = Q(smtp_reply__regex=r"^([245][0-9][0-9]|[45]\.[0-9]\.[0-9])")
    waits = Q(smtp_reply__icontains="greylist") | Q(smtp_reply__icontains="graylist")
    found = (
        rows.filter(state__in=STOPPED)
        .annotate(
            code=Case(When(has_code, then=Left("smtp_reply", CODES)), default=Value("")),
            grey=Case(When(has_code & waits, then=Value(" greylist")), default=Value("")),
            kept=Case(When(smtp_reply="", then=Value(0)), default=Value(1)),
        )
        .order_by()
        .values_list("state", "code", "grey", "kept")
        .annotate(number=Count("pk"))
    )
    numbers: Counter[tuple[str, str, bool]] = Counter()
    for state, code, grey, kept, number in found:
        advice = what_to_do(f"{code}{grey}", came_back=state == State.BOUNCED)
        numbers[in_plain_words(f"{code}{grey}"), advice, bool(kept)] += number
    known = [Reason(words, advice, number, is_kept) for (words, advice, is_kept), number in numbers.items()]
    return sorted(known, key=lambda one: (not one.is_kept, not one.words, -one.number, one.words))


def _left_us(rows: QuerySet[Delivery]) -> list[tuple[Any, ...]]:
    """By domain and language: the numbers for LEFT_US, and when the first and the last letter left.

    Addresses that must not be shown any more have no domain.
    """
    protected = Q(address_key__in=ProtectedAddress.objects.values("address_key"))
    address = Case(
        When(protected, then=Value("")),
        When(guardian__address_key=F("address_key"), then=F("guardian__email")),
        When(contact__address_key=F("address_key"), then=F("contact__email")),
        default=Value(""),
        output_field=CharField(),
    )
    at = StrIndex("address", Value("@"))
    named = rows.annotate(address=address).annotate(domain=Lower(Substr("address", at + 1)))
    numbers = {state.value: Count("pk", filter=Q(state=state)) for state in LEFT_US}
    has_left = Q(state__in=(State.SENT, State.BOUNCED))
    moments = {"first": Min("finished_at", filter=has_left), "last": Max("finished_at", filter=has_left)}
    return list(named.filter(state__in=LEFT_US).order_by().values_list("domain", "language").annotate(**numbers, **moments))


def _shares(found: Iterable[tuple[str, Sequence[int]]]) -> list[Share]:
    """By name: the largest first, then all those that are too few to be shown or have no name, together."""
    sums: dict[str, Sequence[int]] = {}
    for name, numbers in found:
        sums[name] = [a + b for a, b in zip(sums[name], numbers, strict=True)] if name in sums else numbers
    parts = sorted((Share(name, *numbers) for name, numbers in sums.items()), key=lambda one: (-one.letters, one.name))
    nameless = [one for one in parts if not one.name]
    made = partition([one for one in parts if one.name], lambda one: one.letters, kept_back=nameless)
    others = [Share("", *map(sum, zip(*map(_numbers, made.rest), strict=True)))] if made.rest else []
    return [*made.shown, *others]


def _numbers(share: Share) -> tuple[int, int, int, int]:
    return share.sent, share.bounced, share.failed, share.uncertain


def _receipts(mailing: Mailing) -> QuerySet[Receipt]:
    """What the schools that were written to have fetched; a further letter leads to the first mailing's packages."""
    schools = mailing.deliveries.filter(contact__isnull=False).values("contact__school")
    found = Receipt.objects.filter(mailing=mailing.follows_id or mailing.pk, school__in=schools)
    run = getattr(mailing, "run", None)
    if mailing.follows_id and run and run.started_at:
        found = found.filter(fetched_at__gte=run.started_at)
    return found


def _after(mailing: Mailing) -> dict[str, int]:
    """What came of it, in one query: `unsubscribed` (of those who got the letter, from its topic or from all, since it began),
    `complaints`, the schools that were `written` to, that have `fetched` of those, and that have given `receipts` at all, the
    `visits` through its links; and for how many days links and answers are kept."""
    run = getattr(mailing, "run", None)
    own = {"mailing": OuterRef("pk")}
    got_it = mailing.deliveries.filter(state__in=(State.SENT, State.BOUNCED, State.UNCERTAIN))
    chosen = Suppression.objects.filter(
        Q(topic=None) | Q(topic=mailing.approval.topic_id if run else None),
        reason=Suppression.Reason.UNSUBSCRIBED,
        created_at__gte=(run.started_at if run else None) or timezone.now(),
        address_key__in=got_it.values("address_key"),
    )
    written = Delivery.objects.filter(state=State.SENT, contact__isnull=False, **own)
    parts = {
        "unsubscribed": _number(chosen, "address_key", by="reason"),
        "complaints": _number(Answer.objects.filter(kind=Kind.COMPLAINT, **own), "pk"),
        "written": _number(written, "contact__school"),
        "fetched": _number(_receipts(mailing), "school"),
        "receipts": _number(Receipt.objects.filter(**own), "school"),
        "delivery_days": _kept_for("delivery_days"),
        "answer_days": _kept_for("answer_days"),
        "visits": visits_through(mailing.pk),
    }
    values = Mailing.objects.filter(pk=mailing.pk).order_by().values_list(*parts.values()).get()
    return dict(zip(parts, values, strict=True))


def _kept_for(setting: str) -> Coalesce:
    """A retention time as it is set, or as it is when nobody has set any."""
    unset = RetentionSettings._meta.get_field(setting).default
    return Coalesce(Subquery(RetentionSettings.objects.order_by("pk").values(setting)[:1]), unset)


def _number(rows: QuerySet[Any], counted: str, *, by: str = "mailing") -> Coalesce:
    """How many different values of a field; `by` is a field that is the same in all rows."""
    grouped = rows.order_by().values(by).annotate(number=Count(counted, distinct=True)).values("number")
    return Coalesce(Subquery(grouped), 0)
