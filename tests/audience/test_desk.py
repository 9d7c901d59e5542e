"""The desk's screens: schools, segments with what they reach, help lines; nobody's address."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from kampanj.audience.models import School, SchoolContact, Segment
from kampanj.content.help_lines.models import HelpLine
from tests.audience.rosters import R, bring

pytestmark = [pytest.mark.django_db, pytest.mark.bare]


def listing(client, model) -> str:
    response = client.get(reverse(model.snippet_viewset.get_url_name("list")))
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_of_segments_says_how_many_addresses_each_reaches_now(admin_client, schools):
    bring(R(), R("E2", "G2"), R("E3", "G3", "g2@example.org"), R("E4", "G4", marking=""))
    Segment.objects.create(name="Alla vårdnadshavare")
    html = listing(admin_client, Segment)
    assert "Alla vårdnadshavare" in html
    cells = [line.strip() for line in html.splitlines()]
    assert "2" in cells
    assert "@example.org" not in html


def test_schools_are_listed_and_filtered(admin_client, schools):
    html = listing(admin_client, School)
    assert all(name in html for name in schools)
    url = reverse(School.snippet_viewset.get_url_name("list"))
    filtered = admin_client.get(url, {"district": "Hamnen"}).content.decode()
    assert "Södra skolan" in filtered
    assert "Norra skolan" not in filtered
    found = admin_client.get(url, {"q": "norra"}).content.decode()
    assert "Norra skolan" in found


def test_help_lines_show_when_they_were_checked(admin_client):
    HelpLine.objects.create(name="Jourlinjen", phone="020-00 00 00", checked_on=dt.date(2021, 12, 1))
    html = listing(admin_client, HelpLine)
    assert "Jourlinjen" in html
    assert "2021" in html


def test_a_segment_is_made_in_the_desk(admin_client, schools):
    url = reverse(Segment.snippet_viewset.get_url_name("add"))
    assert admin_client.get(url).status_code == 200
    values = {"name": "Sjuor i centrum", "kind": "guardians", "grades": ["7"], "districts": ["Centrum"], "languages": []}
    response = admin_client.post(url, values)
    assert response.status_code == 302
    made = Segment.objects.get()
    assert (made.name, made.grades, made.districts, made.languages) == ("Sjuor i centrum", ["7"], ["Centrum"], [])


def test_a_school_gets_a_contact_in_the_desk(admin_client, schools):
    school = schools["Norra skolan"]
    url = reverse(School.snippet_viewset.get_url_name("edit"), args=[school.pk])
    values = {
        "name": school.name,
        "code": school.code,
        "district": "Centrum",
        "level": "compulsory",
        "platform": "unikum",
        "contacts-TOTAL_FORMS": 1,
        "contacts-INITIAL_FORMS": 0,
        "contacts-MIN_NUM_FORMS": 0,
        "contacts-MAX_NUM_FORMS": 1000,
        "contacts-0-email": "Expedition@Exempel.se",
        "contacts-0-role": "expedition",
        "contacts-0-language": "sv",
        "contacts-0-ORDER": 1,
    }
    assert admin_client.post(url, {**values, "contacts-0-email": "åsa@exempel.se"}).status_code == 200
    assert not SchoolContact.objects.exists()
    assert admin_client.post(url, values).status_code == 302
    assert SchoolContact.objects.get().email == "expedition@exempel.se"


def test_no_screen_of_guardians_is_registered():
    names = {model.__name__ for model in get_snippet_models()}
    assert names >= {"School", "Segment", "HelpLine"}
    assert names.isdisjoint({"Guardian", "Child", "GuardianChild", "ProtectedAddress"})


@pytest.mark.parametrize(
    ("model", "choice"),
    [
        (School, {"level": "compulsory"}),
        (School, {"platform": "other"}),
        (School, {"ordering": "name"}),
        (School, {"ordering": "platform_id"}),
        (HelpLine, {"is_emergency": "false"}),
        (HelpLine, {"ordering": "name"}),
        (HelpLine, {"ordering": "checked_on"}),
    ],
)
def test_a_search_can_be_filtered_and_sorted(admin_client, schools, model, choice):
    HelpLine.objects.create(name="Norra jouren", phone="020-00 00 00", checked_on=dt.date(2021, 12, 1))
    found = admin_client.get(reverse(model.snippet_viewset.get_url_name("list")), {"q": "norra", **choice})
    assert found.status_code == 200
    assert "Norra" in found.content.decode()
