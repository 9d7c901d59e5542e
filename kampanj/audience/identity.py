"""Recognising people without knowing them: normalised addresses and keyed hashes (HMAC-SHA-256 under the oldest HASH_KEY)."""

from __future__ import annotations

import base64
import hmac

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from kampanj.municipality.keys import recognition_key

KEY_BYTES = 16
# The code of an AddressRefused for a local part that is an address elsewhere (SMTPUTF8).
NEEDS_SMTPUTF8 = "needs_smtputf8"


class AddressRefused(ValidationError):
    """An e-mail address that no letter can be sent to; the message says what to do."""


def normalise_address(written: str) -> str:
    """The address as it is stored and compared: trimmed, lower case, an IDN domain as punycode.

    Raises AddressRefused for anything that is not an address, and for a local part outside ASCII, which most relays
    cannot take (SMTPUTF8, RFC 6531).
    """
    try:
        checked = validate_email(written.strip(), check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError as fault:
        raise AddressRefused(_("“%(address)s” is not an e-mail address. Correct it.") % {"address": written.strip()}) from fault
    if checked.ascii_local_part is None and not checked.local_part.isascii():
        raise AddressRefused(
            _("“%(address)s” has a letter outside a–z before the @, which most mail servers refuse. Ask for another address.")
            % {"address": written.strip()},
            code=NEEDS_SMTPUTF8,
        )
    return f"{checked.local_part}@{checked.ascii_domain}".lower()


def keyed_hash(kind: str, value: str) -> str:
    """22 URL-safe characters (128 bits of HMAC-SHA-256) for `value`; `kind` keeps ids and addresses apart."""
    digest = hmac.digest(recognition_key().encode(), f"{kind}\0{value}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:KEY_BYTES]).rstrip(b"=").decode()


def address_key(address: str) -> str:
    """The key under which an address is recognised in deliveries, suppressions and protections."""
    return keyed_hash("address", address.strip().lower())


def masked(address: str) -> str:
    """An address that helps to recognise but not to write: `an•••@example.org`."""
    local, _at, domain = address.partition("@")
    return f"{local[:2]}•••@{domain}"
