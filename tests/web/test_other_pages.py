"""The front page, the pages for what went wrong, and the editor's preview of a block."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from config.errors import server_error
from kampanj.content.blocks import FactBlock, RichTextBlock
from kampanj.content.models import CampaignPage, HomePage
from tests import pages
from tests.web.reading import parsed, said, with_class


@pytest.mark.django_db
def test_the_front_page_leads_to_campaigns_and_sections(client: Any) -> None:
    root = parsed(client.get("/"))
    links = {link.get("href"): said(link) for link in with_class(root, "card__link")}
    campaign = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    assert campaign.summary in links[campaign.get_url()]
    assert "/ung/" in links


@pytest.mark.django_db
def test_the_front_page_shows_what_its_editor_has_written(client: Any) -> None:
    home = HomePage.objects.get(locale__language_code="sv")
    home.body = home.body.stream_block.to_python([{"type": "heading", "value": {"text": "Så når du oss"}}])
    home.save_revision().publish()
    assert "Så når du oss" in [said(h2) for h2 in parsed(client.get("/")).iter("h2")]


@pytest.mark.django_db
def test_an_unknown_address_gets_a_friendly_page_with_a_way_on(client: Any) -> None:
    response = client.get("/finns-inte/")
    assert response.status_code == 404
    assert [a.get("href") for a in with_class(parsed(response), "button") if a.tag == "a"] == ["/"]


def test_the_page_for_our_own_faults_needs_no_database() -> None:
    with translation.override("sv"):
        response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    pages.assert_good(response.content.decode(), where="500")


@pytest.mark.django_db
@pytest.mark.parametrize("block_class", [FactBlock, RichTextBlock])
def test_a_block_is_previewed_in_the_look_of_the_page(admin_client: Any, block_class: type) -> None:
    from kampanj.content.blocks import BodyBlock

    block = next(child for child in BodyBlock().child_blocks.values() if type(child) is block_class)
    response = admin_client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    root = parsed(response)
    sheets = [link.get("href") for link in root.iter("link") if link.get("rel") == "stylesheet"]
    assert sheets == ["/static/kampanj/site.css", "/utseende.css"]
    assert with_class(root, "block-preview")
