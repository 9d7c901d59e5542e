"""The DNS records that letters need in order to be believed (SPF, DKIM, DMARC, MX, PTR), as text: nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from config.doctor.mail import bounce_domains, sender_domains


class Record(NamedTuple):
    """One record to create: its kind, name and content, the command that shows it, and what it is for."""

    kind: str
    name: str
    content: str
    command: str
    purpose: str


def records() -> list[Record]:
    """For every domain that letters are sent from, and for every one they come back to."""
    relay = settings.EMAIL_HOST if settings.EMAIL_URL else _("the-relay")
    found: list[Record] = []
    for domain in filter(_is_public, sender_domains()):
        found += _of_sender(domain, relay)
    for domain in filter(_is_public, bounce_domains()):
        found.append(
            Record(
                "MX",
                f"{domain}.",
                _("10 the-mail-server-of-the-mailbox."),
                f"dig +short MX {domain}",
                _("Where bounces arrive: the server of BOUNCE_MAILBOX, which must take every address with a plus sign."),
            )
        )
        if domain not in sender_domains():
            found.append(_spf(domain, relay))
    return [*found, *_of_relay(relay)]


def _is_public(domain: str) -> bool:
    """Whether it can have records at all: “localhost” has none."""
    return "." in domain


def _of_sender(domain: str, relay: str) -> Iterator[Record]:
    yield _spf(domain, relay)
    yield Record(
        "DKIM",
        f"{_('selector')}._domainkey.{domain}.",
        _('TXT "v=DKIM1; k=rsa; p=…" or the CNAME that the relay gives you'),
        f"dig +short TXT {_('selector')}._domainkey.{domain}",
        _("The relay signs each letter; selector and key come from it. It is the relay that signs, not this system."),
    )
    yield Record(
        "DMARC",
        f"_dmarc.{domain}.",
        f'TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"',
        f"dig +short TXT _dmarc.{domain}",
        _("Begin with p=none, read the reports for some weeks, then p=quarantine and at last p=reject."),
    )


def _spf(domain: str, relay: str) -> Record:
    return Record(
        "SPF",
        f"{domain}.",
        f'TXT "v=spf1 a:{relay} -all"',
        f"dig +short TXT {domain}",
        _("Only one SPF record for a name: if there is one, add what the relay asks for (a:, ip4: or include:) to it."),
    )


def _of_relay(relay: str) -> Iterator[Record]:
    yield Record(
        "PTR",
        _("the relay's outgoing IP address"),
        f"PTR {relay}.",
        f"dig +short {relay}; dig +short -x {_('that-address')}",
        _("Name and address must point at each other. Whoever runs the relay sees to it."),
    )
