"""An answer in Chromium on a phone: its words, the quote that is folded, and the address that is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.camera import PHONE
from tests.browser.test_story import log_in
from tests.installation import Installation, copy_of_template

CAME = """
from kampanj.followup.bounces import applying
from tests.followup.bounces.forms import person
from tests.followup.bounces.letters import STRANGER
words = "Kan jag få foldern på somaliska?\\n\\nDen 3 dec skrev Kommunen <ung@kommun.example.org>:\\n" + "> Till dig\\n" * 9
answer, _is_new = applying.take(person(STRANGER, words))
print("ANSWER", answer.pk)
"""


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return copy_of_template(tmp_path / "installation")


def test_an_answer_is_read_on_a_phone(chromium: Browser, installed: Installation) -> None:
    found = re.search(r"ANSWER (\d+)", installed.manage("shell", "--verbosity", "0", "--command", CAME).stdout)
    assert found
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto("/admin/svar/")
        page.get_by_role("link", name=re.compile("^Läs")).click()
        expect(page.get_by_text("Kan jag få foldern på somaliska?")).to_be_visible()
        expect(page.get_by_text("> Till dig").first).to_be_hidden()
        assert "nagon@example.org" not in page.content()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        faults = Axe().run(page, context="main")
        assert not faults.violations_count, faults.generate_report()
        page.locator("summary").first.press("Enter")
        expect(page.get_by_text("> Till dig").first).to_be_visible()
        page.get_by_role("button", name="Visa hela adresser").click()
        expect(page.locator("main strong[role=status]")).to_contain_text("nagon@example.org")
        page.get_by_role("button", name="Klart").click()
        expect(page).to_have_url(re.compile(r"/admin/svar/$"))
        expect(page.get_by_text("Inget väntar på dig just nu.")).to_be_visible()
        context.close()
