"""The pump: claims rows, sends their letters, writes down what the relay said.

At most W letters are in flight or uncommitted, so that a kill can double at most W. What the rows say is checked again
at the claim and before each window of W letters.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
import time
from collections.abc import Iterable
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.models import Suppression
from kampanj.audience.suppression import must_not_be_written_to, suppress
from kampanj.distribution import control, states
from kampanj.distribution.approval import approved_message
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import ConnectionLost, DistributionError, RelayDown, RelayUnusable
from kampanj.distribution.links import personal_links
from kampanj.distribution.models import ApprovedLetter, Delivery, MailingRun
from kampanj.distribution.retry import POLICY_BURST, Reply, Verdict
from kampanj.distribution.transport import Transport, open_transport
from kampanj.municipality.models import SiteSettings

logger = logging.getLogger(__name__)

WINDOW = 4
LEASE_SHARE = 0.8
# No further letter of a window is begun after this share of its lease: a slow relay's answer must come before the lease ends.
WINDOW_SHARE = 0.25
# So many connections lost after DATA in a row are about the relay: more would only double letters.
LOST_BURST = 3
RELAY_DOWN_WAIT = dt.timedelta(minutes=1)
# A pump ends after this many seconds even when there is more to do: the next tick wakes another.
BUDGET_SECONDS = 50.0

# Set when the process is asked to stop: the window in hand is finished, the rest is given back.
stopping = threading.Event()


class Letters:
    """The approved letters that a pump has opened, by mailing and language."""

    def __init__(self) -> None:
        self._forms: dict[tuple[int, str], tuple[LetterForm, SiteSettings]] = {}

    def form(self, delivery: Delivery) -> tuple[LetterForm, SiteSettings]:
        """The letter's form and the frozen sender; DistributionError when its file is not what was approved."""
        key = (delivery.mailing_id, delivery.language)
        if key not in self._forms:
            letter = ApprovedLetter.objects.select_related("edition").get(
                approval__mailing=delivery.mailing_id, language=delivery.language
            )
            self._forms[key] = (LetterForm(approved_message(letter)), letter.edition.municipality)
        return self._forms[key]


def pump() -> int:
    """Send until nothing is due, the budget is used or the process is stopping; returns how many letters were taken."""
    owner = secrets.token_hex(16)
    letters = Letters()
    deadline = time.monotonic() + BUDGET_SECONDS
    taken = 0
    with open_transport() as transport:
        while time.monotonic() < deadline and not stopping.is_set():
            batch = states.claim(owner)
            if not batch:
                break
            claimed = _Batch(batch, owner, letters, transport)
            taken += claimed.send()
            if claimed.relay_is_down:
                break
    return taken


class _Batch:
    """One claim on its way out."""

    def __init__(self, rows: list[Delivery], owner: str, letters: Letters, transport: Transport) -> None:
        self.rows = rows
        self.owner = owner
        self.letters = letters
        self.transport = transport
        self.taken = 0
        self.refused_by_policy = 0
        self.lost_after_data = 0
        self.relay_is_down = False
        # Rows whose letter may have left: if we die or break before the answer is written, they are uncertain.
        self.attempted: set[int] = set()

    def send(self) -> int:
        """All windows, as long as the lease holds; what is left is given back. Returns letters taken."""
        expires = time.monotonic() + settings.DELIVERY_LEASE_SECONDS * LEASE_SHARE
        try:
            for start in range(0, len(self.rows), WINDOW):
                if time.monotonic() > expires or self.relay_is_down or stopping.is_set():
                    break
                self._window(self.rows[start : start + WINDOW])
        finally:
            # Settled rows no longer carry our token; what was never attempted is simply waiting again.
            states.give_back([row.pk for row in self.rows if row.pk not in self.attempted], self.owner)
        if self.relay_is_down:
            for mailing_id in {row.mailing_id for row in self.rows}:
                states.put_off(mailing_id, RELAY_DOWN_WAIT)
        return self.taken

    def _window(self, rows: list[Delivery]) -> None:
        ready = self._still_wanted(rows)
        ours = states.mark_sending([row.pk for row in ready], self.owner)
        last_start = time.monotonic() + settings.DELIVERY_LEASE_SECONDS * WINDOW_SHARE
        answers: list[tuple[Delivery, Reply | ConnectionLost]] = []
        try:
            for row in ready:
                if row.pk in ours and time.monotonic() < last_start:
                    answers.append((row, self._send_one(row)))
        except RelayDown as fault:
            logger.warning("the relay does not answer, mailing %s waits: %s", row.mailing_id, fault)
            self.relay_is_down = True
        except DistributionError as fault:
            # Not about this recipient: nothing is marked sent or failed for it.
            logger.warning("mailing %s paused: %s", row.mailing_id, type(fault).__name__)
            control.pause(row.mailing, reason=str(fault))
        finally:
            self._settle(answers)

    def _still_wanted(self, rows: list[Delivery]) -> list[Delivery]:
        """The rows that may still be sent; the others are skipped or given back."""
        fresh = {
            row.pk: row
            for row in Delivery.objects.filter(pk__in=[row.pk for row in rows], owner=self.owner).select_related(
                "guardian", "contact__school", "mailing__run", "mailing__approval"
            )
        }
        barred = _barred(fresh.values())
        wanted = []
        for row in fresh.values():
            if row.mailing.run.state != MailingRun.State.SENDING:
                states.give_back([row.pk], self.owner)
            elif row.pk in barred or address_key_now(row) != row.address_key:
                # Must not be written to, gone, or another address by now, which the check was not of.
                states.skip(row.pk, self.owner)
            else:
                wanted.append(row)
        return wanted

    def _send_one(self, row: Delivery) -> Reply | ConnectionLost:
        form, municipality = self.letters.form(row)
        address = row.guardian.email if row.guardian else row.contact.email  # type: ignore[union-attr]  # Rows with neither were skipped.
        addressee = Addressee(
            address=address,
            message_id=message_id(row, municipality),
            date=format_datetime(timezone.localtime()),
            links=personal_links(row, municipality),
        )
        try:
            message = form.fill(addressee)
        except (KeyError, ValueError) as fault:
            raise DistributionError(
                _("The letter cannot be filled in for a recipient. Copy the mailing and have it approved again.")
            ) from fault
        self.attempted.add(row.pk)
        try:
            return self.transport.send(municipality.sender_email, address, message)
        except ConnectionLost as fault:
            return fault
        except (RelayDown, RelayUnusable):
            self.attempted.discard(row.pk)
            raise

    def _settle(self, answers: Iterable[tuple[Delivery, Reply | ConnectionLost]]) -> None:
        """Everything the relay said about this window, in one commit."""
        with transaction.atomic():
            for row, answer in answers:
                if isinstance(answer, ConnectionLost):
                    self._settle_lost(row, answer)
                else:
                    self._settle_reply(row, answer)

    def _settle_lost(self, row: Delivery, fault: ConnectionLost) -> None:
        if fault.after_data:
            states.settle_uncertain(row.pk, self.owner, str(fault))
            self.lost_after_data += 1
            if self.lost_after_data >= LOST_BURST:
                control.pause(
                    row.mailing, reason=_("The mail server takes letters and then breaks the connection. Ask whoever runs it.")
                )
        else:
            states.settle_later(
                row, self.owner, Reply(451, _("The connection to the mail server broke: %(fault)s") % {"fault": fault})
            )

    def _settle_reply(self, row: Delivery, reply: Reply) -> None:
        self.lost_after_data = 0
        if reply.verdict is Verdict.TAKEN:
            self.taken += states.settle_sent(row.pk, self.owner, reply)
        elif reply.verdict is Verdict.LATER:
            states.settle_later(row, self.owner, reply)
            if reply.asks_for_a_pause:
                control.pause(row.mailing, reason=str(reply))
        else:
            states.settle_failed(row.pk, self.owner, str(reply))
            if reply.address_is_gone:
                suppress(row.address_key, Suppression.Reason.ADDRESS_GONE)
            self.refused_by_policy = self.refused_by_policy + 1 if reply.is_policy else 0
            if self.refused_by_policy >= POLICY_BURST:
                control.pause(row.mailing, reason=str(reply))


def _barred(rows: Iterable[Delivery]) -> set[int]:
    """The primary keys of rows that no letter on their mailing's topic, as approved, may go to."""
    by_topic: dict[int | None, list[Delivery]] = {}
    for row in rows:
        by_topic.setdefault(row.mailing.approval.topic_id, []).append(row)
    barred: set[int] = set()
    for topic, same in by_topic.items():
        keys = must_not_be_written_to((row.address_key for row in same), topic=topic)
        barred |= {row.pk for row in same if row.address_key in keys}
    return barred


def address_key_now(delivery: Delivery) -> str:
    """The key of the address that the recipient has now; empty when the recipient is gone."""
    recipient = delivery.guardian or delivery.contact
    return recipient.address_key if recipient else ""


def message_id(delivery: Delivery, municipality: SiteSettings) -> str:
    """Message-ID (RFC 5322), the same for every attempt at this delivery."""
    domain = municipality.sender_email.rpartition("@")[2]
    return f"<{delivery.mailing_id}.{delivery.pk}.{delivery.address_key}@{domain}>"
