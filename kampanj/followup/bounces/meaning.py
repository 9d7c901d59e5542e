"""What a mail server's report means: by its status (RFC 3463) where it has a precise one, else by its words."""

from __future__ import annotations

import re

from kampanj.distribution import refusals
from kampanj.distribution.refusals import is_precise
from kampanj.followup.bounces.kinds import Kind

_STATUS = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?![\d.]*\d)")
# In running text a number with two dots is a status only after an SMTP code, a hash or an opening bracket.
_STATUS_IN_TEXT = re.compile(
    r"(?:\b[245]\d\d[ -]\s*'?|#\s*(?:[245]\d\d[ -])?|\(|status:? )(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]*\d)", re.IGNORECASE
)
_ARRIVED = ("delivered", "relayed", "expanded")
# Where a mail server's own words begin in a text for people: its code, with what makes a number one.
_SAID = re.compile(r"(?<![\w.+-])[45]\d\d(?:[ -]\s?#?[45]\.[0-7]\.\d{1,3}\b|[ -]\s?(?=[^\W\d]|[<\"'(\[]))")
# RFC 3463: the address is a list, or passes letters on, and that did not work.
PASSED_ON = "5.2.4"


def status_in(written: str) -> str:
    """The status that a field begins with, such as “5.1.1”; empty when there is none."""
    found = _STATUS.match(written.strip())
    return found.group(0) if found else ""


def status_in_text(words: str) -> str:
    """The first status that a mail server gives in running text; empty when there is none."""
    found = _STATUS_IN_TEXT.search(words)
    return found.group(1) if found else ""


def said_in(text: str) -> str:
    """What the mail server itself says in a text for people, from its code to the end of the paragraph, on one line.

    Empty when there is no code. What stands around it is written for the sender, and names people.
    """
    starts = [found.start(group) for found, group in ((_SAID.search(text), 0), (_STATUS_IN_TEXT.search(text), 1)) if found]
    if not starts:
        return ""
    return " ".join(re.split(r"\n[ \t\r]*\n", text[min(starts) :], maxsplit=1)[0].split())


def of_report(*, action: str, status: str, words: str) -> Kind:
    """The meaning of one recipient's report (RFC 3464): its Action, its Status, and the mail server's words.

    Where the mail server gives a status of its own in its words, it is surer than what the reporting system has made of it.
    """
    if action in _ARRIVED or (not action and status.startswith("2.")):
        return Kind.ARRIVED
    if action == "delayed" or (action != "failed" and status.startswith("4.")):
        return Kind.DELAYED
    precise = surest(status, words)
    return of_status(precise, words) if is_precise(precise) else of_words(words) or Kind.FAILED


def surest(status: str, words: str) -> str:
    """The status that says most: the mail server's own in its words, else the report's; may be empty."""
    said = status_in_text(words)
    return said if is_precise(said) else status if is_precise(status) else said or status


def of_status(status: str, words: str) -> Kind:
    """The meaning of a failure with a precise status."""
    return Kind(refusals.of_status(status, words))


def of_words(words: str) -> Kind | None:
    """The meaning of a mail server's words alone; None when they are not known."""
    refusal = refusals.of_words(words)
    return Kind(refusal) if refusal else None
