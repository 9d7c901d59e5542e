"""HASH_KEY and the keys before it: what signs, what is accepted, and what recognises addresses.

A new key takes HASH_KEY's place, and the old one goes to the front of HASH_KEY_FALLBACKS. From then on the new one signs links
and return addresses, and what the old ones have signed is still accepted: links in letters work for years. Addresses are
recognised by the oldest key for ever: of those who have unsubscribed only keyed hashes are kept, which cannot be made anew.
"""

from __future__ import annotations

import functools

from django.conf import settings
from django.core import signing


def keys() -> tuple[str, ...]:
    """The key that signs, then the older ones whose signatures are accepted."""
    return (settings.HASH_KEY, *settings.HASH_KEY_FALLBACKS)


def recognition_key() -> str:
    """The key under which addresses and ids are hashed: the oldest one."""
    fallbacks = settings.HASH_KEY_FALLBACKS
    return fallbacks[-1] if fallbacks else settings.HASH_KEY


def signer(salt: str) -> signing.Signer:
    """Signs with the newest key and accepts them all; `salt` is what the signature is for. Compares in constant time."""
    return _signer(salt, keys())


@functools.lru_cache(maxsize=16)
def _signer(salt: str, known: tuple[str, ...]) -> signing.Signer:
    return signing.Signer(key=known[0], fallback_keys=list(known[1:]), salt=salt, sep=".")
