"""Many schools fetch three forms each: every package is built once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from kampanj.audience.models import School
from kampanj.distribution.models import Mailing
from kampanj.followup.models import Receipt
from kampanj.followup.schools.models import BuiltPackage
from kampanj.municipality.storage import private_storage
from tests.followup.schools.conftest import Linker

FORMS = ("pdf", "guide", "offline")


def built_at() -> dict[str, object]:
    """Every file on the shelf with the time at which it was written."""
    storage = private_storage()
    found: dict[str, object] = {}
    for outer in storage.listdir("artifacts")[0]:
        for key in storage.listdir(f"artifacts/{outer}")[0]:
            for name in storage.listdir(f"artifacts/{outer}/{key}")[1]:
                path = f"artifacts/{outer}/{key}/{name}"
                found[path] = storage.get_modified_time(path)
    return found


@pytest.mark.django_db
def test_every_school_shares_what_the_first_one_made(client: Client, mailing: Mailing, school: School, link: Linker) -> None:
    fresh = [School(code=f"t{n}", name=f"Skola {n}", platform_id="teams") for n in range(60)]
    schools = School.objects.bulk_create(fresh)
    for form in FORMS:
        client.get(f"{link(school)}{form}/sv/").getvalue()
    after_the_first = built_at()
    for one in schools:
        for form in FORMS:
            assert client.get(f"{link(one)}{form}/sv/").status_code == 200
    assert built_at() == after_the_first
    assert Receipt.objects.count() == 3 * 61
    assert BuiltPackage.objects.count() == len(FORMS)


@pytest.mark.django_db(transaction=True)
def test_schools_that_ask_at_the_same_moment_get_the_same_file(mailing: Mailing, link: Linker) -> None:
    paths = [f"{link(school)}pdf/sv/" for school in School.objects.all()[:6]]

    def fetch(path: str) -> bytes:
        try:
            return Client().get(path).getvalue()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(paths)) as pool:
        files = set(pool.map(fetch, paths))
    assert len(files) == 1
    assert BuiltPackage.objects.filter(channel="pdf").count() == 1
    assert Receipt.objects.count() == len(paths)
