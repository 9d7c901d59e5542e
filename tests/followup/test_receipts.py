"""A school's link: the package in the form that its platform takes, and the receipt."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client

from kampanj.audience.models import School
from kampanj.channels.lms.platforms import TAKES
from kampanj.distribution.links import PackageLink, package_token
from kampanj.distribution.models import Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.followup.models import Receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(db: None) -> Mailing:
    return make_mailing(slug="jag-trodde-aldrig", segment_name="Alla skolor", at=None, is_approved=True)


def link(school: School, mailing: Mailing) -> str:
    return f"/skolpaket/{package_token(PackageLink(school.pk, mailing.pk, 'sv'))}/"


@pytest.mark.parametrize("platform", sorted(TAKES))
def test_every_platform_is_offered_a_form_that_it_takes(client: Client, mailing: Mailing, platform: str) -> None:
    school = School.objects.order_by("pk").first()
    assert school is not None
    School.objects.filter(pk=school.pk).update(platform=platform)
    page = client.get(link(school, mailing)).content.decode()
    assert school.name in page
    best = TAKES[platform][0]
    file = client.get(f"{link(school, mailing)}{best}/sv/")
    assert file.status_code == 200
    assert file.headers["Content-Disposition"].startswith("attachment")
    if best == "cc11":
        assert zipfile.ZipFile(io.BytesIO(file.getvalue())).namelist()[0] == "imsmanifest.xml"
    assert list(Receipt.objects.values_list("school", "channel", "language")) == [(school.pk, best, "sv")]


def test_looking_leaves_no_receipt(client: Client, mailing: Mailing) -> None:
    school = School.objects.filter(platform="moodle").get()
    client.get(link(school, mailing))
    client.head(f"{link(school, mailing)}cc11/sv/")
    assert not Receipt.objects.exists()


def test_forms_and_languages_that_are_not_offered_are_not_found(client: Client, mailing: Mailing) -> None:
    school = School.objects.filter(platform="moodle").get()
    assert client.get(f"{link(school, mailing)}email/sv/").status_code == 404
    assert client.get(f"{link(school, mailing)}cc11/uk/").status_code == 404
    assert client.get("/skolpaket/1~1~sv.falsk/").status_code == 404
