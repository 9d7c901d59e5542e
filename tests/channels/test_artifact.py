"""The cache of files: made once, and never served broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kampanj.channels.artifact import Artifact, Channel, artifacts
from kampanj.content.models import Edition
from kampanj.municipality.storage import private_storage

pytestmark = [pytest.mark.bare, pytest.mark.django_db]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where private files are kept during the test."""
    backend = {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": backend}
    assert Path(private_storage().path("")) == tmp_path
    return tmp_path


def counting() -> tuple[Channel, list[Edition]]:
    """A channel and the editions that it has been asked to draw."""
    drawn: list[Edition] = []

    def render(edition: Edition) -> tuple[Artifact, ...]:
        drawn.append(edition)
        return (Artifact("a.txt", "text/plain", b"whole"), Artifact("b.txt", "text/plain", b"whole too"))

    return Channel("counting", "counting", render), drawn


def test_the_same_edition_is_drawn_once(folder: Path, edition: Edition) -> None:
    channel, drawn = counting()
    assert artifacts(channel, edition) == artifacts(channel, edition)
    assert len(drawn) == 1
    artifacts(channel, edition, fresh=True)
    assert len(drawn) == 2


@pytest.mark.parametrize("name", ["index.json", Artifact("", "", b"whole").sha256])
@pytest.mark.parametrize("left", [b"", b"[{", None], ids=["empty", "half", "gone"])
def test_what_was_cut_off_while_being_written_is_made_anew(folder: Path, edition: Edition, name: str, left: bytes | None) -> None:
    channel, drawn = counting()
    whole = artifacts(channel, edition)
    (file,) = folder.rglob(name)
    file.unlink() if left is None else file.write_bytes(left)
    assert artifacts(channel, edition) == whole
    assert len(drawn) == 2
    assert artifacts(channel, edition) == whole
    assert len(drawn) == 2
