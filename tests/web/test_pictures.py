"""Every picture on every public page: small formats, several sizes, room kept for it, no hurry where it is not seen."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from wagtail.models import Page

from tests.web.reading import parsed

pytestmark = pytest.mark.django_db


def is_drawn_in_lines(img: Element) -> bool:
    """Whether this is a chart of ours, served as the SVG that it is."""
    return (img.get("src") or "").endswith(".svg")


def pictures_of(root: Element) -> list[tuple[Element, list[Element]]]:
    """Each img with the sources of the picture element around it; not what is drawn in lines, sharp at every size."""
    around = {id(img): list(picture.iter("source")) for picture in root.iter("picture") for img in picture.iter("img")}
    return [(img, around.get(id(img), [])) for img in root.iter("img") if not is_drawn_in_lines(img)]


def faults_of(img: Element, sources: list[Element]) -> list[str]:
    faults = []
    if [source.get("type") for source in sources] != ["image/avif", "image/webp"]:
        faults.append("not offered as AVIF and WebP")
    if any(len((part.get("srcset") or "").split(",")) < 2 for part in (img, *sources)):
        faults.append("one size only")
    if not all(part.get("sizes") for part in sources):
        faults.append("the browser is not told how wide it is")
    if not (img.get("width") and img.get("height")):
        faults.append("no room is kept for it")
    return faults


def test_every_picture_comes_in_small_formats_and_several_sizes(client: Any) -> None:
    found, seen = {}, 0
    for page in Page.objects.live().filter(depth__gt=1):
        response = client.get(page.get_url_parts()[2])
        if response.status_code == 200:
            for img, sources in pictures_of(parsed(response)):
                seen += 1
                if faults := faults_of(img, sources):
                    found[f"{page.url} {img.get('src')}"] = faults
    assert seen > 10
    assert found == {}


def test_every_chart_is_our_own_drawing_and_keeps_its_room(client: Any) -> None:
    charts = {}
    for page in Page.objects.live().filter(depth__gt=1):
        response = client.get(page.get_url_parts()[2])
        if response.status_code == 200:
            charts |= {img.get("src"): img for img in parsed(response).iter("img") if is_drawn_in_lines(img)}
    assert charts
    assert [address for address in charts if not address.startswith("/media/charts/")] == []
    assert [address for address, img in charts.items() if not (img.get("width") and img.get("height"))] == []


def test_only_the_first_picture_of_a_page_is_fetched_before_it_is_near(client: Any) -> None:
    for page in Page.objects.live().filter(depth__gt=1):
        response = client.get(page.get_url_parts()[2])
        if response.status_code == 200:
            main = next(parsed(response).iter("main"))
            assert {img.get("loading") for img in list(main.iter("img"))[1:]} <= {"lazy"}, page.url
