"""The school says itself which learning platform it has; the municipality edits what platforms take."""

from __future__ import annotations

import re

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import School
from kampanj.channels.lms.models import LearningPlatform, forms_for_schools
from tests.followup.schools.conftest import Linker

pytestmark = pytest.mark.django_db
HERE = {"sec-fetch-site": "same-origin"}


def token(client: Client, path: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', client.get(f"{path}plattform/").content.decode())
    assert found
    return found[1]


def change(client: Client, path: str, platform: str, **more: str):
    values = {"form": token(client, path), "website": "", "platform": platform, **more}
    return client.post(f"{path}plattform/", values, headers=HERE)


def test_a_change_is_seen_at_once_and_is_logged_without_anybodys_name(client: Client, school: School, link: Linker) -> None:
    answer = change(client, link(school), "canvas")
    assert answer.status_code == 302
    assert answer.url.startswith(link(school))
    page = client.get(answer.url).content.decode()
    assert "Bäst för Canvas" in page
    assert "Så importerar du i Canvas" in page
    event = AudienceEvent.objects.get(action=AudienceEvent.Action.PLATFORM_CHANGED)
    assert (event.subject, event.actor, event.details) == (school.name, None, {"platform": "Canvas", "was": "Moodle"})
    change(client, link(school), "canvas")
    assert AudienceEvent.objects.filter(action=AudienceEvent.Action.PLATFORM_CHANGED).count() == 1


def test_looking_at_the_form_changes_nothing(client: Client, school: School, link: Linker) -> None:
    answer = client.get(f"{link(school)}plattform/?platform=canvas")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert School.objects.get(pk=school.pk).platform_id == "moodle"


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://annan.example.org"}])
def test_a_form_on_somebody_elses_page_changes_nothing(
    client: Client, school: School, link: Linker, headers: dict[str, str]
) -> None:
    values = {"form": token(client, link(school)), "platform": "canvas"}
    assert client.post(f"{link(school)}plattform/", values, headers=headers).status_code == 403
    assert School.objects.get(pk=school.pk).platform_id == "moodle"


def test_a_token_of_another_school_changes_nothing(client: Client, school: School, link: Linker) -> None:
    other = School.objects.exclude(pk=school.pk)[0]
    values = {"form": token(client, link(other)), "platform": "canvas"}
    assert client.post(f"{link(school)}plattform/", values, headers=HERE).status_code == 403
    assert School.objects.get(pk=school.pk).platform_id == "moodle"


@pytest.mark.parametrize("written", ["", "finns-inte", "x" * 5000, "\x00"])
def test_a_platform_that_is_not_there_is_asked_for_again(client: Client, school: School, link: Linker, written: str) -> None:
    answer = change(client, link(school), written)
    assert answer.status_code == 422
    assert "Välj en av plattformarna i listan." in answer.content.decode()


def test_a_network_that_sends_without_end_is_stopped(client: Client, school: School, link: Linker) -> None:
    statuses = {change(client, link(school), "canvas").status_code for _turn in range(61)}
    assert statuses == {302, 429}


def test_a_robot_changes_nothing(client: Client, school: School, link: Linker) -> None:
    assert change(client, link(school), "canvas", website="http://example.org").status_code == 403
    assert School.objects.get(pk=school.pk).platform_id == "moodle"


def test_every_platform_of_ours_takes_forms_there_are_and_has_steps_for_each() -> None:
    known = dict(forms_for_schools())
    platforms = LearningPlatform.objects.prefetch_related("forms")
    assert {one.pk for one in platforms} == {
        "canvas", "classroom", "itslearning", "moodle", "other", "teams", "unikum", "vklass",
    }  # fmt: skip
    for platform in platforms:
        assert platform.forms.all()
        for form in platform.forms.all():
            language, steps = form.steps_in("ar")
            assert form.channel in known
            assert form.checked_on
            assert language == "sv"
            assert len(steps) >= 2


def test_a_platform_is_added_in_the_desk_and_chosen_by_a_school(
    admin_client: Client, client: Client, school, link: Linker
) -> None:
    url = reverse(LearningPlatform.snippet_viewset.get_url_name("add"))
    values = {
        "name": "Lärvägen Åland",
        "forms-TOTAL_FORMS": 1,
        "forms-INITIAL_FORMS": 0,
        "forms-MIN_NUM_FORMS": 0,
        "forms-MAX_NUM_FORMS": 1000,
        "forms-0-channel": "cc13",
        "forms-0-checked_on": "2026-11-26",
        "forms-0-ORDER": 1,
        "forms-0-steps-count": 0,
    }
    assert admin_client.get(url).status_code == 200
    assert admin_client.post(url, values).status_code == 302
    made = LearningPlatform.objects.get(name="Lärvägen Åland")
    assert made.pk.isascii()
    edit = reverse(LearningPlatform.snippet_viewset.get_url_name("edit"), args=[made.pk])
    assert admin_client.get(edit).status_code == 200
    form = made.forms.get()
    again = {**values, "name": "Lärvägen", "forms-INITIAL_FORMS": 1, "forms-0-id": form.pk, "forms-0-platform": made.pk}
    assert admin_client.post(edit, again).status_code == 302
    assert LearningPlatform.objects.get(pk=made.pk).name == "Lärvägen"
    assert change(client, link(school), made.pk).status_code == 302
    assert "Bäst för Lärvägen" in client.get(link(school)).content.decode()
    assert admin_client.get(reverse(LearningPlatform.snippet_viewset.get_url_name("list"))).status_code == 200


def test_a_platform_that_schools_have_stays(admin_client: Client, school: School) -> None:
    with pytest.raises(ProtectedError):
        LearningPlatform.objects.get(pk="moodle").delete()
    url = reverse(LearningPlatform.snippet_viewset.get_url_name("delete"), args=["other"])
    assert admin_client.post(url).status_code in (302, 403)
    assert LearningPlatform.objects.filter(pk="other").exists()
