"""The ways from a campaign stand at the top of its editor, each for those who may go there."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kampanj.content.models import campaign_by_slug
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import person

pytestmark = pytest.mark.django_db


def ways(client: Client, role: str) -> dict[str, str]:
    """Address → words of the links in the row."""
    page = campaign_by_slug("jag-trodde-aldrig")
    client.force_login(person("nagon", role))
    shown = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    row = re.search(r'<nav class="desk-next-step desk-ways" aria-label="[^"]+">(.*?)</nav>', shown, re.DOTALL)
    assert row
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', row[1], re.DOTALL)
    return {
        address.replace(str(page.pk), "N"): re.sub(r"<[^>]+>", "", re.sub(r"<svg.*?</svg>", "", words, flags=re.DOTALL)).strip()
        for address, words in found
    }


def test_a_communicator_sees_every_way_and_the_way_to_a_new_mailing(client: Client) -> None:
    found = ways(client, COMMUNICATOR)
    assert found["/admin/kampanj/N/folder/"] == "Foldern"
    assert set(found) == {
        "/admin/kampanj/N/folder/",
        "/admin/kampanj/N/skolpaket/",
        "/admin/kampanj/N/delningspaket/",
        "/admin/kampanj/N/utdelning/",
        "/admin/kampanj/N/sa-gick-det/",
        "/admin/snippets/kampanj/mailing/?campaign=N",
        "/admin/snippets/kampanj/mailing/add/?campaign=N",
    }


def test_an_approver_is_led_nowhere_in_vain(client: Client) -> None:
    found = ways(client, APPROVER)
    assert "/admin/snippets/kampanj/mailing/?campaign=N" in found
    assert "/admin/snippets/kampanj/mailing/add/?campaign=N" not in found
    pk = campaign_by_slug("jag-trodde-aldrig").pk
    assert {client.get(address.replace("N", str(pk))).status_code for address in found} == {200}


def test_a_new_mailing_begins_with_the_campaign_that_somebody_came_from(client: Client) -> None:
    page = campaign_by_slug("jag-trodde-aldrig")
    client.force_login(person("nagon", COMMUNICATOR))
    shown = client.get(f"/admin/snippets/kampanj/mailing/add/?campaign={page.pk}")
    assert shown.context["form"].initial["campaign"] == page.pk
    for nonsense in ("x", "999999999", "-1", "9" * 40, "²"):
        assert client.get("/admin/snippets/kampanj/mailing/add/", {"campaign": nonsense}).status_code == 200


def test_a_new_campaign_has_no_ways_yet(client: Client) -> None:
    client.force_login(person("nagon", COMMUNICATOR))
    above = campaign_by_slug("jag-trodde-aldrig").get_parent()
    shown = client.get(f"/admin/pages/add/kampanj/campaignpage/{above.pk}/").content.decode()
    assert "desk-ways" not in shown
