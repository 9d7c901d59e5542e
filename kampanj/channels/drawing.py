"""Drawing an edition with a template: the context that every channel's templates are given."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from kampanj.channels.artifact import ChannelError
from kampanj.content.models import Edition


class PictureMissing(ChannelError):
    """A picture that the campaign shows cannot be read."""


def draw(edition: Edition, template: str, *, channel: str, **extra: Any) -> str:
    """The template's text in the edition's language; `channel` chooses the blocks' faces (web, lms, email or text)."""
    right_to_left = edition.is_right_to_left
    context = {
        "edition": edition,
        "page": edition.campaign,
        "municipality": edition.municipality,
        "language": edition.language,
        "channel": channel,
        "direction": "rtl" if right_to_left else "ltr",
        # Mail programs do not know logical CSS sides.
        "start": "right" if right_to_left else "left",
        **extra,
    }
    with translation.override(edition.language):
        return render_to_string(template, context)
