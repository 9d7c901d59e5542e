"""The segment's screens: its form with the live count, no circles, and what is used stays."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from kampanj.audience.identity import address_key
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Guardian, School, SchoolContact, Segment
from kampanj.municipality.models import User
from tests.audience.rosters import R, bring

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

REACH = "/admin/malgrupper/antal/"
FORM = {"name": "", "kind": "guardians"}


@pytest.fixture
def communicator(page_client):
    user = User.objects.create_user("kim", password="x")
    user.groups.add(Group.objects.get(name="Kommunikatör"))
    client = page_client()
    client.force_login(user)
    return client


@pytest.fixture
def roster(schools):
    bring(
        R("E1", "G1", grade="7"),
        R("E2", "G2", grade="1", language="ar"),
        R("E3", "G3", grade="7", language="ku"),
        R("E4", "G4", school="Gymnasiet", grade="gy1"),
        R("E5", "G5", grade="7", marking="Sekretessmarkering"),
    )
    return schools


def counted(client, **choice) -> str:
    response = client.post(REACH, {**FORM, **choice}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 200
    html = response.content.decode()
    assert "<html" not in html
    return " ".join(html.split())


def edit_url(name: str, *args) -> str:
    return reverse(Segment.snippet_viewset.get_url_name(name), args=args)


def test_the_count_follows_the_form_before_it_is_saved(communicator, roster):
    everybody = counted(communicator)
    assert "4 brev" in everybody
    assert "2 brev" in counted(communicator, grades=["7"])
    assert "1 brev" in counted(communicator, grades=["7"], languages=["sv"])
    assert "1 brev" in counted(communicator, levels=["upper_secondary"])
    assert "3 brev" in counted(communicator, schools=[roster["Norra skolan"].pk])
    assert "Ingen är med i målgruppen just nu" in counted(communicator, districts=["Hamnen"])
    assert not Segment.objects.exists()


def test_the_count_shows_masked_addresses_and_languages_and_nobody_protected(communicator, roster):
    html = counted(communicator)
    assert all(f"g{number}•••@example.org" in html for number in (1, 2, 3, 4))
    assert "g5" not in html
    assert "g1@example.org" not in html
    assert "<bdi>Svenska</bdi>: 2" in html
    assert "Andra språk: 1" in html
    logged = AudienceEvent.objects.filter(action="listed")
    assert [(event.actor_name, event.subject) for event in logged] == [("kim", "sample")]


def test_other_segments_are_taken_away_in_the_count(communicator, roster):
    arabic = Segment.objects.create(name="Arabiska", languages=["ar"])
    assert "3 brev" in counted(communicator, minus=[arabic.pk])
    SchoolContact.objects.create(school=roster["Norra skolan"], email="norra@example.org")
    assert "1 brev" in counted(communicator, kind="schools", minus=[arabic.pk])


def test_a_choice_that_is_none_gets_a_sentence_and_no_number(communicator, roster):
    html = counted(communicator, grades=["17"])
    assert "17" in html
    assert "brev" not in html


def test_without_script_the_count_is_a_page_of_its_own(communicator, roster):
    html = communicator.post(REACH, FORM).content.decode()
    assert "<html" in html
    assert "4 brev" in html
    form = communicator.get(edit_url("add")).content.decode()
    assert f'formaction="{REACH}"' in form
    assert 'formtarget="_blank"' in form


def test_only_those_who_make_segments_can_count(page_client, roster):
    user = User.objects.create_user("titta", password="x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"), Permission.objects.get(codename="view_segment"))
    client = page_client()
    client.force_login(user)
    response = client.post(REACH, FORM)
    assert response.status_code == 302
    assert "brev" not in response.content.decode()
    assert page_client().post(REACH, FORM).status_code == 302
    assert client.get(REACH).status_code == 405


def test_whoever_may_not_see_guardians_gets_the_number_alone(page_client, roster):
    user = User.objects.create_user("rakna", password="x")
    for name in ("access_admin", "add_segment"):
        user.user_permissions.add(Permission.objects.get(codename=name))
    client = page_client()
    client.force_login(user)
    html = counted(client)
    assert "4 brev" in html
    assert "•••" not in html


def test_a_segment_with_levels_and_minus_is_saved_and_logged(communicator, schools):
    other = Segment.objects.create(name="Andra")
    values = {**FORM, "name": "Gymnasiet utan andra", "levels": ["upper_secondary"], "minus": [other.pk]}
    assert communicator.post(edit_url("add"), values).status_code == 302
    made = Segment.objects.get(name="Gymnasiet utan andra")
    assert (made.levels, list(made.minus.all())) == (["upper_secondary"], [other])
    assert communicator.post(edit_url("edit", made.pk), {**values, "levels": []}).status_code == 302
    communicator.post(edit_url("delete", made.pk))
    events = AudienceEvent.objects.filter(action="segment_changed").order_by("pk")
    assert [event.details["what"] for event in events] == ["added", "changed", "deleted"]
    assert {event.subject for event in events} == {str(made.pk)}


def test_no_segment_takes_away_itself_even_through_others(communicator, schools):
    first, second, third = (Segment.objects.create(name=name) for name in ("Första", "Andra", "Tredje"))
    second.minus.set([third])
    third.minus.set([first])
    response = communicator.post(edit_url("edit", first.pk), {**FORM, "name": "Första", "minus": [second.pk]})
    assert response.status_code == 200
    assert "drar själv ifrån" in response.content.decode()
    assert not first.minus.exists()
    assert first.pk not in communicator.get(edit_url("edit", first.pk)).context["form"].fields["minus"].queryset.values_list(
        "pk", flat=True
    )
    assert communicator.post(edit_url("edit", third.pk), {**FORM, "name": "Tredje", "minus": []}).status_code == 302
    assert communicator.post(edit_url("edit", first.pk), {**FORM, "name": "Första", "minus": [second.pk]}).status_code == 302


def test_a_segment_that_another_takes_away_stays_and_the_desk_says_which(communicator, schools):
    used = Segment.objects.create(name="Personal")
    Segment.objects.create(name="Alla utom personal").minus.set([used])
    for send in (communicator.get, communicator.post):
        assert send(edit_url("delete", used.pk)).status_code == 302
        said = communicator.get(edit_url("list")).content.decode()
        assert "”Personal” kan inte tas bort" in said
        assert "Alla utom personal" in said
    bulk = f"/admin/bulk/kampanj/segment/delete/?id={used.pk}"
    assert communicator.post(bulk).status_code == 302
    assert Segment.objects.filter(pk=used.pk).exists()


def test_schools_are_exported_without_formulas(communicator, schools):
    School.objects.filter(name="Norra skolan").update(name="=1+1", district="\tx")
    response = communicator.get(reverse(School.snippet_viewset.get_url_name("list")), {"export": "csv"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Namn;Skolenhetskod;Kommundel;Skolform;Lärplattform"
    assert "'=1+1;10;'\tx;" in "\n".join(lines)


def test_an_address_that_is_shared_counts_once(communicator, schools):
    bring(R("E1", "G1", "samma@example.org"), R("E2", "G2", "samma@example.org", language="ar"))
    html = counted(communicator)
    assert "1 brev" in html
    assert html.count("sa•••@example.org") == 1
    assert Guardian.objects.filter(address_key=address_key("samma@example.org")).count() == 2
