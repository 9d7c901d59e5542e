"""Erasing a person (GDPR art. 17): the register forgets, the counts stay, and no later import brings the address back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from kampanj.audience.importing import staging
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import Guardian, GuardianChild, Suppression
from kampanj.audience.signals import address_erased
from kampanj.audience.suppression import suppress
from kampanj.distribution.models import Delivery
from kampanj.followup.rights import captured
from kampanj.followup.rights.person import Found, Sought, find
from kampanj.followup.rights.sources import leave_no_child_alone


class Ground(models.TextChoices):
    """Why a person is erased: what the log says. No free text, which would hold names."""

    REQUEST = "request", _("the person has asked for it (article 17)")
    OBJECTION = "objection", _("the person objects to being written to (article 21)")
    UNLAWFUL = "unlawful", _("the data should never have been here")
    OTHER = "other", _("another reason, see the case number")


@dataclass(frozen=True, slots=True)
class Erased:
    """What goes, or went: rows of guardians, ties, children left alone, letters' links, waiting letters, captured letters."""

    guardians: int
    ties: int
    children: int
    letters: int
    waiting: int
    captured: int


def foresee(found: Found) -> Erased:
    """What `erase` would do now."""
    guardians = [row.pk for row in (*found.guardians, *found.others)]
    ties = GuardianChild.objects.filter(guardian__in=guardians)
    children = set(ties.values_list("child", flat=True))
    of_others = GuardianChild.objects.filter(child__in=children).exclude(guardian__in=guardians)
    waiting = (Delivery.State.QUEUED, Delivery.State.LEASED)
    return Erased(
        guardians=len(guardians),
        ties=ties.count(),
        children=len(children - set(of_others.values_list("child", flat=True))),
        letters=len(found.deliveries),
        waiting=sum(row.state in waiting for row in found.deliveries),
        captured=len(captured.to_address(found.addresses)),
    )


def erase(sought: Sought, *, by: AbstractBaseUser | AnonymousUser, ground: str, case_number: str = "") -> Erased | None:
    """Erase whoever is found, in one transaction; None when nobody is. Raises RosterRefused while an import is under way.

    The addresses get a suppression for Ground's sake that outlasts everything; earlier suppressions stay without their notes.
    """
    with one_import_at_a_time(), transaction.atomic():
        found = find(sought)
        if not found.is_known:
            return None
        gone = foresee(found)
        _forget(found)
        for key in found.keys:
            suppress(key, Suppression.Reason.ERASED)
            address_erased.send(sender=Guardian, address_key=key)
            record(
                AudienceEvent.Action.ERASED, by=by, subject=key, ground=Ground(ground), case_number=case_number, **asdict(gone)
            )
        # Files cannot be taken back: only when the rest is certain.
        transaction.on_commit(staging.forget_faults)
        transaction.on_commit(partial(captured.remove_to, found.addresses))
    return gone


def _forget(found: Found) -> None:
    """Remove the rows and cut the links."""
    guardians = [row.pk for row in (*found.guardians, *found.others)]
    children = list(GuardianChild.objects.filter(guardian__in=guardians).values_list("child", flat=True))
    Guardian.objects.filter(pk__in=guardians).delete()
    leave_no_child_alone(children)
    letters = Delivery.objects.filter(pk__in=[row.pk for row in found.deliveries])
    # All skipped rows say the same: one without words would tell who has been erased.
    letters.exclude(state=Delivery.State.SKIPPED).update(smtp_reply="")
    letters.update(guardian=None)
    Suppression.objects.filter(address_key__in=found.keys).update(note="")
