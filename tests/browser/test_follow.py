"""The follow page in Chromium while a mailing leaves: its figures move without a reload, and “Pausa” stops them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_story import log_in
from tests.installation import Installation, copy_of_template

# Slow enough that it is still leaving when somebody looks, however busy the machine is: 53 letters take almost two minutes.
SLOW = """
from kampanj.distribution.models import MailingRun
from kampanj.distribution.plan import make_mailing
mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
MailingRun.objects.update(per_minute=30)
print("MAILING", mailing.pk)
"""
LETTERS = 53
# Letters that were on their way when somebody pressed “Pausa” have had their answer by then.
IN_HAND_MILLISECONDS = 1000
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return copy_of_template(tmp_path / "installation")


def sent(page: Page, progress: str) -> int:
    return int(page.request.get(progress).json()["sent"])


def test_the_figures_move_by_themselves_until_somebody_pauses(chromium: Browser, installed: Installation) -> None:
    found = re.search(r"MAILING (\d+)", installed.manage("shell", "--verbosity", "0", "--command", SLOW).stdout)
    assert found
    with installed.start(UNDO_MINUTES="0") as running:
        context, page = log_in(chromium, running.url, "godkannare")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto(f"/admin/utskick/{found[1]}/folj/")
        figure, bar, status = (page.locator(which) for which in ("[data-state=sent]", "#desk-bar", "[data-status]"))
        expect(status).to_have_text("Skickas")
        page.evaluate("window.isSamePage = true")
        expect(figure).not_to_have_text(figure.inner_text())
        assert page.evaluate("window.isSamePage")
        assert float(bar.get_attribute("value") or 0) >= 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        faults = Axe().run(page, context="main")
        assert not faults.violations_count, faults.generate_report()

        page.get_by_role("button", name="Pausa").click()
        expect(status).to_have_text("Pausat")
        page.wait_for_timeout(IN_HAND_MILLISECONDS)
        progress = str(page.locator("[data-progress]").get_attribute("data-progress"))
        before = sent(page, progress)
        page.wait_for_timeout(3 * IN_HAND_MILLISECONDS)
        assert 0 < before == sent(page, progress) < LETTERS
        context.close()
