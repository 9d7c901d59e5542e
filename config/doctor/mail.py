"""The relay and the sender: whether letters leave, and whether they are believed where they arrive."""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _

from config.doctor.findings import Finding, error, ok, warning
from kampanj.distribution.connecting import connect
from kampanj.distribution.exceptions import DistributionError
from kampanj.municipality.models import SiteSettings

# Letters are at most some 100 kB; what schools get as test letters and reports to operators is larger.
SMALLEST_LIMIT = 1_000_000
# What makes many letters faster, or possible at all.
WANTED = {"pipelining": "PIPELINING", "8bitmime": "8BITMIME"}
EXAMPLES = ("localhost", "example.org", "example.com", "example.net")


def relay() -> Iterator[Finding]:
    """That the relay lets us in, over TLS, and what it can do."""
    if settings.LETTER_BACKEND:
        yield ok("relay", _("Letters go through %(backend)s, which is not asked here.") % {"backend": settings.LETTER_BACKEND})
        return
    if not settings.EMAIL_URL:
        yield warning("relay", _("No relay is named (EMAIL_URL): letters are captured under the outbox, and nobody gets any."))
        return
    try:
        connection = connect()
    except DistributionError as fault:
        yield error("relay", _("The relay cannot be used. %(fault)s") % {"fault": fault})
        return
    try:
        yield from _what_it_offers(connection)
    finally:
        # It has said all we wanted to know.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.quit()


def _what_it_offers(connection: smtplib.SMTP) -> Iterator[Finding]:
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    offered = connection.esmtp_features
    is_safe = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or _is_here(settings.EMAIL_HOST)
    lacking = [name for word, name in WANTED.items() if word not in offered]
    most = offered.get("size", "")
    if not is_safe:
        yield warning(
            "relay",
            _("%(place)s lets us in, but letters reach it unencrypted. Write smtp+tls:// or smtp+ssl:// in EMAIL_URL if it can.")
            % {"place": place},
        )
    if settings.EMAIL_HOST_USER == "" and not _is_here(settings.EMAIL_HOST):
        yield ok("relay", _("%(place)s lets us in without a password: it must know this machine.") % {"place": place})
    if most.isdecimal() and 0 < int(most) < SMALLEST_LIMIT:
        yield warning(
            "relay", _("%(place)s takes letters of at most %(count)s bytes. Ask for a million.") % {"place": place, "count": most}
        )
    if lacking:
        yield ok(
            "relay",
            _("%(place)s lets us in, without %(names)s: letters leave more slowly.")
            % {"place": place, "names": ", ".join(lacking)},
        )
    elif is_safe:
        yield ok("relay", _("%(place)s lets us in and offers what fast sending needs.") % {"place": place})


def _is_here(host: str) -> bool:
    """Whether the host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def sender() -> Iterator[Finding]:
    """That every site has a sender, in a domain of its own, and somewhere for letters to come back to."""
    try:
        sites = list(SiteSettings.objects.select_related("site"))
    except Error:
        yield warning("sender", _("Who sends cannot be looked up while the database does not answer."))
        return
    lacking = [str(one.site) for one in sites if not one.sender_email]
    unread = [str(one.site) for one in sites if one.sender_email and not one.bounce_address]
    if not sites or lacking:
        yield error(
            "sender",
            _("No sender is set for %(sites)s. Fill in Settings → Municipality → Sender.")
            % {"sites": ", ".join(lacking) or _("any site")},
        )
    for domain in sender_domains():
        if domain in EXAMPLES or domain.endswith((".example", ".test", ".localhost")):
            yield warning("sender", _("%(domain)s is an example. Set a sender of your own.") % {"domain": domain})
        else:
            yield ok("sender", _("Letters are sent from %(domain)s. Its DNS records are listed below.") % {"domain": domain})
    if unread:
        yield warning(
            "sender",
            _("No address for what comes back is set for %(sites)s: bounces are read by nobody.") % {"sites": ", ".join(unread)},
        )
    elif sites and not (settings.BOUNCE_MAILBOX or settings.LETTER_BACKEND):
        yield warning("sender", _("BOUNCE_MAILBOX is not set: what comes back is read by nobody, and dead addresses stay."))


def sender_domains() -> list[str]:
    """The domains that letters and notifications are sent from, each once. A database that is away gives fewer."""
    addresses = [settings.DEFAULT_FROM_EMAIL]
    with contextlib.suppress(Error):
        addresses += SiteSettings.objects.exclude(sender_email="").order_by("pk").values_list("sender_email", flat=True)
    return _domains(addresses)


def bounce_domains() -> list[str]:
    """The domains that letters come back to."""
    with contextlib.suppress(Error):
        return _domains(SiteSettings.objects.exclude(bounce_address="").order_by("pk").values_list("bounce_address", flat=True))
    return []


def _domains(addresses: list[str]) -> list[str]:
    found = (address.rpartition("@")[2].strip("<> ").lower() for address in addresses)
    return list(dict.fromkeys(domain for domain in found if domain))
