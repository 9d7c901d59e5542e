"""What becomes of a letter that was not simply taken: tried again, failed, uncertain, or left until something is mended."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from kampanj.audience.models import Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import control, states
from kampanj.distribution.exceptions import ConnectionLost, DistributionError, NotLeaving, RelayDown, SenderDied
from kampanj.distribution.models import Mailing
from kampanj.distribution.refusals import Refusal
from kampanj.distribution.retry import Reply, Verdict, wait_after
from kampanj.distribution.sending.pace import Pace
from kampanj.distribution.signals import mailbox_was_full
from kampanj.municipality import tracing

logger = logging.getLogger(__name__)

# This many connections lost after DATA in a row are about the relay: more would only double letters.
LOST_BURST = 3

# The relay's reply, or why there is none.
Ending = Reply | DistributionError


class Settling:
    """One pump's: what it has been told stands in `relay_is_down` (why no letter leaves), `is_over` (it must end) and
    `lost_after_data` (connections that were lost in a row when a letter may have been taken).
    """

    def __init__(self, owner: str, pace: Pace) -> None:
        self._owner = owner
        self._pace = pace
        self.relay_is_down = ""
        self.is_over = False
        self.lost_after_data = 0

    def settle_all(self, endings: Iterable[tuple[states.Claimed, Ending]]) -> None:
        """Write down every answer but “taken”: all or nothing."""
        lost_before = self.lost_after_data
        try:
            with transaction.atomic():
                for row, ending in endings:
                    with tracing.about(row.mailing_id):
                        self._settle(row, ending)
        except BaseException:
            # They come once more, and count once.
            self.lost_after_data = lost_before
            raise

    def give_back(self, keys: Collection[int]) -> None:
        """Nothing has left for these rows: they wait again, and what the limits allowed them is others'."""
        states.give_back(keys, self._owner)
        self._pace.give_back(keys)

    def _settle(self, row: states.Claimed, ending: Ending) -> None:
        if isinstance(ending, Reply):
            self._settle_refusal(row, ending)
        elif isinstance(ending, ConnectionLost):
            self._settle_lost(row, ending)
        elif isinstance(ending, SenderDied):
            self._settle_died(row, ending)
        else:
            self.give_back([row.pk])
            if isinstance(ending, RelayDown):
                self.relay_is_down = str(ending) or type(ending).__name__
                logger.warning("the relay does not answer, mailing %s waits: %s", row.mailing_id, ending)
            elif not isinstance(ending, NotLeaving):
                # Not about this recipient: nothing is marked sent or failed for it.
                pause(row.mailing_id, str(ending))

    def _settle_died(self, row: states.Claimed, fault: SenderDied) -> None:
        if fault.may_have_left:
            states.settle_uncertain(row.pk, self._owner, "")
        else:
            self.give_back([row.pk])
        self.is_over = True
        pause(row.mailing_id, _("Something unexpected happened while sending. Whoever runs the system finds it in the log."))

    def _settle_lost(self, row: states.Claimed, fault: ConnectionLost) -> None:
        if not fault.after_data:
            broken = Reply(451, _("The connection to the mail server broke: %(fault)s") % {"fault": fault})
            states.settle_later(row, self._owner, broken)
            return
        states.settle_uncertain(row.pk, self._owner, str(fault))
        self.lost_after_data += 1
        if self.lost_after_data >= LOST_BURST:
            pause(row.mailing_id, _("The mail server takes letters and then breaks the connection. Ask whoever runs it."))

    def _settle_refusal(self, row: states.Claimed, reply: Reply) -> None:
        self.lost_after_data = 0
        if reply.verdict is Verdict.LATER:
            states.settle_later(row, self._owner, reply)
            if wait_after(row.attempts + 1) is None:
                _remember(row, reply)
            if reply.asks_for_a_pause:
                pause(row.mailing_id, str(reply))
            return
        states.settle_failed(row.pk, self._owner, reply.as_kept)
        _remember(row, reply)


def _remember(row: states.Claimed, reply: Reply) -> None:
    """What the last answer says of the address, for the letters that come after."""
    if reply.address_is_gone:
        suppress(row.address_key, Suppression.Reason.ADDRESS_GONE)
    elif reply.refusal is Refusal.FULL:
        mailbox_was_full.send(sender=None, delivery_id=row.pk)


def pause(mailing_id: int, reason: str) -> None:
    """Pause the mailing; `reason` stands on its page (translated)."""
    logger.warning("mailing %s paused", mailing_id)
    control.pause(Mailing.objects.get(pk=mailing_id), reason=reason)
