"""Driftläge in Chromium: on a phone, for those who use other means, and current without a reload."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.test_story import log_in, look
from tests.installation import copy_of_template

PHONE = {"width": 390, "height": 844}
PAUSED = """
from kampanj.distribution import clock, control
from kampanj.distribution.plan import make_mailing
mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
clock.start_due()
control.pause(mailing, reason="554 5.7.1 Our server does not like yours, see https://relay.example.org/a-very-long-address-without-any-break")
"""
# Three rounds of the page's script.
MILLISECONDS = 60_000


def test_it_tells_of_a_mailing_that_pauses_while_somebody_looks(chromium: Browser, tmp_path: Path) -> None:
    installed = copy_of_template(tmp_path / "installation")
    with installed.start(UNDO_MINUTES="0", OPERATOR_EMAIL="drift@example.org") as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        page.goto("/admin/")
        page.get_by_role("link", name="Driftläge").click()
        expect(page.locator("h1")).to_contain_text("Driftläge")
        sentence = page.locator("[data-write=sending_sentence]")
        expect(sentence).to_have_text("Inget utskick pågår.")
        expect(page.locator("[data-level-of=clock_level]")).to_have_attribute("data-level", "good", timeout=MILLISECONDS)
        look(page, "driftlage-lugnt")
        page.evaluate("window.isSamePage = true")
        installed.manage("shell", "--verbosity", "0", "--command", PAUSED)
        expect(sentence).to_contain_text("5.7.1", timeout=MILLISECONDS)
        box = page.locator("[data-level-of=sending_level]")
        expect(box).to_have_attribute("data-level", "waits")
        expect(box.get_by_text(re.compile("Fortsätt"))).to_be_visible()
        assert page.evaluate("window.isSamePage")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            faults = Axe().run(page, context="main")
            assert not faults.violations_count, faults.generate_report()
            look(page, f"driftlage-pausat-{scheme}")
        context.close()
