"""The letter: what it says in both parts, what it never does, and what stops it."""

from __future__ import annotations

import email
import re
from collections import Counter
from collections.abc import Callable
from email.policy import default as default_policy
from typing import Any

import html5lib
import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from kampanj.channels import email as channel
from kampanj.channels.drawing import PictureMissing
from kampanj.channels.email import PACKAGE_SLOT, UNSUBSCRIBE_SLOT, VIA_SLOT, LetterIncomplete, LetterTooLong, letter
from kampanj.channels.mjml_rules import BrokenMjml
from kampanj.content.models import CampaignPage, Edition
from kampanj.municipality.models import CampaignImage, SiteSettings

pytestmark = [pytest.mark.bare, pytest.mark.django_db]

ORIGIN = "https://kampanj.example.org"
ESSENTIALS = (
    "Exempelstads kommun",
    "Trygg i Exempelstad",
    "ditt barn",
    "att det var så nära.",
    "Vad är det du ser?",
    f"{ORIGIN}/rad/",
    "59 av 73",
    "Enkäten 2020",
    "https://fakta.example.org/",
    "Jag ville att någon skulle fråga.",
    "Ett köksbord i kvällsljus",
    "Ring någon",
    "112",
    "010-111 22 33",
    "https://jour.example.org/",
    "Måste jag säga vem jag är?",
    "Gör en anmälan",
    "https://anmal.example.org/",
    "kontakt@example.org",
    "010-123 45 67",
    f"{ORIGIN}/personuppgifter/",
    f"{ORIGIN}/jag-trodde-aldrig-sv/",
)

MakeCampaign = Callable[..., CampaignPage]


def test_both_parts_hold_the_same(edition: Edition) -> None:
    written = letter(edition)
    assert [words for words in ESSENTIALS if words not in written.html] == []
    assert [words for words in ESSENTIALS if words not in written.text] == []


def test_a_panel_left_out_of_the_letter_is_in_neither_part(edition: Edition) -> None:
    written = letter(edition)
    assert "att det syntes" not in written.html + written.text


def test_the_letter_knows_subject_preheader_and_language(edition: Edition) -> None:
    written = letter(edition)
    assert (written.subject, written.preheader, written.language) == (
        "Det är närmare än man tror",
        "Tre saker du kan göra i kväll",
        "sv",
    )
    tree = html.fromstring(written.html)
    assert tree.findtext(".//title") == written.subject
    assert written.preheader in tree.xpath("string(//body/div[1][contains(@style, 'display:none')])")


def test_numbers_can_be_called_from_the_letter(edition: Edition) -> None:
    assert {"tel:112", "tel:0101112233", "tel:0101234567"} <= set(html.fromstring(letter(edition).html).xpath("//a/@href"))


@pytest.mark.parametrize("audience", ["guardians", "schools"])
def test_nothing_is_fetched_from_elsewhere(edition: Edition, audience: Any) -> None:
    source = letter(edition, audience).html
    tree = html.fromstring(source)
    fetched = tree.xpath("//img/@src | //link/@href | //script/@src | //*/@background | //iframe/@src")
    assert all(address.startswith(f"{ORIGIN}/") for address in fetched)
    assert not tree.xpath("//link | //script | //iframe | //form")
    assert not re.search(r"@import|url\(|googleapis|@font-face", source)


def test_every_picture_has_an_alternative_and_a_size_to_be_seen(edition: Edition) -> None:
    pictures = html.fromstring(letter(edition).html).xpath("//img")
    assert [picture.get("alt") for picture in pictures] == ["Ett köksbord i kvällsljus"]
    assert all(int(picture.get("width")) > 100 for picture in pictures)


def test_guardians_get_one_personal_address_in_each_part(edition: Edition) -> None:
    written = letter(edition)
    assert html.fromstring(written.html).xpath("//a/@href").count(UNSUBSCRIBE_SLOT) == 1
    assert written.html.replace(VIA_SLOT, "").count("KAMPANJ-SLOT") == 1
    assert written.text.splitlines().count(UNSUBSCRIBE_SLOT) == 1
    assert written.text.replace(VIA_SLOT, "").count("KAMPANJ-SLOT") == 1


@pytest.mark.parametrize("audience", ["guardians", "schools"])
def test_links_to_the_campaign_have_a_place_for_the_mailing_s_mark(edition: Edition, audience: Any) -> None:
    written = letter(edition, audience)
    marked = f"{edition.web_url}{VIA_SLOT}"
    links = html.fromstring(written.html).xpath("//a/@href")
    assert marked in links
    assert marked in written.text.splitlines()
    assert edition.web_url not in {*links, *written.text.splitlines()}


def test_schools_get_a_package_to_fetch_and_are_told_what_is_in_it(edition: Edition) -> None:
    written = letter(edition, "schools")
    links = html.fromstring(written.html).xpath("//a/@href")
    assert sorted(link for link in links if link.startswith("KAMPANJ")) == [PACKAGE_SLOT, UNSUBSCRIBE_SLOT]
    assert [line for line in written.text.splitlines() if line.startswith("KAMPANJ")] == [PACKAGE_SLOT, UNSUBSCRIBE_SLOT]
    assert f"{edition.web_url}{VIA_SLOT}" in links
    assert written.subject == "Lektion att hämta"
    items = [item.text_content() for item in html.fromstring(written.html).xpath("//ul/li")]
    assert len(items) == 4
    for counted, item in zip(("2", "1", "1"), items, strict=False):
        assert item.startswith(counted)
        assert f"– {item}" in written.text


def test_filling_the_slots_escapes_in_html_only(edition: Edition) -> None:
    filled = letter(edition, "schools").filled(unsubscribe="https://x.example.org/?a=1&b=2", package="https://x.example.org/p")
    assert "KAMPANJ-SLOT" not in filled.html + filled.text
    assert "https://x.example.org/?a=1&amp;b=2" in filled.html
    assert "https://x.example.org/?a=1&b=2" in filled.text


def test_arabic_is_written_from_right_to_left(make_campaign: MakeCampaign) -> None:
    written = letter(Edition.freeze(make_campaign(language="ar")))
    tree = html.fromstring(written.html)
    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    assert "text-align:right" in written.html
    assert "direction:ltr" not in "".join(tree.xpath("//*/@style"))


def test_swedish_is_written_from_left_to_right(edition: Edition) -> None:
    tree = html.fromstring(letter(edition).html)
    assert (tree.get("lang"), tree.get("dir")) == ("sv", "ltr")


def test_the_colours_are_the_municipality_s_in_both_schemes(make_campaign: MakeCampaign, municipality: SiteSettings) -> None:
    municipality.lake, municipality.dark_paper = "#123ABC", "#0A0B0C"
    municipality.save()
    source = letter(Edition.freeze(make_campaign())).html
    assert "#123ABC" in source
    dark = source.split("prefers-color-scheme: dark")[1]
    assert "#0A0B0C" in dark
    assert 'name="color-scheme" content="light dark"' in source


def test_the_letter_is_small(edition: Edition) -> None:
    assert len(letter(edition).html.encode()) < 90_000


def test_a_letter_that_mail_programs_would_cut_off_is_refused(make_campaign: MakeCampaign) -> None:
    body = [{"type": "rich_text", "value": {"text": f"<p>{'Lång text. ' * 400}</p>"}}]
    panel = {"type": "panel", "value": {"title": "…och mer.", "in_letter": True, "body": body}}
    with pytest.raises(LetterTooLong):
        letter(Edition.freeze(make_campaign(panels=[panel] * 25)))


@pytest.mark.parametrize(
    ("audience", "missing"),
    [
        ("guardians", {"letter_subject": ""}),
        ("guardians", {"letter_greeting": "<p> </p>"}),
        ("guardians", {"panels": []}),
        ("schools", {"school_subject": " "}),
        ("schools", {"school_greeting": ""}),
    ],
)
def test_a_letter_that_lacks_something_is_refused(make_campaign: MakeCampaign, audience: Any, missing: dict[str, Any]) -> None:
    edition = Edition.freeze(make_campaign(**missing))
    with pytest.raises(LetterIncomplete) as refusal:
        letter(edition, audience)
    assert "Jag trodde aldrig…" in str(refusal.value)
    assert str(refusal.value).count(",") == 0, "Exactly one thing is missing"


def test_everything_that_is_missing_is_named_at_once(make_campaign: MakeCampaign, municipality: SiteSettings) -> None:
    municipality.municipality_name = municipality.sender_name = ""
    municipality.save()
    edition = Edition.freeze(make_campaign(letter_subject="", letter_greeting="", panels=[]))
    with pytest.raises(LetterIncomplete) as refusal:
        letter(edition)
    assert str(refusal.value).count(",") == 3


def test_a_lost_picture_stops_the_letter_and_is_named(edition: Edition, picture: CampaignImage) -> None:
    picture.renditions.all().delete()
    picture.file.storage.delete(picture.file.name)
    with pytest.raises(PictureMissing, match="Köksbordet"):
        letter(edition)


def test_a_line_break_in_the_subject_makes_no_new_header(make_campaign: MakeCampaign) -> None:
    edition = Edition.freeze(make_campaign(letter_subject="Hej\r\nBcc: alla@example.org"))
    assert letter(edition).subject == "Hej Bcc: alla@example.org"
    assert email.message_from_bytes(channel.render(edition)[2].content)["Bcc"] is None


def test_the_same_letter_is_compiled_once(edition: Edition) -> None:
    channel.compiled.cache_clear()
    letter(edition)
    letter(Edition.objects.get(pk=edition.pk))
    assert channel.compiled.cache_info().misses == 1
    letter(edition, "schools")
    assert channel.compiled.cache_info().misses == 2


def test_broken_mjml_is_never_compiled() -> None:
    with pytest.raises(BrokenMjml, match="mj-sektion"):
        channel.compiled("<mjml><mj-body><mj-sektion/></mj-body></mjml>")


def test_the_files_are_html_text_and_a_message(edition: Edition) -> None:
    files = {artifact.name: artifact for artifact in channel.render(edition)}
    assert list(files) == [f"jag-trodde-aldrig-sv-sv-brev.{ending}" for ending in ("html", "txt", "eml")]
    assert all(b"KAMPANJ-SLOT" not in artifact.content for artifact in files.values())
    message = email.message_from_bytes(files["jag-trodde-aldrig-sv-sv-brev.eml"].content, policy=default_policy)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Subject"] == "Det är närmare än man tror"
    assert message["From"].addresses[0].display_name == "Trygg i Exempelstad"
    assert edition.web_url in message.get_body(("plain",)).get_content()
    assert message.defects == []
    assert max(map(len, files["jag-trodde-aldrig-sv-sv-brev.eml"].content.splitlines())) <= 998


def test_the_files_are_the_same_every_time(edition: Edition) -> None:
    assert channel.render(edition) == channel.render(Edition.objects.get(pk=edition.pk))


def test_text_lines_are_short_unless_they_are_an_address(edition: Edition) -> None:
    lines = letter(edition).text.splitlines()
    assert all(len(line) <= 72 or "://" in line for line in lines)
    assert any(len(line) > 60 for line in lines), "There are lines long enough to need wrapping"


def test_wrapping_keeps_addresses_whole_and_list_items_hanging() -> None:
    address = "https://example.org/" + "a-b" * 40
    wrapped = channel.wrapped(f"– {'ord ' * 30}\n\n\n\n{address}")
    assert address in wrapped.splitlines()
    assert wrapped.splitlines()[1].startswith("  ord")
    assert "\n\n\n" not in wrapped


# --- Previews -------------------------------------------------------------------------------------------------------


def show(name: str, edition: Edition) -> Any:
    door = next(door for door in channel.DOORS if door.name == name)
    return door.show(edition, RequestFactory().get("/"))


@pytest.mark.parametrize("name", ["email", "email_text", "email_schools"])
def test_a_preview_may_load_pictures_of_the_municipality_and_nothing_else(edition: Edition, name: str) -> None:
    response = show(name, edition)
    assert response._csp_config["default-src"] == ["'none'"]
    assert response._csp_config["img-src"] == ["'self'", ORIGIN]
    assert "script-src" not in response._csp_config
    assert "KAMPANJ-SLOT" not in response.content.decode()


def test_the_preview_shows_what_is_not_yet_saved(campaign: CampaignPage) -> None:
    campaign.letter_greeting = "<p>Ännu inte sparat.</p>"
    edition = Edition.draft(campaign)
    assert "Ännu inte sparat." in show("email", edition).content.decode()
    assert "Ännu inte sparat." in show("email_text", edition).content.decode()


def test_the_preview_says_what_is_missing(campaign: CampaignPage) -> None:
    campaign.letter_subject = ""
    response = show("email", Edition.draft(campaign))
    with pytest.raises(LetterIncomplete) as refusal:
        letter(Edition.draft(campaign))
    assert html.fromstring(response.content.decode()).findtext(".//p") == str(refusal.value)


# --- Anything may be written ----------------------------------------------------------------------------------------

NASTY = (
    "</mj-text>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    "]]>",
    "<!--",
    "-->",
    "{{ page }}",
    "{% url %}",
    "&nbsp;&#0;&lt;",
    "\x00\x0b\ufffe",
    "\u202e",
    "</style>",
)
written_by_anybody = st.lists(st.one_of(st.text(max_size=30), st.sampled_from(NASTY)), max_size=4).map(
    lambda parts: "x" + "".join(parts)
)


def with_words(words: str) -> dict[str, Any]:
    """A campaign's fields with `words` wherever an editor writes plain text."""
    body = [
        {"type": "heading", "value": {"text": words}},
        {"type": "fact", "value": {"figure": words, "statement": words, "source": words, "source_url": "https://x.example.org/"}},
        {"type": "quote", "value": {"text": words, "attribution": words}},
        {"type": "accordion", "value": {"items": [{"title": words, "text": "<p>x</p>"}]}},
        {"type": "call_to_action", "value": {"label": words, "page": None, "url": "https://x.example.org/"}},
    ]
    return {
        "title": words,
        "letter_subject": words,
        "letter_preheader": words,
        "panels": [{"type": "panel", "value": {"title": words, "in_letter": True, "body": body}}],
    }


def tags(source: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often each tag stands with which attributes, as a browser reads it."""
    tree = html5lib.parse(source, namespaceHTMLElements=False)
    return Counter((str(element.tag), tuple(sorted(element.attrib))) for element in tree.iter() if isinstance(element.tag, str))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=written_by_anybody)
def test_no_words_break_the_letter_or_get_out_of_it(campaign: CampaignPage, words: str) -> None:
    def drawn(text: str) -> channel.Letter:
        for name, value in with_words(text).items():
            setattr(campaign, name, value)
        return letter(Edition.draft(campaign))

    written = drawn(words)
    assert tags(written.html) == tags(drawn("x").html)
    assert "\x00" not in written.html + written.text
