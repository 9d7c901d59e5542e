"""An answer to those who write to the letters' return address: what the letter was, who sent it, how to stop it. Off by default.

As RFC 3834 wants it: never to what a program sent, once to each address in a long while, with an empty return path. And only to
the reader of the letter that is answered: nobody can be made to get it by forging their address.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from email.utils import format_datetime, parseaddr

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from kampanj.audience.identity import address_key
from kampanj.audience.suppression import PROTECTED, must_not_be_written_to
from kampanj.distribution import trial
from kampanj.distribution.envelope import Addressee, LetterForm, quoted_printable, sender_address
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.headers import CRLF, header, is_address, mailbox, unstructured
from kampanj.distribution.links import Unsubscription, unsubscribe_address
from kampanj.distribution.models import Delivery
from kampanj.distribution.retry import Verdict
from kampanj.distribution.transport import open_transport
from kampanj.followup.bounces import whose
from kampanj.followup.bounces.kinds import Kind
from kampanj.followup.bounces.models import Answer
from kampanj.followup.bounces.parse import Finding, read
from kampanj.municipality.models import SiteSettings

logger = logging.getLogger("kampanj.followup.bounces")
ONCE_IN = dt.timedelta(days=30)
UNSUBSCRIBE = "KAMPANJ-SLOT-unsubscribe"
TEMPLATE = "kampanj/email/answer.txt"


def set_text(municipality: SiteSettings, language: str, link: str = "") -> str:
    """The text in one language, with the reader's own link or with words for where it is found."""
    with translation.override(language):
        return render_to_string(TEMPLATE, {"municipality": municipality, "link": link}).strip() + "\n"


def answer(came: Answer, content: bytes) -> bool:
    """Answer a person's message if the settings say so and it may be answered; whether it was.

    The row is marked before the letter leaves: whatever happens, nobody gets it twice.
    """
    municipality = _municipality()
    if came.kind != Kind.PERSON or municipality is None or not municipality.answers_replies:
        return False
    finding = read(content)
    delivery = whose.delivery_of(finding)
    if delivery is None or not _may_be_answered(finding, delivery) or not _claimed(came):
        return False
    try:
        return _send(finding, delivery, municipality)
    except (DistributionError, ValueError) as fault:
        logger.warning("an automatic answer could not be sent: %s", type(fault).__name__)
        return False


def _municipality() -> SiteSettings | None:
    site = Site.objects.filter(is_default_site=True).first()
    return SiteSettings.for_site(site) if site else None


def _may_be_answered(finding: Finding, delivery: Delivery) -> bool:
    sender = finding.sender
    if not is_address(sender) or not sender.isascii() or address_key(sender) != delivery.address_key or finding.is_from_nobody:
        return False
    if must_not_be_written_to([delivery.address_key]).get(delivery.address_key) == PROTECTED:
        return False
    return trial.may_leave(sender)


def _claimed(came: Answer) -> bool:
    """Mark the row, unless the same person has been answered lately."""
    now = timezone.now()
    with transaction.atomic():
        same = Answer.objects.filter(sender_key=came.sender_key).select_for_update().order_by("pk")
        if any(row.answered_at and row.answered_at > now - ONCE_IN for row in same):
            return False
        return Answer.objects.filter(pk=came.pk, answered_at=None).update(answered_at=now) == 1


def _send(finding: Finding, delivery: Delivery, municipality: SiteSettings) -> bool:
    topic = delivery.mailing.approval.topic_id if hasattr(delivery.mailing, "approval") else delivery.mailing.topic_id
    unsubscription = Unsubscription(delivery.address_key, delivery.mailing_id, delivery.language, topic)
    link = unsubscribe_address(unsubscription, municipality)
    made = hashlib.sha256(f"{delivery.pk}{finding.message_id}".encode()).hexdigest()[:24]
    addressee = Addressee(
        address=finding.sender,
        message_id=f"<answer.{made}@{municipality.sender_email.rpartition('@')[2]}>",
        date=format_datetime(timezone.localtime()),
        links={"unsubscribe": link},
    )
    form = LetterForm(_message(finding, delivery.language, municipality))
    with open_transport() as transport:
        return transport.send("", addressee, form).verdict is Verdict.TAKEN


def _message(finding: Finding, language: str, municipality: SiteSettings) -> bytes:
    with translation.override(language):
        subject = _("Automatic answer: you have answered a letter from %(name)s") % {  # for readers
            "name": municipality.sender_name or municipality.municipality_name
        }
    lines = [
        mailbox("From", sender_address(municipality)),
        unstructured("Subject", subject),
        *_thread(finding),
        header("Content-Language", language),
        header("Auto-Submitted", "auto-replied"),
        header("Precedence", "bulk"),
        header("MIME-Version", "1.0"),
        header("Content-Type", "text/plain; charset=utf-8"),
        header("Content-Transfer-Encoding", "quoted-printable"),
        CRLF,
        quoted_printable(set_text(municipality, language, UNSUBSCRIBE)),
    ]
    return b"".join(lines)


def _thread(finding: Finding) -> list[bytes]:
    """In-Reply-To and References, where the answered message has a Message-ID that can stand there."""
    written = finding.message_id.strip()
    if not (written.startswith("<") and written.endswith(">") and is_address(parseaddr(written)[1])):
        return []
    return [header("In-Reply-To", written), header("References", written)]
