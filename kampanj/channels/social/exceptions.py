"""Why a picture for sharing cannot be drawn; each message is translated and says what to do."""

from __future__ import annotations

from kampanj.channels.artifact import ChannelError


class NotDrawable(ChannelError):
    """A picture cannot be drawn. `field` names what must be changed: `share_texts`, `cover_image`, `title`, `logo`; or empty."""

    def __init__(self, message: object, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class LettersMissing(NotDrawable):
    """No font has the text's letters, or this machine cannot join them as they must be joined."""


class TextTooLong(NotDrawable):
    """The text does not fit within the picture's safe zone at a size that can be read on a phone."""


class PictureTooSmall(NotDrawable):
    """The picture would be blurred."""


class TooPale(NotDrawable):
    """Some text would be read with difficulty: its contrast, measured in the drawn picture, is below 4.5 : 1."""
