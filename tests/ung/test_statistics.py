"""The statistics page: its list of series, its files, and how little it costs."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser
from wagtail.models import PageViewRestriction

from kampanj.content.models import CampaignPage
from kampanj.content.statistics.blocks import statistics_of
from kampanj.content.statistics.download import FORMULA, plain
from tests.installation import copy_of_template
from tests.web.reading import parsed, said, with_class
from ung.models import StatisticsPage

pytestmark = pytest.mark.django_db

PATH = "/ung/hur-vanligt-ar-det/"


@pytest.fixture
def page() -> StatisticsPage:
    return StatisticsPage.objects.get(locale__language_code="sv")


def files_of(response: Any) -> list[str]:
    return [a.get("href") or "" for p in with_class(parsed(response), "statistics__file") for a in p.iter("a")]


def rows(response: Any) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_page_lists_its_series_and_leads_to_each(client: Any, page: StatisticsPage) -> None:
    root = parsed(client.get(PATH))
    links = [a for nav in with_class(root, "contents") for a in nav.iter("a")]
    assert len(links) == len(list(statistics_of(page))) == 4
    ids = {element.get("id") for element in root.iter()}
    assert {(a.get("href") or "").removeprefix("#") for a in links} <= ids
    assert all("(Exempel)" in said(a) for a in links)


def test_every_invented_series_says_so_in_heading_chart_and_note(page: StatisticsPage) -> None:
    for _key, value in statistics_of(page):
        assert value["mark"] == "Exempel"
        assert "exempel" in value["method"]
        assert "påhittade" in value["source"]


def test_series_cost_no_questions_beyond_the_frames(client: Any, page: StatisticsPage) -> None:
    def asked() -> int:
        client.get(f"{PATH}?warm")
        with CaptureQueriesContext(connection) as found:
            client.get(f"{PATH}?x")
        return len(found)

    with_series = asked()
    StatisticsPage.objects.filter(pk=page.pk).update(body=[])
    assert with_series == asked()


def test_each_file_is_the_table_with_its_source(client: Any, page: StatisticsPage) -> None:
    files = files_of(client.get(PATH))
    assert len(files) == 4
    response = client.get(files[1])
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="elever-i-arskurs-9-som-mar-bra-eller-mycket-bra.csv"'
    read = rows(response)
    assert read[:3] == [["År", "Flickor", "Pojkar", "Annat svar"], ["2017", "61", "78", ".."], ["2020", "55", "75", "42"]]
    assert read[3] == []
    assert [value for name, value in read[4:] if "påhittade" in value] != []
    assert "exempel" in read[-1][1]
    assert ["mars 2021", "1,4", ""] in rows(client.get(files[2]))


def test_the_english_page_has_its_own_files(client: Any) -> None:
    files = files_of(client.get("/en" + PATH))
    assert rows(client.get(files[0]))[0] == ["Year", "Year 7", "Year 9", "Upper secondary 2"]


def test_a_series_on_a_campaign_has_a_file_too(client: Any) -> None:
    [file] = files_of(client.get("/ung/jag-trodde-aldrig/"))
    assert rows(client.get(file))[0] == ["Mätning", "Strängnäs", "Mariefred"]


def test_an_unknown_series_or_page_is_not_found(client: Any, page: StatisticsPage) -> None:
    key = next(statistics_of(page))[0]
    other = CampaignPage.objects.first()
    assert other is not None
    for address in (
        f"/tabell/{page.pk}/11111111-1111-1111-1111-111111111111.csv",
        f"/tabell/{other.pk}/{key}.csv",
        f"/tabell/{10**30}/{key}.csv",
        f"/tabell/1/{key}.csv",
        f"/tabell/{page.pk}/{key}.xlsx",
    ):
        assert client.get(address).status_code == 404, address


def test_a_file_goes_with_its_page(client: Any, page: StatisticsPage) -> None:
    address = reverse("statistics_file", args=[page.pk, next(statistics_of(page))[0]])
    assert client.get(address).status_code == 200
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(address + "?a").status_code == 404
    PageViewRestriction.objects.all().delete()
    StatisticsPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address + "?b").status_code == 410
    StatisticsPage.objects.filter(pk=page.pk).update(expire_at=None, live=False)
    assert client.get(address + "?c").status_code == 404


def test_only_what_everybody_could_read_is_said_to_be_gone(client: Any, page: StatisticsPage) -> None:
    address = reverse("statistics_file", args=[page.pk, next(statistics_of(page))[0]])
    StatisticsPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(days=1))
    private = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(address + "?a").status_code == 404
    private.delete()
    StatisticsPage.objects.filter(pk=page.pk).update(live=False, first_published_at=None)
    assert client.get(address + "?b").status_code == 404


def test_a_file_that_is_gone_says_so_in_its_pages_language(client: Any) -> None:
    english = StatisticsPage.objects.get(locale__language_code="en")
    address = reverse("statistics_file", args=[english.pk, next(statistics_of(english))[0]])
    StatisticsPage.objects.filter(pk=english.pk).update(expire_at=timezone.now() - timedelta(days=1))
    gone = client.get(address)
    assert (gone.status_code, gone.headers["Content-Language"]) == (410, "en")
    assert parsed(gone).get("lang") == "en"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(alphabet="0123456789abcdef-/.%é", max_size=60))
def test_no_address_below_the_tables_is_an_error(client: Any, rest: str) -> None:
    assert client.get(f"/tabell/{rest}").status_code in (301, 404)


@pytest.mark.parametrize("start", FORMULA)
def test_no_cell_is_a_formula(start: str) -> None:
    assert plain(f"{start}1+1") == f"'{start}1+1"
    assert plain("Åk 9") == "Åk 9"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_show_under_the_strict_policy(chromium: Browser, tmp_path: Any, scheme: Any) -> None:
    with (
        copy_of_template(tmp_path / "installation").start() as running,
        chromium.new_context(color_scheme=scheme, viewport={"width": 360, "height": 800}) as context,
    ):
        browser_page = context.new_page()
        complaints: list[str] = []
        browser_page.on("console", lambda message: complaints.append(message.text))
        browser_page.goto(running.url + PATH)
        image = browser_page.locator(".statistics__chart img").first
        image.scroll_into_view_if_needed()
        browser_page.locator(".statistics__chart img").first.evaluate("img => img.decode()")
        assert image.evaluate("e => e.naturalWidth") == 340
        colours = image.evaluate(DARK_PIXELS)
        assert colours["blue"] > 20
        assert (colours["pale"] > colours["deep"]) == (scheme == "dark")
        assert complaints == []
        assert re.search(r"/charts/[0-9a-f]{64}\.svg$", image.evaluate("e => e.currentSrc"))


# Drawn into a canvas: how many pixels are the first series' blue, and whether that is the pale one of the dark scheme.
DARK_PIXELS = """
    image => {
        const canvas = document.createElement("canvas");
        canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
        const found = {blue: 0, pale: 0, deep: 0};
        for (let at = 0; at < data.length; at += 4) {
            const [red, green, blue, alpha] = data.slice(at, at + 4);
            if (alpha < 200 || blue < red + 40) continue;
            found.blue += 1;
            found[blue > 200 ? "pale" : "deep"] += 1;
        }
        return found;
    }
"""
