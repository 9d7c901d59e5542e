"""`seed_demo`: once, twice, over somebody's changes, and where it must refuse."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site
from wagtail.users.models import UserProfile

from kampanj.audience.models import Guardian, School, Segment
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage, Edition, HomePage
from kampanj.municipality.models import CampaignImage, SiteSettings, User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR


def seed() -> str:
    """Run the command; what it printed."""
    out = io.StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
    }


def stored_files() -> set[Path]:
    """The original pictures on disk."""
    return set(Path(settings.MEDIA_ROOT, "original_images").glob("*"))


@pytest.mark.django_db
def test_a_second_run_changes_no_row_and_no_file() -> None:
    before, files = everything(), stored_files()
    seed()
    assert everything() == before
    assert stored_files() == files


@pytest.mark.django_db
def test_what_somebody_has_changed_is_kept() -> None:
    campaign = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    campaign.title, campaign.slug = "Min egen rubrik", "min-egen"
    campaign.save_revision().publish()
    HelpLine.objects.filter(phone="116 111").update(name="Bris, för barn")
    HelpLine.objects.filter(name="Droghjälpen").update(phone="020-00 00 00")
    School.objects.filter(code="10000001").update(name="Paulinska", platform="canvas")
    Segment.objects.filter(name="Årskurs 7–9").update(grades=["9"])
    SiteSettings.objects.update(sender_name="Ung i kommunen")
    person = User.objects.get(username="kommunikator")
    person.set_password("ett-helt-annat-losenord")
    person.save()
    Guardian.objects.filter(external_id="VH-0001").delete()
    before = everything()
    seed()
    assert everything() == before


@pytest.mark.django_db
def test_editions_of_a_page_that_was_not_touched_stay_the_same() -> None:
    page = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    first = Edition.freeze(page)
    seed()
    page.refresh_from_db()
    assert Edition.freeze(page).pk == first.pk


@pytest.mark.bare
@pytest.mark.django_db
def test_an_empty_installation_gets_everything() -> None:
    printed = seed()
    figures = json.loads(next(line[line.index("{") :] for line in printed.splitlines() if "{" in line))
    assert figures == {"new": 60, "changed": 0, "gone": 0, "unchanged": 0, "errors": 4}
    assert "kommunikator-demo" in printed
    assert User.objects.get(username="kommunikator").check_password("kommunikator-demo")
    assert [group.name for group in User.objects.get(username="kommunikator").groups.all()] == [COMMUNICATOR]
    assert [group.name for group in User.objects.get(username="godkannare").groups.all()] == [APPROVER]
    assert set(
        UserProfile.objects.filter(user__username__in=("kommunikator", "godkannare")).values_list("preferred_language", flat=True)
    ) == {"sv"}
    site = Site.objects.get(is_default_site=True)
    assert isinstance(site.root_page.specific, HomePage)
    assert not Page.objects.filter(slug="home").exists()
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.bare
@pytest.mark.django_db
def test_where_others_can_reach_the_site_nobody_gets_a_known_password(settings: Any) -> None:
    settings.BASE_URL = "https://ung.example.org"
    printed = seed()
    assert "kommunikator-demo" not in printed
    assert "godkannare-demo" not in printed
    assert not any(User.objects.get(username=name).has_usable_password() for name in ("kommunikator", "godkannare"))


@pytest.mark.bare
@pytest.mark.django_db
def test_a_site_with_another_front_page_is_left_alone() -> None:
    site = Site.objects.get(is_default_site=True)
    site.root_page = Page.objects.get(depth=1).add_child(instance=Page(title="Vår webb", slug="var-webb"))
    site.save()
    before = everything()
    with pytest.raises(CommandError, match="Vår webb"):
        seed()
    assert everything() == before


@pytest.mark.bare
@pytest.mark.django_db
def test_a_taken_address_stops_it_with_nothing_half_done() -> None:
    site = Site.objects.get(is_default_site=True)
    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Vår kommun", slug="var-kommun"))
    home.add_child(instance=Page(title="Något annat", slug="ung"))
    site.root_page = home
    site.save()
    before, files = everything(), stored_files()
    with pytest.raises(CommandError, match="ung"):
        seed()
    assert everything() == before
    assert CampaignImage.objects.count() == 0
    assert stored_files() == files
