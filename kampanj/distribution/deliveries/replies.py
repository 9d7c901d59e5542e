"""What a mail server's answer means, in plain words. Wisdom as data: the first line that fits."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Against the answer as it is kept: three digits, then perhaps an enhanced status code (RFC 5321, 3463), then words.
_MEANINGS: tuple[tuple[str, Promise], ...] = (
    (r"2\d\d\b", _("The mail server took the letter.")),
    (r"421\b", _("The mail server is busy and closed the connection.")),
    (r"5\d\d 5\.1\.[78]", _("The mail server does not accept our sender address.")),
    (r"5\d\d 5\.1\.10|5\d\d 5\.1\.2", _("The address's domain takes no mail.")),
    (r"5\d\d (5\.1\.\d+|5\.2\.1)", _("The address does not exist any more.")),
    (r"[45]\d\d [45]\.2\.2|452\b|552\b(?! 5\.[3-7])", _("The mailbox is full.")),
    (
        r"4\d\d 4\.7\.\d+|45\d .*(grey|gray)list",
        _("The mail server asked us to come back later, as it does with unknown senders."),
    ),
    (r"5\d\d 5\.7\.\d+|554\b", _("The mail server does not want our letter: its rules take it for unwanted mail.")),
    (r"5\d\d 5\.3\.4", _("The letter is too large for the mail server.")),
    (r"[45]\d\d [45]\.[34]\.\d+", _("The mail server could not reach the recipient's.")),
    (r"4\d\d\b", _("The mail server could not take the letter just then.")),
    (r"550\b", _("The mail server says that nobody has this address.")),
    (r"5\d\d\b", _("The mail server refused the letter.")),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _MEANINGS)


def in_plain_words(reply: str) -> str:
    """A sentence about the answer, translated; empty for what is no answer but words of our own."""
    return next((str(words) for pattern, words in _COMPILED if pattern.match(reply)), "")
