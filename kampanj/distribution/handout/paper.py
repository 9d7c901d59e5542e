"""The papers of a round, as PDF/UA-1 on A4: the round sheet, a sheet for each area, and the order to the printer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.models import Locale

from kampanj.channels.contents import File
from kampanj.channels.pressroom.press import printed, require_paper
from kampanj.channels.print.code import code
from kampanj.content.edition import settings_of
from kampanj.distribution.handout import links, order
from kampanj.distribution.handout.figures import figures_of
from kampanj.distribution.handout.models import HandoutArea, HandoutRound
from kampanj.municipality.look import light_scheme

STYLES = Path(__file__).with_name("sheets.css")
SVG = "image/svg+xml"


def round_sheet(handout: HandoutRound) -> bytes:
    """For the team: areas and numbers, boxes to tick, room to write, and the way to the phone page. It lets its holder enter
    numbers: for those who may change the round."""
    address = links.phone_address(handout)
    with translation.override(settings.LANGUAGE_CODE):
        words = {"figures": figures_of(handout), "address": address, "can_count": links.works(handout)}
        return _drawn("round_sheet", handout, [File("pages/phone.svg", SVG, code(address))], **words)


def area_sheets(handout: HandoutRound) -> bytes:
    """A page for each area, to put up where the folders lie: the campaign in its own language and the area's own code."""
    locale: Locale = handout.campaign.locale
    cards, files = [], []
    for area in HandoutArea.objects.filter(round=handout):
        address = links.area_address(handout, area)
        name = f"area-{area.pk}.svg"
        files.append(File(f"pages/{name}", SVG, code(address)))
        cards.append({"area": area, "code": name, "address": address, "short": address.partition("?")[0]})
    language = locale.language_code
    with translation.override(language):
        return _drawn("area_sheets", handout, files, cards=cards, language=language, own_language=settings.LANGUAGE_CODE)


def order_sheet(handout: HandoutRound) -> bytes:
    """For the printer. Raises as `order.order_of`."""
    with translation.override(settings.LANGUAGE_CODE):
        return _drawn("order_sheet", handout, [], order=order.order_of(handout))


def _drawn(name: str, handout: HandoutRound, files: list[File], **context: Any) -> bytes:
    """The PDF of a template. PaperMissing without Pango, ChannelError when it cannot be made."""
    require_paper()
    municipality = settings_of(handout.campaign)
    language = context.setdefault("language", settings.LANGUAGE_CODE)
    colours = "".join(f"--{key}: {value};" for key, value in light_scheme(municipality).items())
    document = render_to_string(
        f"kampanj/desk/handout/{name}.html",
        {
            "handout": handout,
            "campaign": handout.campaign,
            "municipality": municipality,
            "direction": "rtl" if translation.get_language_info(language)["bidi"] else "ltr",
            "styles": f":root {{ {colours} }}\n{STYLES.read_text(encoding='utf-8')}",
            **context,
        },
    )
    made = printed(document, files, identifier=f"kampanj-handout-{handout.pk}-{name}")
    with made.open() as opened:
        return opened.read()
