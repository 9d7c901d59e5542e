"""Test letters: the real letter over the real wire, marked TEST, to addresses that somebody types."""

from __future__ import annotations

import itertools
import re
import secrets
from email.utils import format_datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.audience.identity import AddressRefused, address_key, normalise_address
from kampanj.audience.suppression import must_not_be_written_to
from kampanj.distribution import simulator, trial, verp
from kampanj.distribution.approval import editions_of, letter_bytes, letters_with
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import Mailing
from kampanj.distribution.redaction import redacted
from kampanj.distribution.retry import Verdict
from kampanj.distribution.transport import open_transport
from kampanj.municipality.models import User

MOST_ADDRESSES = 5


def send_test(mailing: Mailing, written: str, *, user: User) -> int:
    """Send one test letter per language, and its reminder, to each of the addresses (with commas between); returns how many.

    Personal links lead to the campaign's web page: a test can unsubscribe nobody, and whoever follows its links is no visit.
    Addresses that must not be written to are left out and counted all the same, so that nothing can be told of them.
    DistributionError says what is wrong; nothing has been sent then, unless it was the mail server that stopped halfway.
    """
    addresses = read_addresses(written)
    proposed = mailing.get_latest_revision_as_object()
    letters = itertools.product(editions_of(proposed), letters_with(proposed))
    forms = [(edition, LetterForm(letter_bytes(edition, one, is_test=True))) for edition, one in letters]
    barred = must_not_be_written_to(map(address_key, addresses))
    allowed = [address for address in addresses if address_key(address) not in barred]
    with open_transport() as transport:
        for address, (edition, form) in itertools.product(allowed, forms):
            sender = edition.municipality.sender_email
            addressee = Addressee(
                address=address,
                message_id=f"<test.{secrets.token_hex(8)}@{sender.rpartition('@')[2]}>",
                date=format_datetime(timezone.localtime()),
                links={"unsubscribe": edition.web_url, "package": edition.web_url, "via": ""},
            )
            reply = simulator.answer(address) or transport.send(verp.plain(edition.municipality), addressee, form)
            if reply.verdict is not Verdict.TAKEN:
                raise DistributionError(_("The mail server answered: %(reply)s") % {"reply": redacted(str(reply), address)})
    log(instance=mailing, action="kampanj.test", user=user, data={"addresses": len(addresses)})
    return len(addresses) * len(forms)


def read_addresses(written: str) -> list[str]:
    """The addresses, each once, in order; DistributionError when there are none, too many, or one that may not be written to."""
    parts = [part for part in re.split(r"[,;\s]+", written) if part]
    if not parts:
        raise DistributionError(_("Write the address that the test letters are to go to."))
    try:
        addresses = list(dict.fromkeys(normalise_address(part) for part in parts))
    except AddressRefused as fault:
        raise DistributionError(" ".join(fault.messages)) from fault
    if len(addresses) > MOST_ADDRESSES:
        raise DistributionError(_("Test letters can go to at most %(number)s addresses at a time.") % {"number": MOST_ADDRESSES})
    if not all(trial.may_leave(address) for address in addresses):
        raise DistributionError(_("The installation is in trial mode: only the addresses that were chosen for it get letters."))
    return addresses
