"""Does the text fit? Sizes are tried on the press from the largest on; what does not fit in the smallest is named."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from kampanj.channels.pressroom.press import Places, Press
from kampanj.channels.print.copyfit import Fit, fit, height_of, shared_out
from kampanj.channels.print.formats import Format, Role
from kampanj.channels.print.misfit import Misfit, Part
from kampanj.channels.print.typesetting import Typesetter, iter_columns, to_measure

# CSS pixels and points in a millimetre.
PIXELS, POINTS = 96 / 25.4, 72 / 25.4
LINE_HEIGHT = 1.45
# Millimetres that a text may reach beyond its box: less than can be seen or measured.
TOLERANCE = 0.2
TABLE = re.compile(r' id="(table-\d+)"')


def fitted(press: Press, setter: Typesetter) -> Fit:
    """Which panel stands where, in the largest size in which everything fits; in the smallest when it does not."""
    measured: dict[float, Places] = {}

    def heights(size: float) -> list[float]:
        measured[size] = press.measure(to_measure([setter], [size]))
        return panel_heights(setter, measured[size])

    found = fit(
        setter.form.sizes,
        heights,
        column_heights(setter.form),
        also=lambda size: not any(_over(setter, measured[size])),
    )
    return replace(found, title=_title_size(setter, measured[found.size]) or min(setter.form.title_sizes))


def fits_surely(setter: Typesetter, places: Places) -> bool:
    """Whether everything fits, by the document of `to_measure`, where panels stand in the narrowest column."""
    heights, columns = panel_heights(setter, places), column_heights(setter.form)
    shares = zip(shared_out(heights, columns), columns, strict=True)
    return all(height_of(heights, share) <= column for share, column in shares) and not any(_over(setter, places))


def panel_heights(setter: Typesetter, places: Places) -> list[float]:
    """How high each panel is in the document of `to_measure`, in millimetres."""
    return [_height(places, setter.name_of("panel", number)) for number in range(len(setter.bodies))]


def column_heights(form: Format) -> list[float]:
    """How high each column for panels is."""
    return [area.box.height for leaf in form.leaves for area in leaf.areas if area.role == Role.PANELS]


def _over(setter: Typesetter, places: Places) -> Iterator[str]:
    """The names of measured parts that are higher, and of tables that are wider, than their places."""
    boxes = {area.role: area.box for leaf in setter.form.leaves for area in leaf.areas}
    if _title_size(setter, places) is None:
        yield Role.TITLE.value
    for role in setter.parts:
        if role != Role.TITLE and _height(places, setter.name_of(role.value)) > boxes[role].height + TOLERANCE:
            yield role.value
    for table, panel in _tables(setter):
        width = setter.form.column if panel is not None else setter.form.closing.width
        if _width(places, f"{setter.form.kind.value}-{table}") > width + TOLERANCE:
            yield table


def _title_size(setter: Typesetter, places: Places) -> float | None:
    """The largest size in which the title holds; None when it holds in none."""
    boxes = (area.box for leaf in setter.form.leaves for area in leaf.areas if area.role == Role.TITLE)
    room = next(boxes).height + TOLERANCE
    fits = (
        size
        for number, size in enumerate(setter.form.title_sizes)
        if _height(places, setter.name_of(Role.TITLE.value, number)) <= room
    )
    return max(fits, default=None)


def _tables(setter: Typesetter) -> Iterator[tuple[str, int | None]]:
    """The id of every table with the number of its panel (None: the closing one)."""
    for number, body in enumerate(setter.bodies):
        for name in TABLE.findall(body):
            yield name, number
    for name in TABLE.findall(setter.parts[Role.CLOSING]):
        yield name, None


def misfits(setter: Typesetter, chosen: Fit, places: Places) -> list[Misfit]:
    """What reaches beyond its box in the folder as it is laid out: how many lines, of which panels, on which page."""
    found = []
    columns = iter_columns(setter.form, chosen)
    for number, leaf in enumerate(setter.form.leaves):
        for index, area in enumerate(leaf.areas):
            panels = columns.get((number, index), ())
            over = _height(places, f"area-{number}-{index}") - area.box.height
            if over > TOLERANCE:
                lines = math.ceil(over / (chosen.size / POINTS * LINE_HEIGHT))
                found.append(_too_long(setter, area.role, panels, page=number + 1, lines=lines))
            wide = _width(places, f"area-{number}-{index}")
            for table, panel in _tables(setter):
                too_wide = _width(places, table) - wide
                if (panel in panels or (panel is None and area.role == Role.CLOSING)) and too_wide > TOLERANCE:
                    found.append(_too_wide(setter, table, panel, page=number + 1, millimetres=math.ceil(too_wide)))
    return found


def _too_long(setter: Typesetter, role: Role, panels: tuple[int, ...], *, page: int, lines: int) -> Misfit:
    form = setter.form.kind.value
    if role == Role.PANELS and setter.panels:
        titles = tuple(str(setter.panels[number].value["title"]) for number in panels)
        return Misfit(form, page, Part.PANELS, lines, titles, setter.panels[panels[-1]].id or "")
    part = Part.SUMMARY if role == Role.PANELS else Part(role.value)
    block = setter.closing.id or "" if role == Role.CLOSING and setter.closing else ""
    return Misfit(form, page, part, lines, block=block)


def _too_wide(setter: Typesetter, table: str, panel: int | None, *, page: int, millimetres: int) -> Misfit:
    shown = setter.panels[panel] if panel is not None else setter.closing
    block = shown.id or "" if shown else ""
    return Misfit(setter.form.kind.value, page, Part.TABLE, millimetres, (setter.shelf.tables[table],), block)


def _height(places: Places, name: str) -> float:
    _page, _left, top, _right, bottom = places[name]
    return (bottom - top) / PIXELS


def _width(places: Places, name: str) -> float:
    _page, left, _top, right, _bottom = places[name]
    return (right - left) / PIXELS
