"""One round through the mailbox: each message handled, committed, then moved aside with its verdict.

A kill between the commit and the move costs nothing: the message is known the next time, and only moved.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from django.db import DataError

from kampanj.followup.bounces import alarms, answering, applying
from kampanj.followup.bounces.exceptions import MailboxReadOnly, StillBeingSent, UnreadableMessage
from kampanj.followup.bounces.kinds import FOR_A_PERSON, Kind
from kampanj.followup.bounces.sources import Held, Source

logger = logging.getLogger("kampanj.followup.bounces")


@dataclass
class Round:
    """What one round did: messages by verdict, those that were known already, and those that were left where they are."""

    kinds: Counter[str] = field(default_factory=Counter)
    known: int = 0
    left: int = 0
    answered: int = 0
    unmoved: MailboxReadOnly | None = None

    @property
    def summary(self) -> dict[str, int]:
        """JSON-ready: every verdict, `messages` in all, `for_a_person`, `known`, `left` and `answered`."""
        by_kind = {kind.value: self.kinds[kind.value] for kind in Kind}
        waiting = sum(self.kinds[kind.value] for kind in FOR_A_PERSON)
        rest = {"known": self.known, "left": self.left, "answered": self.answered}
        return {"messages": self.kinds.total() + self.known + self.left, **by_kind, "for_a_person": waiting, **rest}


def work(source: Source) -> Round:
    """Handle everything that lies there now. MailboxUnusable when the mailbox says no: the rest waits for the next round.

    Where messages can only be read, all are handled before MailboxReadOnly says so.
    """
    done = Round()
    with source:
        for held in source.messages():
            _handle(held, done)
    alarms.tell()
    if done.unmoved is not None:
        raise done.unmoved
    return done


def _handle(held: Held, done: Round) -> None:
    try:
        content = held.content
        answer, is_new = applying.take(content)
    except (UnreadableMessage, StillBeingSent) as fault:
        done.left += 1
        logger.warning("a message was left in the mailbox: %s", type(fault).__name__)
        return
    except (ValueError, LookupError, RecursionError, DataError) as fault:
        # Whatever somebody has put into a message, it keeps no other message from being handled. Its words may name people.
        done.left += 1
        logger.error("a message could not be handled and was left in the mailbox: %s", type(fault).__name__)
        return
    if is_new:
        done.kinds[answer.kind] += 1
        done.answered += answering.answer(answer, content)
    else:
        done.known += 1
    try:
        held.move_to(answer.kind)
    except MailboxReadOnly as fault:
        done.unmoved = fault
    except UnreadableMessage as fault:
        # It is known the next time, and only moved.
        logger.warning("a message was handled but not moved: %s", type(fault).__name__)
