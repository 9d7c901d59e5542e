"""What lies in a package, which campaigns get none, and that a film is never held in memory."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation
from lxml import html

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import Contents
from kampanj.channels.lms.lint_fault import Trap
from kampanj.channels.lms.scorm import linter
from kampanj.channels.lms.scorm.lesson import lesson_of
from kampanj.channels.lms.scorm.standard import SCORM_12, Standard
from kampanj.channels.lms.scorm.writer import render, render_together, write
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition
from tests.channels.lms.scorm.conftest import question

pytestmark = [pytest.mark.django_db, pytest.mark.bare]


def opened(package: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package))


def page_of(package: bytes) -> html.HtmlElement:
    return html.document_fromstring(opened(package).read("index.html").decode())


def test_the_manifest_comes_first_and_names_are_ascii(standard: Standard, packed: Any, quiz_campaign: Any) -> None:
    names = opened(packed(standard, quiz_campaign)).namelist()
    assert names[:6] == ["imsmanifest.xml", "index.html", "style.css", "connection.js", "memory.js", "lesson.js"]
    assert all(name.isascii() for name in names)
    assert all(name.startswith("media/") for name in names[6:])
    assert len(names) > 6


def test_the_same_editions_give_the_same_bytes(standard: Standard, quiz_campaign: Any) -> None:
    edition = Edition.freeze(quiz_campaign)
    [first], [second] = (render(edition, standard=standard) for _time in range(2))
    assert first.content == second.content
    assert first.name == f"jag-trodde-aldrig-sv-sv-{standard.name}.zip"
    assert {info.date_time for info in opened(first.content).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_in_the_page_is_inline_or_comes_from_elsewhere(packed: Any, quiz_campaign: Any) -> None:
    package = packed(SCORM_12, quiz_campaign)
    page = page_of(package)
    assert page.xpath("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []
    shown = page.xpath("//@src | //link/@href | //@srcset | //@poster")
    assert set(shown) <= set(opened(package).namelist())
    pictures = page.xpath("//img")
    assert [picture.get("alt") for picture in pictures] == ["Ett köksbord i kvällsljus"] * 2


def test_a_picture_with_an_odd_name_lies_under_its_sum(packed: Any, quiz_campaign: Any, picture: Any) -> None:
    Path(picture.file.path).rename(Path(picture.file.path).with_name("kåre på köksbordet.png"))
    picture.file.name = "original_images/kåre på köksbordet.png"
    picture.save()
    archive = opened(packed(SCORM_12, quiz_campaign))
    pictures = [name for name in archive.namelist() if name.startswith("media/")]
    assert pictures
    for name in pictures:
        assert hashlib.sha256(archive.read(name)).hexdigest().startswith(Path(name).stem)


def test_the_lesson_holds_reading_talk_quiz_and_help_but_nothing_for_the_teacher(packed: Any, quiz_campaign: Any) -> None:
    page = page_of(packed(SCORM_12, quiz_campaign))
    kinds = [step.get("class").removeprefix("step step--") for step in page.xpath("//*[@data-step]")]
    assert kinds == ["start", "panel", "panel", "talk", "quiz", "help"]
    words = page.text_content()
    assert "Vad gör en bra vän?" in words
    assert "Nödnummer" in words
    assert "Bara för läraren" not in words
    assert "Ge tid." not in words


def test_every_language_lies_in_one_lesson(packed: Any, quiz_campaign: Any, make_campaign: Any) -> None:
    page = page_of(packed(SCORM_12, quiz_campaign, make_campaign(language="ar", title="لم أتخيل يومًا…")))
    assert [(place.get("lang"), place.get("dir")) for place in page.find_class("edition")] == [("sv", "ltr"), ("ar", "rtl")]
    assert "الرجوع" in page.get_element_by_id("ar").text_content()
    assert "Tillbaka" in page.get_element_by_id("sv").text_content()


# --- Bad input -------------------------------------------------------------------------------------------------------


def refused(edition: Edition) -> str:
    with translation.override("sv"), pytest.raises(ChannelError) as refusal:
        render(edition, standard=SCORM_12)
    return str(refusal.value)


def test_a_quiz_without_right_answer_is_named(make_campaign: Any) -> None:
    quiz = [question("Först?", ("Ja",), ("Nej",)), question("Sedan?", (), ("Ja", "Nej"))]
    assert refused(Edition.freeze(make_campaign(quiz=quiz))).startswith("Fråga 2 i quizet i ”Jag trodde aldrig…” (sv)")


def test_an_empty_lesson_is_refused(make_campaign: Any) -> None:
    assert "har inget att läsa än" in refused(Edition.freeze(make_campaign(panels=[], discussion=[], quiz=[])))


def test_a_missing_picture_is_named(quiz_campaign: Any, picture: Any) -> None:
    edition = Edition.freeze(quiz_campaign)
    Path(picture.file.path).unlink()
    assert refused(edition).startswith("Bilden ”Köksbordet” går inte att läsa.")


def test_tags_in_a_title_are_words(packed: Any, make_campaign: Any) -> None:
    page = page_of(packed(SCORM_12, make_campaign(title="Jag <script>alert(1)</script> trodde <b>aldrig</b>")))
    assert page.xpath("string(//h1)").strip() == "Jag alert(1) trodde aldrig"
    assert page.xpath("count(//script[not(@src)])") == 0


# --- Linter ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "trap"),
    [
        (b'alt="', b'title="', Trap.ALT),
        (b'src="media/', b'src="https://example.org/', Trap.LINK),
        (b'<button type="button"', b'<button type="button" onclick="alert(1)"', Trap.STRIPPED_TAG),
        (b'data-right="0"', b'data-right=""', Trap.RIGHT_ANSWER),
        (b'href="#sv-2"', b'href="#sv-99"', Trap.LINK),
        (b'<html lang="sv"', b"<html", Trap.LANGUAGE),
        (b'identifierref="lesson"', b'identifierref="other"', Trap.IDENTIFIER),
        (b'identifier="course"', b'identifier="1 course"', Trap.IDENTIFIER),
        (b'<file href="style.css"/>', b"", Trap.UNLISTED_FILE),
        (b'<file href="style.css"/>', b'<file href="styles.css"/>', Trap.MISSING_FILE),
        (b"aldrig\xe2\x80\xa6</title>\n      </item>", b"&lt;b&gt;</title>\n      </item>", Trap.TITLE),
        (b"</manifest>", b"", Trap.XML),
    ],
)
def test_the_linter_names_the_fault(old: bytes, new: bytes, trap: Trap, shelf: dict[str, bytes], lint_package: bytes) -> None:
    rewritten = io.BytesIO()
    changed = False
    with zipfile.ZipFile(rewritten, "w") as target, opened(lint_package) as source:
        for name in source.namelist():
            content = source.read(name)
            changed = changed or (name.endswith((".xml", ".html")) and old in content)
            target.writestr(name, content.replace(old, new) if name.endswith((".xml", ".html")) else content)
    assert changed, "the fault was not put in"
    assert trap in {fault.trap for fault in linter.faults(Contents(rewritten.getvalue()))}


@pytest.fixture
def lint_package(request: pytest.FixtureRequest, shelf: dict[str, bytes], packed: Any) -> bytes:
    if SCORM_12.name not in shelf:
        shelf[SCORM_12.name] = packed(SCORM_12, request.getfixturevalue("quiz_campaign"))
    assert linter.faults(Contents(shelf[SCORM_12.name])) == []
    return shelf[SCORM_12.name]


def test_the_manifest_must_be_first_and_the_archive_readable(lint_package: bytes) -> None:
    turned = io.BytesIO()
    with zipfile.ZipFile(turned, "w") as target, opened(lint_package) as source:
        for name in reversed(source.namelist()):
            target.writestr(name, source.read(name))
    assert Trap.MANIFEST_FIRST in {fault.trap for fault in linter.faults(Contents(turned.getvalue()))}
    assert [fault.trap for fault in linter.faults(Contents(lint_package[:-100]))] == [Trap.ARCHIVE]


# --- Size ------------------------------------------------------------------------------------------------------------


def test_a_film_of_100_megabytes_is_never_held_in_memory(quiz_campaign: Any, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    lesson = lesson_of((Edition.freeze(quiz_campaign),), dialect="1.2")
    lesson = dataclasses.replace(lesson, pictures={**lesson.pictures, "media/film.mp4": Contents(lambda: film.open("rb"))})
    tracemalloc.start()
    package = write(lesson, SCORM_12)
    assert linter.faults(package) == []
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert package.size > 100 * 1024 * 1024
    assert highest < 20 * 1024 * 1024


# --- The ways to it --------------------------------------------------------------------------------------------------


def test_the_command_writes_one_language_or_all(quiz_campaign: Any, make_campaign: Any, tmp_path: Path) -> None:
    make_campaign(language="ar", translation_key=quiz_campaign.translation_key)
    call_command("export_campaign", quiz_campaign.slug, "--channel", "scorm12", "--output", str(tmp_path / "one.zip"))
    call_command(
        "export_campaign", quiz_campaign.slug, "--channel", "scorm2004", "--together", "--output", str(tmp_path / "all.zip")
    )
    editions = [len(page_of((tmp_path / name).read_bytes()).find_class("edition")) for name in ("one.zip", "all.zip")]
    assert editions == [1, 2]


def test_both_standards_are_channels(quiz_campaign: Any) -> None:
    editions = (Edition.freeze(quiz_campaign),)
    for name in ("scorm12", "scorm2004"):
        together = CHANNELS[name].render_together
        assert together is not None
        assert together(editions)[0].media_type == "application/zip"
    assert render_together(editions, standard=SCORM_12)[0].name.endswith("-scorm12.zip")
