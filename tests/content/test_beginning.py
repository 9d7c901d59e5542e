"""A new installation begins with a front page of its own, not with Wagtail's page of welcome."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from wagtail.models import Page, Site

from kampanj.content.models import HomePage

pytestmark = [pytest.mark.django_db, pytest.mark.bare]


def begin() -> str:
    """What the command prints."""
    output = StringIO()
    call_command("begin", stdout=output)
    return output.getvalue()


def test_the_first_reader_meets_a_page_in_the_municipalitys_language(client: Any) -> None:
    printed = begin()
    assert "createsuperuser" in printed
    page = client.get("/", HTTP_HOST="127.0.0.1").content.decode()
    assert "Här kommer kommunens kampanjer." in page
    assert "Wagtail" not in page
    assert Page.find_problems() == ([], [], [], [], [])


def test_running_it_again_changes_nothing_and_says_nothing() -> None:
    begin()
    front = Site.objects.get(is_default_site=True).root_page_id
    get_user_model().objects.create_superuser("chef", "chef@example.org", "ett-långt-lösenord")
    assert begin() == ""
    assert Site.objects.get(is_default_site=True).root_page_id == front
    assert HomePage.objects.count() == 1


def test_the_demonstration_still_fits_into_it() -> None:
    begin()
    call_command("seed_demo", stdout=StringIO())
    assert HomePage.objects.filter(locale__language_code="sv").count() == 1


def test_what_others_have_made_stays_beside_it() -> None:
    root = Page.objects.get(depth=1)
    draft = root.add_child(instance=HomePage(title="Kampanjer", slug="kampanjer", introduction="Utkast.", live=False))
    other = Site.objects.create(hostname="127.0.0.1", port=8000, root_page=draft)
    begin()
    front = Site.objects.get(is_default_site=True)
    assert front.root_page_id != draft.pk
    assert (front.hostname, front.port) == ("localhost", 80)
    assert Site.objects.get(pk=other.pk).root_page_id == draft.pk
