"""A campaign with every kind of block, a municipality and its site: what the channels are shown."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale, Page, Site

from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage, Edition, HomePage
from kampanj.municipality.models import CampaignImage, SiteSettings

ORIGIN = "https://kampanj.example.org"


@pytest.fixture
def picture(db: None) -> CampaignImage:
    """A small PNG in the library."""
    file = io.BytesIO()
    Image.new("RGB", (1400, 700), "#0B4A6F").save(file, "PNG")
    file.seek(0)
    return CampaignImage.objects.create(title="Köksbordet", file=ImageFile(file, name="koksbordet.png"))


@pytest.fixture
def municipality(db: None) -> SiteSettings:
    """Exempelstad's settings, on a site whose root is a front page."""
    site = Site.objects.get(is_default_site=True)
    home = Page.objects.get(depth=1).specific.add_child(
        instance=HomePage(title="Exempelstad", slug="exempelstad", locale=Locale.objects.get_or_create(language_code="sv")[0])
    )
    site.root_page = home
    site.hostname = "kampanj.example.org"
    site.save()
    settings = SiteSettings.for_site(site)
    settings.municipality_name = "Exempelstads kommun"
    settings.base_url = ORIGIN
    settings.sender_name = "Trygg i Exempelstad"
    settings.sender_email = "trygg@example.org"
    settings.contact_name = "Kontaktcenter"
    settings.contact_email = "kontakt@example.org"
    settings.contact_phone = "010-123 45 67"
    settings.privacy_url = "https://kampanj.example.org/personuppgifter/"
    settings.save()
    return settings


@pytest.fixture
def help_lines(db: None) -> list[HelpLine]:
    """One emergency number and one with a site."""
    checked = dt.date(2026, 1, 1)
    return [
        HelpLine.objects.create(name="Nödnummer", phone="112", is_emergency=True, hours="dygnet runt", checked_on=checked),
        HelpLine.objects.create(
            name="Jourlinjen", phone="010-111 22 33", url="https://jour.example.org/", audience="för vuxna", checked_on=checked
        ),
    ]


SAMPLE = '<p>Börja med <b>det du sett</b>. <a href="/rad/">Läs våra råd</a>.</p><ul><li>Fråga</li><li>Lyssna</li></ul>'


def body(picture: CampaignImage, help_lines: list[HelpLine]) -> list[dict[str, Any]]:
    """Raw stream data with one of every block that a panel may hold."""
    return [
        {"type": "heading", "value": {"text": "Vad är det du ser?"}},
        {"type": "rich_text", "value": {"text": SAMPLE}},
        {
            "type": "fact",
            "value": {
                "figure": "59 av 73",
                "statement": "skolor svarade.",
                "source": "Enkäten 2020",
                "source_url": "https://fakta.example.org/",
            },
        },
        {"type": "quote", "value": {"text": "Jag ville att någon skulle fråga.", "attribution": "Elev (exempel)"}},
        {
            "type": "image",
            "value": {
                "image": {"image": picture.pk, "alt_text": "Ett köksbord i kvällsljus", "decorative": False},
                "caption": "Hemma.",
            },
        },
        {"type": "help_lines", "value": {"heading": "Ring någon", "lines": [line.pk for line in help_lines]}},
        {
            "type": "accordion",
            "value": {"items": [{"title": "Måste jag säga vem jag är?", "text": "<p>Nej, det behöver du inte.</p>"}]},
        },
        {"type": "call_to_action", "value": {"label": "Gör en anmälan", "page": None, "url": "https://anmal.example.org/"}},
        {
            "type": "event",
            "value": {
                "title": "Föreläsning & samtal",
                "start": "2027-01-20T18:00:00+01:00",
                "end": "2027-01-20T20:00:00+01:00",
                "place": "Aulan",
                "registration_url": "https://anmal.example.org/?a=1&b=2",
                "registration_last_day": "2027-01-17",
                "text": "Kom & lyssna.",
            },
        },
    ]


@pytest.fixture
def make_campaign(municipality: SiteSettings, picture: CampaignImage, help_lines: list[HelpLine]) -> Callable[..., CampaignPage]:
    """Makes and publishes a campaign; keyword arguments replace fields, `language` chooses the locale."""

    def make(*, language: str = "sv", **fields: Any) -> CampaignPage:
        locale, _made = Locale.objects.get_or_create(language_code=language)
        panel = {"title": "…att det var så nära.", "in_letter": True, "body": body(picture, help_lines)}
        left_out = {**panel, "title": "…att det syntes.", "in_letter": False}
        values: dict[str, Any] = {
            "title": "Jag trodde aldrig…",
            "slug": f"jag-trodde-aldrig-{language}",
            "summary": "En kampanj om det som är närmare än man tror.",
            "panels": [{"type": "panel", "value": panel}, {"type": "panel", "value": left_out}],
            "teacher_guide": [{"type": "rich_text", "value": {"text": "<p>Bara för läraren.</p>"}}],
            "discussion": [{"type": "discussion_question", "value": {"question": "Vad gör en bra vän?", "guidance": "Ge tid."}}],
            "quiz": [
                {
                    "type": "quiz_question",
                    "value": {
                        "question": "Vilket nummer ringer du i nödläge?",
                        "alternatives": [{"text": "112", "correct": True}, {"text": "114 14", "correct": False}],
                        "explanation": "114 14 går till polisen.",
                    },
                }
            ],
            "letter_subject": "Det är närmare än man tror",
            "letter_preheader": "Tre saker du kan göra i kväll",
            "letter_greeting": "<p>Hej! Det här brevet handlar om <b>ditt barn</b>.</p>",
            "school_subject": "Lektion att hämta",
            "school_greeting": "<p>Hej! Här är ett paket till er skola.</p>",
        }
        values.update(fields)
        page = CampaignPage(locale=locale, **values)
        Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
        page.save_revision().publish()
        return CampaignPage.objects.get(pk=page.pk)

    return make


@pytest.fixture
def campaign(make_campaign: Callable[..., CampaignPage]) -> CampaignPage:
    """The Swedish campaign, published."""
    return make_campaign()


@pytest.fixture
def edition(campaign: CampaignPage) -> Edition:
    """The Swedish campaign, frozen."""
    return Edition.freeze(campaign)
