"""What a mail server's answer means, in plain words, and what to do about it. Wisdom as data: the first line that fits."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NEW_ADDRESS = _("Ask the school for a new address.")
ASK_WHETHER_RIGHT = _("Ask the school whether the address is still the right one. Letters go on being sent to it.")
OTHER_WAY = _("Give the folder on paper, or ask the school for another address.")
ASK_IT = _("Show this to those who look after the e-mail.")
AGAIN = _("Send the failed letters again.")
NOTHING = _("There is nothing to do.")

# Against the answer as it is kept: three digits, then a space, or a hyphen where more lines follow, then perhaps an enhanced
# status code (RFC 5321, 3463), then words. What came back later may begin with the status code.
_MEANINGS: tuple[tuple[str, Promise, Promise], ...] = (
    (r"2\d\d\b", _("The mail server took the letter."), NOTHING),
    (r"421\b", _("The mail server is busy and closed the connection."), AGAIN),
    (r"(?:5\d\d[ -])?5\.1\.(?:[78]|20|90)\b", _("The mail server does not accept our sender address."), ASK_IT),
    # RFC 7505; Exchange Online means another thing by a 550 with that status.
    (r"(?:5\d\d[ -])?5\.1\.2\b|556\b", _("The address's domain takes no mail."), NEW_ADDRESS),
    (r"(?:5\d\d[ -])?(?:5\.1\.\d+|5\.2\.1\b)", _("The address does not exist any more."), NEW_ADDRESS),
    (r"(?:[45]\d\d[ -])?[45]\.2\.2\b|452\b(?![ -]4\.[3-7])|552\b(?![ -]5\.(?:2\.3|[3-7]))", _("The mailbox is full."), OTHER_WAY),
    (
        r"(?:4\d\d[ -])?4\.7\.\d+|45\d[ -].*(grey|gray)list",
        _("The mail server asked us to come back later, as it does with unknown senders."),
        AGAIN,
    ),
    (
        r"(?:5\d\d[ -])?5\.7\.\d+|554\b(?![ -]5\.[34]\.)",
        _("The mail server does not want our letter: its rules take it for unwanted mail."),
        ASK_IT,
    ),
    (
        r"(?:5\d\d[ -])?5\.2\.4\b",
        _("The letter was passed on to another address, and did not get there."),
        ASK_WHETHER_RIGHT,
    ),
    (r"(?:5\d\d[ -])?5\.(?:3\.4|2\.3)\b", _("The letter is too large for the mail server."), OTHER_WAY),
    (r"(?:5\d\d[ -])?5\.4\.(?:4|310)\b", _("The address's domain does not exist."), NEW_ADDRESS),
    (r"(?:[45]\d\d[ -])?[45]\.[34]\.\d+", _("The mail server could not reach the recipient's."), AGAIN),
    (r"4\d\d\b", _("The mail server could not take the letter just then."), AGAIN),
    (r"550\b(?![ -]5\.)", _("The mail server says that nobody has this address."), NEW_ADDRESS),
    (r"5\d\d\b|5\.\d\.\d+", _("The mail server refused the letter."), OTHER_WAY),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), words, advice) for pattern, words, advice in _MEANINGS)

# Of letters that are uncertain there is no answer, but what the system or a library said of the connection: anywhere in it.
_BROKEN: tuple[tuple[str, Promise], ...] = (
    (r"timed? ?out", _("The mail server got the letter but did not answer in time.")),
    (
        r"(?:is )?no answer here|reply does not end",
        _("The mail server got the letter, but answered something that cannot be understood."),
    ),
    (r"ssl|\btls\b|certificate", _("The encrypted connection to the mail server broke before it had answered.")),
    (
        r"unreachable|no route|name resolution|not known|errno (?:101|113)\b",
        _("The network broke before the mail server had answered."),
    ),
    (
        r"connection|not connected|broken pipe|reset by peer|\beof\b|disconnect|aborted|errno \d+",
        _("The connection to the mail server broke before it had answered."),
    ),
)
_COMPILED_BROKEN = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _BROKEN)


def why_uncertain(said: str) -> str:
    """A sentence about how the connection broke, translated; empty for what is said in words of our own."""
    return next((str(words) for pattern, words in _COMPILED_BROKEN if pattern.search(said)), "")


def in_plain_words(reply: str) -> str:
    """A sentence about the answer, translated; empty for what is no answer but words of our own."""
    return next((str(words) for pattern, words, _advice in _COMPILED if pattern.match(reply)), "")


def what_to_do(reply: str, *, came_back: bool = False) -> str:
    """The next step for a letter that ended with this answer, translated. One that `came_back` cannot be sent again."""
    advice = next((advice for pattern, _words, advice in _COMPILED if pattern.match(reply)), OTHER_WAY)
    return str(ASK_WHETHER_RIGHT if came_back and advice is AGAIN else advice)
