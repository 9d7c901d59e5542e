"""A hundred megabytes of film go into a package and out of the cache in pieces; a package is made once."""

from __future__ import annotations

import dataclasses
import time
import tracemalloc
from pathlib import Path

import pytest

from kampanj.channels.artifact import Artifact, Channel, artifacts
from kampanj.channels.contents import File
from kampanj.channels.lms.common_cartridge import written
from kampanj.channels.lms.linter import faults
from kampanj.channels.lms.package import Attachment
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition

MEGABYTE = 1024 * 1024


def test_a_long_film_is_never_held(package, tmp_path: Path):
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        for _piece in range(100):
            file.write(b"\x00\x01" * (MEGABYTE // 2))
    attached = Attachment("Filmen", File("files/film.mp4", "video/mp4", lambda: film.open("rb")))
    section = dataclasses.replace(package.sections[0], attachments=(attached,))
    package = dataclasses.replace(package, sections=(section, *package.sections[1:]))
    tracemalloc.start()
    try:
        made = written(package)
        assert faults(made) == []
        assert made.size > 100 * MEGABYTE
        assert made.sha256 == written(package).sha256
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * MEGABYTE


@pytest.mark.django_db
@pytest.mark.bare
def test_forty_schools_and_three_forms_make_each_package_once(edition: Edition, monkeypatch: pytest.MonkeyPatch):
    drawn: list[str] = []

    def counted(channel: Channel) -> Channel:
        def render(edition: Edition) -> tuple[Artifact, ...]:
            drawn.append(channel.name)
            return channel.render(edition)

        return dataclasses.replace(channel, render=render)

    channels = [counted(CHANNELS[name]) for name in ("thincc", "qti21", "cc13")]
    first = [artifacts(channel, edition)[0].sha256 for channel in channels]
    begun = time.monotonic()
    for _school in range(40):
        assert [artifacts(channel, edition)[0].sha256 for channel in channels] == first
    assert drawn == ["thincc", "qti21", "cc13"]
    assert (time.monotonic() - begun) / 120 < 1
