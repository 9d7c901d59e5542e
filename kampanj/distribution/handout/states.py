"""What may happen to a round, and when. Every change is one function, under the round's lock, and stands in its history.

planned ─▶ under way ─▶ done      planned, under way ─▶ cancelled
             ▲─────────── │         cancelled ─▶ planned

A round that is done stays as it is until somebody says why it is taken up again.
"""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from kampanj.distribution.exceptions import HandoutRefused
from kampanj.distribution.handout.figures import figures_of
from kampanj.distribution.handout.impersonal import refuse_personal
from kampanj.distribution.handout.models import HandoutRound
from kampanj.municipality.models import User

State = HandoutRound.State
ACTION = "kampanj.handout_state"
# Characters in which it is said why a round is taken up again.
LONGEST_REASON = 300
NEXT: dict[str, tuple[str, ...]] = {
    State.PLANNED: (State.UNDER_WAY, State.CANCELLED),
    State.UNDER_WAY: (State.DONE, State.CANCELLED),
    State.DONE: (State.UNDER_WAY,),
    State.CANCELLED: (State.PLANNED,),
}


def locked(handout: HandoutRound) -> HandoutRound:
    """The round as it is now; within the caller's transaction nobody else changes what happens to it. HandoutRefused when it is
    gone."""
    now = HandoutRound.objects.select_for_update().filter(pk=handout.pk).first()
    if now is None:
        raise HandoutRefused(_("The round is gone: somebody has just deleted it."))
    return now


def demand_open(now: HandoutRound) -> None:
    """HandoutRefused when the round is over, and nothing of it may be changed."""
    if not now.is_open:
        raise HandoutRefused(
            _("“%(name)s” is %(state)s and is changed no more. Take the round up again first.")
            % {"name": now.name, "state": now.get_state_display().lower()}
        )


@transaction.atomic
def move(handout: HandoutRound, to: str, *, by: User | None, knows_uncounted: bool = False, reason: str = "") -> HandoutRound:
    """Give the round another state. HandoutRefused when it cannot have it now, when it is to be done although areas are not
    counted and `knows_uncounted` does not say that this is known, or when it was done and no `reason` says why it no longer is.
    """
    now = locked(handout)
    if to not in NEXT[now.state]:
        words = {"name": now.name, "state": now.get_state_display().lower()}
        raise HandoutRefused(_("“%(name)s” is %(state)s. Somebody may have changed it just now: look again.") % words)
    uncounted = figures_of(now).uncounted if to == State.DONE else []
    if uncounted and not knows_uncounted:
        raise HandoutRefused(
            _("Nobody has counted %(areas)s. Count first, or tick that the round is done all the same.")
            % {"areas": ", ".join(uncounted)}
        )
    why = _reason(reason) if now.state == State.DONE else ""
    write_state(now, to, by=by, uncounted=uncounted, reason=why)
    return HandoutRound.objects.get(pk=now.pk)


def write_state(now: HandoutRound, to: str, *, by: User | None, uncounted: list[str] | None = None, reason: str = "") -> None:
    """Write a state that may be had, and the history's line. The caller holds the lock."""
    HandoutRound.objects.filter(pk=now.pk).update(state=to)
    log(instance=now, action=ACTION, user=by, data={"state": to, "uncounted": uncounted or [], "reason": reason})


def _reason(written: str) -> str:
    """Why a round is taken up again; HandoutRefused when nothing is said, too much, or something of a person."""
    missing = gettext_lazy("Write why the round is taken up again: it stands in the round's history.")
    field = forms.CharField(max_length=LONGEST_REASON, validators=[refuse_personal], error_messages={"required": missing})
    try:
        said: str = field.clean(written)
    except ValidationError as fault:
        raise HandoutRefused(" ".join(fault.messages)) from fault
    return said
