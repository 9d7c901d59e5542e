"""Goes through all that a page draws and turns its colours: content streams, forms, patterns, pictures and shadings.

Whatever has a colour that is neither sRGB nor grey nor already the press's is Unprintable: nothing is left behind unseen.
Runs in the drawing process, without Django.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pikepdf

from kampanj.channels.pressroom.colours import CMYK, GRAY, RGB, Parts, Tones, Turned, Unprintable

JPEG_QUALITY = 92
PATTERN = pikepdf.Name("/Pattern")
# Colours that a shading is given between two stops, its ends among them: more than can be told apart.
SAMPLES = 33
# The parts of a colour in each space.
INKS = {str(GRAY): 1, str(RGB): 3, str(CMYK): 4}


class Recolouring:
    """One document's colours on their way to `inks`. Everything is turned once, however often it is drawn."""

    def __init__(self, document: pikepdf.Pdf, inks: Turned) -> None:
        self.document = document
        self.inks = inks
        self.done: set[tuple[int, int]] = set()

    def holder(self, holder: Any) -> bytes:
        """The content stream of a page, form or pattern with its colours turned; so are all things that it draws.

        Its resources may name others' things too, which are left to those.
        """
        spaces: dict[str, str] = {}
        instructions = list(pikepdf.parse_content_stream(holder))
        self._resources(holder.get("/Resources", pikepdf.Dictionary()), _named_in(instructions))
        return pikepdf.unparse_content_stream([self._instruction(one, spaces) for one in instructions])

    def _resources(self, resources: Any, named: set[str]) -> None:
        for drawn in _values(resources, "/XObject", named):
            self._object(drawn)
        for pattern in _values(resources, "/Pattern", named):
            if pattern.get("/PatternType") == 1:
                self._stream(pattern)
            else:
                self._shading(pattern["/Shading"])
        for shading in _values(resources, "/Shading", named):
            self._shading(shading)
        for state in _values(resources, "/ExtGState", named):
            mask = state.get("/SMask")
            if isinstance(mask, pikepdf.Dictionary):
                Recolouring(self.document, Tones())._stream(mask["/G"])

    def _object(self, drawn: Any) -> None:
        if drawn.get("/Subtype") == "/Form":
            self._stream(drawn)
        elif drawn.get("/Subtype") == "/Image" and self._is_new(drawn):
            self._picture(drawn)

    def _stream(self, stream: Any) -> None:
        if not self._is_new(stream):
            return
        stream.write(self.holder(stream))
        group = stream.get("/Group")
        if isinstance(group, pikepdf.Dictionary) and "/CS" in group:
            group["/CS"] = self.inks.space

    def _is_new(self, found: Any) -> bool:
        if found.objgen in self.done:
            return False
        if found.is_indirect:
            self.done.add(found.objgen)
        return True

    def _instruction(self, one: Any, spaces: dict[str, str]) -> Any:
        """One instruction; `spaces` remembers the colour spaces that `cs` and `CS` have chosen."""
        name, operands = str(one.operator), list(one.operands)
        if name in self.inks.operators:
            return _instruction(self.inks.of(*_rgb(operands)), self.inks.operators[name])
        if name in ("cs", "CS"):
            spaces[name] = str(operands[0])
            if operands[0] in (RGB, GRAY):
                return _instruction([self.inks.space], name)
            if operands[0] not in (self.inks.space, PATTERN):
                raise Unprintable(str(operands[0]))
        if name in ("scn", "SCN", "sc", "SC") and spaces.get("cs" if name.islower() else "CS") in (str(RGB), str(GRAY)):
            return _instruction(self.inks.of(*_rgb(operands)), name)
        if isinstance(one, pikepdf.ContentStreamInlineImage) or (name in ("k", "K") and self.inks.space != CMYK):
            raise Unprintable(name)
        return one

    def _picture(self, stream: Any) -> None:
        space = stream.get("/ColorSpace")
        if stream.get("/ImageMask") or space == self.inks.space:
            return
        if space not in (RGB, GRAY):
            raise Unprintable(str(space))
        changed = self.inks.picture(pikepdf.PdfImage(stream).as_pil_image())
        if stream.get("/Filter") == "/DCTDecode":
            file = io.BytesIO()
            changed.save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
            stream.write(file.getvalue(), filter=pikepdf.Name("/DCTDecode"))
            if self.inks.space == CMYK:
                # Pillow, as Photoshop, writes the parts of such a JPEG upside down.
                stream["/Decode"] = pikepdf.Array([1, 0] * 4)
        else:
            stream.write(changed.tobytes())
        stream["/ColorSpace"] = self.inks.space
        stream["/BitsPerComponent"] = 8
        if "/DecodeParms" in stream:
            del stream["/DecodeParms"]

    def _shading(self, shading: Any) -> None:
        """A gradient (axial or radial): its space, and the functions that give its colours."""
        space = shading.get("/ColorSpace")
        # WeasyPrint says of sRGB that it is the press's own space, but gives three parts.
        if (space == self.inks.space and _outputs(shading["/Function"]) == INKS[str(space)]) or not self._is_new(shading):
            return
        if space not in (RGB, GRAY, CMYK) or shading.get("/ShadingType") not in (2, 3):
            raise Unprintable(f"/ShadingType {shading.get('/ShadingType')} {space}")
        shading["/Function"] = self._function(shading["/Function"], [float(end) for end in shading.get("/Domain", [0, 1])])
        shading["/ColorSpace"] = self.inks.space

    def _function(self, function: Any, domain: Sequence[float]) -> Any:
        """The function, whose inputs lie within `domain`, with its outputs turned (ISO 32000-1, 7.10).

        What is even in sRGB is not in inks: between two stops the colours are turned one by one, and the stops stay where
        they are.
        """
        if not isinstance(function, pikepdf.Array) and function.get("/FunctionType") == 3:
            encode = [float(end) for end in function["/Encode"]]
            inner = [self._function(one, encode[2 * at : 2 * at + 2]) for at, one in enumerate(function["/Functions"])]
            changed = pikepdf.Dictionary({key: function[key] for key in ("/FunctionType", "/Domain", "/Encode", "/Bounds")})
            changed["/Functions"] = pikepdf.Array(inner)
            return self.document.make_indirect(changed)
        if isinstance(function, pikepdf.Array) or function.get("/FunctionType") != 2:
            raise Unprintable("/Function")
        return self._samples(function, min(domain), max(domain))

    def _samples(self, function: Any, low: float, high: float) -> Any:
        """A sampled function in place of an exponential one."""
        first, last = ([float(part) for part in function.get(key, usual)] for key, usual in (("/C0", [0]), ("/C1", [1])))
        steps = [low + (high - low) * at / (SAMPLES - 1) for at in range(SAMPLES)]
        curve = [max(step, 0.0) ** float(function["/N"]) for step in steps]
        if len(first) not in (1, 3):
            raise Unprintable("/Function")
        colours = [_rgb([a + part * (b - a) for a, b in zip(first, last, strict=True)]) for part in curve]
        turned = [self.inks.blended(*(min(max(part, 0.0), 1.0) for part in colour)) for colour in colours]
        made = self.document.make_stream(bytes(round(255 * part) for colour in turned for part in colour))
        made["/FunctionType"] = 0
        made["/Domain"] = pikepdf.Array([low, high if high > low else low + 1])
        made["/Range"] = pikepdf.Array([0, 1] * len(turned[0]))
        made["/Size"] = pikepdf.Array([SAMPLES])
        made["/BitsPerSample"] = 8
        return made


def _outputs(function: Any) -> int:
    """How many parts the colours have that a function gives."""
    if isinstance(function, pikepdf.Array):
        return len(function)
    if function.get("/FunctionType") == 3:
        return _outputs(function["/Functions"][0])
    return len(function["/Range"]) // 2 if "/Range" in function else len(function.get("/C0", [0]))


def _named_in(instructions: Iterable[Any]) -> set[str]:
    """The names by which a content stream draws things of its resources, or sets a state."""
    return {
        str(one.operands[-1])
        for one in instructions
        if not isinstance(one, pikepdf.ContentStreamInlineImage)
        and str(one.operator) in ("Do", "sh", "gs", "scn", "SCN")
        and len(one.operands)
        and isinstance(one.operands[-1], pikepdf.Name)
    }


def _values(resources: Any, kind: str, named: set[str]) -> list[Any]:
    found: Any = resources.get(kind)
    # pikepdf's objects answer to more than its types tell.
    keys = [str(key) for key in found] if isinstance(found, pikepdf.Dictionary) else []
    return [found[key] for key in keys if key in named]


def _instruction(operands: Iterable[Any], name: str) -> Any:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(name))


def _rgb(parts: Iterable[Any]) -> Parts:
    numbers = tuple(float(part) for part in parts)
    return numbers * 3 if len(numbers) == 1 else numbers
