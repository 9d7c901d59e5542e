"""What a refusal means, whether it comes at once or in a report later: by its status (RFC 3463), else by its words."""

from __future__ import annotations

import re
from enum import StrEnum

from kampanj.distribution.refusal_phrases import BUSY, FULL, GONE, POLICY, SENDER

# Enhanced status codes (RFC 3463) that say the address itself is gone: 5.1.1, 5.1.2, …, and 5.2.1 (mailbox disabled).
ADDRESS_GONE = re.compile(r"5\.1\.\d{1,3}|5\.2\.1")
# “Other” of address, mailbox, system and protocol leave it to the words; in 5.4.0 and 5.6.0 these speak of the network and of
# what the letter holds.
_SAYS_NOTHING = ("5.1.0", "5.2.0", "5.3.0", "5.5.0")
# Cisco's gateways (IronPort) put this before whatever another server has answered: their 5.1.0 says nothing of the address, nor
# do these words.
_PASSED_THROUGH = re.compile(r"unknown address error (?=[245]\d\d-)", re.IGNORECASE)
# 5.1.7 and 5.1.8 speak of the sender's address, not the recipient's; so do Exchange Online's 5.1.20 and 5.1.90 (its daily limit).
SENDER_AT_FAULT = ("5.1.7", "5.1.8", "5.1.20", "5.1.90")
_FULL_CODES = ("2.2",)
# How Exchange Online says before the letter is sent that it has no such mailbox. By RFC 3463 5.4.1 means that no host answered.
_NOT_IN_EXCHANGE = ("5.4.1", re.compile(r"recipient address rejected:? access denied", re.IGNORECASE))


class Refusal(StrEnum):
    """What is the matter: no such address, a full mailbox, the server's rules, or something else."""

    GONE = "gone"
    FULL = "full"
    POLICY = "policy"
    FAILED = "failed"


# The code by which each is known where the server has none that says the same.
_CODES = {Refusal.GONE: "5.1.1", Refusal.FULL: "5.2.2", Refusal.POLICY: "5.7.1", Refusal.FAILED: "5.0.0"}


def is_precise(status: str) -> bool:
    """Whether the status says more than that something went wrong (“5.0.0”)."""
    return bool(status) and not status.endswith(".0.0") and status[0] in "45"


def of_status(status: str, words: str) -> Refusal:
    """The meaning of a precise status. Words weigh only where they say that the address is not at fault."""
    # The quota may be the sender's own (5.1.90).
    if status in SENDER_AT_FAULT or SENDER.search(words):
        return Refusal.POLICY
    if FULL.search(words) or status[2:] in _FULL_CODES:
        return Refusal.FULL
    if status.startswith("5.7."):
        return Refusal.POLICY
    if status == _NOT_IN_EXCHANGE[0] and _NOT_IN_EXCHANGE[1].search(words):
        return Refusal.GONE
    answered = _PASSED_THROUGH.sub("", words)
    if not ADDRESS_GONE.fullmatch(status) or (status == "5.1.0" and answered != words):
        return of_words(answered, may_be_gone=status in _SAYS_NOTHING) or Refusal.FAILED
    if POLICY.search(words):
        return Refusal.POLICY
    return Refusal.FAILED if BUSY.search(words) else Refusal.GONE


def of_words(words: str, *, may_be_gone: bool = True) -> Refusal | None:
    """The meaning of a mail server's words alone; None when they are not known."""
    ways = (
        (SENDER, Refusal.POLICY),
        (FULL, Refusal.FULL),
        (POLICY, Refusal.POLICY),
        (BUSY, Refusal.FAILED),
        (GONE, Refusal.GONE),
    )
    for pattern, refusal in ways:
        if pattern.search(words) and (may_be_gone or refusal is not Refusal.GONE):
            return refusal
    return None


def code_of(refusal: Refusal, status: str) -> str:
    """The status that a refusal is known by: the server's own where it means the same without words, else the one for it."""
    return status if is_precise(status) and of_status(status, "") is refusal else _CODES[refusal]


def with_code(refusal: Refusal, status: str, answer: str) -> str:
    """The answer as it is kept, beginning with the code that means the refusal: by that the desk explains it."""
    code = code_of(refusal, status)
    return answer if re.match(rf"(?:[45]\d\d[ -])?{re.escape(code)}(?!\d)", answer) else f"{code} {answer}".strip()
