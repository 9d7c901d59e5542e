"""What can go wrong when something said is to be frozen."""

from __future__ import annotations


class ContentError(Exception):
    """Base of this room's errors; the message is translated and says what to do."""


class NotPublished(ContentError):
    """The campaign has no published revision to freeze."""


class UnknownCampaign(ContentError):
    """No campaign has this slug, or several have it."""


class PictureNotCleared(ContentError):
    """A picture on the page lacks consent or rights."""


class NotTranslated(ContentError):
    """The page's translation is not finished."""
