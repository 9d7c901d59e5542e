"""The look: colours come from the settings alone, and every text is read on what it stands on, in both schemes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from kampanj.municipality.colour import AA_TEXT, contrast
from kampanj.municipality.look import colour_css, dark_scheme, light_scheme, mix
from kampanj.municipality.models import SiteSettings

SHEETS = ("kampanj/static/kampanj/site.css", "ung/static/ung/ung.css")
NOT_A_COLOUR = {"transparent", "currentcolor", "none", "inherit"}
ON_PAPER = [("paper", text) for text in ("ink", "lake", "moss", "apple", "soft")]
ON_SKY = [("sky", text) for text in ("ink", "lake", "soft")]
PAIRS = [*ON_PAPER, *ON_SKY, ("lake", "paper"), ("ink", "paper"), ("cover", "on-cover"), ("urgent", "on-urgent")]
PALETTES = {
    "house": {},
    "black on white": {
        "ink": "#000000",
        "paper": "#FFFFFF",
        "lake": "#0000CC",
        "sky": "#EEEEEE",
        "apple": "#AA0000",
        "moss": "#005500",
    },
    "barely enough": {
        "sun": "#FFFFFF",
        "ink": "#5F5F5F",
        "paper": "#FFFFFF",
        "lake": "#666666",
        "sky": "#F4F4F4",
        "dark_lake": "#818181",
        "dark_paper": "#111111",
    },
    "bright dark scheme": {"dark_paper": "#000000", "dark_ink": "#FFFF00", "dark_lake": "#00FFFF"},
}


def text_of(sheet: str) -> str:
    return (Path(settings.BASE_DIR) / sheet).read_text(encoding="utf-8")


def scheme(name: str, site_settings: SiteSettings) -> dict[str, str]:
    light = light_scheme(site_settings)
    return light if name == "light" else {**light, **dark_scheme(site_settings)}


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
def test_every_text_is_read_on_what_it_stands_on(palette: str, name: str) -> None:
    chosen = SiteSettings(**PALETTES[palette])
    chosen.clean()
    colours = scheme(name, chosen)
    poor = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < AA_TEXT} == {}


def test_a_mix_goes_from_the_first_to_the_second() -> None:
    assert [mix("#000000", "#FF8040", share) for share in (0, 0.5, 1)] == ["#000000", "#804020", "#FF8040"]


def test_the_sheets_defaults_are_the_houses() -> None:
    declared = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", text_of(SHEETS[0]).split("@media", 1)[0]))
    assert declared == light_scheme(SiteSettings())
    dark = text_of(SHEETS[0]).split("@media (prefers-color-scheme: dark)", 1)[1].split("--plain", 1)[0]
    assert dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", dark)) == dark_scheme(SiteSettings())


@pytest.mark.parametrize("sheet", SHEETS)
def test_colours_are_used_through_their_names_only(sheet: str) -> None:
    rules = re.sub(r"--[\w-]+:[^;]+;", "", text_of(sheet))  # Without the definitions themselves.
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[^{]*})|rgba?\(|hsla?\(", rules) == []
    used = re.findall(r"(?<![\w-])(?:color|background|background-color|border-color|outline-color): ([a-z]+);", rules)
    assert set(used) <= NOT_A_COLOUR


def test_a_value_that_is_no_colour_cannot_reach_the_sheet() -> None:
    assert "url" not in colour_css(SiteSettings(ink="red;}body{background:url(//x)"))


@pytest.mark.django_db
def test_the_colour_sheet_shows_the_municipalitys_choice(client: Any) -> None:
    before = client.get("/utseende.css")
    assert before.headers["Content-Type"] == "text/css; charset=utf-8"
    assert before.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/utseende.css", headers={"if-none-match": before.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    SiteSettings.objects.all().update(lake="#123456")
    after = client.get("/utseende.css", headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "--lake:#123456" in after.content.decode()
    assert not after.cookies


@pytest.mark.django_db
def test_the_colour_sheet_is_only_read(client: Any) -> None:
    assert client.post("/utseende.css").status_code == 405
