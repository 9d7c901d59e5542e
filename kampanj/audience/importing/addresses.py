"""Cells read as e-mail addresses, quickly: ten thousands of addresses share a few hundred domains.

`email_validator` judges a local part and a domain on their own (only the whole length joins them). So an address of plain
ASCII, whose domain it has accepted before, needs no second judgement when its local part is RFC 5322's dot-atom of letters,
digits, hyphens, underscores and plus signs, at most 64 characters long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from kampanj.audience.identity import NEEDS_SMTPUTF8, AddressRefused, address_key, normalise_address

# RFC 5321 allows 254 characters; beyond this nothing is worth parsing or repeating.
MAX_WRITTEN = 320
MAX_LOCAL = 64
# Together with the longest local part and the @ this stays below 254.
MAX_QUICK_DOMAIN = 180
MAX_DOMAINS = 10_000
_LIKE = re.compile(r"[^\s<>,;:\"'()\[\]|/]+@[^\s<>,;:\"'()\[\]|/]+")
# What a copied address may carry and nobody sees: soft hyphens, joiners, direction marks, byte order marks.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_QUICK_LOCAL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")
# More addresses than this in one cell are noise; each costs a judgement.
MAX_IN_CELL = 50


@dataclass(frozen=True, slots=True)
class Address:
    """A cell read as one address: normalised and with its key, or with what to do about it."""

    normalised: str = ""
    key: str = ""
    refusal: str = ""


class AddressReader:
    """Reads cells as addresses and remembers the domains that it has accepted."""

    def __init__(self) -> None:
        self._domains: dict[str, str] = {}
        # Siblings' rows stand close to each other and repeat addresses.
        self.read = lru_cache(maxsize=2_000)(self._read)

    def keys_in(self, written: str) -> Iterator[str]:
        """The keys of all addresses in a cell, also in one that holds several or a name beside the address."""
        cell = written if written.isascii() else unicodedata.normalize("NFKC", written)
        if "@" not in cell:
            return
        whole = self.read(cell)
        if whole.key:
            yield whole.key
            return
        for number, part in enumerate(_LIKE.finditer(cell)):
            if number == MAX_IN_CELL:
                return
            read = self.read(part.group().strip("."))
            if read.key:
                yield read.key

    def _read(self, written: str) -> Address:
        normalised = self._quickly(written)
        if not normalised:
            if len(written) > MAX_WRITTEN:
                return Address(refusal=_("The cell is far too long for one e-mail address. Write one address."))
            try:
                normalised = normalise_address(_INVISIBLE.sub("", written))
            except AddressRefused as refusal:
                return Address(refusal=_reason(refusal))
            self._remember(written, normalised)
        return Address(normalised=normalised, key=address_key(normalised))

    def _quickly(self, written: str) -> str:
        local, at, domain = written.lower().partition("@")
        known = self._domains.get(domain) if at else None
        if known is None or len(local) > MAX_LOCAL or not _QUICK_LOCAL.fullmatch(local):
            return ""
        return f"{local}@{known}"

    def _remember(self, written: str, normalised: str) -> None:
        domain = written.lower().partition("@")[2]
        known = normalised.rpartition("@")[2]
        if domain == known and len(known) <= MAX_QUICK_DOMAIN and len(self._domains) < MAX_DOMAINS:
            self._domains[domain] = known


def _reason(refusal: AddressRefused) -> str:
    if refusal.code == NEEDS_SMTPUTF8:
        return _("A letter outside a–z stands before the @, and most mail servers refuse that. Ask for another address.")
    return _("This is not an e-mail address. Correct it.")
