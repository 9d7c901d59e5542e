"""Links in letters: signed ones that are personal to a recipient, and the mark of a mailing, which is the same for all.

The signed ones carry what they need, and nothing can be guessed from them.

The tokens are read again by the follow-up room; they hold keyed hashes and ids, never an address.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from django.urls import reverse

from kampanj.content.entrances import marked
from kampanj.distribution.states import Claimed
from kampanj.municipality.keys import signer
from kampanj.municipality.models import SiteSettings

# The salts. HASH_KEY, not SECRET_KEY: links in letters must work after the sessions' key has been changed.
_UNSUBSCRIBE = "kampanj.unsubscribe"
_PACKAGE = "kampanj.package"
# The kind of entrance (`content/entrances`) that a letter is.
LETTER = "brev"


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
    """Which school's package, from which mailing. `generation` counts the links that replaced a revoked one."""

    school_id: int
    mailing_id: int
    language: str
    generation: int = 1


def unsubscribe_token(link: Unsubscription) -> str:
    """URL-safe signed token."""
    topic = "" if link.topic_id is None else f"~{link.topic_id}"
    return signer(_UNSUBSCRIBE).sign(f"{link.address_key}~{link.mailing_id}~{link.language}{topic}")


def read_unsubscribe_token(token: str) -> Unsubscription:
    """The token's content; signing.BadSignature when it is not ours. Letters from before there were topics have three parts."""
    key, mailing_id, language, *topic = signer(_UNSUBSCRIBE).unsign(token).split("~")
    return Unsubscription(key, int(mailing_id), language, int(topic[0]) if topic else None)


def package_token(link: PackageLink) -> str:
    """URL-safe signed token."""
    generation = "" if link.generation == 1 else f"~{link.generation}"
    return signer(_PACKAGE).sign(f"{link.school_id}~{link.mailing_id}~{link.language}{generation}")


def read_package_token(token: str) -> PackageLink:
    """The token's content; signing.BadSignature when it is not ours."""
    school_id, mailing_id, language, *generation = signer(_PACKAGE).unsign(token).split("~")
    return PackageLink(int(school_id), int(mailing_id), language, int(generation[0]) if generation else 1)


def unsubscribe_address(link: Unsubscription, municipality: SiteSettings) -> str:
    """The absolute address of the page on which the reader unsubscribes."""
    return municipality.absolute(_path("kampanj_unsubscribe", unsubscribe_token(link)))


def personal_links(
    row: Claimed, municipality: SiteSettings, *, topic_id: int | None, first_id: int | None = None
) -> dict[str, str]:
    """What goes into each slot of the letter: absolute addresses under `unsubscribe`, and `package` for a school's contact;
    under `via` what marks links to the campaign's page as this mailing's.

    `topic_id` is the topic's that the mailing was approved with, `first_id` the mailing's that it follows: a school has one
    link, however many letters lead to it.
    """
    link = Unsubscription(row.address_key, row.mailing_id, row.language, topic_id)
    links = {"unsubscribe": unsubscribe_address(link, municipality), "via": marked(letter_mark(row.mailing_id))}
    if row.school_id is not None:
        school = package_token(PackageLink(row.school_id, first_id or row.mailing_id, row.language))
        links["package"] = municipality.absolute(_path("kampanj_package", school))
    return links


def letter_mark(mailing_id: int) -> str:
    """The entrance that the letters of this mailing are."""
    return f"{LETTER}-{mailing_id}"


def _path(name: str, token: str) -> str:
    before, after = _around(name)
    return f"{before}{token}{after}"


@functools.cache
def _around(name: str) -> tuple[str, str]:
    """What stands before and after the token in the view's path: the resolver takes longer than the signature."""
    before, _token, after = reverse(name, args=["TOKEN"]).partition("TOKEN")
    return before, after
