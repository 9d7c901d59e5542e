"""A mailing's report in Chromium: on a phone, for those who use other means, and on paper."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.test_story import log_in
from tests.installation import copy_of_template

# Every state and every kind of answer, so that every part of the report is there.
ENDED = """
from kampanj.distribution import clock
from kampanj.distribution.models import Delivery
from kampanj.distribution.plan import make_mailing
from django.utils import timezone
mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
clock.start_due()
for number, row in enumerate(mailing.deliveries.order_by("pk")):
    state = "sent" if number % 2 else ["bounced", "failed", "uncertain", "skipped"][number // 2 % 4]
    reply = ["550 5.1.1 x", "552 5.2.2 x", "554 5.7.1 x", "421 x"][number // 8 % 4]
    Delivery.objects.filter(pk=row.pk).update(state=state, smtp_reply=reply, finished_at=timezone.now())
print("MAILING", mailing.pk)
"""
PHONE = {"width": 360, "height": 800}


def test_the_report_fits_a_phone_and_prints_whole(chromium: Browser, tmp_path: Path) -> None:
    installed = copy_of_template(tmp_path / "installation")
    found = re.search(r"MAILING (\d+)", installed.manage("shell", "--verbosity", "0", "--command", ENDED).stdout)
    assert found
    with installed.start() as running:
        context, page = log_in(chromium, running.url, "godkannare")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto(f"/admin/utskick/{found[1]}/rapport/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            faults = Axe().run(page, context="main")
            assert not faults.violations_count, faults.generate_report()
        with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as paper:
            assert len(paper.pages) > 1
        context.close()
