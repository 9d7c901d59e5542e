"""The documents that the press is given: all panels to be measured, and the folder's sides, page by page or as printed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from kampanj.channels.drawing import draw
from kampanj.channels.lms.package import chosen_lines
from kampanj.channels.print.code import code
from kampanj.channels.print.copyfit import GAP, Fit
from kampanj.channels.print.faces import faces, require_letters
from kampanj.channels.print.formats import Box, Format, Ground, Leaf, Role, Side
from kampanj.channels.print.pictures import PrintShelf
from kampanj.channels.rich_text import without_scheme
from kampanj.content.entrances import folder_mark, marked
from kampanj.content.models import Edition
from kampanj.municipality.look import light_scheme

STYLES = Path(__file__).with_name("folder.css")
# Millimetres: what is printed beyond the trim, where the marks begin and end, and where the sheet ends.
BLEED, MARK_BEGINS, MARK_ENDS, SLUG = 3.0, 4.5, 9.5, 11.0
# Millimetres of a mark's line (0.25 pt).
MARK = 0.09
# What names a place in a panel: a picture's is asked for only where it stands in the folder, a table's also where it is measured.
NAMED = re.compile(r' id="(picture|table)-(\d+)"')
# Wider text than this is set in two columns, where it is a list.
WIDE = 100.0


@dataclass(frozen=True)
class Drawn:
    """A side as the template shows it; everything is CSS."""

    name: str
    grounds: list[str]
    areas: list[dict[str, Any]]
    marks: list[str]


class Typesetter:
    """Sets one edition in one format. Its panels are drawn once; `address` is where the code leads. Raises LettersMissing."""

    def __init__(self, edition: Edition, form: Format, *, address: str = "") -> None:
        self.edition = edition
        self.form = form.mirrored if edition.is_right_to_left else form
        self.address = address or f"{edition.web_url}{marked(folder_mark(form.kind.value, edition.page_id))}"
        self.shelf = PrintShelf(column=form.column, tallest=form.picture)
        self.made: dt.datetime = edition.created_at or timezone.now()
        campaign = edition.campaign
        panels = list(campaign.panels)
        with_lines = [panel for panel in panels if any(block.block_type == "help_lines" for block in panel.value["body"])]
        self.closing = with_lines[-1] if with_lines else None
        self.panels = [
            panel for panel in panels if form.kind.value in (panel.value["on_paper"] or ()) and panel is not self.closing
        ]
        self.bodies = [
            self._draw("panel", panel=panel, lead=campaign.summary if number == 0 else "")
            for number, panel in enumerate(self.panels)
        ] or [self._draw("lead", lead=campaign.summary)]
        sender = {
            "code": self.shelf.take_drawing("code", code(self.address)),
            "address": self.address,
            "short_address": without_scheme(edition.web_url),
            "number": edition.fingerprint[:8],
            "made": self.made,
        }
        self.parts = {
            Role.CLOSING: self._draw("closing", panel=self.closing, lines=self._lines()),
            Role.TITLE: self._draw("title"),
            Role.SENDER: self._draw("sender", **sender),
        }
        require_letters("".join([*self.bodies, *self.parts.values()]))

    def measured(self, size: float) -> str:
        """All that the folder holds in one size: the panels as wide as the narrowest column, the rest as wide as its place."""
        widths = {area.role: area.box.width for leaf in self.form.leaves for area in leaf.areas}
        return self._draw(
            "measured",
            style=f"font-size: {size}pt; --size: {size}pt",
            column=f"{self.form.column}mm",
            panels=[(self.name_of("panel", number), self._named(body)) for number, body in enumerate(self.bodies)],
            parts=[
                {
                    "name": self.name_of(role.value, number),
                    "role": role.value,
                    "style": f"width: {widths[role]}mm; {style}",
                    "is_wide": widths[role] > WIDE,
                    "html": self._named(html),
                }
                for role, html in self.parts.items()
                for number, style in self._tried(role)
            ],
        )

    def _tried(self, role: Role) -> list[tuple[int | None, str]]:
        """The number and the style of each way in which a part is measured: the title in all its sizes."""
        if role == Role.TITLE:
            return [(number, f"--title: {size}pt") for number, size in enumerate(self.form.title_sizes)]
        return [(None, "")]

    def name_of(self, what: str, number: int | None = None) -> str:
        """The id of something that is measured (a panel, table, or one of the areas)."""
        return "-".join(filter(None, (self.form.kind.value, what, "" if number is None else str(number))))

    def _named(self, html: str) -> str:
        """A panel on its way to be measured beside those of other formats."""
        return NAMED.sub(lambda found: f' id="{self.name_of("table", int(found[2]))}"' if found[1] == "table" else "", html)

    def pages(self, fit: Fit) -> str:
        """One side for each page, in the order in which they are read."""
        sides = [Side(leaf.width, leaf.height, ((number, 0),)) for number, leaf in enumerate(self.form.leaves)]
        return self._document(fit, sides, slug=0)

    def sheets(self, fit: Fit) -> str:
        """The sides as they are printed, with bleed and marks."""
        return self._document(fit, self.form.sides, slug=SLUG)

    def _document(self, fit: Fit, sides: Sequence[Side], *, slug: float) -> str:
        pages = "".join(
            f"@page side-{at} {{ size: {side.width + 2 * slug}mm {side.height + 2 * slug}mm; margin: 0 }}"
            f".side-{at} {{ page: side-{at}; width: {side.width + 2 * slug}mm; height: {side.height + 2 * slug}mm }}"
            for at, side in enumerate(sides)
        )
        return self._draw(
            "base",
            sides=[self._side(at, side, fit, slug) for at, side in enumerate(sides)],
            styles=styles_for(self.edition, f"{pages}:root {{ --size: {fit.size}pt; --title: {fit.title}pt }}"),
            made=self.made,
        )

    def _side(self, at: int, side: Side, fit: Fit, slug: float) -> Drawn:
        columns = iter_columns(self.form, fit)
        grounds: list[str] = []
        areas: list[dict[str, Any]] = []
        for number, left in side.places:
            leaf = self.form.leaves[number]
            grounds.extend(_ground_css(ground, leaf, left, side, slug, self._colours()) for ground in leaf.grounds)
            for index, area in enumerate(leaf.areas):
                panels = [
                    f'<article class="panel" id="panel-{one}">{self.bodies[one]}</article>'
                    for one in columns.get((number, index), ())
                ]
                areas.append(
                    {
                        "name": f"area-{number}-{index}",
                        "role": area.role.value,
                        "is_wide": area.box.width > WIDE,
                        "style": _css(area.box, left + slug, slug),
                        "html": "".join(panels) if area.role == Role.PANELS else self.parts[area.role],
                    }
                )
        marks = list(_marks(side, slug)) if slug else []
        return Drawn(f"side-{at}", grounds, areas, marks)

    def _lines(self) -> list[Any]:
        chosen = chosen_lines(panel.value["body"] for panel in self.edition.campaign.panels)
        return self.edition.help_lines(dict.fromkeys(chosen))

    def _draw(self, template: str, **context: Any) -> str:
        return draw(
            self.edition,
            f"kampanj/print/{template}.html",
            channel="print",
            shelf=self.shelf,
            format=self.form.kind.value,
            **context,
        )

    def _colours(self) -> dict[str, str]:
        return light_scheme(self.edition.municipality)


def to_measure(setters: Sequence[Typesetter], sizes: Sequence[float]) -> str:
    """The document in which everything of some formats of one edition stands, each in its size, only to be measured."""
    edition = setters[0].edition
    widest = max(area.box.width for setter in setters for leaf in setter.form.leaves for area in leaf.areas)
    return draw(
        edition,
        "kampanj/print/to_measure.html",
        channel="print",
        formats=[setter.measured(size) for setter, size in zip(setters, sizes, strict=True)],
        styles=styles_for(edition, f"@page {{ size: {widest + 10}mm 9000mm; margin: 0 }}:root {{ --size: {sizes[0]}pt }}"),
    )


def styles_for(edition: Edition, own: str) -> str:
    """The folder's styles with the municipality's colours and the fonts that are here, and `own` after them."""
    fonts, names = faces(right_to_left=edition.is_right_to_left)
    colours = "".join(f"--{name}: {value};" for name, value in light_scheme(edition.municipality).items())
    root = f":root {{ {colours} --gap: {GAP}mm; --running: {names} }}"
    return f"{fonts}\n{root}\n{STYLES.read_text(encoding='utf-8')}\n{own}"


def iter_columns(form: Format, fit: Fit) -> dict[tuple[int, int], tuple[int, ...]]:
    """(page, area) → the numbers of the panels that stand there."""
    places = [
        (number, index)
        for number, leaf in enumerate(form.leaves)
        for index, area in enumerate(leaf.areas)
        if area.role == Role.PANELS
    ]
    return dict(zip(places, fit.columns, strict=True))


def _css(box: Box, left: float, top: float) -> str:
    return f"left: {box.x + left:.2f}mm; top: {box.y + top:.2f}mm; width: {box.width:.2f}mm; height: {box.height:.2f}mm"


def _ground_css(ground: Ground, leaf: Leaf, left: float, side: Side, slug: float, colours: dict[str, str]) -> str:
    """The surface, 3 mm larger wherever it meets the edge of the trimmed sheet."""
    box = ground.box
    x, right = left + box.x, left + box.x + box.width
    y, bottom = box.y, box.y + box.height
    if slug:
        x -= BLEED if x <= 0 else 0
        right += BLEED if right >= side.width else 0
        y -= BLEED if y <= 0 else 0
        bottom += BLEED if bottom >= side.height else 0
    return f"{_css(Box(x, y, right - x, bottom - y), slug, slug)}; background: {colours[ground.colour]}"


def _marks(side: Side, slug: float) -> Iterator[str]:
    """Crop marks at the corners, and dashed fold marks above and below each fold; all outside the bleed."""
    length = MARK_ENDS - MARK_BEGINS
    ends = (-MARK_ENDS, side.height + MARK_BEGINS)
    for x in (0.0, side.width):
        for y in ends:
            yield _css(Box(x - MARK / 2, y, MARK, length), slug, slug)
    for y in (0.0, side.height):
        for x in (-MARK_ENDS, side.width + MARK_BEGINS):
            yield _css(Box(x, y - MARK / 2, length, MARK), slug, slug)
    dash = length / 5
    for fold in side.folds:
        for y in ends:
            for piece in (0, 2, 4):
                yield _css(Box(fold - MARK / 2, y + piece * dash, MARK, dash), slug, slug)
