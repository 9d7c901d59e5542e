"""The printer's colour profile: an ICC file (ISO 15076-1) that says how colours become cyan, magenta, yellow and black."""

from __future__ import annotations

import io
from typing import Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms

# The largest profiles that printers give are of some 3 MB.
LARGEST = 10 * 1024 * 1024


class Readable(Protocol):
    """A file that can be read from its beginning."""

    def seek(self, position: int, /) -> object: ...

    def read(self, size: int, /) -> bytes: ...


def require_cmyk_profile(file: Readable) -> None:
    """ValidationError when the file is not an output profile for CMYK that colours can be converted with."""
    file.seek(0)
    content = file.read(LARGEST + 1)
    file.seek(0)
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than a colour profile is. Choose the printer's ICC profile (.icc)."))
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
        space, kind = profile.profile.xcolor_space.strip(), profile.profile.device_class.strip()
    except (OSError, ImageCms.PyCMSError) as fault:
        raise ValidationError(_("The file is no colour profile. Choose the printer's ICC profile (.icc).")) from fault
    if space != "CMYK" or kind != "prtr":
        raise ValidationError(
            _("The profile is for %(space)s, not for printing with CMYK. Ask the printer for their CMYK profile (.icc).")
            % {"space": space}
        )
    try:
        ImageCms.profileToProfile(Image.new("RGB", (1, 1)), ImageCms.createProfile("sRGB"), profile, outputMode="CMYK")
    except ImageCms.PyCMSError as fault:
        sentence = _("Colours cannot be converted with the profile. Ask the printer for another one (.icc).")
        raise ValidationError(sentence) from fault
