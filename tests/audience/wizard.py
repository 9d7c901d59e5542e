"""The import wizard as the tests use it: who logs in, what is uploaded, and the pages of the newest import."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kampanj.audience.importing import staging
from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.municipality.models import User
from tests.audience.rosters import SOURCE

NEW = "/admin/importer/ny/"
FIELDS = ("school", "grade", "pupil", "protection", "guardian", "email", "language")


def member(page_client: type[Client], role: str, name: str = "") -> Client:
    """A client logged in as somebody with one of the roles."""
    user = User.objects.create_user(name or role.lower(), "person@example.org", "x")
    user.groups.add(Group.objects.get(name=role))
    client = page_client()
    client.force_login(user)
    return client


def upload(client: Client, data: bytes, *, name: str = "elever.csv", source: str = SOURCE) -> Any:
    known = RosterSource.objects.filter(name=source).first()
    chosen = {"source": known.pk} if known else {"name": source}
    return client.post(NEW, {**chosen, "file": SimpleUploadedFile(name, data)})


def columns(**other: str) -> dict[str, str]:
    """The selects' choices for a file with our own headings, in our order."""
    return {**{field: str(place) for place, field in enumerate(FIELDS)}, "encoding": "", **other}


def at(page: str) -> str:
    """The address of a page about the newest import."""
    return reverse(f"kampanj_imports:{page}", args=[RosterImport.objects.latest("pk").pk])


def newest() -> RosterImport:
    return RosterImport.objects.latest("pk")


def check(client: Client, data: bytes) -> str:
    """Upload a file, take the columns as they are, let it be checked; the check's page."""
    assert upload(client, data).status_code == 302
    assert client.post(at("columns"), columns()).url == at("check")
    staging.work()
    return text(client.get(at("check")))


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def said(client: Client, response: Any) -> str:
    """The page that an answer leads to, with its messages."""
    return text(client.get(response.url))
