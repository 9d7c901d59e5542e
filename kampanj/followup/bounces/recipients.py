"""Of whom a report speaks: recipients' addresses out of fields (RFC 3464, 6533) and running text, in every form that is the same.

An address that is not certainly the delivery's is somebody else's: a letter that was passed on, a list with a member who left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kampanj.audience.identity import AddressRefused, address_key, normalise_address
from kampanj.distribution import verp
from kampanj.distribution.models import Delivery

ADDRESS = re.compile(r"[^\s<>,;:()\"'\[\]]{1,200}@[\w.-]{1,253}")
# A field's value after its type: perhaps between angle brackets, perhaps with a quoted local part.
_FIELD = re.compile(r"\s*<?(?P<local>\"(?:[^\"\\]|\\.){1,200}\"|[^\s<>\"]{1,200})@(?P<domain>[\w.\\{}-]{1,253})")
# Postfix and Exim say so, in brackets, from which address they have come to the one that failed.
_CAME_FROM = re.compile(r"\((?:expanded|generated|forwarded|redirected) (?:from|for|by)[^()]{0,400}\)", re.IGNORECASE)
# Whom to turn to stands in many reports; no letter goes there.
_ROLES = re.compile(r"(?:post|host|web)master|mailer-?daemon|abuse|support|help(?:desk)?|noreply|no-reply|admin", re.IGNORECASE)
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_UNITEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_MOST = 20


def in_fields(values: list[str]) -> tuple[str, ...]:
    """The addresses that fields such as Final-Recipient name (“rfc822; a@b”, “utf-8; a@b”)."""
    return _once(address for value in values for address in _in_field(value))


def _in_field(value: str) -> list[str]:
    written = value.partition(";")[2] or value
    found = _FIELD.match(written)
    if found:
        return [f"{found['local']}@{found['domain']}"]
    return ADDRESS.findall(written)


def listed(value: str) -> tuple[str, ...]:
    """Every address in a header that lists recipients."""
    return _once(iter(ADDRESS.findall(value)))


def in_words(words: str, *, not_these: str = "") -> tuple[str, ...]:
    """The addresses in running text that may be recipients': none of ours, of postmasters, or of `not_these`."""
    others = not_these.lower()
    return _once(
        address
        for address in ADDRESS.findall(_CAME_FROM.sub(" ", words))
        if verp.read(address) is None
        and not _ROLES.fullmatch(address.partition("@")[0])
        and address.rstrip(".").lower() not in others
    )


def _once(addresses: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.rstrip(".") for address in addresses))[:_MOST]


def is_of(delivery: Delivery, addresses: tuple[str, ...]) -> bool:
    """Whether one of the addresses is the delivery's own."""
    own = {delivery.address_key, *_untagged(address_of(delivery))}
    return any(not own.isdisjoint(_keys(address)) for address in addresses)


def address_of(delivery: Delivery) -> str:
    """The address that the letter went to; empty when it is not known any more."""
    recipient = delivery.guardian or delivery.contact
    return recipient.email if recipient is not None and recipient.address_key == delivery.address_key else ""


def _untagged(address: str) -> Iterator[str]:
    """A mail system that knows tags takes `anna+skola@` for `anna@`. The other way it is another mailbox."""
    local, _at, domain = address.rpartition("@")
    base, plus, _tag = local.partition("+")
    if base and plus:
        yield address_key(f"{base}@{domain}")


def _keys(address: str) -> Iterator[str]:
    """Under which an address can be known: as it stands, out of the writings of RFC 3461 and 6533, and normalised (IDN)."""
    local, _at, domain = address.rpartition("@")
    bare = re.sub(r"\\(.)", r"\1", local[1:-1]) if local.startswith('"') else local
    for way in (bare, _XTEXT.sub(_sign, bare), _UNITEXT.sub(_sign, bare)):
        plain = f"{way}@{_UNITEXT.sub(_sign, domain)}"
        yield address_key(plain)
        try:
            yield address_key(normalise_address(plain))
        except AddressRefused:
            continue


def _sign(found: re.Match[str]) -> str:
    number = int(found.group(1), 16)
    # Half a sign is none: what cannot be written down is nobody's address.
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"
