"""The project's own pictures: flat shapes in the house's colours, drawn three times too large and reduced.

Every drawing is a function of a `Sheet`, 1600 × 1000 units. The same code gives the same bytes. All are dedicated to
the public domain (CC0 1.0).
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT, OVERSAMPLING = 1600, 1000, 3

INK, PAPER, LAKE, SKY, SUN, MOSS = "#16202A", "#FBF9F4", "#0B4A6F", "#DCEBF2", "#F2B632", "#2F5D50"

Point = tuple[float, float]


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0–1) of `second` in it, as `#RRGGBB`."""
    pairs = zip((1, 3, 5), (1, 3, 5), strict=True)
    parts = (round(int(first[a : a + 2], 16) * (1 - share) + int(second[b : b + 2], 16) * share) for a, b in pairs)
    return "#" + "".join(f"{part:02X}" for part in parts)


class Sheet:
    """A sheet to draw on in whole units; colours are `#RRGGBB`."""

    def __init__(self, *, width: int = WIDTH, height: int = HEIGHT, ground: str | None = PAPER) -> None:
        self.image = Image.new("RGBA", (width * OVERSAMPLING, height * OVERSAMPLING), ground or (0, 0, 0, 0))
        self._pen = ImageDraw.Draw(self.image)

    def shape(self, colour: str, *points: Point) -> None:
        """A filled polygon."""
        self._pen.polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points], fill=colour)

    def box(self, colour: str, left: float, top: float, right: float, bottom: float, *, radius: float = 0) -> None:
        """A filled rectangle, with rounded corners when `radius` is given."""
        corners = [value * OVERSAMPLING for value in (left, top, right, bottom)]
        self._pen.rounded_rectangle(corners, radius=radius * OVERSAMPLING, fill=colour)

    def oval(self, colour: str, x: float, y: float, radius: float, *, height: float | None = None) -> None:
        """A filled circle around (x, y), or an ellipse with vertical radius `height`."""
        tall = radius if height is None else height
        edges = (x - radius, y - tall, x + radius, y + tall)
        self._pen.ellipse([value * OVERSAMPLING for value in edges], fill=colour)

    def ring(self, colour: str, x: float, y: float, *, radius: float, thickness: float) -> None:
        """A circle drawn as a band, `thickness` inwards."""
        edges = (x - radius, y - radius, x + radius, y + radius)
        self._pen.ellipse([value * OVERSAMPLING for value in edges], outline=colour, width=round(thickness * OVERSAMPLING))

    def line(self, colour: str, points: Sequence[Point], *, thickness: float) -> None:
        """A line with round ends."""
        scaled = [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]
        self._pen.line(scaled, fill=colour, width=round(thickness * OVERSAMPLING), joint="curve")
        for x, y in (points[0], points[-1]):
            self.oval(colour, x, y, thickness / 2)

    def hill(self, colour: str, start: Point, *, width: float, height: float) -> None:
        """A soft hill that stands on `start` (its lower left corner)."""
        steps = 60
        rise = [
            (start[0] + width * step / steps, start[1] - height * math.sin(math.pi * step / steps) ** 1.3)
            for step in range(steps + 1)
        ]
        self.shape(colour, *rise)

    def dots(self, colour: str, x: float, y: float, *, size: float) -> None:
        """The campaign's mark, three dots that grow; (x, y) is the middle of the first, `size` the last one's radius."""
        for offset, share in ((0.0, 0.5), (2.5, 0.75), (5.5, 1.0)):
            self.oval(colour, x + offset * size, y, size * share)

    def lay(self, other: Sheet, at: Point, *, turned: float) -> None:
        """Lay another sheet on this one, its middle at `at`, turned anticlockwise by degrees."""
        piece = other.image.rotate(turned, resample=Image.Resampling.BICUBIC, expand=True)
        corner = (round(at[0] * OVERSAMPLING - piece.width / 2), round(at[1] * OVERSAMPLING - piece.height / 2))
        self.image.alpha_composite(piece, dest=corner)

    def png(self) -> bytes:
        """The finished picture. An opaque one is kept in 256 colours, which flat shapes do not notice."""
        small = self.image.reduce(OVERSAMPLING)
        opaque = small.getchannel("A").getextrema() == (255, 255)
        finished = small.convert("RGB").quantize(256, dither=Image.Dither.NONE) if opaque else small
        out = io.BytesIO()
        finished.save(out, "PNG", optimize=True)
        return out.getvalue()


def cover() -> Sheet:
    """A folded leaflet stands on a table in the evening; window light on the wall behind it."""
    sheet = Sheet(ground=LAKE)
    light = mix(LAKE, SKY, 0.16)
    for column in range(2):
        for row in range(2):
            left, top = 210 + column * 250, 110 + row * 250 + column * 62
            sheet.shape(light, (left, top), (left + 220, top + 55), (left + 220, top + 280), (left, top + 225))
    table = mix(LAKE, INK, 0.45)
    sheet.box(table, 0, 770, WIDTH, HEIGHT)
    sheet.shape(mix(table, INK, 0.4), (860, 812), (1400, 812), (1500, 880), (1010, 880))
    sheet.shape(mix(PAPER, SKY, 0.9), (1180, 330), (1390, 380), (1390, 852), (1180, 812))
    sheet.shape(mix(PAPER, SKY, 0.35), (980, 380), (1180, 330), (1180, 812), (980, 852))
    sheet.shape(PAPER, (760, 330), (980, 380), (980, 852), (760, 812))
    for number, length in enumerate((120, 150, 96)):
        top = 470 + number * 44
        sheet.shape(
            mix(SKY, LAKE, 0.28),
            (1025, top - 11),
            (1025 + length, top - 11 - length / 4),
            (1025 + length, top + 3 - length / 4),
            (1025, top + 3),
        )
    sheet.dots(SUN, 815, 588, size=21)
    return sheet


def window() -> Sheet:
    """A room with a window over water; low sun, light on the floor, a plant on the sill."""
    wall, floor = mix(PAPER, SUN, 0.13), mix(PAPER, SUN, 0.36)
    sheet = Sheet(ground=wall)
    sheet.box(mix(floor, INK, 0.1), 0, 742, WIDTH, HEIGHT)
    sheet.box(PAPER, 0, 728, WIDTH, 748)
    for left, right in ((560, 790), (815, 1045)):
        lean = 210
        sheet.shape(mix(SUN, PAPER, 0.55), (left, 775), (right, 775), (right + lean, 955), (left + lean, 955))
    sheet.box(mix(wall, INK, 0.1), 432, 118, 1004, 622, radius=6)
    sheet.box(PAPER, 420, 100, 990, 610, radius=6)
    sheet.box(mix(SKY, SUN, 0.18), 448, 128, 962, 582)
    sheet.oval(SUN, 800, 398, 52)
    sheet.hill(mix(MOSS, SKY, 0.45), (760, 430), width=202, height=34)
    sheet.hill(MOSS, (448, 430), width=330, height=100)
    sheet.box(mix(LAKE, SKY, 0.55), 448, 430, 962, 582)
    for y, half in ((462, 54), (494, 38), (526, 22)):
        sheet.line(mix(SUN, PAPER, 0.35), ((800 - half, y), (800 + half, y)), thickness=9)
    sheet.box(PAPER, 693, 100, 717, 610)
    sheet.box(PAPER, 420, 308, 990, 326)
    sheet.box(mix(wall, INK, 0.12), 400, 640, 1032, 652)
    sheet.box(PAPER, 388, 606, 1022, 640, radius=4)
    _plant(sheet, 936, 606)
    return sheet


def _plant(sheet: Sheet, x: float, foot: float) -> None:
    for angle, length in ((-52, 118), (-22, 156), (8, 172), (36, 146), (62, 104)):
        lean = math.radians(angle)
        tip = (x + length * math.sin(lean), foot - 76 - length * math.cos(lean))
        side = (18 * math.cos(lean), 18 * math.sin(lean))
        middle = ((x + tip[0]) / 2, (foot - 76 + tip[1]) / 2)
        colour = MOSS if angle % 4 == 0 else mix(MOSS, SUN, 0.22)
        sheet.shape(
            colour, (x, foot - 70), (middle[0] - side[0], middle[1] - side[1]), tip, (middle[0] + side[0], middle[1] + side[1])
        )
    sheet.shape(LAKE, (x - 56, foot - 82), (x + 56, foot - 82), (x + 42, foot), (x - 42, foot))
    sheet.box(mix(LAKE, INK, 0.25), x - 62, foot - 96, x + 62, foot - 72, radius=4)


def phone() -> Sheet:
    """A phone on a table; on its screen somebody is writing."""
    sheet = Sheet(ground=SKY)
    light = mix(SKY, PAPER, 0.6)
    sheet.shape(light, (-40, 120), (520, -60), (940, -60), (-40, 320))
    sheet.shape(light, (-40, 420), (1180, -60), (1600, -60), (-40, 640))
    device = Sheet(width=440, height=800, ground=None)
    device.box(INK, 0, 0, 440, 800, radius=62)
    device.box(mix(LAKE, INK, 0.25), 18, 18, 422, 782, radius=46)
    device.box(INK, 170, 34, 270, 52, radius=9)
    device.box(mix(LAKE, SKY, 0.22), 50, 120, 300, 200, radius=34)
    device.box(mix(LAKE, SKY, 0.22), 50, 220, 230, 300, radius=34)
    device.box(mix(LAKE, SKY, 0.42), 150, 350, 390, 430, radius=34)
    device.box(PAPER, 50, 490, 300, 620, radius=50)
    device.dots(LAKE, 108, 555, size=24)
    device.box(mix(LAKE, SKY, 0.14), 50, 690, 390, 742, radius=26)
    shade = Sheet(width=440, height=800, ground=None)
    shade.box(mix(SKY, LAKE, 0.28), 0, 0, 440, 800, radius=62)
    sheet.lay(shade, (842, 530), turned=-14)
    sheet.lay(device, (815, 500), turned=-14)
    return sheet


def cups() -> Sheet:
    """Two cups side by side on a table; the steam is the campaign's three dots."""
    wall = mix(SKY, PAPER, 0.35)
    sheet = Sheet(ground=wall)
    sheet.oval(mix(wall, SUN, 0.34), 800, 420, 380)
    wood = mix(MOSS, INK, 0.1)
    sheet.box(wood, 0, 742, WIDTH, HEIGHT)
    sheet.box(mix(wood, PAPER, 0.16), 0, 742, WIDTH, 760)
    for x in (620, 1000):
        sheet.oval(mix(wood, INK, 0.35), x + 24, 800, 190, height=22)
    _cup(sheet, 600, colour=LAKE, handle=-1)
    _cup(sheet, 980, colour=SUN, handle=1)
    for x in (600, 980):
        for lift, radius in ((0, 13), (56, 18), (124, 24)):
            sheet.oval(PAPER, x + lift * 0.16, 478 - lift, radius)
    return sheet


def _cup(sheet: Sheet, x: float, *, colour: str, handle: int) -> None:
    sheet.ring(mix(colour, INK, 0.12), x + handle * 132, 652, radius=76, thickness=27)
    sheet.shape(colour, (x - 140, 548), (x + 140, 548), (x + 128, 750), (x - 128, 750))
    sheet.box(colour, x - 128, 690, x + 128, 800, radius=52)
    sheet.oval(mix(colour, INK, 0.3), x, 548, 140, height=30)
    sheet.oval(mix(INK, SUN, 0.22), x, 553, 122, height=22)


def paper() -> Sheet:
    """A folded leaflet and a pen, seen from above."""
    table = mix(SUN, PAPER, 0.62)
    sheet = Sheet(ground=table)
    sheet.shape(mix(table, PAPER, 0.45), (1000, -40), (1640, -40), (1640, 380), (260, 1040), (-40, 1040), (-40, 640))
    shade = Sheet(width=900, height=620, ground=None)
    shade.box(mix(table, INK, 0.22), 0, 0, 900, 620)
    leaflet = Sheet(width=900, height=620, ground=None)
    for number, colour in enumerate((LAKE, PAPER, mix(PAPER, SKY, 0.45))):
        leaflet.box(colour, number * 300, 0, (number + 1) * 300, 620)
    leaflet.dots(SUN, 84, 330, size=24)
    bar = mix(SKY, LAKE, 0.22)
    for number, length in enumerate((120, 190, 176, 196, 140)):
        leaflet.box(LAKE if number == 0 else bar, 352, 110 + number * 52, 352 + length, 128 + number * 52, radius=9)
        leaflet.box(
            MOSS if number == 0 else bar, 652, 110 + number * 52, 652 + 330 - length * 0.9 - 40, 128 + number * 52, radius=9
        )
    leaflet.box(SKY, 352, 400, 548, 530, radius=12)
    leaflet.oval(SUN, 750, 466, 62)
    sheet.lay(shade, (716, 516), turned=7)
    sheet.lay(leaflet, (700, 496), turned=7)
    pen = Sheet(width=520, height=60, ground=None)
    pen.box(MOSS, 0, 16, 400, 44, radius=10)
    pen.box(mix(MOSS, INK, 0.4), 0, 16, 70, 44, radius=10)
    pen.shape(mix(PAPER, SUN, 0.4), (398, 16), (462, 30), (398, 44))
    pen.shape(INK, (442, 25.6), (464, 30), (442, 34.4))
    sheet.lay(pen, (1340, 540), turned=74)
    return sheet


def door() -> Sheet:
    """A door ajar in the evening; warm light falls out over the floor."""
    wall, floor = mix(LAKE, INK, 0.35), mix(LAKE, INK, 0.62)
    sheet = Sheet(ground=wall)
    sheet.box(floor, 0, 800, WIDTH, HEIGHT)
    sheet.box(mix(wall, SKY, 0.12), 0, 786, WIDTH, 802)
    glow = mix(SUN, PAPER, 0.5)
    sheet.shape(mix(floor, glow, 0.72), (706, 802), (900, 802), (1120, 1000), (560, 1000))
    sheet.box(mix(wall, SKY, 0.3), 660, 150, 1000, 802)
    sheet.box(glow, 690, 180, 970, 802)
    sheet.oval(mix(SUN, PAPER, 0.2), 762, 330, 34)
    sheet.line(mix(SUN, INK, 0.3), ((762, 180), (762, 298)), thickness=5)
    sheet.shape(mix(LAKE, SKY, 0.3), (970, 180), (838, 214), (838, 850), (970, 802))
    sheet.shape(mix(LAKE, SKY, 0.2), (948, 226), (862, 248), (862, 470), (948, 462))
    sheet.shape(mix(LAKE, SKY, 0.2), (948, 512), (862, 522), (862, 790), (948, 764))
    sheet.oval(SUN, 856, 498, 11)
    return sheet


def stage() -> Sheet:
    """A stage seen from the rows: curtains, a screen on which somebody is writing, heads in front of it."""
    hall = mix(LAKE, INK, 0.72)
    sheet = Sheet(ground=hall)
    sheet.box(mix(LAKE, INK, 0.4), 180, 60, 1420, 760)
    sheet.shape(mix(LAKE, SKY, 0.1), (560, 60), (1040, 60), (1240, 760), (360, 760))
    sheet.box(PAPER, 470, 150, 1130, 560, radius=14)
    sheet.box(mix(SKY, LAKE, 0.12), 540, 214, 850, 304, radius=42)
    sheet.box(LAKE, 700, 350, 1060, 490, radius=60)
    sheet.dots(SUN, 800, 424, size=26)
    for side in (0, 1):
        for fold in range(4):
            near = 60 + fold * 62
            left, right = (near, near + 66) if side == 0 else (WIDTH - near - 66, WIDTH - near)
            sheet.box(mix(MOSS, INK, 0.12 + 0.16 * (fold % 2)), left, 0, right, 770)
    sheet.box(mix(SUN, INK, 0.45), 0, 740, WIDTH, 790)
    sheet.box(mix(SUN, INK, 0.62), 0, 770, WIDTH, 800)
    for row, (top, step) in enumerate(((850, 200), (930, 240))):
        for number in range(9):
            x = 60 + number * step - row * 90
            shade = mix(hall, SKY, 0.13 if row == 0 else 0.24)
            sheet.box(shade, x - 74, top + 52, x + 74, top + 260, radius=60)
            sheet.oval(shade, x, top, 48)
    return sheet


def logo() -> Sheet:
    """An invented mark: three growing dots above water. Not the municipality's coat of arms."""
    sheet = Sheet(width=512, height=512, ground=None)
    sheet.oval(LAKE, 256, 256, 256)
    sheet.dots(SUN, 112, 214, size=48)
    for number, half in enumerate((150, 110)):
        y = 326 + number * 56
        wave = [(256 - half + half * 2 * step / 60, y + 12 * math.sin(step / 60 * math.tau * 2)) for step in range(61)]
        sheet.line(PAPER, wave, thickness=18)
    return sheet


DRAWINGS: dict[str, Callable[[], Sheet]] = {
    "cover": cover,
    "window": window,
    "phone": phone,
    "cups": cups,
    "paper": paper,
    "door": door,
    "stage": stage,
    "logo": logo,
}
