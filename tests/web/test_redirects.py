"""Old addresses lead on: when a page is moved or renamed, in every language, and where an editor says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from kampanj.content.models import HomePage
from kampanj.municipality.models import User
from ung.models import AdvicePage, TopicPage, YouthStartPage

pytestmark = pytest.mark.django_db


Rename = Callable[[Page, str], None]


@pytest.fixture
def rename(django_capture_on_commit_callbacks: Any) -> Rename:
    """Give a page another address, and let all happen that follows once that is committed."""

    def publish(page: Page, slug: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            page.slug = slug
            page.save_revision().publish()

    return publish


@pytest.mark.parametrize(("old", "new"), [("/ung/", "/unga/"), ("/en/ung/", "/en/unga/")])
def test_a_renamed_page_and_all_below_it_are_found_at_the_new_address(client: Any, rename: Rename, old: str, new: str) -> None:
    start = next(page for page in YouthStartPage.objects.all() if page.url == old)
    below = [page.url for page in start.get_descendants().live()]
    # A page past its time still says so; every other page can be read.
    before = {address: client.get(address).status_code for address in (old, *below)}
    assert set(before.values()) <= {200, 410}
    rename(start, "unga")
    for address, status in before.items():
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (301, address.replace(old, new, 1))
        assert client.get(response.headers["Location"]).status_code == status


def test_a_moved_page_leads_on_with_its_easy_version(client: Any) -> None:
    page = AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv")
    page.easy_introduction, page.easy_body = "Kort.", [("rich_text", {"text": "<p>Prata.</p>"})]
    page.save_revision().publish()
    start = YouthStartPage.objects.get(locale__language_code="sv")
    topic = TopicPage(title="Droger", slug="droger", introduction="Om droger.", locale=start.locale)
    start.add_child(instance=topic)
    page.refresh_from_db()
    page.move(topic, pos="last-child")
    for rest in ("", "lattlast/"):
        response = client.get(f"/ung/kompisen-roker-pa/{rest}")
        assert (response.status_code, response.headers["Location"]) == (301, f"/ung/droger/kompisen-roker-pa/{rest}")
        assert client.get(response.headers["Location"]).status_code == 200


def test_a_page_that_comes_back_to_its_address_is_shown_there(client: Any, rename: Rename) -> None:
    page = AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv")
    rename(page, "en-vag")
    rename(AdvicePage.objects.get(pk=page.pk), "kompisen-roker-pa")
    assert client.get("/ung/kompisen-roker-pa/").status_code == 200
    assert client.get("/ung/en-vag/").headers["Location"] == "/ung/kompisen-roker-pa/"


def test_with_several_sites_a_page_of_ours_keeps_the_readers_host(client: Any, rename: Rename) -> None:
    other = HomePage.objects.get(locale__language_code="sv").copy(update_attrs={"slug": "grannen"}, recursive=False)
    Site.objects.create(hostname="grannen.example.org", port=443, root_page=other)
    rename(YouthStartPage.objects.get(locale__language_code="sv"), "unga")
    for host in ("localhost", "127.0.0.1"):
        assert client.get("/ung/", headers={"host": host}).headers["Location"] == "/unga/"


def test_only_an_editor_sends_readers_elsewhere(client: Any) -> None:
    Redirect.add_redirect("/gammal", redirect_to="https://example.org/nytt", is_permanent=False)
    response = client.get("/gammal/")
    assert (response.status_code, response.headers["Location"]) == (302, "https://example.org/nytt")


def test_a_redirect_to_a_page_that_is_gone_is_no_loop(client: Any, rename: Rename) -> None:
    page = AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv")
    rename(page, "en-vag")
    Page.objects.get(pk=page.pk).unpublish()
    response = client.get("/ung/kompisen-roker-pa/")
    assert response.status_code == 404 or client.get(response.headers["Location"]).status_code == 404


@pytest.mark.parametrize(
    "screen",
    ["wagtailredirects:index", "wagtailredirects:add", "wagtailsearchpromotions:index", "wagtailsearchpromotions:add"],
)
def test_the_communicator_may_manage_redirects_and_picks(page_client: Any, screen: str) -> None:
    for username, status in (("kommunikator", 200), ("godkannare", 302)):
        desk = page_client()
        desk.force_login(User.objects.get(username=username))
        assert desk.get(reverse(screen)).status_code == status, username


def test_the_communicator_edits_synonyms(page_client: Any) -> None:
    desk = page_client()
    desk.force_login(User.objects.get(username="kommunikator"))
    listed = desk.get("/admin/snippets/kampanj/synonymgroup/")
    assert "hasch" in listed.content.decode()
    refused = desk.post("/admin/snippets/kampanj/synonymgroup/add/", {"words": "ensam", "language": "sv", "note": ""})
    assert "minst två ord" in refused.content.decode()
    assert ">ensam<" in refused.content.decode().replace("\n", "")
    desk.post("/admin/snippets/kampanj/synonymgroup/add/", {"words": " lugn \n\nlugn\nstilla ", "language": "sv", "note": ""})
    from kampanj.content.search.models import SynonymGroup

    assert SynonymGroup.objects.get(words__contains="stilla").words == "lugn\nstilla"
