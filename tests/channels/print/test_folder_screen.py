"""“Foldern” in the desk: the pages, what does not fit, and the files."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kampanj.content.models import CampaignPage, campaign_by_slug
from kampanj.municipality.models import CampaignImage, User
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db: None) -> CampaignPage:
    return campaign_by_slug("jag-trodde-aldrig")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(person("forfattare", COMMUNICATOR))
    return client


def test_the_screen_has_every_chosen_format_in_every_language(desk: Client, page: CampaignPage) -> None:
    shown = desk.get(f"/admin/kampanj/{page.pk}/folder/").content.decode()
    formats = set(re.findall(r'data-folder="/admin/kampanj/(\d+)/folder/(\w+)/"', shown))
    pages = {str(key) for key in (page.pk, *page.get_translations().values_list("pk", flat=True))}
    assert formats == {(key, name) for key in pages for name in ("a5", "a65", "a4", "a3")}
    assert f"/admin/kampanj/{page.pk}/folder/" in desk.get(f"/admin/pages/{page.pk}/edit/").content.decode()


def test_the_demonstrations_folder_has_pages_and_files(desk: Client, page: CampaignPage) -> None:
    shown = desk.get(f"/admin/kampanj/{page.pk}/folder/a65/").content.decode()
    pictures = re.findall(r'<img src="([^"]+)"', shown)
    assert len(pictures) == 6
    assert "prevents" not in shown
    answer = desk.get(pictures[5])
    assert answer.content.startswith(b"\x89PNG")
    assert desk.get(f"/admin/kampanj/{page.pk}/folder/a65/7.png").status_code == 404
    answer = desk.get(f"/admin/kampanj/{page.pk}/folder/fil/folder-a65/")
    assert answer.getvalue()[:4] == b"%PDF"


def test_text_that_is_too_long_is_told_with_its_field_and_no_file_is_offered(desk: Client, page: CampaignPage) -> None:
    draft = page.get_latest_revision_as_object()
    for panel in draft.panels:
        panel.value["on_paper"] = ["a5"]
    draft.save_revision()
    shown = desk.get(f"/admin/kampanj/{page.pk}/folder/a5/").content.decode()
    assert 'class="prevents"' in shown
    assert re.search(rf'href="/admin/pages/{page.pk}/edit/#block-[\w-]+-section"', shown)
    assert "/folder/fil/" not in shown
    refused = desk.get(f"/admin/kampanj/{page.pk}/folder/fil/folder-a5/", follow=True)
    assert refused.redirect_chain[-1][0] == f"/admin/kampanj/{page.pk}/folder/"


def test_the_editor_is_told_beside_which_panel_the_text_is_too_long(desk: Client, page: CampaignPage) -> None:
    assert desk.get(f"/admin/kampanj/{page.pk}/folder/passar/").json() == {"misfits": []}
    draft = page.get_latest_revision_as_object()
    for panel in draft.panels:
        panel.value["on_paper"] = ["a5"]
    draft.save_revision()
    [first, *_rest] = desk.get(f"/admin/kampanj/{page.pk}/folder/passar/").json()["misfits"]
    assert first["block"] in {panel.id for panel in draft.panels}
    assert re.match(r"A5, fyra sidor, sidan \d: texten är \d+ rader för lång\. Korta ”", first["message"])
    assert 'data-folder-fit="/admin/kampanj/0/folder/passar/"' in desk.get(f"/admin/pages/{page.pk}/edit/").content.decode()


def test_a_picture_without_consent_leaves_the_desk_in_no_folder(desk: Client, page: CampaignPage) -> None:
    address = f"/admin/kampanj/{page.pk}/folder"
    assert desk.get(f"{address}/fil/folder-a3/").getvalue()[:4] == b"%PDF"
    page.cover_image.consent = CampaignImage.Consent.MISSING
    page.cover_image.save()
    shown = desk.get(f"{address}/a3/").content.decode()
    assert "saknar samtycke" in shown
    assert "<img" not in shown
    assert "/folder/fil/" not in shown
    assert desk.get(f"{address}/a3/1.png").status_code == 404
    refused = desk.get(f"{address}/fil/folder-a3/", follow=True)
    assert refused.redirect_chain[-1][0] == f"{address}/"


def test_only_those_who_edit_the_campaign_see_it(client: Client, page: CampaignPage) -> None:
    client.force_login(User.objects.create_user("utanfor", password="x"))
    assert client.get(f"/admin/kampanj/{page.pk}/folder/").status_code == 302
    client.force_login(person("redaktor", COMMUNICATOR))
    for nothing in ("a9/", "fil/email/", "fil/pdf/"):
        assert client.get(f"/admin/kampanj/{page.pk}/folder/{nothing}").status_code == 404
