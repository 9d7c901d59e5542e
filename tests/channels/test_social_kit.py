"""The share kit of the demonstration campaign: its files, its screen, what an editor is told; and a shared link's picture."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
import zipfile
from typing import Any

import pytest
from django.core.files.images import ImageFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from lxml import html
from PIL import Image, features

from kampanj.channels.artifact import artifacts, kept
from kampanj.channels.social.card import FORMATS, LINK
from kampanj.channels.social.exceptions import NotDrawable
from kampanj.channels.social.painting import MOST_BYTES
from kampanj.channels.social.writer import CHANNEL, render
from kampanj.checks import letters_can_be_drawn
from kampanj.content.models import CampaignPage, Edition, campaign_by_slug, variants
from kampanj.followup.rights.categories import CATEGORIES
from kampanj.followup.rights.models import RetentionSettings
from kampanj.municipality.models import CampaignImage, User
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db: None) -> CampaignPage:
    """The demonstration's campaign, with texts that no test before has drawn a kit for."""
    found = campaign_by_slug("jag-trodde-aldrig")
    for variant in variants(found):
        variant.share_texts[0].value += f" {uuid.uuid4().hex[:8]}"
        variant.save_revision().publish()
    return campaign_by_slug("jag-trodde-aldrig")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(person("forfattare", COMMUNICATOR))
    return client


def screen(page: CampaignPage) -> str:
    return f"/admin/kampanj/{page.pk}/delningspaket/"


def a_picture(width: int, height: int) -> CampaignImage:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0B4A6F").save(file, "PNG")
    file.seek(0)
    return CampaignImage.objects.create(title="Köket", file=ImageFile(file, name="koket.png"))


def with_cover(page: CampaignPage, cover: CampaignImage) -> CampaignPage:
    draft = page.get_latest_revision_as_object()
    draft.cover_image = cover
    draft.save_revision()
    return draft


def shared_by(client: Client, path: str) -> dict[str, str]:
    root = html.fromstring(client.get(path).content)
    return {meta.get("property"): meta.get("content") for meta in root.iter("meta") if meta.get("property")}


# --- The files -------------------------------------------------------------------------------------------------------


def test_every_language_has_every_share_text_in_every_size(page: CampaignPage) -> None:
    for variant in variants(page):
        edition = Edition.of_published(variant)
        archive, *pictures, words = render(edition)
        stem = f"jag-trodde-aldrig-{edition.language}"
        expected = [f"{stem}-{number}-{form}.jpg" for number in (1, 2, 3) for form in FORMATS]
        assert [picture.name for picture in pictures] == expected
        for picture, form in zip(pictures, FORMATS * 3, strict=True):
            with Image.open(picture.open()) as opened:
                assert (opened.format, opened.size) == ("JPEG", form.size)
            assert picture.size <= MOST_BYTES
        with zipfile.ZipFile(archive.open()) as opened_archive:
            assert opened_archive.testzip() is None
            assert opened_archive.namelist() == [*expected, f"{stem}-texter.txt"]
            assert opened_archive.read(f"{stem}-texter.txt") == words.content
        written = words.content.decode()
        assert edition.web_url in written
        assert all(block.value in written for block in variant.share_texts)
        assert written.count("Alt") >= 3


def test_the_same_edition_gives_the_same_bytes_and_is_drawn_once(page: CampaignPage) -> None:
    edition = Edition.of_published(page)
    assert kept(CHANNEL, edition) is None
    made = artifacts(CHANNEL, edition)
    assert kept(CHANNEL, edition) == made
    assert [file.sha256 for file in render(edition)] == [file.sha256 for file in made]
    page.share_texts[0].value = "Något helt annat."
    page.save_revision().publish()
    assert kept(CHANNEL, Edition.of_published(CampaignPage.objects.get(pk=page.pk))) is None


def test_one_archive_holds_all_languages(page: CampaignPage) -> None:
    editions = tuple(Edition.of_published(variant) for variant in variants(page))
    assert CHANNEL.render_together is not None
    (archive,) = CHANNEL.render_together(editions)
    with zipfile.ZipFile(archive.open()) as opened:
        names = opened.namelist()
    assert {name.split("/")[0] for name in names} == {edition.language for edition in editions}
    assert len(names) == len(editions) * 13


def test_nothing_is_made_of_a_campaign_without_share_texts(page: CampaignPage) -> None:
    page.share_texts = []
    page.save_revision().publish()
    edition = Edition.of_published(CampaignPage.objects.get(pk=page.pk))
    with pytest.raises(NotDrawable) as caught:
        artifacts(CHANNEL, edition)
    assert caught.value.field == "share_texts"
    assert kept(CHANNEL, edition) is None


def test_the_start_up_check_finds_letters_for_every_language() -> None:
    assert letters_can_be_drawn(None) == []


def test_the_start_up_check_names_what_arabic_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check_feature", lambda _name: False)
    (warning,) = letters_can_be_drawn(None)
    assert warning.id == "kampanj.W002"
    assert "libfribidi0" in warning.msg


# --- The screen ------------------------------------------------------------------------------------------------------


def test_the_screen_is_reached_from_the_campaign(desk: Client, page: CampaignPage) -> None:
    assert screen(page) in desk.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert screen(page) in desk.get(f"/admin/pages/{page.get_parent().pk}/").content.decode()


def test_a_kit_is_drawn_once_and_shown_with_its_texts(desk: Client, page: CampaignPage) -> None:
    before = desk.get(screen(page)).content.decode()
    assert "<figure>" not in before
    assert before.count("data-share-build") == 3
    answer = desk.post(f"{screen(page)}rita/", {"screen": page.pk}, follow=True)
    shown = answer.content.decode()
    assert shown.count("<figure>") == 12
    assert shown.count("data-share-build") == 2
    for block in page.share_texts:
        assert block.value[:40] in shown
    names = re.findall(rf'href="({screen(page)}[^"]+\.(?:jpg|zip|txt))"', shown)
    assert len(set(names)) == 14
    for name in names:
        file = desk.get(name)
        assert file.status_code == 200
        assert file.getvalue()[:2] in (b"\xff\xd8", b"PK", page.title.encode()[:2])


def test_the_script_is_told_how_it_went(desk: Client, page: CampaignPage) -> None:
    assert desk.post(f"{screen(page)}rita/", headers={"Accept": "application/json"}).json() == {"fault": ""}
    with_cover(page, a_picture(300, 200))
    told = desk.post(f"{screen(page)}rita/", headers={"Accept": "application/json"}).json()
    assert "300 × 200" in told["fault"]


def test_all_languages_come_in_one_file(desk: Client, page: CampaignPage) -> None:
    answer = desk.get(f"{screen(page)}alla/")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert len(archive.namelist()) == 39


def test_a_picture_that_is_too_small_is_told_with_its_field(desk: Client, page: CampaignPage) -> None:
    draft = with_cover(page, a_picture(300, 200))
    shown = desk.get(screen(page)).content.decode()
    assert f"/admin/pages/{page.pk}/edit/#panel-child-cover_image" in shown
    assert "300 × 200" in shown
    assert kept(CHANNEL, Edition.draft(draft)) is None
    refused = desk.get(f"{screen(page)}jag-trodde-aldrig-sv-1-1200x630.jpg", follow=True)
    assert refused.redirect_chain[-1][0] == screen(page)


def test_a_word_that_is_too_long_is_told_with_its_block(desk: Client, page: CampaignPage) -> None:
    draft = page.get_latest_revision_as_object()
    draft.share_texts[1].value = f"Läs {'b' * 120}"
    draft.save_revision()
    shown = desk.get(screen(page)).content.decode()
    assert f"/admin/pages/{page.pk}/edit/#block-{draft.share_texts[1].id}-section" in shown
    assert "b" * 120 in shown


def test_a_picture_without_consent_leaves_the_desk_in_no_kit(desk: Client, page: CampaignPage) -> None:
    desk.post(f"{screen(page)}rita/")
    page.cover_image.consent = CampaignImage.Consent.MISSING
    page.cover_image.save()
    assert "<figure>" not in desk.get(screen(page)).content.decode()
    refused = desk.get(f"{screen(page)}jag-trodde-aldrig-sv-1-1200x630.jpg", follow=True)
    assert refused.redirect_chain[-1][0] == screen(page)


def test_only_those_who_edit_the_campaign_have_it(client: Client, page: CampaignPage) -> None:
    client.force_login(User.objects.create_user("utanfor", password="x"))
    assert client.get(screen(page)).status_code == 302
    assert client.post(f"{screen(page)}rita/").status_code == 302
    client.force_login(person("redaktor", COMMUNICATOR))
    assert client.get(f"{screen(page)}nagot-annat.jpg").status_code == 404
    assert client.get(f"{screen(page)}rita/").status_code == 405
    assert client.get("/admin/kampanj/999999/delningspaket/").status_code == 404


# --- The shared link -------------------------------------------------------------------------------------------------


def test_a_shared_link_has_a_picture_in_every_language(client: Client, page: CampaignPage) -> None:
    names = set()
    for variant in variants(page):
        shared = shared_by(client, variant.get_url())
        assert (shared["og:image:width"], shared["og:image:height"]) == (str(LINK.width), str(LINK.height))
        assert shared["og:image:alt"].startswith(variant.title)
        name = shared["og:image"].partition("/media/")[2]
        assert re.fullmatch(r"share/[0-9a-f]{64}\.jpg", name)
        assert shared["og:image"].startswith("http")
        with default_storage.open(name) as file, Image.open(file) as opened:
            assert (opened.format, opened.size) == ("JPEG", LINK.size)
        assert default_storage.size(name) <= MOST_BYTES
        names.add(name)
    assert len(names) == len(variants(page))


def test_a_new_title_gets_a_new_picture_and_the_old_one_stays(client: Client, page: CampaignPage) -> None:
    before = shared_by(client, page.get_url())["og:image"].partition("/media/")[2]
    page.title = "Jag hade ingen aning…"
    page.save_revision().publish()
    after = shared_by(client, page.get_url())["og:image"].partition("/media/")[2]
    assert after != before
    assert default_storage.exists(before)


def test_a_picture_that_no_page_shows_any_more_goes_when_it_is_old(client: Client, page: CampaignPage) -> None:
    [category] = [one for one in CATEGORIES if one.code == "shared_pictures"]
    before = shared_by(client, page.get_url())["og:image"].partition("/media/")[2]
    page.title = "Jag såg det inte komma…"
    page.save_revision().publish()
    after = shared_by(client, page.get_url())["og:image"].partition("/media/")[2]
    now = timezone.now()
    soon, later = (category.age(RetentionSettings(), now + dt.timedelta(days=days)) for days in (29, 31))
    assert category.count(soon) == category.remove(soon) == 0
    assert default_storage.exists(before)
    assert category.count(later) == category.remove(later) >= 1
    assert not default_storage.exists(before)
    assert default_storage.exists(after)
    assert category.count(later) == 0


def test_a_picture_that_the_editor_has_chosen_goes_first(client: Client, page: CampaignPage) -> None:
    page.share_image = a_picture(1400, 800)
    page.save_revision().publish()
    shared = shared_by(client, page.get_url())
    assert "koket" in shared["og:image"]
    assert (shared["og:image:width"], shared["og:image:height"]) == ("1200", "630")


def test_a_preview_draws_no_public_file(admin_client: Any, page: CampaignPage) -> None:
    before = set(default_storage.listdir("share")[1]) if default_storage.exists("share") else set()
    draft = page.get_latest_revision_as_object()
    draft.title = "En hemlig rubrik"
    draft.save_revision()
    assert "En hemlig rubrik" in admin_client.get(f"/admin/pages/{page.pk}/view_draft/").content.decode()
    assert (set(default_storage.listdir("share")[1]) if default_storage.exists("share") else set()) == before
