"""Finding → states: what an answer does to its delivery and to the register. Each is handled once, by its digest."""

from __future__ import annotations

import hashlib
import re

from django.db import transaction

from kampanj.audience.identity import address_key, masked
from kampanj.audience.models import Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import states
from kampanj.distribution.models import Delivery
from kampanj.distribution.redaction import BLANK, redacted
from kampanj.distribution.refusals import Refusal, with_code
from kampanj.followup.bounces import full, keeping, meaning, recipients, whose
from kampanj.followup.bounces.exceptions import StillBeingSent
from kampanj.followup.bounces.kinds import BOUNCES, Kind
from kampanj.followup.bounces.models import Answer
from kampanj.followup.bounces.parse import Report, read

# Of what a mail server said, as the row keeps it.
WORDS = 300
# What a Diagnostic-Code begins with: the type of what follows (RFC 3464, 2.3.6).
_TYPE = re.compile(r"\A\s*(?:smtp|dns|unix|x-[\w-]{1,20})\s*;\s*", re.IGNORECASE)
_BETWEEN = r"[\s.,_-]+"
# The verdicts after which no more letters go to an address at once.
REASONS = {
    Kind.GONE: Suppression.Reason.ADDRESS_GONE,
    Kind.COMPLAINT: Suppression.Reason.COMPLAINED,
    Kind.OPT_OUT: Suppression.Reason.UNSUBSCRIBED,
}
IN_HAND = (Delivery.State.LEASED, Delivery.State.SENDING)


def digest_of(content: bytes) -> str:
    """What a message is recognised by."""
    return hashlib.sha256(content).hexdigest()


def take(content: bytes) -> tuple[Answer, bool]:
    """Handle a message; the answer, and whether it is new. StillBeingSent when it is to be tried again later.

    One transaction: killed in the middle, nothing has happened; killed afterwards, the message is known.
    """
    digest = digest_of(content)
    known = Answer.objects.filter(digest=digest).first()
    if known is not None:
        return known, False
    finding = read(content)
    delivery = whose.delivery_of(finding)
    report = whose.report_on(finding, delivery)
    path = keeping.keep(digest, content) if whose.is_for_a_person(report) else ""
    values: dict[str, object] = {}
    if path:
        values["kept"] = path
        values["sender_key"] = address_key(finding.sender) if finding.sender else ""
        values["sender_shown"] = masked(finding.sender)[:260] if finding.sender else ""
    return note(digest, report, delivery, **values)


@transaction.atomic
def note(digest: str, report: Report, delivery: Delivery | None, **values: object) -> tuple[Answer, bool]:
    """Write the answer down and carry it out; the answer, and whether it is new. `values` are further fields of it.

    The digest is there once: of two processes with the same message in hand, the second waits, and finds it done.
    """
    values |= {"kind": report.kind, "status": report.status, "words": words_of(report, delivery)}
    values["mailing_id"] = delivery.mailing_id if delivery else None
    answer, is_new = Answer.objects.get_or_create(digest=digest, defaults=values)
    if is_new and delivery is not None:
        carry_out(delivery, report)
    return answer, is_new


def carry_out(delivery: Delivery, report: Report) -> None:
    """What the verdict means for the delivery and its address. In the caller's transaction."""
    if report.kind in BOUNCES:
        _came_back(delivery, report)
    if report.kind in REASONS:
        suppress(delivery.address_key, REASONS[report.kind])
    elif report.kind == Kind.FULL:
        full.count(delivery)


def _came_back(delivery: Delivery, report: Report) -> None:
    if delivery.state in IN_HAND:
        raise StillBeingSent
    states.bounce(delivery.pk, reply_of(report, delivery))


def reply_of(report: Report, delivery: Delivery) -> str:
    """The answer as the delivery keeps it."""
    return with_code(Refusal(report.kind), report.status, words_of(report, delivery))


def words_of(report: Report, delivery: Delivery | None) -> str:
    """What the mail server said, from its code on where it has one, without addresses and without the reader's name."""
    said = meaning.said_in(report.words) or _TYPE.sub("", report.words).strip()
    own = recipients.address_of(delivery) if delivery else ""
    said = _without_name(redacted(said, *report.addresses, *([own] if own else [])), own)
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in said)[:WORDS]


def _without_name(said: str, address: str) -> str:
    """Without a name that the address is made of: some mail servers look people up (“Anna Andersson not listed”)."""
    names = [part for part in re.split(r"[\W\d_]+", address.rpartition("@")[0]) if len(part) > 1]
    if len(names) < 2:
        return said
    for order in (names, names[::-1]):
        said = re.sub(rf"\b{_BETWEEN.join(map(re.escape, order))}\b", BLANK, said, flags=re.IGNORECASE)
    return said
