"""The campaign as one file: nothing is fetched, nothing runs, the answers stay with the teacher."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html
from PIL import Image
from pytest_django import Settings

from kampanj.channels import web
from kampanj.channels.drawing import PictureMissing
from kampanj.content.models import CampaignPage, Edition
from kampanj.municipality.models import CampaignImage, CampaignRendition, SiteSettings

pytestmark = [pytest.mark.bare, pytest.mark.django_db]


def page_of(edition: Edition) -> html.HtmlElement:
    (artifact,) = web.render(edition)
    assert artifact.media_type == "text/html; charset=utf-8"
    return html.document_fromstring(artifact.content.decode())


def test_the_file_is_named_after_campaign_and_language(edition: Edition) -> None:
    assert [artifact.name for artifact in web.render(edition)] == ["jag-trodde-aldrig-sv-sv.html"]


def test_nothing_is_fetched_and_nothing_runs(make_campaign: Callable[..., CampaignPage], picture: CampaignImage) -> None:
    page = page_of(Edition.freeze(make_campaign(cover_image=picture)))
    pictures = page.xpath("//img/@src")
    assert len(pictures) == 3
    assert all(address.startswith("data:image/") for address in pictures)
    assert not page.xpath("//script | //link | //iframe | //source | //*[@srcset] | //*[starts-with(name(@*), 'on')]")
    assert "@import" not in page.findtext(".//style")
    assert "url(" not in page.findtext(".//style")


def test_pictures_are_large_enough_to_see_and_small_enough_to_send(edition: Edition) -> None:
    encoded = page_of(edition).xpath("//img/@src")[0].split(",", 1)[1]
    width, _height = Image.open(io.BytesIO(base64.b64decode(encoded))).size
    assert 600 <= width <= web.WIDEST


def test_alternative_texts_stay(edition: Edition) -> None:
    assert set(page_of(edition).xpath("//img/@alt")) == {"Ett köksbord i kvällsljus"}


def test_links_are_absolute(edition: Edition) -> None:
    links = page_of(edition).xpath("//a/@href")
    assert "https://kampanj.example.org/rad/" in links
    assert edition.web_url in links
    assert all(link.startswith(("https://", "tel:", "mailto:", "#")) for link in links)


def test_every_panel_and_the_lesson_are_there_but_no_answers(edition: Edition) -> None:
    page = page_of(edition)
    words = page.text_content()
    for shown in (
        "att det var så nära.",
        "att det syntes.",
        "Vad gör en bra vän?",
        "Vilket nummer ringer du i nödläge?",
        "114 14",
    ):
        assert shown in words
    for hidden in ("Bara för läraren", "Ge tid.", "114 14 går till polisen."):
        assert hidden not in words
    assert page.xpath("//details[summary[contains(., 'Måste jag')]]"), "An accordion opens without a script"


def test_one_heading_begins_the_title_and_ids_are_unique(edition: Edition) -> None:
    page = page_of(edition)
    (heading,) = page.xpath("//h1")
    assert page.findtext(".//title").startswith(heading.text_content().strip())
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("language", "direction"), [("sv", "ltr"), ("ar", "rtl")])
def test_language_and_direction(make_campaign: Callable[..., CampaignPage], language: str, direction: str) -> None:
    page = page_of(Edition.freeze(make_campaign(language=language)))
    assert (page.get("lang"), page.get("dir")) == (language, direction)


def test_the_colours_are_the_municipality_s(make_campaign: Callable[..., CampaignPage], municipality: SiteSettings) -> None:
    municipality.lake = "#123ABC"
    municipality.save()
    styles = page_of(Edition.freeze(make_campaign())).findtext(".//style")
    assert styles.rindex("--lake:#123ABC") > styles.rindex("--measure")


def test_a_lost_picture_is_named(edition: Edition) -> None:
    web.render(edition)
    for rendition in CampaignRendition.objects.all():
        rendition.file.storage.delete(rendition.file.name)
    with pytest.raises(PictureMissing, match="koksbordet"):
        web.render(edition)


def test_a_link_that_nobody_can_read_becomes_words(make_campaign: Callable[..., CampaignPage]) -> None:
    broken = {"type": "rich_text", "value": {"text": '<p><a href="http://[abc">våra råd</a></p>'}}
    panels = [{"type": "panel", "value": {"title": "…att det gick.", "in_letter": True, "body": [broken]}}]
    (artifact,) = web.render(Edition.freeze(make_campaign(panels=panels)))
    assert "våra råd" in artifact.content.decode()
    assert "[abc" not in artifact.content.decode()


def test_a_drawing_of_the_site_is_found_under_the_name_that_production_gives_it(settings: Settings, tmp_path: Path) -> None:
    hashed = "kampanj/drawings/hand.0123456789ab.svg"
    kept = tmp_path / hashed
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"<svg/>")
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    assert web.picture_bytes(f"/static/{hashed}") == b"<svg/>"
    with pytest.raises(PictureMissing):
        web.picture_bytes("/static/kampanj/drawings/gone.0123456789ab.svg")
