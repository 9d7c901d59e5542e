"""Cards and pictures for the tests of the share kit, and what is seen of a picture by looking at its pixels."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from PIL import Image, ImageChops

from kampanj.channels.social.card import Card, themes
from kampanj.channels.social.layout import Layout
from kampanj.channels.social.painting import ground, painted
from kampanj.municipality.colour import contrast
from kampanj.municipality.models import SiteSettings

THEMES = themes(SiteSettings())
LONG_SWEDISH = "Föräldramöteskallelsehanteringsrutin och vårdnadshavarsamverkansgruppen."
LONG_GERMAN = "Donaudampfschifffahrtsgesellschaftskapitänsmütze, Rindfleischetikettierungsüberwachungsaufgabe."
ARABIC = "«لم أتخيل يومًا…» كيف تنتهي جملتك؟ اقرأ عن العلامات والحديث وطرق المساعدة لأولياء الأمور."
UKRAINIAN = "«Я ніколи не думала…» Чим закінчується твоє речення? Прочитай про ознаки, розмови й допомогу. Ґанок, їжак, є."
SOMALI = "“Weligay uma malayn…” Sidee ayay jumladdaadu u dhammaanaysaa? Akhri calaamadaha iyo sida loo caawiyo."


def a_card(**values: Any) -> Card:
    """A Swedish card with everything on it but a photo."""
    usual = Card(
        lead="Orolig för ett barn?",
        rest="Du behöver inte vara säker för att ringa. Kontaktcenter: 0152-291 00.",
        kicker="Jag trodde aldrig…",
        sender="Strängnäs kommun",
        address="strangnas.se/jag-trodde-aldrig",
        theme=THEMES[0],
        language="sv",
        right_to_left=False,
        logo=Image.new("RGBA", (320, 320), "#0B4A6F"),
    )
    return dataclasses.replace(usual, **values)


def noise(width: int = 1600, height: int = 1000) -> Image.Image:
    """The worst photo: black and white specks of many sizes."""
    small = Image.frombytes("L", (width // 8, height // 8), random.Random(7).randbytes((width // 8) * (height // 8)))
    large = small.point(lambda level: 255 if level > 127 else 0).resize((width, height), Image.Resampling.NEAREST)
    return large.convert("RGB")


def written_within(layout: Layout) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of all pixels that the words have changed; None when there is none."""
    return ImageChops.difference(ground(layout), painted(layout)).getbbox()


def worst_contrast(picture: Image.Image, layout: Layout) -> float:
    """The lowest contrast of any text with any pixel behind it, in a picture without the words."""
    found = 21.0
    for words in layout.texts:
        for box in words.boxes():
            part = picture.convert("RGB").crop(box)
            for _count, (red, green, blue) in part.getcolors(part.width * part.height):
                found = min(found, contrast(words.colour, f"#{red:02X}{green:02X}{blue:02X}"))
    return found
