"""What retention removes, category by category: each says how old it becomes, counts it and removes it.

Nothing about protected persons is in any of them: a protection stays until an import lifts it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import ModelLogEntry, PageLogEntry

from kampanj.audience.importing import staging
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.models import RosterImport
from kampanj.audience.log import record
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Child, GuardianChild, Suppression
from kampanj.channels.social import open_graph
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.followup.bounces import keeping
from kampanj.followup.bounces.full import REMEMBERED
from kampanj.followup.bounces.models import Answer, FullMailbox
from kampanj.followup.rights import captured, erasures, sources
from kampanj.followup.rights.models import RetentionSettings
from kampanj.municipality.identity import ceilings
from kampanj.municipality.models import KnownNetwork

# Rows per transaction: a pump or a page never waits long for retention.
BATCH = 500
# Other sites show the picture of a link that was posted before its page was changed.
SHARED_FOR = dt.timedelta(days=30)


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
            return {
                "staged_files": _days(settings.ROSTER_DAYS),
                "lonely_children": _("Not at all"),
                "erasure_notes": _days(settings.BACKUP_DAYS),
                "sessions": _("Until they expire"),
                "shared_pictures": _days(SHARED_FOR.days),
            }[self.code]
        number = getattr(times, self.setting)
        if not self.setting.endswith("_months"):
            return _days(number)
        if number % 12:
            return ngettext("%(number)d month", "%(number)d months", number) % {"number": number}
        return ngettext("%(number)d year", "%(number)d years", number // 12) % {"number": number // 12}


def _days(number: int) -> str:
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


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


def _came_back(age: Age) -> QuerySet[Answer]:
    return Answer.objects.filter(came_at__lt=age.limit)


def _full(age: Age) -> QuerySet[FullMailbox]:
    return FullMailbox.objects.filter(at__lt=age.now - REMEMBERED)


def _invitations(age: Age) -> QuerySet[Invitation]:
    """Those whose time is over, of mailings that are neither going on nor waiting for their archive, which remembers them."""
    over = (MailingRun.State.DONE, MailingRun.State.CANCELLED)
    not_archived = Q(mailing__run__state__in=over, mailing__archive=None, mailing__approval__isnull=False)
    going_on = Q(mailing__run__isnull=False) & ~Q(mailing__run__state__in=over)
    return Invitation.objects.filter(expires_at__lt=age.limit).exclude(not_archived).exclude(going_on)


def _sessions(age: Age) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=age.now)


def _known_networks(age: Age) -> QuerySet[KnownNetwork]:
    return ceilings.forgotten()


def _events(age: Age) -> QuerySet[AudienceEvent]:
    return AudienceEvent.objects.filter(at__lt=age.limit)


def _desk_log(age: Age) -> list[QuerySet[Any]]:
    """Wagtail's log, of pages and of everything else."""
    return [entries.objects.filter(timestamp__lt=age.limit) for entries in (PageLogEntry, ModelLogEntry)]


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
    return lambda age: _in_batches(find, _delete, age)


def _delete(rows: QuerySet[Any]) -> int:
    """How many of the rows themselves went, not of those that go with them."""
    return rows.delete()[1].get(rows.model._meta.label, 0)


def _emptying(find: Find, **values: object) -> Act:
    return lambda age: _in_batches(find, lambda rows: rows.update(**values), age)


def _counting(find: Find) -> Act:
    return lambda age: find(age).count()


def _remove_imports(age: Age) -> int:
    """Their files first: a file without its row would never be found again."""
    staging.forget_old(age.now)
    return _deleting(_imports)(age)


def _remove_answers(age: Age) -> int:
    """Copies first: a file without its row would never be found again. Also how often mailboxes were full, when that is old."""
    keeping.forget(_came_back(age))
    _deleting(_full)(age)
    return _deleting(_came_back)(age)


def _remove_desk_log(age: Age) -> int:
    return sum(_in_batches(find, _delete, age) for find in (lambda aged: _desk_log(aged)[0], lambda aged: _desk_log(aged)[1]))


def _remove_lonely_children(age: Age) -> int:
    """While no import is about to give them a guardian."""
    with one_import_at_a_time():
        return _deleting(_lonely_children)(age)


def _remove_shared(age: Age) -> int:
    names = open_graph.forgotten(age.now - SHARED_FOR)
    for name in names:
        default_storage.delete(name)
    return len(names)


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
        "answers",
        gettext_lazy("What has come back for letters"),
        gettext_lazy("Bounces, and what people have written, also what nobody has dealt with. The mailbox is not touched."),
        "answer_days",
        _counting(_came_back),
        _remove_answers,
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
        "desk_log",
        gettext_lazy("The desk's site history"),
        gettext_lazy("Who wrote, approved, changed and logged in. What was sent stays in the archive."),
        "log_months",
        lambda age: sum(entries.count() for entries in _desk_log(age)),
        _remove_desk_log,
    ),
    Category(
        "captured_letters",
        gettext_lazy("Captured letters"),
        gettext_lazy("Letters and notifications in the outbox."),
        "captured_days",
        lambda age: captured.count_before(age.limit),
        lambda age: captured.remove_before(age.limit),
    ),
    Category(
        "invitations",
        gettext_lazy("Invitations to approve"),
        gettext_lazy("Name and address of whoever was asked without having an account. The approval and the archive remember."),
        "delivery_days",
        _counting(_invitations),
        _deleting(_invitations),
    ),
    Category(
        "sessions",
        gettext_lazy("Sign-ins to the desk"),
        gettext_lazy("What a browser was remembered by, and the networks that somebody has signed in from."),
        "",
        lambda age: _sessions(age).count() + _known_networks(age).count(),
        lambda age: _deleting(_sessions)(age) + _deleting(_known_networks)(age),
    ),
    Category(
        "erasure_notes",
        gettext_lazy("Notes of erasures"),
        gettext_lazy("Keyed hashes by which an erased person is erased again from a backup. The suppression stays."),
        "",
        lambda age: erasures.count_old(erasures.oldest_backup(age.now)),
        lambda age: erasures.remove_old(erasures.oldest_backup(age.now)),
    ),
    Category(
        "shared_pictures",
        gettext_lazy("Pictures of shared links"),
        gettext_lazy("Pictures that were drawn for other sites to show, and that no page leads to any more."),
        "",
        lambda age: len(open_graph.forgotten(age.now - SHARED_FOR)),
        _remove_shared,
    ),
)
