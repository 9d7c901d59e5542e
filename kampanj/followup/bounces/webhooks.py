"""What an e-mail provider tells by webhook, through django-anymail, which checks its signature and has one vocabulary for all.

The letter's Message-ID travels as metadata (`distribution.provider`) and comes back with each event; a provider that does not
return it is believed about the newest letter to the address, since the event is signed.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

from django.apps import apps
from django.db.models import Q

from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, SchoolContact
from kampanj.audience.signals import address_erased
from kampanj.audience.suppression import suppress
from kampanj.distribution.models import Delivery
from kampanj.distribution.provider import LETTER
from kampanj.distribution.refusals import is_precise
from kampanj.distribution.signals import mailbox_was_full
from kampanj.followup.bounces import alarms, applying, full, keeping, meaning, whose
from kampanj.followup.bounces.applying import REASONS
from kampanj.followup.bounces.kinds import COMPLAINTS, Kind
from kampanj.followup.bounces.models import Answer
from kampanj.followup.bounces.parse import Finding, Report, letters_in

logger = logging.getLogger("kampanj.followup.bounces")
# django-anymail's event types; what is not here is of no interest: nobody's opening or clicking is recorded.
_TYPES = {
    "bounced": Kind.FAILED,
    "rejected": Kind.FAILED,
    "failed": Kind.FAILED,
    "deferred": Kind.DELAYED,
    "complained": Kind.COMPLAINT,
    "unsubscribed": Kind.OPT_OUT,
}
# Its reasons, for a failure whose mail server's words say nothing. A server that takes a letter for spam has asked no reader:
# only what the provider calls a complaint is one.
_REASONS = {"invalid": Kind.GONE, "blocked": Kind.POLICY, "spam": Kind.POLICY, "unsubscribed": Kind.OPT_OUT}
MOST_WORDS = 4000


def connect() -> None:
    """Listen to erasures, to full mailboxes, and to django-anymail where it is installed; called once at start."""
    address_erased.connect(keeping.on_erased, dispatch_uid="kampanj.followup.bounces.erased")
    mailbox_was_full.connect(full.on_full, dispatch_uid="kampanj.followup.bounces.full")
    if apps.is_installed("anymail"):
        from anymail.signals import tracking  # type: ignore[import-not-found, import-untyped, unused-ignore]

        tracking.connect(on_event, dispatch_uid="kampanj.followup.bounces")


def on_event(*, event: Any, esp_name: str = "", **kwargs: Any) -> None:
    """Handle one event (AnymailTrackingEvent), once."""
    kind = _TYPES.get(str(event.event_type))
    if kind is None:
        return
    delivery = _delivery_of(event)
    report = _report(event, kind)
    if delivery is not None:
        applying.note(_digest(event, esp_name), whose.of_delivery(report, delivery), delivery, way=Answer.Way.PROVIDER)
    else:
        _about_no_letter(report, esp_name)
    if report.kind == Kind.POLICY:
        alarms.tell()


def _about_no_letter(report: Report, esp_name: str) -> None:
    """An event about a letter that is not known: others may send through the same provider, and nobody here can look into it.

    Who complains is left alone all the same, where the address is one that we may write to.
    """
    keys = [key for key in map(address_key, report.addresses) if _is_known(key)] if report.kind in COMPLAINTS else []
    for key in keys:
        suppress(key, REASONS[report.kind])
    logger.info("%s told of a letter that is not known: %s, %s suppressed", esp_name or "the provider", report.kind, len(keys))


def _is_known(key: str) -> bool:
    return any(rows.filter(address_key=key).exists() for rows in (Guardian.objects, SchoolContact.objects, Delivery.objects))


def _report(event: Any, kind: Kind) -> Report:
    words = " ".join(str(part) for part in (event.mta_response, event.description) if part)[:MOST_WORDS]
    addresses = (str(event.recipient),) if event.recipient else ()
    if kind is not Kind.FAILED:
        return Report(kind, words=words, addresses=addresses)
    status = meaning.status_in(words) or meaning.status_in_text(words)
    if is_precise(status):
        return Report(meaning.of_report(action="failed", status=status, words=words), status, words, addresses)
    by_words, by_reason = meaning.of_words(words), _REASONS.get(str(event.reject_reason))
    # “Invalid” is also what some providers call whatever has failed: words that say otherwise are surer.
    found = by_words if by_words and by_reason in (None, Kind.GONE) else by_reason or Kind.FAILED
    return Report(found, status, words, addresses)


def _delivery_of(event: Any) -> Delivery | None:
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    letters = letters_in([str(metadata.get(LETTER, ""))])
    if letters:
        return whose.delivery_of(Finding(Kind.UNCLEAR, letters=letters))
    if not event.recipient:
        return None
    key = address_key(str(event.recipient))
    of_somebody = Q(guardian__address_key=key) | Q(contact__address_key=key)
    sent = Delivery.objects.filter(of_somebody, address_key=key, state__in=(Delivery.State.SENT, Delivery.State.UNCERTAIN))
    return sent.order_by("-finished_at", "-pk").first()


def _digest(event: Any, esp_name: str) -> str:
    """The provider's id of the event; without one, what it says."""
    named = event.event_id or json.dumps([str(event.message_id), str(event.timestamp), str(event.recipient)])
    return hashlib.sha256(f"{esp_name}\0{event.event_type}\0{named}".encode()).hexdigest()
