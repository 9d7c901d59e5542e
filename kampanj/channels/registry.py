"""Every channel by name: the one place that lists them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kampanj.channels import email, web
from kampanj.channels.artifact import Channel, UnknownChannel
from kampanj.channels.lms import common_cartridge, paper, qti21
from kampanj.channels.lms.offline import writer as offline
from kampanj.channels.lms.scorm import writer as scorm
from kampanj.channels.print import making
from kampanj.channels.social import writer as social

CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        web.CHANNEL,
        email.CHANNEL,
        common_cartridge.CHANNEL,
        common_cartridge.NEWER,
        common_cartridge.LINKS_ONLY,
        qti21.CHANNEL,
        scorm.CHANNEL_12,
        scorm.CHANNEL_2004,
        offline.CHANNEL,
        paper.FOLDER_CHANNEL,
        paper.GUIDE_CHANNEL,
        social.CHANNEL,
        *making.channels(),
    )
}


def channel_named(name: str) -> Channel:
    """The channel called `name`; UnknownChannel names those there are."""
    try:
        return CHANNELS[name]
    except KeyError:
        raise UnknownChannel(
            _("There is no channel “%(name)s”. Choose one of: %(known)s.") % {"name": name, "known": ", ".join(CHANNELS)}
        ) from None
