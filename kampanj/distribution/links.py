"""Signed links that are personal to a recipient: they carry what they need, and nothing can be guessed from them.

The tokens are read again by the follow-up room; they hold keyed hashes and ids, never an address.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kampanj.distribution.models import Delivery
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


def personal_links(delivery: Delivery, municipality: SiteSettings) -> dict[str, str]:
    """An absolute address for each slot of the letter: `unsubscribe`, and `package` for a school's contact."""
    topic_id = delivery.mailing.approval.topic_id
    token = unsubscribe_token(Unsubscription(delivery.address_key, delivery.mailing_id, delivery.language, topic_id))
    links = {"unsubscribe": municipality.absolute(reverse("kampanj_unsubscribe", args=[token]))}
    if delivery.contact is not None:
        school = package_token(PackageLink(delivery.contact.school_id, delivery.mailing_id, delivery.language))
        links["package"] = municipality.absolute(reverse("kampanj_package", args=[school]))
    return links
