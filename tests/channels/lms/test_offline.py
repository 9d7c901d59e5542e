"""The offline ZIP as a pupil meets it: unpacked, opened from disk in a browser, the network off."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from kampanj.channels.artifact import Artifact
from kampanj.channels.lms.lint_fault import Trap
from kampanj.channels.lms.offline import writer
from kampanj.channels.lms.offline.linter import faults
from kampanj.content.models import Edition
from kampanj.municipality.models import CampaignImage

pytestmark = [pytest.mark.django_db, pytest.mark.bare]


@pytest.fixture
def editions(make_campaign) -> tuple[Edition, ...]:
    """The campaign in Swedish and Arabic."""
    several = {
        "type": "quiz_question",
        "value": {
            "question": "Vad hjälper?",
            "alternatives": [
                {"text": "Fråga", "correct": True},
                {"text": "Skälla", "correct": False, "feedback": "Det stänger dörren."},
                {"text": "Lyssna", "correct": True},
            ],
            "explanation": "Båda hjälper.",
        },
    }
    first = make_campaign()
    quiz = [*first.quiz.raw_data, several]
    picture = CampaignImage.objects.get(title="Köksbordet")
    pages = make_campaign(slug="ut", quiz=quiz, cover_image=picture), make_campaign(slug="ut-ar", language="ar", quiz=quiz)
    return tuple(Edition.freeze(page) for page in pages)


@pytest.fixture
def unpacked(editions, tmp_path) -> Path:
    """The folder that the ZIP of both languages unpacks to."""
    [artifact] = writer.render_together(editions)
    with zipfile.ZipFile(artifact.open()) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def opened(chromium: Browser, **options) -> tuple[Page, list[str]]:
    """A page without network, and the addresses that it asks for beyond the disk."""
    context = chromium.new_context(**options)
    asked: list[str] = []
    context.route(lambda url: not url.startswith("file:"), lambda route: (asked.append(route.request.url), route.abort()))
    context.set_offline(True)
    return context.new_page(), asked


def test_every_page_opens_from_disk_and_every_link_resolves(chromium, unpacked):
    page, asked = opened(chromium)
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    waiting, seen = [unpacked / "index.html", unpacked / "larare" / "index.html"], set()
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        page.goto(file.as_uri(), wait_until="load")
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)"), file
        for address in page.evaluate("[...document.links].map(link => link.href.split('#')[0])"):
            if address.startswith("file:"):
                target = Path(urlsplit(address).path)
                assert target.is_file(), (file, address)
                if target.suffix == ".html":
                    waiting.append(target)
    assert set(unpacked.rglob("*.html")) == seen, "a page that nobody can reach"
    assert (asked, failed) == ([], [])


def test_the_quiz_is_corrected_without_a_server(chromium, unpacked):
    page, asked = opened(chromium)
    page.goto(next((unpacked / "pages").glob("sv-lesson-*.html")).as_uri())
    assert page.locator("details:visible").count() == 0
    page.get_by_label("112").check()
    page.get_by_label("Fråga").check()
    page.locator("button[type=submit]").press("Enter")
    assert "1" in page.locator(".result").inner_text()
    assert "2" in page.locator(".result").inner_text()
    assert page.locator(".result").evaluate("element => element === document.activeElement")
    assert page.locator(".is-right").count() == 1
    assert page.get_by_text("Båda hjälper.").is_visible()
    page.get_by_label("Lyssna").check()
    page.locator("button[type=submit]").click()
    assert page.locator(".is-right").count() == 2
    page.locator("button[type=reset]").click()
    assert page.locator(".verdict:visible").count() == 0
    assert asked == []


def test_what_is_said_of_an_answer_is_shown_to_whoever_chose_it(chromium, unpacked):
    page, _asked = opened(chromium)
    page.goto(next((unpacked / "pages").glob("sv-lesson-*.html")).as_uri())
    said = page.get_by_text("Det stänger dörren.")
    page.get_by_label("Fråga").check()
    page.locator("button[type=submit]").click()
    assert not said.is_visible()
    page.get_by_label("Skälla").check()
    page.locator("button[type=submit]").click()
    assert said.is_visible()
    page.locator("button[type=reset]").click()
    assert not said.is_visible()


def test_without_script_the_answers_can_be_opened(chromium, unpacked):
    page, _asked = opened(chromium, java_script_enabled=False)
    page.goto(next((unpacked / "pages").glob("sv-lesson-*.html")).as_uri())
    assert page.locator("button:visible").count() == 0
    page.locator("summary").first.click()
    assert page.get_by_text("114 14 går till polisen.").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1100])
def test_every_page_is_accessible_and_fits(chromium, unpacked, width, scheme):
    page, _asked = opened(chromium, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for file in sorted(unpacked.rglob("*.html")):
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, file
        found = Axe().run(page).response["violations"]
        assert not found, (file, [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found])


def test_the_pupils_pages_hold_nothing_of_the_teachers(unpacked):
    pupils = [*(unpacked / "pages").glob("*.html"), *unpacked.glob("*.html")]
    assert pupils
    for file in pupils:
        text = file.read_text(encoding="utf-8")
        assert not any(secret in text for secret in ("Ge tid.", "Bara för läraren.", "larare/")), file
    teachers = "".join(file.read_text(encoding="utf-8") for file in (unpacked / "larare").glob("*.html"))
    assert "Ge tid." in teachers
    assert "Bara för läraren." in teachers


def test_the_papers_and_the_readme_are_there(unpacked):
    for path in ("files/folder-sv.pdf", "files/folder-ar.pdf", "larare/larare-sv.pdf"):
        assert (unpacked / path).read_bytes().startswith(b"%PDF-"), path
    readme = (unpacked / "LAS-MIG.txt").read_bytes().decode("utf-8-sig")
    assert "index.html" in readme
    assert "files/folder-sv.pdf" in readme
    assert "\r\n" in readme
    assert "{{" not in readme
    assert "{%" not in readme


def test_the_same_editions_give_the_same_bytes(editions):
    first, second = writer.render_together(editions), writer.render_together(editions)
    assert first == second
    assert first[0].name == "ut-sv-ar-offline.zip"


def spoiled(artifact: Artifact, path: str, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(artifact.open()) as archive, zipfile.ZipFile(stream, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            assert name != path or old in content, "this test would prove nothing"
            if name != path or new is not None:
                made.writestr(name, content.replace(old, new) if name == path else content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("trap", "path", "old", "new"),
    [
        (Trap.LINK, "index.html", b"look/style.css", b"look/gone.css"),
        (Trap.LINK, "index.html", b"look/style.css", b"https://example.org/style.css"),
        (Trap.LINK, "index.html", b"</main>", b'<img alt="" src="https://example.org/a.png"></main>'),
        (Trap.LINK, "index.html", b"</main>", b'<a href="#gone">x</a></main>'),
        (Trap.LINK, "look/style.css", b"body {", b"body { background: url(x.png);"),
        (Trap.ALT, "index.html", b"</main>", b'<img src="look/quiz.js"></main>'),
        (Trap.LANGUAGE, "index.html", b' lang="sv"', b""),
        (Trap.STRIPPED_TAG, "index.html", b"</main>", b'<p onclick="x()">x</p></main>'),
        (Trap.XML, "index.html", None, b""),
        (Trap.MISSING_FILE, "LAS-MIG.txt", None, None),
    ],
)
def test_a_spoiled_zip_is_found_out(edition, trap, path, old, new):
    [artifact] = writer.render(edition)
    assert faults(artifact) == []
    if old is None:
        with zipfile.ZipFile(artifact.open()) as archive:
            old = archive.read(path)
    assert trap in {fault.trap for fault in faults(spoiled(artifact, path, old, new))}
