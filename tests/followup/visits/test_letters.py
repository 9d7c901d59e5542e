"""Which links of a letter are marked, and that nobody's letter differs from another's by it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from lxml import html

from kampanj.channels import email as channel
from kampanj.channels.email import VIA_SLOT, letter
from kampanj.content.models import CampaignPage, Edition
from kampanj.distribution import clock, outbox
from kampanj.distribution.approval import approved_message, letter_bytes
from kampanj.distribution.envelope import in_eight_bit
from kampanj.distribution.models import ApprovedLetter, Mailing
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.preview import letter_response
from kampanj.distribution.pump import pump
from kampanj.distribution.testletter import send_test
from kampanj.distribution.transport import outbox as outbox_of_letters
from kampanj.followup.visits.models import VisitCount
from kampanj.municipality.roles import COMMUNICATOR
from tests.distribution.people import person
from tests.followup.visits.conftest import opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_outbox() -> None:
    outbox_of_letters().clear()


def captured() -> list[Any]:
    """The letters that have left, at least one."""
    found = [outbox.captured("letters", key) for key in outbox.newest_first(outbox_of_letters())]
    assert found
    return [one.message for one in found if one is not None]


def links_of(message: Any) -> tuple[list[str], list[str]]:
    """The addresses in the HTML and in the text."""
    shown, plain = (message.get_body((kind,)).get_content() for kind in ("html", "plain"))
    return html.fromstring(shown).xpath("//a/@href"), re.findall(r"https?://[^\s)]+", plain)


def sent(segment: str) -> Mailing:
    made = make_mailing(slug="jag-trodde-aldrig", segment_name=segment, at=None, is_approved=True)
    clock.start_due()
    pump()
    return made


@pytest.mark.parametrize("segment", ["Alla vårdnadshavare", "Alla skolor"])
def test_every_link_to_the_campaign_says_which_mailing_and_nothing_else(segment: str, client: Client) -> None:
    made = sent(segment)
    pages = {edition.language: edition.web_url for edition in (one.edition for one in ApprovedLetter.objects.all())}
    found: dict[str, set[str]] = {}
    for message in captured():
        language = str(message["Content-Language"])
        for addresses in links_of(message):
            to_campaign = [address for address in addresses if address.startswith(pages[language])]
            assert to_campaign
            found.setdefault(language, set()).update(to_campaign)
    assert found
    assert found == {language: {f"{pages[language]}?via=brev-{made.pk}"} for language in found}
    for address in {address for addresses in found.values() for address in addresses}:
        assert opened(client, "/" + address.split("/", 3)[3]).status_code == 200
    assert sum(VisitCount.objects.values_list("visits", flat=True)) == len(found)


def test_a_link_that_an_editor_has_written_to_the_campaign_is_marked_too() -> None:
    page = CampaignPage.objects.get(locale__language_code="sv", slug="jag-trodde-aldrig")
    web_url = Edition.of_published(page).web_url
    page.letter_greeting = f'<p><a href="{web_url}#mer">Mer</a> och <a href="{web_url}annat/">annat</a></p>'
    written = letter(Edition.draft(page))
    assert f'href="{web_url}{VIA_SLOT}#mer"' in written.html
    assert f'href="{web_url}annat/"' in written.html
    assert f"({web_url}{VIA_SLOT}#mer)" in written.text
    assert f"({web_url}annat/)" in written.text
    filled = written.filled(unsubscribe="#", package="#", via="?via=brev-7")
    assert f'href="{web_url}?via=brev-7#mer"' in filled.html


def test_letters_on_the_screen_and_test_letters_count_nobody() -> None:
    made = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=False)
    send_test(made, "nagon@example.org", user=person("skribent", COMMUNICATOR))
    for message in captured():
        for addresses in links_of(message):
            assert addresses
            assert not any("via=" in address for address in addresses)
    for part in ("html", "text"):
        shown = letter_response(made, "sv", part).content.decode()
        assert "KAMPANJ-SLOT" not in shown
        assert "via=" not in shown


def test_what_is_approved_has_the_place_for_the_mark_and_fits_eight_bits() -> None:
    made = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    for kept in ApprovedLetter.objects.filter(approval__mailing=made):
        stored = approved_message(kept)
        assert VIA_SLOT.encode() in stored
        assert stored == letter_bytes(kept.edition, made)
        assert in_eight_bit(stored) is not None


def test_the_files_of_the_letter_have_no_mark() -> None:
    page = CampaignPage.objects.get(locale__language_code="sv", slug="jag-trodde-aldrig")
    for artifact in channel.render(Edition.of_published(page)):
        assert b"via=" not in artifact.content
