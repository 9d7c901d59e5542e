"""A recipient's address on its way out: what the wire can carry, and the answer for an address that no letter can leave for.

Import refuses such addresses (`audience.identity`); a row that has one all the same fails by itself, and the others go on.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from kampanj.distribution.headers import is_address
from kampanj.distribution.retry import Reply

# Without the two signs around it: RFC 5321, 4.5.3.1.3.
LONGEST_PATH = 254


def for_the_wire(address: str) -> str | None:
    """The address with an IDN domain as punycode; None when it is not one address."""
    if address.isascii():
        return address if len(address) <= LONGEST_PATH and is_address(address) else None
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return None
    written = f"{checked.local_part}@{checked.ascii_domain}"
    return written if len(written.encode()) <= LONGEST_PATH and is_address(written) else None


def not_an_address() -> Reply:
    """The answer (RFC 3463: 5.1.3) for a row whose address cannot stand in an envelope."""
    return Reply(553, "5.1.3 " + _("This is not an e-mail address. Correct it in the register and read it in again."))


def needs_utf8() -> Reply:
    """The answer (RFC 6531: 5.6.7) for a local part outside ASCII where the relay does not offer SMTPUTF8."""
    return Reply(
        553,
        "5.6.7 "
        + _("The address has a letter outside a–z before the @, which the mail server does not take. Ask for another address."),
    )
