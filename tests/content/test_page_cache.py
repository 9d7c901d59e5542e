"""The page cache as readers and editors meet it: quick, never old, never somebody else's."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from kampanj.content import page_cache
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage
from kampanj.municipality.models import CampaignImage, SiteSettings
from ung.models import AdvicePage, YouthStartPage

pytestmark = pytest.mark.django_db

PATH = "/ung/kompisen-roker-pa/"
OTHER = "/ung/jag-mar-daligt/"


def questions(client: Any, path: str, **headers: str) -> int:
    """How many times the database is asked for one answer."""
    with CaptureQueriesContext(connection) as asked:
        client.get(path, headers=headers)
    return len(asked)


@pytest.fixture
def advice() -> AdvicePage:
    return AdvicePage.objects.get(slug="kompisen-roker-pa", locale__language_code="sv")


def test_the_second_reader_costs_no_question(client: Any) -> None:
    first = client.get(PATH)
    assert questions(client, PATH) == 0
    second = client.get(PATH)
    assert (second.status_code, second.content) == (200, first.content)
    for answer in (first, second):
        # Each answer has one of its own.
        del answer.headers["X-Request-ID"]
    assert dict(second.headers) == dict(first.headers)


def test_what_is_kept_has_every_header_of_the_house(client: Any) -> None:
    client.get(PATH)
    kept = client.get(PATH)
    assert "default-src 'none'" in kept.headers["Content-Security-Policy"]
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert kept.headers["Cache-Control"] == "no-cache"
    assert not kept.cookies


def test_a_browser_that_has_the_page_is_told_so(client: Any) -> None:
    tag = client.get(PATH).headers["ETag"]
    again = client.get(PATH, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(PATH, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_browser_that_can_unpack_gets_the_page_packed(client: Any) -> None:
    plain = client.get(PATH)
    packed = client.get(PATH, headers={"accept-encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content)


def _publish(advice: AdvicePage) -> None:
    advice.introduction = "Nytt att läsa."
    advice.save_revision().publish()


def _restrict(advice: AdvicePage) -> None:
    PageViewRestriction.objects.create(page=advice, restriction_type=PageViewRestriction.LOGIN)


CHANGES: dict[str, Callable[[AdvicePage], Any]] = {
    "published": _publish,
    "unpublished": lambda advice: advice.unpublish(),
    "deleted": lambda advice: advice.delete(),
    "moved": lambda advice: advice.move(YouthStartPage.objects.get(locale__language_code="sv"), pos="last-child"),
    "a help line": lambda _advice: HelpLine.objects.get(name="Bris").save(),
    "the municipality": lambda _advice: SiteSettings.objects.get(site__is_default_site=True).save(),
    "a picture": lambda _advice: CampaignImage.objects.first().save(),
    "made private": _restrict,
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_that_readers_see_empties_the_cache(client: Any, advice: AdvicePage, change: str) -> None:
    client.get(OTHER)
    assert questions(client, OTHER) == 0
    CHANGES[change](advice)
    assert questions(client, OTHER) > 0


def test_a_draft_empties_nothing(client: Any, advice: AdvicePage) -> None:
    client.get(PATH)
    advice.introduction = "Inte färdigt."
    advice.save_revision()
    assert questions(client, PATH) == 0


def test_a_change_while_a_page_is_drawn_keeps_the_old_page_from_being_kept(
    client: Any, advice: AdvicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = AdvicePage.get_context

    def drawn_while_somebody_publishes(self: AdvicePage, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = drawn(self, request, *args, **kwargs)
        page_cache.purge()
        return context

    with monkeypatch.context() as patched:
        patched.setattr(AdvicePage, "get_context", drawn_while_somebody_publishes)
        client.get(PATH)
    assert questions(client, PATH) > 0


@pytest.mark.django_db(transaction=True)
def test_the_cache_is_emptied_again_when_the_change_is_committed(client: Any) -> None:
    with transaction.atomic():
        line = HelpLine.objects.get(name="Bris")
        line.save()
        client.get(PATH)  # Another reader, given the words from before the commit.
        assert questions(client, PATH) == 0
    assert questions(client, PATH) > 0


def test_who_is_logged_in_always_sees_what_is_there_now(client: Any, admin_client: Any, advice: AdvicePage) -> None:
    client.get(PATH)
    AdvicePage.objects.filter(pk=advice.pk).update(introduction="Bara här.")
    assert "Bara här." in admin_client.get(PATH).content.decode()
    assert "Bara här." not in client.get(PATH).content.decode()


@pytest.mark.parametrize("path", [f"{PATH}?a=1", "/finns-inte/", "/sok/?q=bris"])
def test_addresses_that_anybody_can_make_up_are_not_kept(client: Any, path: str) -> None:
    client.get(path)
    assert questions(client, path) > 0


def test_an_answer_that_holds_only_for_a_while_is_kept_no_longer(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    start = timezone.now()
    drawn = AdvicePage.get_context

    def until_a_minute_has_passed(self: AdvicePage, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        page_cache.hold_until(request, start + timedelta(seconds=60))
        page_cache.hold_until(request, start + timedelta(seconds=90))
        context: dict[str, Any] = drawn(self, request, *args, **kwargs)
        return context

    monkeypatch.setattr(AdvicePage, "get_context", until_a_minute_has_passed)
    with time_machine.travel(start, tick=False) as clock:
        client.get(PATH)
        clock.shift(59)
        assert questions(client, PATH) == 0
        clock.shift(2)
        assert questions(client, PATH) > 0


@pytest.mark.parametrize("ahead", [1, 3600 * 24 * 3])
def test_a_planned_page_is_there_at_its_second_without_a_clock(client: Any, advice: AdvicePage, ahead: int) -> None:
    go_live = timezone.now() + timedelta(seconds=ahead)
    advice.introduction = "Nu är den här."
    advice.go_live_at = go_live
    revision = advice.save_revision(approved_go_live_at=go_live)
    assert revision.approved_go_live_at == go_live
    with time_machine.travel(go_live - timedelta(seconds=0.5), tick=False) as clock:
        assert "Nu är den här." not in client.get(PATH).content.decode()
        clock.shift(0.5)
        assert "Nu är den här." in client.get(PATH).content.decode()
    assert AdvicePage.objects.get(pk=advice.pk).introduction == "Nu är den här."


def test_a_new_page_planned_for_eight_is_there_at_eight(client: Any) -> None:
    start = YouthStartPage.objects.get(locale__language_code="sv")
    go_live = timezone.now() + timedelta(hours=2)
    page = AdvicePage(title="Klockan åtta", slug="klockan-atta", introduction="God morgon.", live=False, go_live_at=go_live)
    start.add_child(instance=page)
    page.save_revision().publish()
    assert client.get("/ung/klockan-atta/").status_code == 404
    client.get("/ung/")
    with time_machine.travel(go_live - timedelta(seconds=1), tick=False) as clock:
        assert client.get("/ung/klockan-atta/").status_code == 404
        assert "Klockan åtta" not in client.get("/ung/").content.decode()
        clock.shift(1)
        assert "Klockan åtta" in client.get("/ung/").content.decode()
        assert client.get("/ung/klockan-atta/").status_code == 200


def test_a_page_is_gone_at_its_second_from_its_address_and_from_every_list(client: Any, advice: AdvicePage) -> None:
    end = timezone.now() + timedelta(hours=1)
    Page.objects.filter(pk=advice.pk).update(expire_at=end)
    with time_machine.travel(end - timedelta(seconds=0.5), tick=False) as clock:
        assert client.get(PATH).status_code == 200
        assert PATH in client.get("/ung/").content.decode()
        clock.shift(0.5)
        assert client.get(PATH).status_code == 410
        assert PATH not in client.get("/ung/").content.decode()


def test_a_page_that_cannot_be_published_hinders_no_other(
    client: Any, advice: AdvicePage, caplog: pytest.LogCaptureFixture
) -> None:
    start = YouthStartPage.objects.get(locale__language_code="sv")
    now = timezone.now()
    late = AdvicePage(title="Samma adress", slug="ledig", introduction="Först.", live=False)
    start.add_child(instance=late)
    late.slug = "tagen"
    late.save_revision(approved_go_live_at=now - timedelta(minutes=2))
    start.refresh_from_db()
    start.add_child(instance=AdvicePage(title="Hann före", slug="tagen", introduction="Här redan."))
    advice.introduction = "Den andra kom fram."
    advice.save_revision(approved_go_live_at=now - timedelta(minutes=1))
    assert "Den andra kom fram." in client.get(PATH).content.decode()
    assert "could not be published" in caplog.text
    assert client.get("/ung/tagen/").content.decode().count("Hann före") > 0


def test_a_private_page_is_never_kept_for_others(client: Any, admin_client: Any) -> None:
    campaign = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    PageViewRestriction.objects.create(page=campaign, restriction_type=PageViewRestriction.LOGIN)
    assert admin_client.get("/ung/jag-trodde-aldrig/").status_code == 200
    assert client.get("/ung/jag-trodde-aldrig/").status_code == 302
    assert "/ung/jag-trodde-aldrig/" not in client.get("/ung/").content.decode()


def test_what_is_remembered_is_made_once_until_something_changes(client: Any) -> None:
    made: list[int] = []

    def make() -> list[int]:
        made.append(1)
        return [len(made)]

    assert page_cache.remember("probe", make) == page_cache.remember("probe", make) == [1]
    page_cache.purge()
    assert page_cache.remember("probe", make) == [2]


def test_readers_get_their_page_when_the_cache_is_away(client: Any, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"},
    }
    assert client.get(PATH).status_code == 200
    assert "does not answer" in caplog.text


def test_a_change_planned_after_the_page_was_kept_is_there_at_its_second(client: Any, advice: AdvicePage) -> None:
    client.get(PATH)
    go_live = timezone.now() + timedelta(minutes=5)
    advice.introduction, advice.go_live_at = "Som planerat.", go_live
    advice.save_revision().publish()
    assert "Som planerat." not in client.get(PATH).content.decode()
    with time_machine.travel(go_live, tick=False):
        assert "Som planerat." in client.get(PATH).content.decode()


def test_a_planned_page_is_there_for_a_link_with_a_query_too(client: Any) -> None:
    start = YouthStartPage.objects.get(locale__language_code="sv")
    go_live = timezone.now() + timedelta(hours=1)
    page = AdvicePage(title="Ny", slug="ny", introduction="Hej.", live=False, go_live_at=go_live)
    start.add_child(instance=page)
    page.save_revision().publish()
    with time_machine.travel(go_live, tick=False):
        assert client.get("/ung/ny/?utm_source=brev").status_code == 200


def test_a_fault_nobody_foresaw_in_one_page_hinders_no_other(
    client: Any, advice: AdvicePage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    advice.save_revision(approved_go_live_at=timezone.now() - timedelta(minutes=1))

    def fails(*args: Any, **kwargs: Any) -> None:
        raise KeyError("what nobody thought of")

    monkeypatch.setattr(AdvicePage, "publish", fails)
    assert client.get(OTHER).status_code == 200
    assert "could not be published" in caplog.text


def test_a_cache_that_was_away_is_emptied_before_it_is_read_again(
    client: Any, advice: AdvicePage, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client.get(PATH)
    here = settings.CACHES
    settings.CACHES = {
        **here,
        "pages": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"},
    }
    _publish(advice)
    settings.CACHES = here
    assert "Nytt att läsa." in client.get(PATH).content.decode()


def test_purging_leaves_no_old_files_behind(client: Any, settings: Any) -> None:
    folder = settings.CACHES["pages"]["LOCATION"]
    for _ in range(5):
        client.get(PATH)
        page_cache.purge()
    assert len(list(folder.glob("*"))) <= 2


@pytest.mark.parametrize("host", ["127.0.0.1:1001", "127.0.0.1:65000"])
def test_a_port_that_somebody_made_up_is_not_kept(client: Any, host: str) -> None:
    client.get(PATH, headers={"host": host})
    with CaptureQueriesContext(connection) as asked:
        client.get(PATH, headers={"host": host})
    assert len(asked) > 0


@pytest.mark.parametrize(
    ("sent", "packed"), [("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("gzip;q=0.0, br", False), ("br", False)]
)
def test_packing_is_for_those_who_ask_for_it(client: Any, sent: str, packed: bool) -> None:
    response = client.get(PATH, headers={"accept-encoding": sent})
    assert (response.headers.get("Content-Encoding") == "gzip") == packed


def test_a_browser_that_has_anything_at_all_is_told_so(client: Any) -> None:
    assert client.get(PATH, headers={"if-none-match": "*"}).status_code == 304
