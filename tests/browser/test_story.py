"""First light in a real browser: from the communicator's draft to the guardian's letter and the school's receipt.

With KAMPANJ_SCREENSHOTS=FOLDER every step is also kept as a picture, at phone and desktop width.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.installation import Installation
from tests.pages import assert_good

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
MODE = "select[name=preview_mode], #id_preview_mode"
PICTURES = os.environ.get("KAMPANJ_SCREENSHOTS")


def look(page: Page, name: str) -> None:
    """Keep a picture of the step, wide and narrow, when somebody wants to look."""
    if not PICTURES:
        return
    for size, label in ((DESKTOP, "desktop"), (PHONE, "phone")):
        page.set_viewport_size(size)
        page.wait_for_timeout(200)
        page.screenshot(path=Path(PICTURES) / f"{name}-{label}.png", full_page=True)
    page.set_viewport_size(DESKTOP)


def log_in(browser: Browser, url: str, name: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(base_url=url, viewport=DESKTOP, locale="sv-SE")
    page = context.new_page()
    page.goto("/admin/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", f"{name}-demo")
    page.click("button[type=submit]")
    expect(page.locator("h1")).to_contain_text("Kampanj")
    return context, page


def choose(page: Page, field: str, text: str) -> None:
    """Pick `text` in one of Wagtail's choosers."""
    page.click(f"#id_{field}-chooser button:visible >> nth=0")
    modal = page.locator(".modal-dialog")
    expect(modal.get_by_role("link").first).to_be_visible()
    if modal.locator("input[name=q]").count():
        modal.locator("input[name=q]").fill(text)
    modal.get_by_role("link", name=re.compile(text)).first.click()
    expect(modal).to_have_count(0)


def plan_mailing(page: Page, name: str, segment: str) -> str:
    """Write a mailing and send it for approval; returns its id."""
    page.goto("/admin/snippets/kampanj/mailing/add/")
    page.fill("#id_name", name)
    choose(page, "campaign", "Jag trodde aldrig")
    choose(page, "segment", segment)
    look(page, f"03-utskick-{segment}")
    page.get_by_role("button", name="Spara utkast").first.click()
    page.wait_for_url(re.compile(r"/mailing/edit/\d+/"))
    found = re.search(r"/edit/(\d+)/", page.url)
    assert found
    look(page, f"04-sparat-{segment}")
    page.get_by_role("button", name="Fler åtgärder").or_(page.locator(".footer [data-w-dropdown-target=toggle]")).first.click()
    page.get_by_role("button", name="Skicka för godkännande").first.click()
    page.wait_for_url(re.compile(r"/snippets/kampanj/mailing/(edit/\d+/)?$"))
    return found.group(1)


def frame(page: Page, selector: str) -> FrameLocator:
    return page.frame_locator(selector)


def test_first_light(chromium: Browser, installation: Installation) -> None:
    first_light(chromium, installation)


def first_light(chromium: Browser, installation: Installation) -> None:
    """The whole road, in an installation that this starts and ends."""
    with installation.start(UNDO_MINUTES="0") as running:
        context, page = log_in(chromium, running.url, "kommunikator")
        look(page, "01-skrivbordet")
        page.goto("/admin/pages/")
        see_campaign(page, running.url)
        guardians = plan_mailing(page, "Julbrevet till vårdnadshavare", "Alla vårdnadshavare")
        schools = plan_mailing(page, "Paketet till skolorna", "Alla skolor")
        page.goto(f"/admin/utskick/{guardians}/granska/")
        expect(page.get_by_role("button", name="Godkänn", exact=True)).to_have_count(0)
        look(page, "05-forfattaren-kan-inte-godkanna")
        context.close()

        context, page = log_in(chromium, running.url, "godkannare")
        for mailing in (guardians, schools):
            approve(page, mailing)
        follow(page, guardians)
        letter_to_guardian(page, running.url)
        letter_to_school(page)
        page.goto(f"/admin/utskick/{schools}/folj/")
        expect(page.get_by_text(re.compile("skolor har hämtat")).first).to_be_visible()
        look(page, "14-kvittens")
        context.close()


def see_campaign(page: Page, url: str) -> None:
    """Open the campaign in the editor and look at it as web page and as e-mail."""
    page.goto("/ung/jag-trodde-aldrig/")
    assert_good(page.content(), where="the campaign")
    look(page, "02-kampanjen")
    assert not page.context.cookies(url) or all(
        cookie["name"] in ("sessionid", "csrftoken") for cookie in page.context.cookies(url)
    )
    page.goto("/admin/pages/search/?q=Jag+trodde")
    page.get_by_role("link", name=re.compile("^Jag trodde aldrig")).first.click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/"))
    if "/edit/" not in page.url:
        page.goto(page.url.rstrip("/") + "/edit/")
    expect(page.get_by_role("tab", name="Brev")).to_be_visible()
    page.click("button[aria-label*='örhandsgranskning']")
    shown = frame(page, "#w-preview-iframe")
    expect(shown.locator("h1").first).to_contain_text("Jag trodde aldrig")
    look(page, "02b-redigera-med-forhandsgranskning")
    page.select_option(MODE, label="Brev till vårdnadshavare")
    expect(frame(page, "#w-preview-iframe").get_by_text("Till dig som är vårdnadshavare").first).to_be_visible(timeout=20_000)
    look(page, "02c-forhandsgranska-brevet")
    # Somebody who chooses again before the preview has come sees the last choice.
    with page.expect_request(re.compile("/preview/.*in_preview_panel=true")):
        page.select_option(MODE, index=0)
    page.select_option(MODE, label="Påminnelse till skolor")
    expect(frame(page, "#w-preview-iframe").get_by_text("Har någon på er skola").first).to_be_visible(timeout=20_000)


def approve(page: Page, mailing: str) -> None:
    page.goto(f"/admin/utskick/{mailing}/granska/")
    expect(frame(page, ".desk-letter__frame >> nth=0").locator("body")).to_contain_text("Strängnäs kommun")
    look(page, f"06-granska-{mailing}")
    page.get_by_role("button", name="Godkänn", exact=True).click()
    page.wait_for_url(re.compile(rf"/utskick/{mailing}/folj/"))


def follow(page: Page, mailing: str) -> None:
    """Watch the progress until it is done, without reloading by hand."""
    page.goto(f"/admin/utskick/{mailing}/folj/")
    look(page, "07-folj")
    expect(page.locator("[data-status]")).to_have_text("Klart", timeout=60_000)
    expect(page.locator("[data-state=sent]")).to_have_text("53")
    look(page, "08-klart")


def letter_to_guardian(page: Page, url: str) -> None:
    """Read it as HTML and as text, follow it to the web, unsubscribe and change one's mind."""
    find_letter(page, without="skolpaket")
    look(page, "10-brevet")
    with page.context.expect_page() as opened:
        frame(page, ".desk-letter__frame").locator(".go a").first.click()
    web = opened.value
    expect(web.locator("h1")).to_contain_text(re.compile("Jag trodde aldrig|I never thought|لم أتخيل يومًا"))
    web.close()
    link = page.locator(".desk-letter__text a[href*=avregistrera]").first.get_attribute("href")
    assert link
    reader = page.context.browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[union-attr]
    phone = reader.new_page()
    phone.goto(link)
    assert_good(phone.content(), where="unsubscribe")
    with phone.expect_navigation():
        phone.get_by_role("button").first.click()
    assert_good(phone.content(), where="unsubscribed")
    look(phone, "11-avregistrerad")
    with phone.expect_navigation():
        phone.get_by_role("button").first.click()
    assert reader.cookies() == []
    reader.close()


def find_letter(page: Page, *, without: str = "", having: str = "") -> None:
    """Open captured letters, newest first, until one's text part fits."""
    page.goto("/admin/utkorg/")
    look(page, "09-utkorgen")
    for address in [link.get_attribute("href") for link in page.locator("table a").all()]:
        page.goto(str(address))
        text = page.locator(".desk-letter__text").inner_text()
        if (not without or without not in text) and (not having or having in text):
            return
    raise AssertionError("no such letter in the outbox")


def letter_to_school(page: Page) -> None:
    """Open a school's letter, its link without an account, and fetch the package."""
    find_letter(page, having="skolpaket")
    look(page, "12-skolans-brev")
    link = page.locator(".desk-letter__text a[href*=skolpaket]").first.get_attribute("href")
    assert link
    reader = page.context.browser.new_context(viewport=DESKTOP, java_script_enabled=False)  # type: ignore[union-attr]
    school = reader.new_page()
    school.goto(link)
    assert_good(school.content(), where="the school's page")
    look(school, "13-skolans-sida")
    with school.expect_download() as download:
        school.get_by_role("link", name="Ladda ner materialet").click()
    assert Path(download.value.path()).stat().st_size > 10_000
    assert reader.cookies() == []
    reader.close()
