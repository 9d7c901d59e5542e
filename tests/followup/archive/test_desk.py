"""The desk's list of archives: who may see and take them, and what a check says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from kampanj.audience.log.models import AudienceEvent
from kampanj.distribution.models import Mailing
from kampanj.followup.archive import writing
from kampanj.municipality.roles import APPROVER, REGISTRAR
from kampanj.municipality.storage import private_storage
from tests.followup.register import as_role

pytestmark = pytest.mark.django_db


def test_the_registrar_finds_takes_and_checks_an_archive(mailing: Mailing, page_client: type[Client], own_storage: Path) -> None:
    archive = writing.write(mailing)
    registrar = as_role(page_client, REGISTRAR)
    assert archive.sha256 in registrar.get("/admin/arkiv/").content.decode()
    assert f"#archive-{archive.pk}" in registrar.get(f"/admin/utskick/{mailing.pk}/folj/").content.decode()
    taken = registrar.post(f"/admin/arkiv/{archive.pk}/hamta/")
    with private_storage().open(archive.path) as file:
        assert b"".join(taken.streaming_content) == file.read()  # type: ignore[attr-defined]
    event = AudienceEvent.objects.filter(subject="archive").get()
    assert (event.action, event.details) == ("exported", {"mailing": mailing.pk})
    registrar.post(f"/admin/arkiv/{archive.pk}/kontrollera/")
    assert 'data-state="sound"' in registrar.get("/admin/arkiv/").content.decode()
    (own_storage / archive.path).unlink()
    registrar.post(f"/admin/arkiv/{archive.pk}/kontrollera/")
    assert 'data-state="faulty"' in registrar.get("/admin/arkiv/").content.decode()
    assert registrar.post(f"/admin/arkiv/{archive.pk}/hamta/", follow=True).status_code == 200


def test_others_neither_see_nor_take_it(mailing: Mailing, page_client: type[Client]) -> None:
    archive = writing.write(mailing)
    approver = as_role(page_client, APPROVER)
    assert approver.get("/admin/arkiv/").status_code == 302
    assert approver.post(f"/admin/arkiv/{archive.pk}/hamta/").status_code == 302
    assert page_client().post(f"/admin/arkiv/{archive.pk}/hamta/").status_code == 302
    assert "#archive-" not in approver.get(f"/admin/utskick/{mailing.pk}/folj/").content.decode()
    assert not AudienceEvent.objects.filter(subject="archive").exists()
