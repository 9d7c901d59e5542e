"""Text that does not fit is found, named and refused: what is said to fit fits, and what is said to be too long is too long."""

from __future__ import annotations

import itertools
import re
import subprocess
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kampanj.channels.pressroom import press
from kampanj.channels.print.copyfit import GAP, fit, height_of, shared_out
from kampanj.channels.print.faces import LettersMissing
from kampanj.channels.print.formats import A5, A65, FORMATS
from kampanj.channels.print.making import TextTooLong, proof, render_digital
from kampanj.channels.print.misfit import Part
from kampanj.channels.print.preflight import misfits_of
from kampanj.content.models import Edition
from tests.channels.print.conftest import TABLE
from tests.channels.print.written import panel, text

POINTS = 72 / 25.4
# A line of the smallest size, which is what too long a text is set in; millimetres.
LINE = min(A5.sizes) / POINTS * 1.45
HEIGHTS = st.lists(st.floats(1, 300), max_size=9)
COLUMNS = st.lists(st.floats(50, 300), min_size=1, max_size=4)


@given(heights=HEIGHTS, columns=COLUMNS)
def test_every_panel_stands_in_one_column_in_its_order(heights: list[float], columns: list[float]) -> None:
    shares = shared_out(heights, columns)
    assert len(shares) == len(columns)
    assert [number for share in shares for number in share] == list(range(len(heights)))


@given(heights=HEIGHTS, columns=COLUMNS, ends=st.lists(st.integers(0, 9), max_size=3))
def test_no_other_way_is_less_too_long(heights: list[float], columns: list[float], ends: list[int]) -> None:
    def too_long(shares: Any) -> float:
        return sum(max(height_of(heights, share) - column, 0) for share, column in zip(shares, columns, strict=True))

    begins = [0, *sorted(min(end, len(heights)) for end in ends), *[len(heights)] * len(columns)][: len(columns)]
    others = [range(begin, end) for begin, end in itertools.pairwise([*begins, len(heights)])]
    assert too_long(shared_out(heights, columns)) <= too_long(others) + 0.01


def test_the_largest_size_that_fits_is_taken() -> None:
    heights = {10.0: [60.0, 60.0], 9.0: [50.0, 50.0], 8.0: [40.0, 40.0]}
    tried = list(heights)
    assert fit(tried, heights.__getitem__, [100 + GAP]).size == 9.0
    assert fit(tried, heights.__getitem__, [60.0, 60.0]).size == 10.0
    assert fit(tried, heights.__getitem__, [10.0]).size == 8.0
    assert fit(tried, heights.__getitem__, [60.0, 60.0], also=lambda size: size < 9).size == 8.0


def lowest(pdf: Any, tmp_path: Any, page: int) -> float:
    """How far down the text of a page (from 1) reaches, in millimetres."""
    (tmp_path / "made.pdf").write_bytes(pdf.content)
    program = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), tmp_path / "made.pdf", "-"]
    told = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    return max((float(found) for found in re.findall(r'yMax="([\d.]+)"', told)), default=0) / POINTS


@pytest.mark.django_db
@pytest.mark.bare
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=st.tuples(st.integers(1, 420), st.integers(1, 420)))
@example(lengths=(330, 330))
def test_what_is_found_too_long_reaches_below_its_box(campaign: Any, tmp_path: Any, lengths: tuple[int, int]) -> None:
    bodies = [panel(f"…nummer {at}.", text(f"<p>{'orden räknas ' * length}</p>")) for at, length in enumerate(lengths)]
    campaign.panels = campaign._meta.get_field("panels").stream_block.to_python(bodies)
    with translation.override("sv"):
        made = proof(Edition.draft(campaign), A5)
    for page in (2, 3):
        box = A5.leaves[page - 1].areas[0].box
        over = lowest(made.pages, tmp_path, page) - box.y - box.height
        named = [fault for fault in made.faults if re.search(rf"\b{page}: ", fault.message)]
        if over > 0.3:
            assert named
        for fault in named:
            # Below the last letters is the rest of their line: never more than half a line of the smallest size.
            assert over > -LINE / 2
            lines = int(re.search(r": .*?(\d+)", fault.message)[1])
            # A begun line counts as one, and so do the space below a text and what is left of its last line below its letters.
            assert 0 <= lines - over / LINE < 3


@pytest.mark.django_db
@pytest.mark.bare
def test_a_folder_that_is_too_long_is_refused_with_panel_and_lines(make_campaign: Any) -> None:
    bodies = [panel("…att det blev för långt.", text(f"<p>{'orden räknas ' * 900}</p>"))]
    edition = Edition.freeze(make_campaign(panels=bodies))
    with translation.override("en"), pytest.raises(TextTooLong, match=r"A5.*page \d.*\d+ lines too long.*det blev för långt"):
        render_digital(edition, A5)


@pytest.mark.django_db
@pytest.mark.bare
def test_a_table_that_is_wider_than_its_column_is_named_and_refused(make_campaign: Any) -> None:
    words = [f"{at}{0:025d}" for at in range(6)]
    table = {**TABLE, "heading": "Besök per mottagning", "table": "\t".join(["År", *words]) + "\n2020" + "\t70" * 6}
    bodies = [panel("…att så många söker hjälp.", {"type": "statistics", "value": table})]
    edition = Edition.freeze(make_campaign(panels=bodies))
    with (
        translation.override("en"),
        pytest.raises(TextTooLong, match=r"“Besök per mottagning” is \d+ millimetres wider"),
    ):
        render_digital(edition, A5)
    with translation.override("en"):
        [fault] = [one for one in misfits_of(edition) if one.form == "a5"]
    assert (fault.part, fault.page, fault.block) == (Part.TABLE, 2, edition.campaign.panels[0].id)


@pytest.mark.django_db
@pytest.mark.bare
@pytest.mark.parametrize("length", [20, 150, 900])
def test_what_is_asked_before_approval_says_what_making_it_would_say(make_campaign: Any, length: int) -> None:
    bodies = [panel("…att det räcker.", text(f"<p>{'orden räknas ' * length}</p>"), on_paper=("a5", "a65"))]
    edition = Edition.freeze(make_campaign(panels=bodies))
    told = [str(one) for one in misfits_of(edition)]
    assert told == [fault.message for form in (A5, A65) for fault in proof(edition, form).faults if fault.prevents]
    assert bool(told) == (length == 900)


@pytest.mark.django_db
@pytest.mark.bare
def test_a_longer_title_is_set_smaller_before_it_is_refused(make_campaign: Any) -> None:
    bodies = [panel("…att det räcker.", text("<p>Ett par ord.</p>"), on_paper=("a5", "a65", "a4"))]
    titles = {"nat": "Kväll om livet på nätet", "lan": "Föräldramöte för hela länet om livet på nätet", "for": "Ord " * 60}
    found = {}
    for slug, title in titles.items():
        edition = Edition.freeze(make_campaign(panels=bodies, slug=slug, title=title))
        edition.campaign.folder_formats = list(FORMATS)
        found[slug] = {one.form for one in misfits_of(edition) if one.part == Part.TITLE}
        for name in FORMATS.keys() - found[slug]:
            assert render_digital(edition, FORMATS[name])
    assert found["nat"] == found["lan"] == set()
    assert found["for"] >= {"a4", "a3"}


@pytest.mark.django_db
@pytest.mark.bare
def test_it_is_asked_once_for_each_edition_and_only_of_the_formats_that_are_chosen(
    make_campaign: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(panels=[panel("…att det blev långt.", text(f"<p>{'orden räknas ' * 900}</p>"))])
    edition = Edition.freeze(campaign)
    assert {one.form for one in misfits_of(edition)} == {"a5", "a65"}
    monkeypatch.setattr(press, "PROGRAM", press.PROGRAM.with_name("nothing.py"))
    assert {one.form for one in misfits_of(Edition.freeze(campaign))} == {"a5", "a65"}
    edition.campaign.folder_formats = ["a65"]
    assert {one.form for one in misfits_of(edition)} == {"a65"}
    edition.campaign.folder_formats = []
    assert misfits_of(edition) == []


@pytest.mark.django_db
@pytest.mark.bare
def test_letters_that_no_font_has_are_named_instead_of_printed_as_boxes(make_campaign: Any) -> None:
    edition = Edition.freeze(make_campaign(panels=[panel("…att ትግርኛ.", text("<p>Ett ord &amp; ett till.</p>"))]))
    with translation.override("en"), pytest.raises(LettersMissing, match="ር"):
        render_digital(edition, A5)


@pytest.mark.django_db
@pytest.mark.bare
def test_a_picture_with_too_few_pixels_is_named_and_printed_all_the_same(make_campaign: Any, panels: Any, picture: Any) -> None:
    type(picture).objects.filter(pk=picture.pk).update(title="Liten bild")
    made = proof(Edition.freeze(make_campaign(panels=panels)), A5)
    assert made.faults == ()
    small = _small()
    panels[0]["value"]["body"][0]["value"]["image"]["image"] = small.pk
    made = proof(Edition.freeze(make_campaign(panels=panels, slug="liten")), A5)
    assert made.can_be_made
    [fault] = made.faults
    assert "Frimärket" in fault.message


def _small() -> Any:
    import io

    from django.core.files.images import ImageFile
    from PIL import Image

    from kampanj.municipality.models import CampaignImage

    file = io.BytesIO()
    Image.new("RGB", (200, 100), "#B3261E").save(file, "JPEG")
    file.seek(0)
    return CampaignImage.objects.create(title="Frimärket", file=ImageFile(file, name="frimarket.jpg"))
