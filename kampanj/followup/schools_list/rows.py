"""A mailing's schools as they stand now: gathered in a number of queries that does not grow with the schools."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kampanj.audience import selection
from kampanj.audience.models import School, SchoolContact
from kampanj.content.models import Edition
from kampanj.distribution.models import ApprovedLetter, Delivery, Mailing
from kampanj.followup.models import Receipt
from kampanj.followup.schools.versions import current_versions

State = Delivery.State
ARRIVED = (State.SENT, State.UNCERTAIN)
ON_ITS_WAY = (State.QUEUED, State.LEASED, State.SENDING)
CAME_BACK = (State.BOUNCED, State.FAILED)


class Standing(models.TextChoices):
    """The one word that says how it went with a school."""

    FETCHED = "fetched", gettext_lazy("fetched")
    NOT_FETCHED = "not_fetched", gettext_lazy("not fetched")
    BOUNCED = "bounced", gettext_lazy("the letter bounced")
    NO_LETTER = "no_letter", gettext_lazy("no letter")
    WAITING = "waiting", gettext_lazy("the letter has not left yet")


@dataclass(frozen=True)
class Row:
    """One school. `receipts` are its own of this mailing, the newest first; `held` is when the version that it has was frozen."""

    school: School
    standing: Standing
    has_contact: bool
    sent_at: dt.datetime | None
    receipts: tuple[Receipt, ...]
    has_newest: bool
    held: dt.datetime | None
    reminded_at: dt.datetime | None
    told_at: dt.datetime | None

    @property
    def newest(self) -> Receipt | None:
        """What it fetched last."""
        return self.receipts[0] if self.receipts else None

    @property
    def others(self) -> int:
        """How many times it had fetched something before."""
        return max(0, len(self.receipts) - 1)

    @property
    def platform(self) -> str:
        """Its learning platform in words."""
        return str(self.school.platform)

    def get_standing(self) -> str:
        """Its standing in words."""
        return str(self.standing.label)

    def version(self) -> str:
        """Which version it has, in words; empty when it has fetched nothing."""
        if not self.receipts:
            return ""
        if self.has_newest:
            return _("the newest")
        when = self.held and formats.date_format(timezone.localtime(self.held), "j F Y")
        return _("older, of %(when)s") % {"when": when} if when else _("older")

    @property
    def has_older(self) -> bool:
        """Whether it has fetched something, and nothing of the newest version."""
        return bool(self.receipts) and not self.has_newest


@dataclass(frozen=True)
class Schools:
    """All rows of a mailing, by name."""

    rows: list[Row]

    @cached_property
    def numbers(self) -> Counter[str]:
        """How many schools per Standing."""
        return Counter(row.standing for row in self.rows)

    @property
    def older(self) -> int:
        """How many have an older version than the newest that is approved."""
        return sum(row.has_older for row in self.rows)

    def sentence(self) -> str:
        """“31 of 40 schools have fetched. 6 have not fetched, 3 letters bounced.”: every school is counted once."""
        figures = {"fetched": _written(self.numbers[Standing.FETCHED]), "all": _written(len(self.rows))}
        first = ngettext(
            "%(fetched)s of %(all)s school has fetched.", "%(fetched)s of %(all)s schools have fetched.", len(self.rows)
        )
        parts = [words(count) % {"number": _written(count)} for key, words in _WORDS if (count := self.numbers[key])]
        rest = f" {', '.join(parts)}." if parts else ""
        return f"{first % figures}{rest}"


_WORDS: tuple[tuple[Standing, Callable[[int], str]], ...] = (
    (Standing.NOT_FETCHED, lambda count: ngettext("%(number)s has not fetched", "%(number)s have not fetched", count)),
    (Standing.BOUNCED, lambda count: ngettext("the letter to %(number)s bounced", "the letters to %(number)s bounced", count)),
    (Standing.NO_LETTER, lambda count: ngettext("%(number)s got no letter", "%(number)s got no letter", count)),
    (Standing.WAITING, lambda count: ngettext("the letter to %(number)s waits", "the letters to %(number)s wait", count)),
)


def _written(number: int) -> str:
    return number_format(number, force_grouping=True)


@dataclass(frozen=True)
class _Letter:
    """What a school's list needs to know of a delivery."""

    state: str
    at: dt.datetime | None


def schools_of(mailing: Mailing, approved: list[ApprovedLetter]) -> Schools:
    """The schools that an approved first mailing names, and those that it has written to; `approved` is `newest_approved`."""
    first, reminded, told = _letters(mailing)
    receipts: defaultdict[int, list[Receipt]] = defaultdict(list)
    for receipt in mailing.receipts.order_by("-fetched_at", "-pk"):
        receipts[receipt.school_id].append(receipt)
    limits = selection.Limits(**mailing.approval.limits)
    named = Q(pk__in=selection.schools_within(limits).order_by().values("pk")) | Q(pk__in={*first, *receipts})
    with_contact = set(SchoolContact.objects.values_list("school", flat=True))
    current = current_versions([letter.edition.fingerprint for letter in approved])
    frozen = _frozen(receipt.version for found in receipts.values() for receipt in found)
    rows = [
        Row(
            school=school,
            standing=_standing(receipts[school.pk], first[school.pk]),
            has_contact=school.pk in with_contact,
            sent_at=_first_arrival(first[school.pk]),
            receipts=tuple(receipts[school.pk]),
            has_newest=any(receipt.version in current for receipt in receipts[school.pk]),
            held=max((frozen[one.version] for one in receipts[school.pk] if one.version in frozen), default=None),
            reminded_at=_first_arrival(reminded[school.pk]),
            told_at=_first_arrival(told[school.pk]),
        )
        for school in School.objects.filter(named).select_related("platform").order_by("name")
    ]
    return Schools(rows)


def _letters(mailing: Mailing) -> tuple[defaultdict[int, list[_Letter]], ...]:
    """By school: the first mailing's letters, its reminder's, and its notices'.

    A letter to an address that several schools share counts for each of them.
    """
    rows = Delivery.objects.filter(Q(mailing=mailing.pk) | Q(mailing__follows=mailing.pk)).exclude(contact=None)
    found = [*rows.values_list("mailing__kind", "address_key", "contact__school", "state", "finished_at")]
    sharing: defaultdict[str, set[int]] = defaultdict(set)
    contacts = SchoolContact.objects.filter(address_key__in=rows.values("address_key"))
    for key, school in contacts.values_list("address_key", "school"):
        sharing[key].add(school)
    by_kind: dict[str, defaultdict[int, list[_Letter]]] = {kind: defaultdict(list) for kind in Mailing.Kind.values}
    for kind, key, school, state, at in found:
        for one in sharing[key] | {school}:
            by_kind[kind][one].append(_Letter(state, at))
    return tuple(by_kind.values())


def _frozen(fingerprints: Iterable[str]) -> dict[str, dt.datetime]:
    """When each edition was first frozen."""
    editions = Edition.objects.filter(fingerprint__in=set(fingerprints)).order_by("-created_at")
    return dict(editions.values_list("fingerprint", "created_at"))


def _standing(receipts: list[Receipt], letters: list[_Letter]) -> Standing:
    states = {letter.state for letter in letters}
    if receipts:
        return Standing.FETCHED
    if states.intersection(ARRIVED):
        return Standing.NOT_FETCHED
    if states.intersection(ON_ITS_WAY):
        return Standing.WAITING
    return Standing.BOUNCED if states.intersection(CAME_BACK) else Standing.NO_LETTER


def _first_arrival(letters: list[_Letter]) -> dt.datetime | None:
    return min((letter.at for letter in letters if letter.state in ARRIVED and letter.at), default=None)
