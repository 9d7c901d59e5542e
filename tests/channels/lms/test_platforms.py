"""Every platform that a school may have is offered something that exists."""

from kampanj.audience.models import Platform
from kampanj.channels.lms.platforms import TAKES
from kampanj.channels.registry import CHANNELS


def test_every_platform_takes_a_channel_there_is():
    assert set(TAKES) == set(Platform.values)
    assert all(channels and set(channels) <= set(CHANNELS) for channels in TAKES.values())
