"""Test letters: the real letter over the real wire, marked TEST, to the person who asks."""

from __future__ import annotations

import secrets
from email.utils import format_datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kampanj.audience.identity import AddressRefused, normalise_address
from kampanj.distribution.approval import editions_of, letter_bytes
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import Mailing
from kampanj.distribution.retry import Verdict
from kampanj.distribution.transport import open_transport
from kampanj.municipality.models import User


def send_test(mailing: Mailing, user: User) -> int:
    """Send one test letter per language to the user's own address; returns how many.

    Personal links lead to the campaign's web page: a test can unsubscribe nobody. DistributionError says what is wrong.
    """
    try:
        address = normalise_address(user.email)
    except AddressRefused as fault:
        raise DistributionError(_("Your account has no usable e-mail address. Add one under your account.")) from fault
    proposed = mailing.get_latest_revision_as_object()
    editions = editions_of(proposed)
    messages = [(edition, LetterForm(letter_bytes(edition, proposed, is_test=True))) for edition in editions]
    with open_transport() as transport:
        for edition, form in messages:
            sender = edition.municipality.sender_email
            addressee = Addressee(
                address=address,
                message_id=f"<test.{secrets.token_hex(8)}@{sender.rpartition('@')[2]}>",
                date=format_datetime(timezone.localtime()),
                links={"unsubscribe": edition.web_url, "package": edition.web_url},
            )
            reply = transport.send(sender, addressee, form)
            if reply.verdict is not Verdict.TAKEN:
                raise DistributionError(_("The mail server answered: %(reply)s") % {"reply": reply})
    return len(messages)
