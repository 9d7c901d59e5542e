"""Opening a connection to the relay of EMAIL_URL, and what it means when that cannot be done.

Whatever goes wrong here is no recipient's fault: nothing has been said about any of them. Either the relay may answer later
(RelayDown: the mailing waits and goes on by itself), or somebody must put something right first (RelayUnusable: it pauses).
"""

from __future__ import annotations

import smtplib
import socket
import ssl

from django.conf import settings
from django.utils.translation import gettext as _

from kampanj.distribution.exceptions import DistributionError, RelayDown, RelayUnusable
from kampanj.distribution.retry import Reply

# OpenSSL's X509_V_ERR_…
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED = {9}, {10}, {18, 19}
_UNKNOWN_ISSUER, _OTHER_NAME = {2, 20, 21}, {62, 64}


def connect() -> smtplib.SMTP:
    """A connection that is encrypted and logged in as EMAIL_URL says; RelayDown or RelayUnusable."""
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection: smtplib.SMTP | None = None
    try:
        connection = _greeted()
        if settings.EMAIL_USE_TLS:
            connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, UnicodeError) as fault:
        if connection is not None:
            connection.close()
        raise meaning_of(fault, place) from fault
    return connection


def _greeted() -> smtplib.SMTP:
    host, port, seconds = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT
    if settings.EMAIL_USE_SSL:
        return smtplib.SMTP_SSL(host, port, timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=seconds)


def meaning_of(fault: OSError | UnicodeError, place: str) -> DistributionError:
    """RelayDown or RelayUnusable for a connection to `place` (host:port) that could not be opened."""
    # Every SMTPException and every SSLError is a kind of OSError: the narrow ones first.
    if isinstance(fault, smtplib.SMTPResponseException):
        return _meaning_of_answer(fault, place)
    if isinstance(fault, (smtplib.SMTPServerDisconnected, ssl.SSLEOFError)):
        return RelayDown(f"{place}: {fault}")
    if isinstance(fault, smtplib.SMTPException):
        return RelayUnusable(_("The mail server %(place)s cannot be used: %(fault)s") % {"place": place, "fault": fault})
    if isinstance(fault, ssl.SSLCertVerificationError):
        return RelayUnusable(
            _("The certificate of the mail server %(place)s does not fit: %(fault)s")
            % {"place": place, "fault": _what_is_wrong_with_it(fault)}
        )
    if isinstance(fault, ssl.SSLError):
        return RelayUnusable(
            _(
                "The mail server %(place)s does not answer with the encryption that EMAIL_URL asks for."
                " Try smtp://, smtp+tls:// or smtp+ssl:// with the port that belongs to it."
            )
            % {"place": place}
        )
    if isinstance(fault, UnicodeEncodeError):
        return RelayUnusable(
            _("The mail server %(place)s takes no other letters than a–z in user name and password. Change them in EMAIL_URL.")
            % {"place": place}
        )
    if isinstance(fault, (socket.gaierror, UnicodeError)):
        return RelayUnusable(_("The mail server's name %(place)s is not known. Check EMAIL_URL.") % {"place": place})
    return RelayDown(f"{place}: {fault}")


def _meaning_of_answer(fault: smtplib.SMTPResponseException, place: str) -> DistributionError:
    said = fault.smtp_error
    answer = Reply.read(fault.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    if 400 <= answer.code < 500:
        return RelayDown(f"{place}: {answer}")
    if not 200 <= answer.code < 600:
        return RelayUnusable(
            _("What answers at %(place)s is no mail server. Check the name and the port in EMAIL_URL.") % {"place": place}
        )
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return RelayUnusable(
            _("The mail server %(place)s does not accept the user name and password in EMAIL_URL.") % {"place": place}
        )
    return RelayUnusable(_("The mail server %(place)s cannot be used: %(fault)s") % {"place": place, "fault": answer})


def _what_is_wrong_with_it(fault: ssl.SSLCertVerificationError) -> str:
    """A certificate's fault in plain words; OpenSSL's own for a rare one."""
    words = {
        **dict.fromkeys(_NOT_YET_VALID, _("it is not valid yet.")),
        **dict.fromkeys(_EXPIRED, _("it has expired. Whoever runs the mail server must renew it.")),
        **dict.fromkeys(_SELF_SIGNED, _("nobody that this machine trusts has issued it (it is self-signed).")),
        **dict.fromkeys(_UNKNOWN_ISSUER, _("nobody that this machine trusts has issued it.")),
        **dict.fromkeys(_OTHER_NAME, _("it belongs to another name. Check the name in EMAIL_URL.")),
    }
    return words.get(fault.verify_code, fault.verify_message)
