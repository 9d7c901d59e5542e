"""“Skolpaketen”: what an editor is told of a campaign's packages, and each file to try."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kampanj.channels.lms.screen.state import FORMS
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import CampaignPage, campaign_by_slug
from kampanj.municipality.models import User
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person, requested_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db: None) -> CampaignPage:
    return campaign_by_slug("jag-trodde-aldrig")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(person("forfattare", COMMUNICATOR))
    return client


def without_right_answer(page: CampaignPage) -> CampaignPage:
    draft = page.get_latest_revision_as_object()
    for row in draft.quiz[0].value["alternatives"]:
        row["correct"] = False
    draft.save_revision()
    return draft


def test_a_sound_campaign_has_every_form_in_every_language(desk: Client, page: CampaignPage) -> None:
    shown = desk.get(f"/admin/kampanj/{page.pk}/skolpaket/").content.decode()
    files = re.findall(r'href="(/admin/kampanj/(\d+)/skolpaket/(\w+)/)"', shown)
    assert {form for _url, _page, form in files} == set(FORMS) <= set(CHANNELS)
    assert {int(key) for _url, key, _form in files} == {page.pk, *page.get_translations().values_list("pk", flat=True)}
    assert f"/admin/kampanj/{page.pk}/skolpaket/" in desk.get(f"/admin/pages/{page.pk}/edit/").content.decode()


@pytest.mark.parametrize("form", ["cc11", "qti21", "pdf", "offline"])
def test_a_file_is_made_of_the_newest_draft(desk: Client, page: CampaignPage, form: str) -> None:
    answer = desk.get(f"/admin/kampanj/{page.pk}/skolpaket/{form}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.getvalue()[:2] in (b"PK", b"%P")


def test_a_fault_is_told_with_its_field_and_the_forms_it_prevents(desk: Client, page: CampaignPage) -> None:
    draft = without_right_answer(page)
    shown = desk.get(f"/admin/kampanj/{page.pk}/skolpaket/").content.decode()
    assert f"/admin/pages/{page.pk}/edit/#block-{draft.quiz[0].id}-section" in shown
    assert f"/admin/kampanj/{page.pk}/skolpaket/qti21/" not in shown
    assert f"/admin/kampanj/{page.pk}/skolpaket/pdf/" in shown
    refused = desk.get(f"/admin/kampanj/{page.pk}/skolpaket/qti21/", follow=True)
    assert refused.redirect_chain[-1][0] == f"/admin/kampanj/{page.pk}/skolpaket/"


def test_only_those_who_edit_the_campaign_see_it(client: Client, page: CampaignPage) -> None:
    client.force_login(User.objects.create_user("utanfor", password="x"))
    assert client.get(f"/admin/kampanj/{page.pk}/skolpaket/").status_code == 302
    assert client.get(f"/admin/kampanj/{page.pk}/skolpaket/pdf/").status_code == 302
    client.force_login(person("redaktor", COMMUNICATOR))
    assert client.get(f"/admin/kampanj/{page.pk}/skolpaket/email/").status_code == 404
    assert client.get("/admin/kampanj/999999/skolpaket/").status_code == 404


def test_the_last_screen_before_sending_to_schools_tells_of_faults(desk: Client, page: CampaignPage) -> None:
    without_right_answer(page).get_latest_revision().publish()
    author = person("annan", COMMUNICATOR)
    to_schools = requested_by(author, segment="Alla skolor")
    to_guardians = requested_by(author)
    address = f"/admin/kampanj/{page.pk}/skolpaket/"
    assert address in desk.get(f"/admin/utskick/{to_schools.pk}/granska/").content.decode()
    assert address not in desk.get(f"/admin/utskick/{to_guardians.pk}/granska/").content.decode()
