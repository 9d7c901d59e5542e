"""The lesson as a page: axe, narrow screens, no platform, no script, from disk; and what it remembers, in how many characters."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from kampanj.channels.lms.scorm.lesson import RUNTIME
from kampanj.channels.lms.scorm.standard import SCORM_12

pytestmark = [pytest.mark.django_db, pytest.mark.bare]

LIMITS = {"1.2": 4096, "2004": 64000}


@pytest.fixture
def unpacked(request: pytest.FixtureRequest, shelf: dict[str, bytes], packed: Any, make_campaign: Any, tmp_path: Path) -> Path:
    """The lesson in Swedish and Arabic, on disk; gives its page."""
    if "both" not in shelf:
        swedish = request.getfixturevalue("quiz_campaign")
        arabic = make_campaign(language="ar", title="لم أتخيل يومًا…", quiz=swedish.quiz.get_prep_value())
        shelf["both"] = packed(SCORM_12, swedish, arabic)
    with zipfile.ZipFile(io.BytesIO(shelf["both"])) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "index.html"


def open_page(page: Page, index: Path, part: str) -> None:
    page.goto("about:blank")
    page.goto(f"{index.as_uri()}#{part}")
    page.wait_for_selector("html.is-scripted")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(chromium: Browser, unpacked: Path, scheme: Any) -> None:
    faults = []
    with chromium.new_context(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 320, "height": 800}) as context:
        page = context.new_page()
        for part in (f"{language}-{number}" for language in ("sv", "ar") for number in range(1, 7)):
            open_page(page, unpacked, part)
            page.locator(".edition:not([hidden]) .parts summary").click()
            for number, button in enumerate(page.locator("[data-answer]:visible").all()):
                page.locator(f".edition:not([hidden]) [data-question='{number}'] input").last.check()
                button.click()
            found = Axe().run(page)
            if found.violations_count:
                faults.append(f"{part}\n{found.generate_report()}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, part
            small = page.eval_on_selector_all(
                ".button, .tap, .choice, summary, .languages a",
                "all => all.filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 44)"
                ".map(one => one.outerHTML)",
            )
            assert small == [], part
    assert not faults, "\n".join(faults)


def test_from_disk_without_network_it_is_a_page_that_says_so(chromium: Browser, unpacked: Path) -> None:
    with chromium.new_context(offline=True, locale="sv") as context:
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        open_page(page, unpacked, "sv-5")
        assert "Dina svar sparas inte" in page.locator(".saving:visible").inner_text()
        page.locator("#sv [data-question='0']").get_by_label("112").check()
        page.locator("#sv [data-question='0'] [data-answer]").click()
        assert "Det stämmer." in page.locator("#sv [data-question='0']").inner_text()
        assert all(address.startswith(("file:", "about:")) for address in asked)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert complaints == []
        missing = page.eval_on_selector_all("img", "all => all.filter(one => !one.complete || !one.naturalWidth).length")
        assert missing == 0


def test_without_script_everything_can_be_read(chromium: Browser, unpacked: Path) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(unpacked.as_uri())
        for words in ("Vad gör en bra vän?", "Vilket nummer ringer du i nödläge?", "Din webbläsare kör inga skript"):
            assert page.get_by_text(words).first.is_visible()
        assert page.locator("[data-answer]:visible").count() == 0


def test_the_browsers_language_is_chosen_first(chromium: Browser, unpacked: Path) -> None:
    for locale, shown in (("ar-SY", "ar"), ("sv-SE", "sv"), ("fi", "sv")):
        with chromium.new_context(locale=locale) as context:
            page = context.new_page()
            page.goto(unpacked.as_uri())
            assert page.evaluate("document.documentElement.lang") == shown


# --- Memory ----------------------------------------------------------------------------------------------------------

ROUND = """([memory, current, limit]) => {
    const text = kampanjLesson.memory.encode(memory, current, limit);
    return [text, kampanjLesson.memory.decode(text)];
}"""
CHOSEN = st.none() | st.lists(st.integers(0, 7), min_size=1, max_size=8, unique=True)
DONE = st.fixed_dictionaries(
    {"place": st.integers(1, 500), "seen": st.lists(st.booleans(), max_size=500), "answers": st.lists(CHOSEN, max_size=3000)}
)
SHAPES = st.dictionaries(st.text("0123456789abcdef", min_size=8, max_size=8), DONE, min_size=1, max_size=5)


@pytest.fixture(scope="module")
def shelf_page(chromium: Browser) -> Any:
    """A page with nothing but the memory's script."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto("about:blank")
        page.add_script_tag(content=(RUNTIME / "memory.js").read_text(encoding="utf-8"))
        yield page


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(shapes=SHAPES, best=st.integers(-1, 100), is_done=st.booleans(), limit=st.sampled_from(list(LIMITS.values())))
def test_what_is_remembered_fits_and_comes_back(
    shelf_page: Page, shapes: dict[str, Any], best: int, is_done: bool, limit: int
) -> None:
    memory = {"language": "sv", "isDone": is_done, "best": best, "shapes": shapes}
    current = next(iter(shapes))
    text, back = shelf_page.evaluate(ROUND, [memory, current, limit])
    assert len(text) <= limit
    assert text.isascii()
    assert (back["language"], back["isDone"], back["best"]) == ("sv", is_done, best)
    kept = back["shapes"][current]
    assert kept["place"] == shapes[current]["place"]
    # Answers may be lost from the end, never changed; and none is while there is room.
    answers = shapes[current]["answers"]
    assert all(one is None or one == other for one, other in zip(kept["answers"], answers, strict=False))
    if len(shapes) == 1 and sum(len(chosen or ()) * 2 + 1 for chosen in answers) + 700 < limit:
        while answers and answers[-1] is None:
            answers = answers[:-1]
        assert kept["answers"] == answers


@pytest.mark.parametrize(
    "text", ["", "rubbish", "1", "1;sv;;;", "2;sv;d;90;", "1;sv;d;x;zz:1::", '{"place":3}', "1;sv;;;01234567:1:ff:0-1.x"]
)
def test_what_somebody_else_has_written_is_no_harm(shelf_page: Page, text: str) -> None:
    back = shelf_page.evaluate("text => kampanjLesson.memory.decode(text)", text)
    assert back["shapes"] == {}
    assert back["best"] == -1


def test_a_quiz_of_2000_questions_stays_within_the_limit(shelf_page: Page) -> None:
    done = {"place": 3, "seen": [True] * 40, "answers": [[0, 1, 2]] * 2000}
    memory = {"language": "sv", "isDone": True, "best": 80, "shapes": {"01234567": done}}
    text, back = shelf_page.evaluate(ROUND, [memory, "01234567", 4096])
    assert 3900 < len(text) <= 4096
    assert back["best"] == 80
    text, back = shelf_page.evaluate(ROUND, [memory, "01234567", 64000])
    assert len(back["shapes"]["01234567"]["answers"]) == 2000
