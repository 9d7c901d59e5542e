"""What may happen to a round, and when. Every change is one function, under the round's lock, and stands in its history.

planned ─▶ under way ─▶ done      planned, under way ─▶ cancelled
             ▲─────────── │         cancelled ─▶ planned
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.distribution.exceptions import HandoutRefused
from kampanj.distribution.handout.figures import figures_of
from kampanj.distribution.handout.models import HandoutRound
from kampanj.municipality.models import User

State = HandoutRound.State
ACTION = "kampanj.handout_state"
NEXT: dict[str, tuple[str, ...]] = {
    State.PLANNED: (State.UNDER_WAY, State.CANCELLED),
    State.UNDER_WAY: (State.DONE, State.CANCELLED),
    State.DONE: (State.UNDER_WAY,),
    State.CANCELLED: (State.PLANNED,),
}


def locked(handout: HandoutRound) -> HandoutRound:
    """The round as it is now; within the caller's transaction nobody else changes what happens to it."""
    return HandoutRound.objects.select_for_update().get(pk=handout.pk)


@transaction.atomic
def move(handout: HandoutRound, to: str, *, by: User | None, knows_uncounted: bool = False) -> HandoutRound:
    """Give the round another state. HandoutRefused when it cannot have it now, or when it is to be done although areas are not
    counted and `knows_uncounted` does not say that this is known."""
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
    write_state(now, to, by=by, uncounted=uncounted)
    return HandoutRound.objects.get(pk=now.pk)


def write_state(now: HandoutRound, to: str, *, by: User | None, uncounted: list[str] | None = None) -> None:
    """Write a state that may be had, and the history's line. The caller holds the lock."""
    HandoutRound.objects.filter(pk=now.pk).update(state=to)
    log(instance=now, action=ACTION, user=by, data={"state": to, "uncounted": uncounted or []})
