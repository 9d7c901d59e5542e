"""Letters through any Django e-mail backend (EMAIL_BACKEND), for example a provider by way of django-anymail.

The slower general way: each letter is taken apart into Django's own message. What a backend says becomes the same Reply
that a relay would have given.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import smtplib
import socket
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMultiAlternatives
from django.utils.translation import gettext as _

from kampanj.distribution.addresses import needs_utf8
from kampanj.distribution.connecting import meaning_of
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.exceptions import ConnectionLost, DistributionError, RelayDown, RelayUnusable
from kampanj.distribution.retry import Reply, Verdict
from kampanj.distribution.transport import filled
from kampanj.distribution.wire import ALONE, Turn

try:
    from anymail.exceptions import AnymailError  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # django-anymail is optional; without it nothing raises its errors.

    class AnymailError(Exception):  # type: ignore[no-redef]
        """Never raised."""


# What Django writes itself, or takes as an attribute.
_OWN_HEADERS = {"subject", "from", "to", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
# django-anymail's vocabulary for one recipient, as enhanced status codes (RFC 3463).
_STATUSES = {
    "sent": (250, "2.0.0 sent"),
    "queued": (250, "2.0.0 queued"),
    "unknown": (250, "2.0.0 taken"),
    "rejected": (550, "5.0.0 rejected by the provider"),
    "invalid": (550, "5.1.3 not an address, says the provider"),
    "failed": (451, "4.0.0 failed at the provider"),
}
# The name under which the letter's Message-ID travels with it and comes back in what the provider tells of it.
LETTER = "letter"
_TOO_MANY, _SERVER_FAULT = 429, 500
# What is behind the provider's door may have taken the letter before these were said.
_MAY_BE_TAKEN = (500, 502, 504)
# Of requests and urllib3, which are there only with a provider.
_NOT_CONNECTED = {"ConnectTimeout", "ConnectTimeoutError", "NewConnectionError"}
_NOT_ALLOWED = (401, 403)


class BackendTransport:
    """One connection of a Django e-mail backend."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def send(self, sender: str, addressee: Addressee, form: LetterForm, *, turn: Turn = ALONE) -> Reply:
        """The provider's answer; `sender` is the From of the letter itself."""
        if not addressee.address.isascii():
            # Django writes such a local part as an encoded word, which is another address.
            return needs_utf8()
        message = as_django_message(filled(lambda: form.fill(addressee)), addressee.address)
        turn.leaves()
        try:
            self._opened().send_messages([message])
        except smtplib.SMTPException as fault:
            if not _is_plain_refusal(fault):
                self._close()
            return _from_smtp(fault)
        except AnymailError as fault:
            self._close()
            status = getattr(message, "anymail_status", None)
            # An error about recipients says of each what its status is.
            return _from_status(status) if getattr(status, "status", None) else _from_provider(fault)
        except OSError as fault:
            self._close()
            raise _from_broken(fault) from fault
        return _from_status(getattr(message, "anymail_status", None))

    def _close(self) -> None:
        """A connection that is broken already is let go all the same; the next letter opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError, AnymailError):
                connection.close()

    def _opened(self) -> Any:
        """The backend, connected where it has a connection; what goes wrong before that is about no letter."""
        if self._connection is None:
            backend: Any = get_connection(self._backend)
            try:
                backend.open()
            except (OSError, UnicodeError) as fault:
                raise meaning_of(fault, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}") from fault
            self._connection = backend
        return self._connection


def as_django_message(content: bytes, recipient: str) -> EmailMultiAlternatives:
    """Django's message with the same parts and headers (RFC 5322), Message-ID included."""
    parsed: Any = email.message_from_bytes(content, policy=email.policy.default)
    plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=plain.get_content() if plain else "",
        from_email=str(parsed["From"]),
        to=[recipient],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={name: str(value) for name, value in parsed.items() if name.lower() not in _OWN_HEADERS},
    )
    # django-anymail hands it to the provider; other backends pass it over.
    message.metadata = {LETTER: str(parsed["Message-ID"])}  # type: ignore[attr-defined]
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    return message


def _from_smtp(fault: smtplib.SMTPException) -> Reply:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(fault.recipients.values()))
        return Reply.read(code, _bytes(text))
    if isinstance(fault, smtplib.SMTPDataError):
        return Reply.read(fault.smtp_code, _bytes(fault.smtp_error))
    if isinstance(fault, smtplib.SMTPServerDisconnected):
        raise ConnectionLost(str(fault), after_data=True) from fault
    said: object = fault
    if isinstance(fault, smtplib.SMTPResponseException):
        said = answer = Reply.read(fault.smtp_code, _bytes(fault.smtp_error))
        if answer.asks_for_a_pause:
            return answer
        if answer.verdict is Verdict.LATER:
            raise RelayDown(str(answer)) from fault
    raise RelayUnusable(_("The mail server cannot be used: %(fault)s") % {"fault": said}) from fault


def _is_plain_refusal(fault: smtplib.SMTPException) -> bool:
    """Whether the connection goes on after it: this recipient or letter was refused, and nothing else."""
    is_one = isinstance(fault, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))
    return is_one and not _from_smtp(fault).asks_for_a_pause


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _from_provider(fault: AnymailError) -> Reply:
    """By the HTTP status that django-anymail hands on; without one nothing was asked of the provider, or nothing was answered."""
    code = getattr(fault, "status_code", None)
    if code is None and isinstance(fault, OSError):
        raise _from_broken(fault) from fault
    if code in _MAY_BE_TAKEN:
        raise ConnectionLost(_("the provider answered %(code)s") % {"code": code}, after_data=True) from fault
    if code is None or code in _NOT_ALLOWED:
        raise RelayUnusable(_("The e-mail provider cannot be used: %(fault)s") % {"fault": type(fault).__name__}) from fault
    if code == _TOO_MANY or code >= _SERVER_FAULT:
        return Reply(451, f"4.3.0 the provider answered {code}")
    # Refused as a whole: most likely about us, so that a run of them pauses the mailing.
    return Reply(550, f"5.7.0 the provider answered {code}")


def _from_broken(fault: OSError) -> DistributionError:
    """RelayDown when no connection came about, RelayUnusable for one that is not to be trusted; else the letter may be taken."""
    # Not the libraries' own texts: they hold URLs with keys.
    said = fault.strerror or type(fault).__name__
    for cause in _causes(fault):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RelayUnusable(_("The e-mail provider cannot be used: %(fault)s") % {"fault": cause.verify_message})
        if isinstance(cause, (ConnectionRefusedError, socket.gaierror)) or _NOT_CONNECTED & _kinds(cause):
            return RelayDown(said)
    return ConnectionLost(said, after_data=True)


def _kinds(fault: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(fault).__mro__}


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """The error itself and those behind it."""
    found: BaseException | None = fault
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _from_status(status: Any) -> Reply:
    """The worst of django-anymail's statuses for the message; a backend that reports none has taken it."""
    found = set(getattr(status, "status", None) or ())
    for name in ("failed", "invalid", "rejected", "unknown", "queued", "sent"):
        if name in found:
            return Reply(*_STATUSES[name])
    return Reply(250, "2.0.0 handed over")
