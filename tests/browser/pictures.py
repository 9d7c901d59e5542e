"""Draws the pictures of the documents: walks through the demonstration in Chromium and writes docs/pictures/.

`python -m tests.browser.pictures` (make pictures) writes them anew. A test makes the same walk into a folder of its own, so
that a screen that is no longer there, or a name that no screen has, is found before a reader misses it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.camera import DESKTOP, PHONE, Camera
from tests.browser.test_story import choose
from tests.chromium import chromium_path, launched
from tests.installation import ROOT, Installation, Running, copy_of_template

PICTURES = ROOT / "docs" / "pictures"
PATIENT = 60_000
# The keys of what is walked through; a mailing of which some letters have failed and two are held; one that leaves slowly; an
# answer that somebody has written; a campaign that is published anew after the schools have got it.
PREPARED = """
from kampanj.content.models import campaign_by_slug
from kampanj.distribution import clock
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.followup.bounces import applying
from tests.distribution import rows
from tests.followup.bounces.forms import person
from tests.followup.bounces.letters import rows_of, sent_letter
from wagtail.images import get_image_model
mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Årskurs 7–9", at=None, is_approved=True)
Mailing.objects.filter(pk=mailing.pk).update(name="Påminnelse inför jul")
clock.start_due()
rows.lose(mailing, 2)
rows.fail(mailing, 3, "552 5.2.2 Mailbox full")
rows.finish(mailing)
clock.finish_done()
slow = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
Mailing.objects.filter(pk=slow.pk).update(name="Januaribrevet")
MailingRun.objects.filter(mailing=slow).update(per_minute=2)
applying.take(person(sent_letter(rows_of(mailing)[0]), "Hej! Vem kan jag ringa om jag är orolig?"))
schools = Mailing.objects.get(name="Skolpaket till alla skolor (demo)")
print("CAMPAIGN", campaign_by_slug("jag-trodde-aldrig").pk)
print("ABOVE", campaign_by_slug("jag-trodde-aldrig").get_parent().pk)
print("TROUBLED", mailing.pk)
print("SLOW", slow.pk)
print("SCHOOLS", schools.pk)
print("IMAGE", get_image_model().objects.order_by("pk").first().pk)
from kampanj.audience.models import School, Segment
from kampanj.followup.schools import links
from kampanj.followup.promises.models import PromisePeriodPage
print("PROMISES", PromisePeriodPage.objects.filter(locale__language_code="sv").latest("first_year").pk)
print("SEGMENT", Segment.objects.get(name="Årskurs 7–9").pk)
print("SCHOOL", links.address(schools, School.objects.get(name="Mariefreds skola"), "sv"))
page = campaign_by_slug("jag-trodde-aldrig")
page.letter_preheader = "Läs på två minuter."
page.save_revision().publish()
"""
# A quiz without a right answer, saved as a draft: what the hints are like.
FAULTY = """
from kampanj.content.models import campaign_by_slug
page = campaign_by_slug("jag-trodde-aldrig").get_latest_revision_as_object()
for row in page.quiz[0].value["alternatives"]:
    row["correct"] = False
page.save_revision()
"""
INVITED = """
from kampanj.distribution.invitations.inviting import token_for
from kampanj.distribution.invitations.models import Invitation
print("TOKEN", token_for(Invitation.objects.latest("pk")))
"""
ROSTER = """skolenhet;årskurs;elev-id;skyddad;vårdnadshavare-id;e-post;språk
Vasaskolan;8;e-1041;Ingen;v-2077;anna@example.org;sv
Vasaskolan;9;e-1042;Ingen;v-2078;bo.example.org;sv
Vasaskolan;7;e-1043;Ingen;v-2079;chi@example.org;ar
Mariefreds skola;8;e-1044;Ingen;v-2080;dana@example.org;uk
"""


@dataclass(frozen=True)
class Walk:
    """What every part of the walk needs; `keys` are those that PREPARED has printed."""

    browser: Browser
    running: Running
    installed: Installation
    camera: Camera
    keys: dict[str, str]

    def enter(self, name: str, *, phone: bool = False) -> tuple[BrowserContext, Page]:
        """A page of somebody who has logged in; of a reader without an account when there is no name."""
        # Playwright waits by evaluating words in the page, which the desk's own screens forbid.
        context = self.browser.new_context(
            bypass_csp=True,
            base_url=self.running.url,
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            locale="sv-SE",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENT)
        page = context.new_page()
        if name:
            page.goto("/admin/")
            self.camera.read(page)
            page.fill("input[name=username]", name)
            page.fill("input[name=password]", f"{name}-demo")
            page.click("button[type=submit]")
            page.get_by_role("heading", level=1, name="Kampanj").wait_for()
        return context, page

    def see(self, page: Page, address: str) -> None:
        """Open an address and read what is there."""
        answer = page.goto(address)
        assert answer is not None, address
        assert answer.ok, f"{address}: {answer.status}"
        self.camera.read(page)


def draw(browser: Browser, installed: Installation, folder: Path) -> Camera:
    """All pictures, into `folder`; the camera knows their names and what was read on the way."""
    # An address of its own, so that links are the same each time, whatever port is free.
    installed.environment["BASE_URL"] = "http://kampanj.example.org"
    installed.manage("seed_demo", "--followed")
    printed = installed.manage("shell", "--verbosity", "0", "--command", PREPARED).stdout
    keys = dict(re.findall(r"^([A-Z]+) (\S+)$", printed, re.MULTILINE))
    camera = Camera(folder)
    with installed.start(UNDO_MINUTES="5") as running:
        walk = Walk(browser, running, installed, camera, keys)
        for part in PARTS:
            part(walk)
    return camera


# --- The communicator ------------------------------------------------------------------------------------------------


def first_page(walk: Walk) -> None:
    """Signing in, and what the desk begins with."""
    context, page = walk.enter("")
    walk.see(page, "/admin/login/")
    walk.camera.take(page, "logga-in", height=760)
    context.close()
    context, page = walk.enter("kommunikator")
    walk.camera.take(page, "skrivbordet")
    context.close()


def campaign(walk: Walk) -> None:
    """The campaign in the editor, its previews, its pictures with their rights."""
    context, page = walk.enter("kommunikator")
    walk.see(page, f"/admin/pages/{walk.keys['ABOVE']}/")
    edit = f"/admin/pages/{walk.keys['CAMPAIGN']}/edit/"
    walk.see(page, edit)
    walk.camera.take(page, "kampanjen")
    page.get_by_role("tab", name="Brev").click()
    walk.camera.take(page, "kampanjens-brev")
    page.get_by_role("tab", name="Folder", exact=True).click()
    page.click("button[aria-label*='örhandsgranskning']")
    page.frame_locator("#w-preview-iframe").get_by_text("Jag trodde aldrig").first.wait_for()
    page.select_option("select[name=preview_mode], #id_preview_mode", label="Brev till vårdnadshavare")
    page.frame_locator("#w-preview-iframe").get_by_text("Till dig som är vårdnadshavare").first.wait_for()
    walk.camera.take(page, "forhandsgranska")
    header = page.locator("header [data-controller~='w-dropdown'] button:visible").last
    header.click()
    page.locator("a:visible", has_text="Delningspaket").first.wait_for()
    walk.camera.take(page, "kampanjens-meny", height=620)
    for place in (f"/admin/pages/{walk.keys['PROMISES']}/edit/", "/admin/snippets/kampanj/mailing/"):
        walk.see(page, place)
    walk.see(page, f"/admin/images/{walk.keys['IMAGE']}/")
    page.locator("#id_consent").scroll_into_view_if_needed()
    walk.camera.take(page, "bildens-rattigheter")
    walk.see(page, f"/admin/localize/submit/page/{walk.keys['CAMPAIGN']}/")
    walk.camera.take(page, "oversatt", height=620)
    context.close()


def files(walk: Walk) -> None:
    """A campaign's files before they leave: the folder, the share kit, and the packages with what is wrong in them."""
    context, page = walk.enter("kommunikator")
    start = f"/admin/kampanj/{walk.keys['CAMPAIGN']}"
    walk.see(page, f"{start}/folder/")
    page.wait_for_function("document.querySelector('main img')?.naturalWidth > 0", timeout=2 * PATIENT)
    walk.camera.take(page, "foldern")
    walk.see(page, f"{start}/delningspaket/")
    page.locator("figure img").first.wait_for()
    walk.camera.take(page, "delningspaket")
    walk.installed.manage("shell", "--verbosity", "0", "--command", FAULTY)
    walk.see(page, f"{start}/skolpaket/")
    page.get_by_text("har inget rätt svar").first.wait_for()
    walk.camera.take(page, "skolpaketen")
    context.close()


def recipients(walk: Walk) -> None:
    """A segment with what it reaches, and a roster as far as its difference."""
    context, page = walk.enter("malgruppsansvarig")
    for place in ("mottagare/", "importer/", "sparrar/ny/", "sparrar/"):
        walk.see(page, f"/admin/{place}")
    context.close()
    context, page = walk.enter("kommunikator")
    walk.see(page, f"/admin/snippets/kampanj/segment/edit/{walk.keys['SEGMENT']}/")
    page.get_by_role("button", name="Räkna").click()
    page.get_by_role("list", name="Brev per språk").wait_for()
    page.wait_for_load_state("networkidle")
    walk.camera.take(page, "malgrupp")
    walk.see(page, "/admin/importer/ny/")
    page.set_input_files("input[type=file]", {"name": "elever.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()})
    page.fill("input[name=name]", "Övningslistan")
    page.get_by_role("button", name="Ladda upp och gå vidare").click()
    page.get_by_role("button", name="Kontrollera filen").wait_for()
    walk.camera.read(page)
    page.get_by_role("button", name="Kontrollera filen").click()
    page.get_by_text("Visa skillnaden").first.wait_for()
    walk.camera.take(page, "import-kontroll")
    page.get_by_text("Visa skillnaden").first.click()
    page.get_by_text("Det här skulle ändras").first.wait_for()
    walk.camera.take(page, "import-skillnad")
    page.get_by_role("button", name=re.compile("^Läs in")).click()
    page.get_by_role("link", name="Ångra importen").or_(page.get_by_role("button", name="Ångra importen")).first.wait_for()
    walk.camera.read(page)
    context.close()


# --- A mailing, from the draft to its report ------------------------------------------------------------------------


def mailing(walk: Walk) -> None:
    """Written by one, approved by another, undone by nobody."""
    context, page = walk.enter("kommunikator")
    walk.see(page, "/admin/snippets/kampanj/mailing/add/")
    page.fill("#id_name", "Julbrevet till vårdnadshavare")
    choose(page, "campaign", "Jag trodde aldrig")
    choose(page, "segment", "Alla vårdnadshavare")
    walk.camera.take(page, "nytt-utskick")
    page.get_by_role("button", name="Spara utkast").first.click()
    page.wait_for_url(re.compile(r"/mailing/edit/\d+/"))
    walk.camera.read(page)
    found = re.search(r"/edit/(\d+)/", page.url)
    assert found
    page.locator(".footer [data-w-dropdown-target=toggle]").first.click()
    page.get_by_role("button", name="Skicka för godkännande").first.click()
    page.wait_for_url(re.compile(r"/snippets/kampanj/mailing/(edit/\d+/)?$"))
    walk.see(page, f"/admin/utskick/{found[1]}/granska/")
    page.fill("#desk-invite-name", "Rektor Rönn")
    page.fill("#desk-invite-email", "rektor@example.org")
    page.get_by_role("button", name="Be om godkännande").click()
    page.get_by_text("Rektor Rönn").first.wait_for()
    walk.camera.read(page)
    walk.see(page, "/admin/snippets/kampanj/mailing/")
    context.close()
    by_link(walk)
    approved(walk, found[1])


def by_link(walk: Walk) -> None:
    """What somebody without an account sees behind a personal link."""
    token = re.search(r"TOKEN (\S+)", walk.installed.manage("shell", "--verbosity", "0", "--command", INVITED).stdout)
    assert token
    context, page = walk.enter("", phone=True)
    walk.see(page, f"/godkann/{token[1]}/")
    walk.camera.take(page, "godkann-genom-lank", phone=True)
    context.close()


def approved(walk: Walk, mailing: str) -> None:
    """The approver reads and says yes; until the minutes have passed it can be undone."""
    context, page = walk.enter("godkannare")
    walk.camera.read(page)
    walk.see(page, f"/admin/utskick/{mailing}/granska/")
    walk.camera.take(page, "granska")
    page.get_by_role("button", name="Godkänn", exact=True).click()
    page.wait_for_url(re.compile(rf"/utskick/{mailing}/folj/"))
    page.get_by_role("button", name="Ångra", exact=True).wait_for()
    walk.camera.take(page, "angra")
    context.close()


def followed(walk: Walk) -> None:
    """A mailing with held letters, what somebody has answered, the schools, the report, the story, the archive."""
    context, page = walk.enter("kommunikator")
    troubled, schools = walk.keys["TROUBLED"], walk.keys["SCHOOLS"]
    walk.see(page, f"/admin/utskick/{troubled}/folj/")
    walk.camera.take(page, "folj")
    walk.see(page, f"/admin/utskick/{troubled}/leveranser/ovissa/")
    walk.camera.take(page, "ovissa-brev", height=620)
    walk.see(page, f"/admin/utskick/{walk.keys['SLOW']}/folj/")
    page.get_by_role("button", name="Pausa").click()
    page.get_by_role("button", name="Fortsätt").wait_for()
    walk.camera.take(page, "pausat", height=620)
    walk.see(page, "/admin/svar/")
    walk.camera.take(page, "svar")
    page.get_by_role("link", name=re.compile("^Läs")).first.click()
    page.wait_for_url(re.compile(r"/admin/svar/\d+/$"))
    walk.camera.take(page, "ett-svar")
    walk.see(page, f"/admin/utskick/{schools}/skolor/")
    walk.camera.take(page, "skolor")
    walk.see(page, f"/admin/utskick/{schools}/folj/")
    walk.see(page, "/admin/rapporter/utskick/")
    walk.see(page, f"/admin/utskick/{troubled}/rapport/")
    walk.camera.take(page, "rapport")
    walk.see(page, f"/admin/kampanj/{walk.keys['CAMPAIGN']}/sa-gick-det/")
    walk.camera.take(page, "sa-gick-det")
    walk.see(page, "/admin/arkiv/")
    walk.camera.take(page, "arkiv")
    walk.see(page, "/admin/driftlage/")
    handed_out(walk, page)
    context.close()


def handed_out(walk: Walk, page: Page) -> None:
    """A round of handing out the folder."""
    walk.see(page, f"/admin/kampanj/{walk.keys['CAMPAIGN']}/utdelning/")
    page.get_by_role("link", name="Veckan före jul (demo)").click()
    page.wait_for_url(re.compile(r"/admin/utdelning/\d+/$"))
    walk.camera.take(page, "utdelning")


# --- The readers -----------------------------------------------------------------------------------------------------


def readers(walk: Walk) -> None:
    """The campaign, a letter, a school's page and a promise page, on a phone."""
    context, page = walk.enter("", phone=True)
    walk.see(page, "/ung/jag-trodde-aldrig/")
    walk.camera.take(page, "campaign-phone", phone=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    walk.see(page, urlsplit(walk.keys["SCHOOL"]).path)
    walk.camera.take(page, "skolans-sida", phone=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    walk.see(page, "/medborgarlofte-2022-2023/")
    walk.camera.take(page, "loften", phone=True)
    context.close()
    context, page = walk.enter("kommunikator")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    walk.see(page, f"/admin/utskick/{walk.keys['TROUBLED']}/brev/sv/html/")
    walk.camera.take(page, "brevet-telefon", phone=True)
    context.close()


PARTS: tuple[Callable[[Walk], None], ...] = (first_page, campaign, recipients, mailing, followed, readers, files)


def main() -> int:
    """Write the pictures of the documents; those that no part makes any more are removed."""
    path = chromium_path()
    if path is None:
        print("Chromium is not installed (Debian: apt-get install chromium).", file=sys.stderr)  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory() as place, launched(path) as browser:
        camera = draw(browser, copy_of_template(Path(place) / "installation"), PICTURES)
    for old in PICTURES.glob("*.png"):
        if old.stem not in camera.names:
            old.unlink()
    print(f"{len(camera.names)} pictures in {PICTURES.relative_to(ROOT)}/")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
