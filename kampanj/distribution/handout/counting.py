"""Entering counts: additive entries, so that two who count at the same time lose nothing, and corrections of single entries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.distribution.exceptions import HandoutRefused, MoreThanPlanned
from kampanj.distribution.handout.figures import figures_of
from kampanj.distribution.handout.models import HandoutArea, HandoutCount, HandoutRound
from kampanj.distribution.handout.states import State, locked, write_state
from kampanj.municipality.models import User

COUNTED, CORRECTED = "kampanj.handout_count", "kampanj.handout_correct"


@dataclass(frozen=True)
class Said:
    """What a form says: folders per area (by primary key), by which team, and the form's own key.

    `is_sure`: more than was planned is meant. `by` is whoever is logged in to the desk; None on the phone page.
    """

    quantities: Mapping[int, int]
    team: str = ""
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    is_sure: bool = False
    by: User | None = None


@transaction.atomic
def add(handout: HandoutRound, said: Said) -> bool:
    """Add the numbers to those that are there; False when this form has been sent before, and nothing is added.

    HandoutRefused when the round is over, an area is gone, or the form was sent before with other numbers; MoreThanPlanned when a
    sum passes what was planned.
    """
    now = locked(handout)
    before = HandoutCount.objects.filter(key=said.key, area__round=now, corrects=None)
    if sent_before := dict(before.values_list("area_id", "quantity")):
        if sent_before == said.quantities:
            return False
        raise _saved_already()
    _demand_open(now)
    known = {one.area.pk: one for one in figures_of(now).areas}
    if not said.quantities.keys() <= known.keys():
        raise HandoutRefused(_("An area has been taken out of the round while you were writing. Look again."))
    sums = {known[key].area.name: (known[key].handed_out + number, known[key].planned) for key, number in said.quantities.items()}
    if not said.is_sure:
        _demand_planned(sums)
    for key, number in said.quantities.items():
        _write(known[key].area, number, said)
        data = {"area": known[key].area.name, "quantity": number, "team": said.team}
        log(instance=now, action=COUNTED, user=said.by, data=data)
    if now.state == State.PLANNED:
        write_state(now, State.UNDER_WAY, by=said.by)
    return True


@transaction.atomic
def correct(entry: HandoutCount, quantity: int | None, *, said: Said) -> None:
    """Let `quantity` stand instead of the entry's (None: the entry is taken away); `said.quantities` is not read. A form that has
    been sent before changes nothing.

    HandoutRefused when somebody has corrected it meanwhile, or the round is over.
    """
    now = locked(entry.area.round)
    if HandoutCount.objects.filter(key=said.key, corrects=entry).exists():
        return
    if HandoutCount.objects.filter(corrects=entry).exists() or entry.quantity is None:
        raise HandoutRefused(_("Somebody else has just corrected this number. Look again before you change it."))
    _demand_open(now)
    if quantity is not None and not said.is_sure:
        area = next(one for one in figures_of(now).areas if one.area.pk == entry.area_id)
        _demand_planned({area.area.name: (area.handed_out - entry.quantity + quantity, area.planned)})
    _write(entry.area, quantity, said, corrects=entry)
    data = {"area": entry.area.name, "before": entry.quantity, "quantity": quantity, "team": said.team}
    log(instance=now, action=CORRECTED, user=said.by, data=data)


def _write(area: HandoutArea, quantity: int | None, said: Said, *, corrects: HandoutCount | None = None) -> None:
    """One entry. HandoutRefused when the database has one of the same form in the area, or another that corrects the same."""
    try:
        with transaction.atomic():
            HandoutCount.objects.create(
                area=area, quantity=quantity, team=said.team, key=said.key, corrects=corrects, at_desk=said.by is not None
            )
    except IntegrityError as fault:
        raise _saved_already() from fault


def _saved_already() -> HandoutRefused:
    return HandoutRefused(
        _("This form has been saved already, with other numbers. Look at what has been entered, and correct it there.")
    )


def _demand_open(now: HandoutRound) -> None:
    if not now.is_open:
        raise HandoutRefused(
            _("“%(name)s” is %(state)s and takes no more numbers.") % {"name": now.name, "state": now.get_state_display().lower()}
        )


def _demand_planned(sums: Mapping[str, tuple[int, int]]) -> None:
    """MoreThanPlanned that names each area whose sum (first) passes its plan (second)."""
    beyond = [
        _("%(area)s: %(sum)s of %(planned)s") % {"area": area, "sum": total, "planned": planned}
        for area, (total, planned) in sums.items()
        if total > planned
    ]
    if beyond:
        raise MoreThanPlanned(
            _("That makes more than was planned (%(areas)s). Look at the number again, or tick that it is right.")
            % {"areas": "; ".join(beyond)}
        )
