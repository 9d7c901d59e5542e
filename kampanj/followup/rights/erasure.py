"""Erasing a person (GDPR art. 17): the register forgets, the counts stay, and no later import brings the address back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from kampanj.audience.importing import staging
from kampanj.audience.importing.lock import one_import_at_a_time
from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import record
from kampanj.audience.models import Guardian, GuardianChild, Suppression
from kampanj.audience.signals import address_erased
from kampanj.audience.suppression import suppress
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.rights import captured, erasures
from kampanj.followup.rights.person import Found, Sought, find
from kampanj.followup.rights.sources import leave_no_child_alone


class Ground(models.TextChoices):
    """Why a person is erased: what the log says. No free text, which would hold names."""

    REQUEST = "request", _("the person has asked for it (article 17)")
    OBJECTION = "objection", _("the person objects to being written to (article 21)")
    UNLAWFUL = "unlawful", _("the data should never have been here")
    OTHER = "other", _("another reason, see the case number")
    RESTORED = "restored", _("a backup had brought back somebody who was erased after it was made")


# What a person can choose.
CHOICES = [(ground.value, ground.label) for ground in Ground if ground != Ground.RESTORED]


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
        # First what a backup must not undo; the others' faults are logged and keep nobody from the next.
        transaction.on_commit(partial(erasures.note, found))
        transaction.on_commit(staging.forget_faults, robust=True)
        transaction.on_commit(partial(captured.remove_to, found.addresses), robust=True)
    return gone


def erase_again(again: Iterable[erasures.Erasure]) -> int:
    """Erase those whom a backup has brought back; returns how many rows of guardians that were. Safe to repeat.

    A row is found by its address, the person's identity or its id in the source. An address that it had before the erased one is
    suppressed too, unless somebody else has it. Raises RosterRefused while an import is under way.
    """
    newer = list(again)
    if not newer:
        return 0
    keys = {key for one in newer for key in one.address_keys}
    identities = {key for one in newer for key in one.identity_keys}
    traces = {key for one in newer for key in one.traces}
    with one_import_at_a_time(), transaction.atomic():
        rows = [row for row in Guardian.objects.order_by("pk").iterator() if _is_among(row, keys, identities, traces)]
        theirs = {row.address_key for row in rows} - keys
        remaining = Guardian.objects.filter(address_key__in=theirs).exclude(pk__in=[row.pk for row in rows])
        theirs -= set(remaining.values_list("address_key", flat=True))
        found = _erased(tuple(sorted(keys | theirs)), rows)
        _forget(found)
        for key in found.keys:
            address_erased.send(sender=Guardian, address_key=key)
            if suppress(key, Suppression.Reason.ERASED):
                record(AudienceEvent.Action.ERASED, by=None, subject=key, ground=Ground.RESTORED)
        transaction.on_commit(staging.forget_faults)
    return len(rows)


def _is_among(row: Guardian, keys: set[str], identities: set[str], traces: set[str]) -> bool:
    return (
        row.address_key in keys
        or (bool(row.identity_key) and row.identity_key in identities)
        or (bool(traces) and guardian_trace(row.source, row.external_id) in traces)
    )


def _erased(keys: tuple[str, ...], rows: list[Guardian]) -> Found:
    """What `_forget` needs to know."""
    mailings = list(Mailing.objects.values_list("pk", flat=True))
    return Found(
        sought=Sought(by="address"),
        keys=keys,
        guardians=rows,
        others=[],
        contacts=[],
        suppressions=[],
        deliveries=list(Delivery.objects.filter(mailing__in=mailings, address_key__in=keys)),
        events=[],
        protected_by=(),
    )


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
