"""A letter that is nearly so long that mail programs cut it off: said while there is time to shorten it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kampanj.channels import email
from kampanj.channels.artifact import ChannelError
from kampanj.content.exceptions import ContentError
from kampanj.content.languages import name_in_readers_language
from kampanj.content.models import Edition, variants
from kampanj.distribution.approval import audience_of
from kampanj.distribution.models import Mailing

KILOBYTE = 1000


def nearly_too_long(proposed: Mailing) -> list[str]:
    """One sentence for each language whose letter nears the limit; what stops a letter is said elsewhere (`what_stops`)."""
    found = []
    for page in variants(proposed.campaign):
        try:
            letter = email.letter(Edition.of_published(page), audience=audience_of(proposed))
        except (ContentError, ChannelError):
            continue
        if letter.is_nearly_clipped:
            words = {
                "language": name_in_readers_language(letter.language),
                "size": letter.size // KILOBYTE,
                "limit": email.CLIPPED_FROM // KILOBYTE,
            }
            sentence = _(
                "The letter in %(language)s is nearly too long: %(size)s kB of at most %(limit)s. Mail programs cut off longer "
                "letters, and with them the link to unsubscribe. Shorten a text or take a panel out of the letter."
            )
            found.append(sentence % words)
    return found
