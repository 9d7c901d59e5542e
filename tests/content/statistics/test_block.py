"""The block in the editor and in every channel: small numbers are not saved, and hidden again when drawn."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation
from lxml import html
from PIL import Image
from wagtail.blocks.struct_block import StructBlockValidationError

from kampanj.channels import email, web
from kampanj.channels.lms import common_cartridge, linter
from kampanj.channels.lms.pictures import Shelf
from kampanj.content.blocks import BodyBlock
from kampanj.content.models import CampaignPage, Edition
from kampanj.content.statistics import store
from kampanj.content.statistics.blocks import StatisticsBlock, statistics_of
from kampanj.municipality.models import SiteSettings
from tests.channels.lms.course import Cartridge
from tests.demo.reading import blocks
from ung.models import StatisticsPage

pytestmark = pytest.mark.django_db

SMALL = "År\tFlickor\tPojkar\tTotalt\n2020\t3\t41\t44\n2021\t50\t60\t110\n"


def value(block: StatisticsBlock | None = None, **fields: Any) -> Any:
    made = block or StatisticsBlock()
    return made.to_python({**made.meta.preview_value, "kind": "persons", "answers": "", "table": SMALL, **fields})


def drawn(channel: str, **fields: Any) -> str:
    context = {"channel": channel, "municipality": SiteSettings(), "shelf": Shelf(), "start": "left", "voice": "serif"}
    with translation.override("sv"):
        return StatisticsBlock().render(value(**fields), context=context)


def faults(**fields: Any) -> dict[str, Any]:
    with translation.override("en"), pytest.raises(StructBlockValidationError) as raised:
        StatisticsBlock().clean(value(**fields))
    return {name: error.messages for name, error in raised.value.block_errors.items()}


def test_small_numbers_are_not_in_what_is_saved() -> None:
    cleaned = StatisticsBlock().clean(value())
    assert cleaned["table"] == "År\tFlickor\tPojkar\tTotalt\n2020\t..\t..\t44\n2021\t50\t60\t110\n"
    assert StatisticsBlock().clean(cleaned) == cleaned


def test_answers_are_saved_without_small_numbers_and_for_shares_only() -> None:
    answers = "År\tA\tB\n2020\t3\t80\n"
    cleaned = StatisticsBlock().clean(value(kind="share", table="År\tA\tB\n2020\t33\t50\n", answers=answers))
    assert (cleaned["table"], cleaned["answers"]) == ("År\tA\tB\n2020\t..\t50\n", "År\tA\tB\n2020\t..\t80\n")
    assert StatisticsBlock().clean(value(answers=answers))["answers"] == ""


def draft(**fields: Any) -> Any:
    """What is stored when a draft is saved."""
    return StatisticsBlock().clean_deferred(value(**fields))


def test_a_draft_with_a_table_and_no_kind_is_told_so() -> None:
    with translation.override("en"), pytest.raises(StructBlockValidationError) as raised:
        draft(kind="")
    assert "Choose what the numbers count" in raised.value.block_errors["kind"].messages[0]


def test_a_draft_with_nothing_filled_in_is_saved_and_drawn() -> None:
    block = StatisticsBlock()
    empty = block.clean_deferred(block.to_python({}))
    assert (empty["table"], empty["answers"]) == ("", "")
    assert "<table" not in block.render(empty, context={"channel": "web", "municipality": SiteSettings()})


def test_a_draft_that_chose_no_chart_and_no_totals_is_read_all_the_same() -> None:
    saved = draft(sums="", chart="")
    assert "2020\t..\t..\t44" in saved["table"]
    assert "<table" in StatisticsBlock().render(saved, context={"channel": "web", "municipality": SiteSettings()})


@pytest.mark.parametrize("kind", ["share", ""])
def test_answers_without_a_table_are_saved_without_small_numbers(kind: str) -> None:
    saved = draft(table="", answers="År\tA\tB\tAlla\n2020\t3\t80\t83\n", kind=kind)
    assert saved["answers"] == "År\tA\tB\tAlla\n2020\t..\t..\t83\n"


def test_answers_that_nobody_asks_for_or_can_read_are_not_saved() -> None:
    assert draft(table="", answers="År\tA\n2020\t3\n")["answers"] == ""
    with pytest.raises(StructBlockValidationError) as raised:
        draft(table="", answers="NN är 3", kind="share")
    assert set(raised.value.block_errors) == {"answers"}


@pytest.mark.parametrize("channel", ["web", "lms", "email", "text"])
def test_what_came_past_the_form_is_hidden_when_drawn(channel: str) -> None:
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawn(channel)))
    assert "2020 .. .. 44" in said
    assert "färre än fem" in said or "fewer than five" in said


@pytest.mark.parametrize("channel", ["web", "lms", "email", "text"])
def test_a_table_that_cannot_be_read_is_not_shown(channel: str) -> None:
    said = drawn(channel, table="År\tFlickor\n2020\tNN 3\n")
    assert "NN" not in said
    assert "<table" not in said
    assert "<img" not in said


@pytest.mark.parametrize(
    ("fields", "name", "part"),
    [
        ({"table": "År\tFlickor\n2020\ttolv"}, "table", "“Flickor”: “tolv”"),
        ({"table": "År\tA\n2020\t50", "kind": "share"}, "answers", "Paste how many"),
        ({"table": "Kommun\tA\nX\t50\nY\t60", "chart": "lines"}, "chart", "dates as labels"),
        ({"table": "Kommun\tA\n" + "".join(f"k{n}\t50\n" for n in range(60)), "chart": "bars"}, "chart", "48 in all"),
        ({"source": ""}, "source", ""),
    ],
)
def test_faults_stand_at_their_field(fields: dict[str, Any], name: str, part: str) -> None:
    found = faults(**fields)
    assert set(found) == {name}
    assert part in found[name][0]


def test_a_pasted_table_keeps_its_empty_corner_through_the_form() -> None:
    table = StatisticsBlock().child_blocks["table"]
    assert table.value_from_form(table.field.clean("\tA\n2020\t7\n")) == "\tA\n2020\t7\n"


def test_the_table_is_the_source_and_says_what_heads_what() -> None:
    root = html.fragment_fromstring(drawn("web"))
    [table] = root.iter("table")
    assert [th.text_content() for th in table.iter("th") if th.get("scope") == "col"] == ["År", "Flickor", "Pojkar", "Totalt"]
    assert [th.text_content() for th in table.iter("th") if th.get("scope") == "row"] == ["2020", "2021"]
    assert "procent" in table.findtext("caption/span")
    [image] = root.iter("img")
    assert "Flickor" in image.get("alt")
    assert (image.get("width"), image.get("height")) == ("640", image.get("height"))
    assert int(image.get("height")) > 100


def test_a_warm_page_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    first = drawn("web")
    monkeypatch.setattr(store, "DRAWERS", {})
    assert drawn("web") == first


def test_other_colours_and_other_languages_are_other_charts() -> None:
    plain = re.findall(r"charts/\w+", drawn("web"))
    with translation.override("ar"):
        context = {"channel": "web", "municipality": SiteSettings(lake="#004400")}
        other = re.findall(r"charts/\w+", StatisticsBlock().render(value(), context=context))
    assert len({*plain, *other}) == 4


def test_the_text_face_is_aligned() -> None:
    said = drawn("text")
    assert "År     Flickor   Pojkar   Totalt\n2020        ..       ..       44\n2021        50       60      110" in said


def test_a_wide_table_becomes_paragraphs_in_text() -> None:
    columns = "\t".join(f"En ganska lång rubrik {n}" for n in range(5))
    said = drawn("text", table=f"År\t{columns}\n2020\t10\t11\t12\t13\t14\n")
    assert "2020\n  En ganska lång rubrik 0: 10" in said
    assert max(map(len, said.splitlines())) <= 72 or "http" in said


def test_the_editors_preview_shows_a_real_chart(admin_client: Any) -> None:
    block = BodyBlock().child_blocks["statistics"]
    page = admin_client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert page.status_code == 200
    [address] = re.findall(r'<img src="([^"]+)"', page.content.decode())
    assert b"<svg" in (store.stored_bytes(address) or b"")


def test_an_editor_who_saves_small_numbers_stores_none(admin_client: Any) -> None:
    page = CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv")
    block = StatisticsBlock()
    front = page.get_parent()
    statistics = StatisticsPage(title="Ny sida", slug="ny-sida", introduction="Siffror.", locale=page.locale)
    form_class = StatisticsPage.get_edit_handler().get_form_class()
    made = value(block)
    fields = {f"body-0-value-{name}": part for name, part in made.items()}
    data = {
        "title": "Ny sida",
        "slug": "ny-sida",
        "introduction": "Siffror.",
        "body-count": "1",
        "comment_comments-TOTAL_FORMS": "0",
    }
    data |= {
        "comment_comments-INITIAL_FORMS": "0",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "statistics",
        "body-0-id": "",
    }
    form = form_class({**data, **fields}, instance=statistics, parent_page=front, for_user=None)
    assert form.is_valid(), form.errors
    saved = form.save(commit=False)
    assert "2020\t..\t..\t44" in saved.body[0].value["table"]
    assert "2020\\t3" not in saved.to_json()


@pytest.fixture
def edition() -> Edition:
    return Edition.freeze(CampaignPage.objects.get(slug="jag-trodde-aldrig", locale__language_code="sv"))


def in_letter(edition: Edition) -> Edition:
    """The edition with every panel in its letter (unsaved)."""
    for panel in edition.campaign.panels:
        panel.value["in_letter"] = any(kind == "statistics" for kind, _value in blocks(panel.value["body"]))
    return edition


def test_the_letter_shows_the_chart_as_png_with_an_absolute_address(edition: Edition) -> None:
    letter = email.letter(in_letter(edition))
    [address] = re.findall(r'src="([^"]+\.png)"', letter.html)
    assert address.startswith(edition.municipality.origin)
    content = store.stored_bytes(address)
    assert content is not None
    assert Image.open(io.BytesIO(content)).format == "PNG"
    assert "Strängnäs" in letter.html
    assert re.search(r"Mätning +Strängnäs +Mariefred", letter.text)


def test_the_package_holds_the_chart_and_every_platform_can_show_it(edition: Edition) -> None:
    [artifact] = common_cartridge.render(edition)
    assert linter.faults(artifact.content) == []
    cartridge = Cartridge(artifact.content)
    shown = {path: alt for module in cartridge.modules("page") for path, alt in cartridge.pictures(module).items()}
    charts = {path: alt for path, alt in shown.items() if (alt or "").startswith("Linjediagram") or "Line chart" in (alt or "")}
    assert len(charts) == 1
    assert Image.open(io.BytesIO(cartridge.archive.read(next(iter(charts))))).format == "PNG"


def test_the_page_as_a_file_holds_the_chart_within(edition: Edition) -> None:
    [artifact] = web.render(edition)
    document = html.document_fromstring(artifact.content)
    charts = document.xpath("//*[contains(@class, 'statistics__chart')]//img")
    assert [image.get("src").partition(",")[0] for image in charts] == ["data:image/svg+xml;base64"]
    assert document.xpath("//a[contains(@href, '/tabell/')]")[0].get("href").startswith("http")


def test_the_demonstrations_series_are_stored_as_they_may_be_shown() -> None:
    for page in CampaignPage.objects.all():
        for _key, one in statistics_of(page):
            assert StatisticsBlock().clean(one)["table"] == one["table"]


def test_a_chart_is_public_and_named_by_its_content() -> None:
    drawn("web")
    names = default_storage.listdir(store.FOLDER)[1]
    assert names
    assert all(store.NAME.fullmatch(f"{store.FOLDER}/{name}") for name in names)
    assert store.stored_bytes("/media/charts/../secret.svg") is None
