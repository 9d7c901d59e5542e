"""Whether a PDF for the press has no colours but the press's: in what is drawn, in pictures, in shadings, in groups."""

from __future__ import annotations

from typing import Any

import pikepdf

SETS_A_COLOUR = {"rg": "/DeviceRGB", "RG": "/DeviceRGB", "g": "/DeviceGray", "G": "/DeviceGray"}
INKS = "/DeviceCMYK"


def only_inks(document: pikepdf.Pdf) -> None:
    """AssertionError for any other colour; masks, which only say how much is seen, are grey."""
    looked = Colours()
    for page in document.pages:
        looked.at(page.obj)
    assert {space for _kind, space in looked.found} <= {INKS, "/Pattern"}, looked.found


class Colours:
    """(what has it, colour space) of all that is drawn; masks are not, and are not looked at."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.seen: set[tuple[int, int]] = set()

    def at(self, holder: Any) -> None:
        """A page, form or pattern with all that it draws."""
        if holder.objgen in self.seen:
            return
        self.seen |= {holder.objgen} - {(0, 0)}
        named: set[str] = set()
        for instruction in pikepdf.parse_content_stream(holder):
            name = str(instruction.operator)
            named |= {str(operand) for operand in instruction.operands if isinstance(operand, pikepdf.Name)}
            if name in SETS_A_COLOUR:
                self.found.append(("colour", SETS_A_COLOUR[name]))
            elif name in ("cs", "CS"):
                self.found.append(("space", str(instruction.operands[0])))
        if "/Group" in holder and "/CS" in holder["/Group"]:
            self.found.append(("group", str(holder["/Group"]["/CS"])))
        self.resources(holder.get("/Resources", pikepdf.Dictionary()), named)

    def resources(self, resources: Any, named: set[str]) -> None:
        for drawn in values(resources, "/XObject", named):
            if drawn.get("/Subtype") == "/Form":
                self.at(drawn)
            elif not drawn.get("/ImageMask"):
                self.found.append(("picture", str(drawn.ColorSpace)))
                assert "/SMask" not in drawn or drawn.SMask.ColorSpace == "/DeviceGray"
        for pattern in values(resources, "/Pattern", named):
            self.at(pattern) if pattern.PatternType == 1 else self.shading(pattern.Shading)
        for shading in values(resources, "/Shading", named):
            self.shading(shading)

    def shading(self, shading: Any) -> None:
        self.found.append(("shading", str(shading.ColorSpace)))


def values(resources: Any, kind: str, named: set[str]) -> list[Any]:
    """What the holder draws of a kind; its resources may name others' things too."""
    return [resources[kind][key] for key in resources[kind] if key in named] if kind in resources else []
