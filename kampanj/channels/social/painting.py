"""Draws a layout: colour, photo under a veil of it, the campaign's three dots, the logo, the words.

The veil is as thin as it can be while every text reaches 4.5 : 1, which is measured in the drawn pixels.
"""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageOps

from kampanj.channels.social.card import Card, Format, Theme
from kampanj.channels.social.contrast import Box, measured
from kampanj.channels.social.exceptions import NotDrawable, TooPale
from kampanj.channels.social.fitting import ELLIPSIS, without_ellipsis
from kampanj.channels.social.layout import Layout, Words, arranged
from kampanj.municipality.colour import AA_TEXT, contrast
from kampanj.municipality.look import mix

# What JPEG may make of the measured contrast where a photo is full of specks.
MARGIN = 1.35
VEILS = (0.82, 0.86, 0.9, 0.94, 0.97, 1.0)
TINT = 0.08
MOST_BYTES = 300_000
QUALITIES = (90, 84, 78, 70, 60)
# Three dots that grow: their diameters and the gaps between them, in sizes of the letters beside them.
DOTS = (0.16, 0.22, 0.3)
DOT_GAP = 0.1
# Edges of shapes are drawn so many times larger and made smaller: soft.
FINE = 4


def drawn(card: Card, form: Format) -> bytes:
    """The card as JPEG of exactly the format's size, at most MOST_BYTES. NotDrawable when it cannot be, and nothing is made."""
    return as_jpeg(painted(arranged(card, form)))


def as_jpeg(image: Image.Image) -> bytes:
    """JPEG with full colour resolution, for the letters' edges."""
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, subsampling=0, optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise NotDrawable(
        _("The picture has so many details that it is larger than 300 kB. Choose a calmer cover picture."), "cover_image"
    )


def painted(layout: Layout) -> Image.Image:
    """The whole picture (RGB). TooPale when some text would reach less than 4.5 : 1."""
    image = ground(layout)
    for words in layout.texts:
        found = min(measured(image, box, words.colour) for box in words.boxes())
        if found < AA_TEXT:
            raise TooPale(
                _(
                    "The text would be read with difficulty (contrast %(ratio).1f : 1; at least 4.5 : 1 is needed). "
                    "Choose other colours in the municipality's settings."
                )
                % {"ratio": found},
                "municipality",
            )
    pen = ImageDraw.Draw(image)
    for words in layout.texts:
        _write(pen, image, words, layout.card.theme.mark)
    return image


def ground(layout: Layout) -> Image.Image:
    """Everything but the words, on which they are read."""
    image = Image.new("RGB", layout.format.size, layout.card.theme.ground)
    if layout.card.photo is not None:
        _show_photo(image, layout, layout.card.photo)
    else:
        _decorate(image, layout)
    if layout.logo is not None and layout.card.logo is not None:
        _lay_logo(image, layout.logo, layout.card.logo, layout.card.theme.paper)
    return image


# --- The photo and its veil ------------------------------------------------------------------------------------------


def _show_photo(image: Image.Image, layout: Layout, whole: Image.Image) -> None:
    card, form = layout.card, layout.format
    box = _photo_box(layout)
    photo = ImageOps.fit(whole, (box[2] - box[0], box[3] - box[1]), Image.Resampling.LANCZOS, centering=card.focus)
    plain = Image.new("RGB", form.size, card.theme.ground)
    boxes = [(words.colour, box) for words in layout.texts for box in words.boxes()]
    for veil in VEILS:
        image.paste(photo, box[:2])
        image.paste(plain, mask=_veil(layout, box, veil))
        if all(measured(image, text, colour) >= AA_TEXT * MARGIN for colour, text in boxes):
            return


def _photo_box(layout: Layout) -> Box:
    """Where the photo is: above the words, or beside them, and some way under them."""
    width, height = layout.format.size
    if not layout.format.is_wide:
        return (0, 0, width, min(height, round(max(layout.top + 0.12 * height, 0.5 * height))))
    left = round(0.46 * width) if layout.beside_photo else 0
    return (0, 0, width - left, height) if layout.card.right_to_left else (left, 0, width, height)


def _veil(layout: Layout, box: Box, strength: float) -> Image.Image:
    """How much of the ground's colour lies on each pixel: little on the photo, `strength` behind words, all at its end."""
    width, height = layout.format.size
    if not layout.format.is_wide:
        fade, begin = 0.15 * height, layout.top - 0.03 * height
        levels = [_level(strength, (y - begin + fade) / fade, (box[3] - y) / (0.1 * height)) for y in range(height)]
        return Image.frombytes("L", (1, height), bytes(levels)).resize(layout.format.size)
    if not layout.beside_photo:
        return Image.new("L", layout.format.size, round(255 * strength))
    turned = layout.card.right_to_left
    lines = [line for words in layout.texts for line in words.boxes()]
    reach = max(width - line[0] if turned else line[2] for line in lines) + 12
    near, fade = width - (box[2] - box[0]), 0.22 * width
    levels = [_level(strength, (reach + fade - x) / fade, (x - near) / (0.12 * width)) for x in range(width)]
    return Image.frombytes("L", (width, 1), bytes(levels[::-1] if turned else levels)).resize(layout.format.size)


def _level(strength: float, inwards: float, from_edge: float) -> int:
    """0–255 at a point: how far it is into the fade towards the words, and from the photo's edge (1 and more: all the way)."""
    veil = TINT + (strength - TINT) * _smooth(inwards)
    return round(255 * (1 - (1 - veil) * _smooth(from_edge)))


def _smooth(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


# --- Shapes ----------------------------------------------------------------------------------------------------------


def _decorate(image: Image.Image, layout: Layout) -> None:
    """Three large dots in a tone of the ground, growing out of the picture's lower corner."""
    width, height = layout.format.size
    theme = layout.card.theme
    tone = _tone(theme)
    across = min(width, height)
    radii = [share * across for share in (0.1, 0.17, 0.29)]
    x, y = width + 0.1 * across, height - 0.06 * across
    places = []
    for radius in reversed(radii):
        x -= radius
        places.append((x, y - radius + 0.29 * across * 0.35, radius))
        x -= radius + 0.05 * across
    for x_at, y_at, radius in places:
        middle = width - x_at if layout.card.right_to_left else x_at
        _disc(image, middle, y_at, radius, tone)


def _tone(theme: Theme) -> str:
    """The ground, a little nearer to its text; less where a text would suffer."""
    tones = (mix(theme.ground, theme.text, share) for share in (0.06, 0.03))
    fine = (tone for tone in tones if all(contrast(text, tone) >= AA_TEXT * MARGIN for text in (theme.text, theme.kicker)))
    return next(fine, theme.ground)


def _disc(image: Image.Image, x: float, y: float, radius: float, colour: str) -> None:
    left, top = int(x - radius) - 1, int(y - radius) - 1
    side = int(2 * radius) + 3
    fine = Image.new("L", (side * FINE, side * FINE))
    box = [(x - left - radius) * FINE, (y - top - radius) * FINE, (x - left + radius) * FINE, (y - top + radius) * FINE]
    ImageDraw.Draw(fine).ellipse(box, fill=255)
    image.paste(colour, (left, top), fine.resize((side, side), Image.Resampling.BOX))


def _lay_logo(image: Image.Image, box: Box, logo: Image.Image, paper: str) -> None:
    """The logo as it is, on paper, for it may have any colours; never enlarged."""
    width, height = box[2] - box[0], box[3] - box[1]
    fine = Image.new("L", (width * FINE, height * FINE))
    ImageDraw.Draw(fine).rounded_rectangle((0, 0, width * FINE - 1, height * FINE - 1), radius=height * FINE * 0.16, fill=255)
    image.paste(paper, box[:2], fine.resize((width, height), Image.Resampling.BOX))
    pad = round(height * 0.13)
    scale = min((width - 2 * pad) / logo.width, (height - 2 * pad) / logo.height, 1.0)
    shown = logo.resize((max(1, round(logo.width * scale)), max(1, round(logo.height * scale))), Image.Resampling.LANCZOS)
    image.paste(shown, (box[0] + (width - shown.width) // 2, box[1] + (height - shown.height) // 2), shown)


# --- Words -----------------------------------------------------------------------------------------------------------


def _write(pen: ImageDraw.ImageDraw, image: Image.Image, words: Words, mark: str) -> None:
    face, size = words.fitted.typeface, words.fitted.size
    lines = list(words.lines())
    for number, (line, x, y) in enumerate(lines):
        shown = line
        if number == len(lines) - 1 and line.endswith(ELLIPSIS):
            shown = without_ellipsis(line)
            _dot(image, words, x, y, shown, mark)
        pen.text((x, y), shown, font=face.at(size), fill=words.colour, anchor=face.anchor, **face.options)


def _dot(image: Image.Image, words: Words, x: float, y: float, before: str, mark: str) -> None:
    """Three growing dots in the ellipsis' place."""
    face, size = words.fitted.typeface, words.fitted.size
    ahead = -1 if face.right_to_left else 1
    at = x + ahead * (face.width(before, size) + 0.08 * size)
    for share in DOTS:
        radius = share * size / 2
        at += ahead * radius
        _disc(image, at, y - radius, radius, mark)
        at += ahead * (radius + DOT_GAP * size)
