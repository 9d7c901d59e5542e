"""A shared promise opens, with script and without; on paper everything stands open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.installation import copy_of_template

PATH = "/medborgarlofte-2021/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an installation as its operator starts it, without a final slash; these tests only read."""
    with copy_of_template(tmp_path_factory.mktemp("promises") / "installation").start() as running:
        yield running.url


def open_promises(page: Page) -> list[int]:
    """The numbers of the promises that stand open."""
    states = page.eval_on_selector_all("details.promise", "all => all.map(one => one.open)")
    return [number for number, is_open in enumerate(states, start=1) if is_open]


@pytest.mark.parametrize("script", [True, False])
def test_a_shared_address_opens_its_promise_and_shows_what_was_promised(site: str, chromium: Browser, script: bool) -> None:
    with chromium.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=script, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.goto(f"{site}{PATH}#lofte-6")
        expect(page.locator("#lofte-6")).to_be_visible()
        assert open_promises(page) == [6]
        expect(page.locator("details.promise").nth(5).locator(".promise__words")).to_be_in_viewport()
        expect(page.locator("#lofte-6")).to_be_in_viewport()


def test_a_promise_is_opened_with_the_keyboard(site: str, chromium: Browser) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site + PATH)
        page.locator("details.promise summary").first.focus()
        page.keyboard.press("Enter")
        assert open_promises(page) == [1]


def test_on_paper_every_result_is_read_and_nothing_is_left_to_press(site: str, chromium: Browser) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site + PATH)
        page.emulate_media(media="print")
        assert page.eval_on_selector_all(".promise__result", "all => all.every(one => one.checkVisibility())")
        expect(page.locator("[data-print]")).to_be_hidden()


def test_the_button_prints_and_what_was_folded_is_folded_again(site: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; }")
        page.goto(site + PATH)
        page.locator("[data-print]").click()
        assert page.evaluate("window.printed") == 1
        page.locator("details.promise summary").nth(2).click()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert len(open_promises(page)) == 9
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert open_promises(page) == [3]
