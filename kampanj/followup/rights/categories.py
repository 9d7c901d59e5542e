"""What retention removes, category by category: each says how old it becomes, counts it and removes it.

Nothing about protected persons is in any of them: a protection stays until an import lifts it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kampanj.audience.importing import staging
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.models import RosterImport
from kampanj.audience.log import record
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Child, GuardianChild, Suppression
from kampanj.distribution.models import Delivery
from kampanj.followup.rights import captured, sources
from kampanj.followup.rights.models import RetentionSettings

# Rows per transaction: a pump or a page never waits long for retention.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Age:
    """Retention's moment, and the moment before which a category's data is old then."""

    now: dt.datetime
    limit: dt.datetime


Act = Callable[[Age], int]
Find = Callable[[Age], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of data that does not stay for ever.

    `setting` is the field of RetentionSettings with its age; empty where the data itself says when it is old. `count` says how
    much `remove` would remove; `remove` returns how much it did, and may be interrupted. Raises RosterRefused while an import
    holds what would be removed.
    """

    code: str
    name: str | Promise
    removes: str | Promise
    setting: str
    count: Act
    remove: Act

    def age(self, times: RetentionSettings, now: dt.datetime) -> Age:
        """What is old at `now`."""
        return Age(now, times.before(self.setting, now) if self.setting else now)

    def kept(self, times: RetentionSettings) -> str:
        """For how long, in words."""
        if not self.setting:
            return {"staged_files": _staged_for(), "lonely_children": _("Not at all")}[self.code]
        number = getattr(times, self.setting)
        if not self.setting.endswith("_months"):
            return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}
        if number % 12:
            return ngettext("%(number)d month", "%(number)d months", number) % {"number": number}
        return ngettext("%(number)d year", "%(number)d years", number // 12) % {"number": number // 12}


def _staged_for() -> str:
    return ngettext("%(number)d day", "%(number)d days", settings.ROSTER_DAYS) % {"number": settings.ROSTER_DAYS}


# --- Finding what is old -------------------------------------------------------------------------------------------


def _staged(age: Age) -> QuerySet[RosterImport]:
    state = RosterImport.State
    begun = (state.FETCHING, state.CHECKING, state.APPLYING, state.UNDOING)
    return RosterImport.objects.filter(delete_at__lte=age.now).exclude(state__in=begun)


def _imports(age: Age) -> QuerySet[RosterImport]:
    """Imports that nobody has touched since, and whose files are gone, or go now."""
    are_gone = Q(delete_at=None) | Q(pk__in=_staged(age).values("pk"))
    return RosterImport.objects.filter(are_gone, created_at__lt=age.limit, touched_at__lt=age.limit)


def _lonely_children(_age: Age) -> QuerySet[Child]:
    return Child.objects.filter(~Exists(GuardianChild.objects.filter(child=OuterRef("pk"))))


def _over(age: Age) -> Q:
    """Deliveries that came to their end before the limit; one that has been uncertain for so long has no other end."""
    is_held = Q(state=Delivery.State.UNCERTAIN, due__lt=age.limit)
    return Q(finished_at__lt=age.limit) & ~Q(state__in=Delivery.UNFINISHED) | is_held


def _linked(age: Age) -> QuerySet[Delivery]:
    return Delivery.objects.filter(_over(age)).exclude(guardian=None, contact=None)


def _answered(age: Age) -> QuerySet[Delivery]:
    return Delivery.objects.filter(_over(age)).exclude(smtp_reply="")


def _addresses_gone(age: Age) -> QuerySet[Suppression]:
    return Suppression.objects.filter(reason=Suppression.Reason.ADDRESS_GONE, created_at__lt=age.limit)


def _events(age: Age) -> QuerySet[AudienceEvent]:
    return AudienceEvent.objects.filter(at__lt=age.limit)


# --- Removing it ---------------------------------------------------------------------------------------------------


def _in_batches(find: Find, act: Callable[[QuerySet[Any]], int], age: Age) -> int:
    """Do `act` to what is found, some at a time, until nothing more is found."""
    done = 0
    while keys := list(find(age).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            # Asked anew: meanwhile somebody may have made it young again.
            changed = act(find(age).filter(pk__in=keys))
        done += changed
        if not changed:
            break
    return done


def _deleting(find: Find) -> Act:
    return lambda age: _in_batches(find, lambda rows: rows.delete()[1].get(rows.model._meta.label, 0), age)


def _emptying(find: Find, **values: object) -> Act:
    return lambda age: _in_batches(find, lambda rows: rows.update(**values), age)


def _counting(find: Find) -> Act:
    return lambda age: find(age).count()


def _remove_imports(age: Age) -> int:
    """Their files first: a file without its row would never be found again."""
    staging.forget_old(age.now)
    return _deleting(_imports)(age)


def _remove_lonely_children(age: Age) -> int:
    """While no import is about to give them a guardian."""
    with one_import_at_a_time():
        return _deleting(_lonely_children)(age)


CATEGORIES: tuple[Category, ...] = (
    Category(
        "staged_files",
        gettext_lazy("Files of rosters"),
        gettext_lazy("The sealed files that were read in, what was found in them, and what an undo needs."),
        "",
        _counting(_staged),
        lambda age: staging.forget_old(age.now),
    ),
    Category(
        "imports",
        gettext_lazy("List of imports"),
        gettext_lazy("Which file was read in when, by whom, and its figures."),
        "import_months",
        _counting(_imports),
        _remove_imports,
    ),
    # Before the guardians, whose removal cuts links as well.
    Category(
        "delivery_links",
        gettext_lazy("Who got which letter"),
        gettext_lazy("The link from a letter to the guardian or school contact. State and counts stay."),
        "delivery_days",
        _counting(_linked),
        _emptying(_linked, guardian=None, contact=None),
    ),
    Category(
        "mail_server_answers",
        gettext_lazy("Mail servers' answers"),
        gettext_lazy("The text of the answer. State and counts stay."),
        "answer_days",
        _counting(_answered),
        _emptying(_answered, smtp_reply=""),
    ),
    Category(
        "guardians",
        gettext_lazy("Guardians of a source that is no longer read in"),
        gettext_lazy("The source's guardians with addresses and ties, and children who are left without guardian."),
        "source_days",
        lambda age: sources.count_due(age.limit, now=age.now),
        lambda age: sources.remove_due(age.limit, now=age.now),
    ),
    Category(
        "lonely_children",
        gettext_lazy("Children without guardian"),
        gettext_lazy("The child's keyed hash, school and grade."),
        "",
        _counting(_lonely_children),
        _remove_lonely_children,
    ),
    Category(
        "addresses_gone",
        gettext_lazy("Suppressions of addresses that do not exist"),
        gettext_lazy("The suppression, so that the address is tried again. All other suppressions stay."),
        "address_gone_days",
        _counting(_addresses_gone),
        _deleting(_addresses_gone),
    ),
    Category(
        "log",
        gettext_lazy("The audience's log"),
        gettext_lazy("Who saw, imported, exported or changed what."),
        "log_months",
        _counting(_events),
        lambda age: record.forget_before(age.limit),
    ),
    Category(
        "captured_letters",
        gettext_lazy("Captured letters"),
        gettext_lazy("Letters and notifications in the outbox."),
        "captured_days",
        lambda age: captured.count_before(age.limit),
        lambda age: captured.remove_before(age.limit),
    ),
)
