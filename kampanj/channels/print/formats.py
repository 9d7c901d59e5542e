"""The formats as a printer sees them: pages in reading order, where text may stand on each, and the sheets they are printed on.

All lengths are millimetres from the upper left corner of the page (or sheet) as trimmed, for languages that are read from left
to right; the others are the mirror image (`mirrored`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from kampanj.content.folder_formats import FolderFormat


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def mirrored(self, width: float) -> Box:
        """The box in the mirror image of something so wide."""
        return replace(self, x=width - self.x - self.width)


class Role(Enum):
    """What stands in an area."""

    TITLE = "title"
    PANELS = "panels"
    CLOSING = "closing"
    SENDER = "sender"


@dataclass(frozen=True)
class Area:
    """Where a certain text may stand."""

    role: Role
    box: Box


@dataclass(frozen=True)
class Ground:
    """A surface of a colour (a name of `municipality.look`); where it reaches the edge it is printed beyond it."""

    colour: str
    box: Box


@dataclass(frozen=True)
class Leaf:
    """One page as the reader holds it."""

    width: float
    height: float
    areas: tuple[Area, ...]
    grounds: tuple[Ground, ...] = ()

    @property
    def mirrored(self) -> Leaf:
        """The page for a language that is read from right to left."""
        return replace(
            self,
            areas=tuple(replace(area, box=area.box.mirrored(self.width)) for area in self.areas),
            grounds=tuple(replace(ground, box=ground.box.mirrored(self.width)) for ground in self.grounds),
        )


@dataclass(frozen=True)
class Side:
    """One side of the printed sheet: (number of the page, its left edge), and where it is folded."""

    width: float
    height: float
    places: tuple[tuple[int, float], ...]
    folds: tuple[float, ...] = ()


@dataclass(frozen=True)
class Format:
    """A format: `sizes` are those of running text in points, `title_sizes` those of the title; of each the largest that fits is
    taken. `picture` is how high one may be."""

    kind: FolderFormat
    leaves: tuple[Leaf, ...]
    sides: tuple[Side, ...]
    sizes: tuple[float, ...]
    title_sizes: tuple[float, ...]
    picture: float

    @property
    def column(self) -> float:
        """The narrowest column that panels stand in."""
        return min(area.box.width for leaf in self.leaves for area in leaf.areas if area.role == Role.PANELS)

    @property
    def closing(self) -> Box:
        """Where the help lines stand."""
        return next(area.box for leaf in self.leaves for area in leaf.areas if area.role == Role.CLOSING)

    @property
    def mirrored(self) -> Format:
        """The format for a language that is read from right to left: it opens, and folds, the other way."""
        sides = tuple(
            replace(
                side,
                places=tuple((page, side.width - left - self.leaves[page].width) for page, left in side.places),
                folds=tuple(side.width - fold for fold in side.folds),
            )
            for side in self.sides
        )
        return replace(self, leaves=tuple(leaf.mirrored for leaf in self.leaves), sides=sides)


def _cover(width: float, height: float, margin: float) -> Leaf:
    whole = Box(0, 0, width, height)
    text = Box(margin, margin, width - 2 * margin, height - 2 * margin)
    return Leaf(width, height, (Area(Role.TITLE, text),), (Ground("cover", whole),))


def _inside(width: float, height: float, margin: float) -> Leaf:
    return Leaf(width, height, (Area(Role.PANELS, Box(margin, margin, width - 2 * margin, height - 2 * margin)),))


def _back(width: float, height: float, margin: float, *, sender: float) -> Leaf:
    """The last page; `sender` is how high the code and the sender stand at its foot."""
    inner = width - 2 * margin
    top = height - margin - sender
    areas = (
        Area(Role.CLOSING, Box(margin, margin, inner, top - margin - 4)),
        Area(Role.SENDER, Box(margin, top, inner, sender)),
    )
    return Leaf(width, height, areas, (Ground("sky", Box(0, 0, width, height)),))


A5 = Format(
    FolderFormat.A5,
    leaves=(_cover(148.5, 210, 14), _inside(148.5, 210, 13), _inside(148.5, 210, 13), _back(148.5, 210, 14, sender=40)),
    sides=(Side(297, 210, ((3, 0), (0, 148.5)), (148.5,)), Side(297, 210, ((1, 0), (2, 148.5)), (148.5,))),
    sizes=(11.5, 10.5, 9.5, 9),
    title_sizes=(40, 34, 29, 25),
    picture=36,
)

# The page that is folded in is 1.5 mm narrower than the others (printers ask for 1-2 mm), so that it lies flat: 297 mm in all.
FLAP, WHOLE = 98.0, 99.5
A65 = Format(
    FolderFormat.A65,
    leaves=(
        _cover(WHOLE, 210, 10),
        _inside(FLAP, 210, 8),
        _inside(WHOLE, 210, 8.5),
        _inside(WHOLE, 210, 8.5),
        _inside(FLAP, 210, 8),
        _back(WHOLE, 210, 9, sender=42),
    ),
    sides=(
        Side(297, 210, ((1, 0), (5, FLAP), (0, FLAP + WHOLE)), (FLAP, FLAP + WHOLE)),
        Side(297, 210, ((2, 0), (3, WHOLE), (4, 2 * WHOLE)), (WHOLE, 2 * WHOLE)),
    ),
    sizes=(11, 10, 9.5, 9, 8.5),
    title_sizes=(28, 24, 21, 18),
    picture=30,
)

_HEAD = Box(0, 0, 210, 74)
_FOOT = Box(0, 185, 210, 112)
A4 = Format(
    FolderFormat.A4,
    leaves=(
        Leaf(
            210,
            297,
            (
                Area(Role.TITLE, Box(16, 14, 178, 50)),
                Area(Role.PANELS, Box(16, 86, 85, 197)),
                Area(Role.PANELS, Box(109, 86, 85, 197)),
            ),
            (Ground("cover", _HEAD),),
        ),
        Leaf(
            210,
            297,
            (
                Area(Role.PANELS, Box(16, 16, 85, 159)),
                Area(Role.PANELS, Box(109, 16, 85, 159)),
                Area(Role.CLOSING, Box(16, 194, 118, 93)),
                Area(Role.SENDER, Box(142, 194, 52, 93)),
            ),
            (Ground("sky", _FOOT),),
        ),
    ),
    sides=(Side(210, 297, ((0, 0),)), Side(210, 297, ((1, 0),))),
    sizes=(12, 11, 10, 9.5, 9),
    title_sizes=(44, 37, 31, 26),
    picture=32,
)

A3 = Format(
    FolderFormat.A3,
    leaves=(
        Leaf(
            297,
            420,
            (
                Area(Role.TITLE, Box(24, 24, 249, 142)),
                Area(Role.PANELS, Box(24, 196, 249, 40)),
                Area(Role.CLOSING, Box(24, 240, 166, 160)),
                Area(Role.SENDER, Box(199, 240, 74, 160)),
            ),
            (Ground("cover", Box(0, 0, 297, 180)),),
        ),
    ),
    sides=(Side(297, 420, ((0, 0),)),),
    sizes=(22, 20, 18, 16, 14),
    title_sizes=(108, 92, 78, 66, 56),
    picture=45,
)

FORMATS = {one.kind.value: one for one in (A5, A65, A4, A3)}
