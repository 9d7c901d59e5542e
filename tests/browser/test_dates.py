"""A date that cannot be read stays in its field: the calendar does not put today in its place without a word."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.test_story import log_in
from tests.installation import copy_of_template


def test_what_is_written_stays_and_the_calendar_still_chooses(chromium: Browser, tmp_path: Path) -> None:
    with copy_of_template(tmp_path / "installation").start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.goto("/admin/snippets/kampanj/mailing/add/")
        date, time = page.locator("[name=send_date]"), page.locator("[name=send_time]")
        for field, written in ((date, "24 december 2026"), (time, "halv åtta")):
            field.click()
            page.keyboard.type(written)
            page.keyboard.press("Tab")
            expect(field).to_have_value(written)
        page.get_by_role("button", name="Spara utkast").click()
        expect(page.get_by_text("Skriv datumet så här: 2026-12-24.")).to_be_visible()
        expect(date).to_have_value("24 december 2026")
        date.fill("2026-12-01")
        date.press("Tab")
        date.click()
        page.locator(".xdsoft_datetimepicker:visible .xdsoft_date[data-date='24'][data-month='11']").click()
        expect(date).to_have_value("2026-12-24")
        context.close()
