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


class NotLeaving(DistributionError):
    """The letter has not left and does not leave now; nobody is at fault."""


class LeaseTooShort(NotLeaving):
    """The lease would end before the letter's answer could come."""


class Withdrawn(NotLeaving):
    """Its mailing was paused, its recipient is not to be written to, or its connection is no longer wanted."""


class LetterUnfillable(DistributionError):
    """The approved letter has a slot that nothing fits: no recipient is at fault."""


class SenderDied(DistributionError):
    """A sender thread ended by a fault of its own; `may_have_left` tells whether what it had in hand is uncertain."""

    def __init__(self, *, may_have_left: bool) -> None:
        super().__init__()
        self.may_have_left = may_have_left


class HandoutRefused(DistributionError):
    """This cannot be done with the hand-out round now."""


class MoreThanPlanned(HandoutRefused):
    """A count says that more folders were handed out than the area was to have; it may be true."""
