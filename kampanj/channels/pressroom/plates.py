"""From a drawn PDF to one for the printer: every colour and picture in CMYK, the boxes of the sheet, PDF/X-4's last things.

The drawing itself knows one set of colours (sRGB); what is printed is converted once, here, so that no drawing can leave a
colour behind. ISO 15930-7 (PDF/X-4): TrimBox and BleedBox, an output intent with the printer's profile, no links.
Runs in the drawing process, without Django.
"""

from __future__ import annotations

from typing import Any

import pikepdf
from PIL import ImageCms

from kampanj.channels.pressroom.colours import CMYK, Inks
from kampanj.channels.pressroom.recolouring import Recolouring


def make_plates(document: pikepdf.Pdf, making: dict[str, Any], identifier: bytes) -> None:
    """Turn the document into PDF/X-4 for the press. Unprintable names what has colours that cannot be turned into inks."""
    recolouring = Recolouring(document, Inks(making["profile"], making["inks"] or {}))
    for page in document.pages:
        page.contents_coalesce()
        page.Contents = document.make_stream(recolouring.holder(page.obj))
        _set_boxes(page, making["bleed"], making["slug"])
        # PDF/X-4, 6.16: annotations have no place on what is printed.
        if "/Annots" in page:
            del page["/Annots"]
    _set_intent(document, making["profile"])
    with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
        for name, value in (("xmpMM:DocumentID", identifier.hex()[:32]), ("xmpMM:InstanceID", identifier.hex()[:32])):
            metadata[name] = f"uuid:{value}"
        metadata["xmpMM:RenditionClass"] = "default"
        metadata["xmpMM:VersionID"] = "1"


def _set_boxes(page: pikepdf.Page, bleed: float, slug: float) -> None:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    trim = [left + slug, bottom + slug, right - slug, top - slug]
    page.trimbox = pikepdf.Array([round(side, 3) for side in trim])
    page["/BleedBox"] = pikepdf.Array(
        [round(side, 3) for side in (trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed)]
    )
    for box in ("/ArtBox", "/CropBox"):
        if box in page:
            del page[box]
    group = page.get("/Group")
    if isinstance(group, pikepdf.Dictionary):
        group["/CS"] = CMYK


def _set_intent(document: pikepdf.Pdf, profile: str) -> None:
    with open(profile, "rb") as file:
        content = file.read()
    kept = document.make_stream(content)
    kept["/N"] = 4
    kept["/Alternate"] = CMYK
    words = ImageCms.getProfileDescription(profile).strip()
    document.Root.OutputIntents = pikepdf.Array(
        [
            document.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name("/OutputIntent"),
                    S=pikepdf.Name("/GTS_PDFX"),
                    OutputConditionIdentifier=pikepdf.String("Custom"),
                    OutputCondition=pikepdf.String(words),
                    Info=pikepdf.String(words),
                    DestOutputProfile=kept,
                )
            )
        ]
    )
