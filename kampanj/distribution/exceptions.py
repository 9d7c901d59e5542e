"""What can go wrong on the way out. Every message is translated and says what to do."""

from __future__ import annotations


class DistributionError(Exception):
    """Base of this room's errors."""


class UnreadableTime(DistributionError):
    """The time is not written as YYYY-MM-DD HH:MM."""


class TimeHasPassed(DistributionError):
    """The time lies in the past."""


class EmptySegment(DistributionError):
    """Nobody is in the segment."""


class UnknownSegment(DistributionError):
    """No segment has this name."""


class UnknownMailing(DistributionError):
    """No mailing has this id."""


class ApprovalRefused(DistributionError):
    """This person, or this moment, cannot approve the mailing."""


class SenderMissing(DistributionError):
    """The municipality's settings do not say who sends."""


class RelayUnusable(DistributionError):
    """The relay cannot be used at all (connection, password, certificate, sender): the recipient is not at fault."""


class RelayDown(DistributionError):
    """The relay does not answer at all, for a while most likely: every row waits, and none has been tried."""


class ConnectionLost(DistributionError):
    """The connection broke; `after_data` tells whether the letter may have been taken."""

    def __init__(self, message: str, *, after_data: bool) -> None:
        super().__init__(message)
        self.after_data = after_data


class LeaseTooShort(DistributionError):
    """The lease would end before the letter's answer could come: it has not left."""


class LetterUnfillable(DistributionError):
    """The approved letter has a slot that nothing fits: no recipient is at fault."""


class AddressUnusable(DistributionError):
    """No letter can be addressed to this recipient; the others are not touched by it."""


class SenderDied(DistributionError):
    """A sender thread ended by a fault of its own; what it had in hand is uncertain."""
