"""What comes from outside at start: secrets in `.env`, a busy port, files that are not for everybody."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from config import environment
from kampanj.municipality.models import CampaignDocument
from tests.installation import Installation


def test_a_secret_spoils_no_line_of_env_and_is_read_by_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_KEY", "")
    env_file = tmp_path / ".env"
    env_file.write_text("EMAIL_URL=smtp://relay.example.org")
    env_file.chmod(0o644)
    made = environment.secret_made_once("PROBE_KEY", env_file=env_file)
    assert env_file.read_text() == f"EMAIL_URL=smtp://relay.example.org\nPROBE_KEY={made}\n"
    assert env_file.stat().st_mode & 0o777 == 0o600


def test_a_busy_port_is_not_noted_as_ours(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = installation.manage("start", "--port", str(taken.getsockname()[1]), check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert not (installation.var / "port").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["/media/{}", "/media/x/../{}", "/media//{}", "/media/../media/{}"])
def test_documents_are_served_only_by_the_view_that_asks_who_may_read(way: str, client: Client) -> None:
    document = CampaignDocument.objects.create(title="Underlag", file=ContentFile(b"words", "underlag.txt"))
    assert client.get(document.url).status_code == 200
    assert client.get(way.format(document.file.name)).status_code == 404
