"""How a mailing's last letters fared, whichever process sent them and when: too many failed, and it pauses.

The last hundred outcomes stand in a row of the database, a sign each. A pump writes down its own once a second, refusals at once.
"""

from __future__ import annotations

import math
import time
from typing import NamedTuple

from django.db.models import Value
from django.db.models.functions import Concat, Right
from django.utils.translation import gettext as _

from kampanj.distribution.models import Delivery
from kampanj.distribution.retry import POLICY_BURST, Reply, Verdict
from kampanj.distribution.sending.answers import with_answers
from kampanj.distribution.sending.models import SendingSettings, Tally

TAKEN, REFUSED, POLICY = ".", "r", "p"
# A share of fewer letters says nothing.
LEAST = 20
WRITE_SECONDS = 1.0


class Stop(NamedTuple):
    """Why a mailing is to pause (translated), and how many refusals in a row were about the sender and not the recipients."""

    reason: str
    about_us: int


class Outcomes:
    """What one pump has to write down."""

    def __init__(self) -> None:
        self._new: dict[int, str] = {}
        self._last_refusal: dict[int, str] = {}
        self._write_at = -math.inf
        # Mailings that are refused letter after letter: those still on their way will be, too.
        self._refused: set[int] = set()

    def count(self, mailing_id: int, reply: Reply) -> None:
        """A final answer about a letter; one that is put off says nothing yet."""
        if reply.verdict is Verdict.LATER:
            return
        sign = TAKEN if reply.verdict is Verdict.TAKEN else POLICY if reply.is_policy else REFUSED
        self._new[mailing_id] = (self._new.get(mailing_id, "") + sign)[-Tally.LENGTH :]
        if sign != TAKEN:
            self._last_refusal[mailing_id] = str(reply)

    def write_down(self, *, is_last: bool = False) -> dict[int, Stop]:
        """Write what there is when it is time; returns which mailings are to pause, and why."""
        now = time.monotonic()
        if not self._new or not (is_last or self._last_refusal or now >= self._write_at):
            return {}
        self._write_at = now + WRITE_SECONDS
        new, self._new = self._new, {}
        refusals, self._last_refusal = self._last_refusal, {}
        found: dict[int, Stop] = {}
        for mailing_id, signs in new.items():
            recent = _append(mailing_id, signs)
            burst = 1 if mailing_id in self._refused else POLICY_BURST
            if mailing_id in refusals and (stop := why_stop(mailing_id, recent, refusals[mailing_id], burst=burst)):
                found[mailing_id] = stop
            if TAKEN in signs:
                self._refused.discard(mailing_id)
            elif mailing_id in found and found[mailing_id].about_us:
                self._refused.add(mailing_id)
        return found


def why_stop(mailing_id: int, recent: str, last_refusal: str, *, burst: int = POLICY_BURST) -> Stop | None:
    """Why the mailing should pause after these outcomes (oldest first); None when it should not.

    A run of refusals by policy, from `burst` on, is about us, not about the recipients: it is cut from the outcomes. Failures of
    all kinds count when the settings say so.
    """
    if recent.endswith(POLICY * burst):
        said = _("The mail server refuses letter after letter: %(reply)s") % {"reply": last_refusal}
        return Stop(said, _cut_policy(mailing_id))
    failed = len(recent) - recent.count(TAKEN)
    if len(recent) < LEAST:
        return None
    settings = SendingSettings.load()
    if not settings.stop_always or failed * 100 < settings.stop_percent * len(recent):
        return None
    said = _("%(failed)s of the last %(count)s letters did not arrive.")
    rows = Delivery.objects.filter(mailing=mailing_id)
    return Stop(with_answers(said % {"failed": failed, "count": len(recent)}, rows), about_us=0)


def forget(mailing_id: int) -> None:
    """Somebody lets the mailing go on: counting begins anew."""
    Tally.objects.filter(mailing=mailing_id).delete()


def _cut_policy(mailing_id: int) -> int:
    """Take away the refusals by policy at the end, of whichever pump; how many."""
    while True:
        recent = Tally.objects.filter(mailing=mailing_id).values_list("recent", flat=True).first() or ""
        kept = recent.rstrip(POLICY)
        if kept == recent or Tally.objects.filter(mailing=mailing_id, recent=recent).update(recent=kept):
            return len(recent) - len(kept)


def _append(mailing_id: int, signs: str) -> str:
    """The last outcomes with these."""
    longer = Right(Concat("recent", Value(signs)), Tally.LENGTH)
    while not Tally.objects.filter(mailing=mailing_id).update(recent=longer):
        Tally.objects.get_or_create(mailing_id=mailing_id, defaults={"recent": ""})
    return Tally.objects.values_list("recent", flat=True).get(mailing=mailing_id)
