"""Signed links that are personal to a recipient: they carry what they need, and nothing can be guessed from them.

The tokens are read again by the follow-up room; they hold keyed hashes and ids, never an address.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kampanj.distribution.states import Claimed
from kampanj.municipality.models import SiteSettings

# HASH_KEY, not SECRET_KEY: links in letters must work after the sessions' key has been changed.
_UNSUBSCRIBE = signing.Signer(key=settings.HASH_KEY, salt="kampanj.unsubscribe", sep=".")
_PACKAGE = signing.Signer(key=settings.HASH_KEY, salt="kampanj.package", sep=".")


@dataclass(frozen=True)
class Unsubscription:
    """Who wants to be left alone (by address key), from which mailing's letter, in what language, and the letter's topic.

    `topic_id` is None for a letter without topic.
    """

    address_key: str
    mailing_id: int
    language: str
    topic_id: int | None = None


@dataclass(frozen=True)
class PackageLink:
    """Which school's package, from which mailing."""

    school_id: int
    mailing_id: int
    language: str


def unsubscribe_token(link: Unsubscription) -> str:
    """URL-safe signed token."""
    topic = "" if link.topic_id is None else f"~{link.topic_id}"
    return _UNSUBSCRIBE.sign(f"{link.address_key}~{link.mailing_id}~{link.language}{topic}")


def read_unsubscribe_token(token: str) -> Unsubscription:
    """The token's content; signing.BadSignature when it is not ours. Letters from before there were topics have three parts."""
    key, mailing_id, language, *topic = _UNSUBSCRIBE.unsign(token).split("~")
    return Unsubscription(key, int(mailing_id), language, int(topic[0]) if topic else None)


def package_token(link: PackageLink) -> str:
    """URL-safe signed token."""
    return _PACKAGE.sign(f"{link.school_id}~{link.mailing_id}~{link.language}")


def read_package_token(token: str) -> PackageLink:
    """The token's content; signing.BadSignature when it is not ours."""
    school_id, mailing_id, language = _PACKAGE.unsign(token).split("~")
    return PackageLink(int(school_id), int(mailing_id), language)


def personal_links(row: Claimed, municipality: SiteSettings, *, topic_id: int | None) -> dict[str, str]:
    """An absolute address for each slot of the letter: `unsubscribe`, and `package` for a school's contact.

    `topic_id` is the topic's that the mailing was approved with.
    """
    token = unsubscribe_token(Unsubscription(row.address_key, row.mailing_id, row.language, topic_id))
    links = {"unsubscribe": municipality.absolute(_path("kampanj_unsubscribe", token))}
    if row.school_id is not None:
        school = package_token(PackageLink(row.school_id, row.mailing_id, row.language))
        links["package"] = municipality.absolute(_path("kampanj_package", school))
    return links


def _path(name: str, token: str) -> str:
    before, after = _around(name)
    return f"{before}{token}{after}"


@functools.cache
def _around(name: str) -> tuple[str, str]:
    """What stands before and after the token in the view's path: the resolver takes longer than the signature."""
    before, _token, after = reverse(name, args=["TOKEN"]).partition("TOKEN")
    return before, after
