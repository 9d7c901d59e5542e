"""Charts: small, the same each time, readable without colour, in every language and by several threads at once."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation
from lxml import etree
from PIL import Image

from kampanj.content.statistics.drawing import as_png, as_svg, size_of
from kampanj.content.statistics.layout import Plan, narrowed
from kampanj.content.statistics.palette import COLOURS, palette_of
from kampanj.content.statistics.series import dataset_of, moment_of, short_label
from kampanj.content.statistics.table import Table, parse
from kampanj.content.statistics.wording import description, number
from kampanj.municipality.colour import AA_TEXT, contrast
from kampanj.municipality.models import SiteSettings

SVG = "{http://www.w3.org/2000/svg}"
PALETTE = palette_of(SiteSettings())
YEARS = "År\tFlickor\tPojkar\n2017\t36,5\t33\n2020\t..\t44\n2023\t48\t45\n"
PLACES = "Kommun\tFlickor\tPojkar\nA\t48\t44\nB\t..\t–\nC\t51\t1234,5\n"
ARABIC = "العام\tالبنات\n2017\t36\n2020\t48\n"
# As much as a chart can hold: six series, each month of five years.
LARGEST = "Månad" + "".join(f"\tReningsverket i Serie {n}" for n in range(6)) + "\n"
LARGEST += "".join(
    f"{y}-{m:02}" + "".join(f"\t{n * 7 + m},{y % 10}" for n in range(6)) + "\n" for y in range(2018, 2023) for m in range(1, 13)
)


def plan_of(text: str, *, language: str = "sv", mark: str = "Exempel") -> Plan:
    table = parse(text)
    assert isinstance(table, Table), table
    return Plan(
        data=dataset_of(table),
        unit="procent av dem som svarade",
        decimals=table.decimals,
        mark=mark,
        language=language,
        right_to_left=language == "ar",
    )


def texts(svg: bytes) -> list[str]:
    return ["".join(text.itertext()) for text in etree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("text", [YEARS, PLACES, ARABIC])
def test_the_same_table_gives_the_same_bytes(text: str) -> None:
    plan = plan_of(text)
    assert as_svg(plan, PALETTE) == as_svg(plan, PALETTE)
    assert as_png(plan, PALETTE) == as_png(plan, PALETTE)


@pytest.mark.parametrize("text", [YEARS, PLACES, ARABIC, LARGEST])
def test_a_chart_is_small(text: str) -> None:
    for plan in (plan_of(text), narrowed(plan_of(text))):
        assert len(as_svg(plan, PALETTE)) <= 25_000


def test_the_svg_is_alone_and_at_rest() -> None:
    svg = as_svg(plan_of(PLACES), PALETTE)
    root = etree.fromstring(svg)
    assert {etree.QName(element).localname for element in root.iter()} <= {
        "svg",
        "style",
        "g",
        "path",
        "text",
        "defs",
        "use",
        "pattern",
        "rect",
        "clipPath",
    }
    assert b"DejaVu" not in svg
    assert b"@import" not in svg
    assert not re.findall(rb"url\((?!#)", svg)
    assert b"#0101" not in svg


def test_text_is_text_in_the_languages_own_numbers() -> None:
    said = texts(as_svg(plan_of(PLACES), PALETTE))
    assert {"Flickor", "Pojkar", "A", "B", "C", "48,0", "1\xa0234,5", "..", "–", "Exempel"} <= set(said)
    assert "1,234.5" in texts(as_svg(plan_of(PLACES, language="en"), PALETTE))


def test_lines_carry_their_names_and_last_values() -> None:
    said = texts(as_svg(plan_of(YEARS), PALETTE))
    assert {"Flickor: 48,0", "Pojkar: 45,0", "2017", "2023"} <= set(said)


def test_a_line_breaks_where_a_value_is_hidden() -> None:
    whole = as_svg(plan_of(YEARS.replace("..", "40")), PALETTE)
    broken = as_svg(plan_of(YEARS), PALETTE)

    def moves(svg: bytes) -> int:
        [line] = [
            p
            for p in etree.fromstring(svg).iter(f"{SVG}path")
            if "series-0" in p.get("style", "") and "stroke-width:2.5" in p.get("style", "")
        ]
        return line.get("d", "").count("M")

    assert moves(broken) == moves(whole) + 1


def test_series_are_told_apart_without_colour() -> None:
    lines = etree.fromstring(as_svg(plan_of(LARGEST), PALETTE)).iter(f"{SVG}path")
    dashes = {
        path.get("style", "").partition("stroke-dasharray:")[2].partition(";")[0]
        for path in lines
        if "stroke-width:2.5" in path.get("style", "")
    }
    assert len(dashes) == 6
    assert b"<pattern" in as_svg(plan_of(PLACES), PALETTE)


def test_every_series_can_be_read_in_both_schemes() -> None:
    for colours in (
        PALETTE.light,
        PALETTE.dark,
        *(getattr(palette_of(SiteSettings(lake="#FFEE00", sun="#FFFFFF")), n) for n in ("light", "dark")),
    ):
        assert set(colours) == set(COLOURS)
        assert all(contrast(colours[f"series-{n}"], colours["paper"]) >= AA_TEXT for n in range(6))


def test_the_dark_scheme_is_in_the_picture_for_screens_only() -> None:
    svg = as_svg(plan_of(YEARS), PALETTE).decode()
    assert "@media screen and (prefers-color-scheme:dark){:root{--paper:#10171D" in svg


@pytest.mark.parametrize("text", [YEARS, PLACES, LARGEST])
def test_the_png_has_two_pixels_for_each_of_the_page(text: str) -> None:
    plan = plan_of(text)
    width, height = Image.open(io.BytesIO(as_png(plan, PALETTE))).size
    wanted = size_of(plan, png=True)
    assert (abs(width - 2 * wanted[0]) <= 2, abs(height - 2 * wanted[1]) <= 2) == (True, True)


def test_a_value_without_neighbours_has_a_marker() -> None:
    lonely = "".join(f"{2000 + year}\t{5 if year == 7 else '..'}\t9\n" for year in range(20))
    svg = as_svg(plan_of(f"År\tA\tB\n{lonely}"), PALETTE)
    marks = [use for use in etree.fromstring(svg).iter(f"{SVG}use") if "series-0" in use.get("style", "")]
    assert len(marks) == 1


def test_arabic_stands_as_text_and_begins_on_its_own_side() -> None:
    svg = as_svg(plan_of(ARABIC, language="ar"), PALETTE)
    assert "البنات: 48" in texts(svg)
    assert b'unicode-bidi="plaintext"' in svg


def test_charts_can_be_asked_for_by_many_threads() -> None:
    plans = [plan_of(text) for text in (YEARS, PLACES, ARABIC)] * 4
    with ThreadPoolExecutor(6) as threads:
        drawn = list(threads.map(lambda plan: as_svg(plan, PALETTE), plans))
    assert drawn == [as_svg(plan, PALETTE) for plan in plans]


def test_matplotlib_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import django, sys; django.setup(); import kampanj.content.statistics.blocks, config.urls;"
        "assert not [m for m in sys.modules if m.startswith('matplotlib')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_pyplot_is_never_loaded() -> None:
    as_png(plan_of(YEARS), PALETTE)
    assert "matplotlib.pyplot" not in sys.modules


@pytest.mark.parametrize(
    ("label", "moment"),
    [
        ("2020", 2020),
        ("2020-07", 2020.5),
        ("juli 2020", 2020.5),
        ("jul 2020", 2020.5),
        ("July 2020", 2020.5),
        ("2020-07-01 00:00", 2020.5),
        ("HT 2020", 2020.5),
        ("2020 vt", 2020),
        ("2020/21", 2020),
        ("kv 3 2020", 2020.5),
        ("2020 Q3", 2020.5),
        ("Strängnäs", None),
        ("20200", None),
        ("2020 v. 60", None),
        ("2020-13", None),
        ("mars", None),
    ],
)
def test_a_label_may_be_a_date(label: str, moment: float | None) -> None:
    with translation.override("sv"):
        assert moment_of(label) == moment


def test_a_month_is_short_on_the_axis_in_the_pages_language() -> None:
    with translation.override("sv"):
        assert [short_label("2020-03", code) for code in ("sv", "en")] == ["mars 2020", "Mar 2020"]
        assert short_label("HT 2020", "sv") == "HT 2020"


def test_dates_in_the_headings_make_lines_too() -> None:
    table = parse("Skola\t2020\t2017\nEtt\t5\t6\nTvå\t7\t8")
    assert isinstance(table, Table)
    data = dataset_of(table)
    assert data.labels == ("2017", "2020")
    assert [(one.name, [int(v) for v in one.values if v is not None]) for one in data.series] == [
        ("Ett", [6, 5]),
        ("Två", [8, 7]),
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "kind"), [(YEARS, "Line chart"), (PLACES, "Bar chart")])
def test_the_chart_is_told_in_words(text: str, kind: str) -> None:
    plan = plan_of(text)
    with translation.override("en"):
        said = description(plan.data, heading="Hur många", unit="procent", decimals=1, language="en")
    assert said.startswith(f"{kind}: Hur många, procent.")
    first, last = ("36.5", "48.0") if kind == "Line chart" else ("48.0", "51.0")
    assert f"Flickor: first {first}" in said
    assert f"last {last}" in said
    assert "hidden or missing" in said


def test_numbers_are_written_as_the_language_does() -> None:
    table = parse("\tA\nr\t-1234,5")
    assert isinstance(table, Table)
    cell = table.cells[0][0]
    assert [number(cell, decimals=1, language=code) for code in ("sv", "en")] == ["−1\xa0234,5", "-1,234.5"]
