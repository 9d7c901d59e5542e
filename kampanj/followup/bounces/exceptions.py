"""What can go wrong with what comes back. Every message is translated and says what to do."""

from __future__ import annotations

from kampanj.distribution.exceptions import DistributionError


class MailboxUnusable(DistributionError):
    """The mailbox cannot be opened, or says no: nothing was handled, or the rest was not."""


class UnreadableMessage(MailboxUnusable):
    """One message can be neither read nor moved; it stays where it is, and the others are handled."""


class StillBeingSent(DistributionError):
    """The letter's own row is not settled yet: the message is looked at again the next time."""


class MailboxReadOnly(MailboxUnusable):
    """Messages can be read but not moved aside; nothing else is wrong with the mailbox."""
