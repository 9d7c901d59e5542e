"""Re-encoding: a picture is drawn anew from its pixels, so that nothing else of the file that came in is kept.

EXIF (where it was taken, by which camera), XMP, comments, text chunks, embedded thumbnails and whatever was appended are
gone. The orientation that EXIF told is applied; the colour profile (ICC) and an animation's timing are kept; the format
stays the same.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import IO, Any

from django.conf import settings
from PIL import Image, ImageOps, ImageSequence, JpegImagePlugin, UnidentifiedImageError

FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
# Pixels along one side: what every format and browser can show.
LONGEST_SIDE = 16_000
# What of a picture's own notes its encoder needs; everything else stays behind.
KEPT = ("transparency", "background", "duration", "loop", "disposal", "blend", "default_image")
QUALITY: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 85, "speed": 7},
    "GIF": {},
    "JPEG": {"optimize": True},
    "PNG": {},
    "WEBP": {"quality": 90, "method": 4},
}
# What Pillow's decoders and encoders raise for files that are damaged or made to hurt.
DAMAGED = (OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, ArithmeticError, struct.error, zlib.error)


class PictureRefused(Exception):
    """The file is no picture that we take; the subclass says why."""


class NotAPicture(PictureRefused):
    """It cannot be read as one of `FORMATS`."""


class TooManyPixels(PictureRefused):
    """It would take too much memory; `args` are its width and height."""


def reencoded(file: IO[bytes]) -> bytes:
    """The picture in `file` in the same format, with its pixels, colour profile and timing only.

    NotAPicture when it cannot be read, TooManyPixels before anything is decoded when it is absurdly large.
    """
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as picture:
            _require_sane(picture)
            return _drawn_anew(picture, is_lossless=_is_lossless(file))
    except UnidentifiedImageError as fault:
        raise NotAPicture from fault
    except Image.DecompressionBombError as fault:
        raise TooManyPixels from fault
    except DAMAGED as fault:
        raise NotAPicture from fault


def _require_sane(picture: Image.Image) -> None:
    width, height = picture.size
    frames = getattr(picture, "n_frames", 1)
    if max(width, height) > LONGEST_SIDE or width * height * frames > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise TooManyPixels(width, height)


def _is_lossless(file: IO[bytes]) -> bool:
    """Whether a WebP file holds a picture without loss (RFC 9649, chunk VP8L); other formats have but one way."""
    place = file.tell()
    file.seek(0)
    found = b"VP8L" in file.read()
    file.seek(place)
    return found


def _drawn_anew(picture: Image.Image, *, is_lossless: bool) -> bytes:
    # A multi-picture JPEG (MPO) is a photograph followed by copies of it: the first is the picture.
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    options = {**QUALITY[kind], **_own_options(picture)}
    if kind == "WEBP":
        options["lossless"] = is_lossless
    if profile := picture.info.get("icc_profile"):
        options["icc_profile"] = profile
    is_animated = kind != "JPEG" and getattr(picture, "n_frames", 1) > 1
    frames = [_frame(one) for one in (ImageSequence.Iterator(picture) if is_animated else [picture])]
    if is_animated:
        options |= {"save_all": True, "append_images": frames[1:], "loop": frames[0].info.get("loop", 1 if kind == "GIF" else 0)}
        options["duration"] = [frame.info.get("duration", 0) for frame in frames]
    out = io.BytesIO()
    frames[0].save(out, kind, **options)
    return out.getvalue()


def _frame(picture: Image.Image) -> Image.Image:
    """The right way up, without notes."""
    upright = ImageOps.exif_transpose(picture)
    frame = upright.copy()
    frame.info = {name: picture.info[name] for name in KEPT if name in picture.info}
    frame.encoderinfo = {}
    return frame


def _own_options(picture: Image.Image) -> dict[str, Any]:
    """What the file itself says about how it was packed, so that little is lost by packing it again."""
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        return {
            "qtables": picture.quantization,
            "subsampling": JpegImagePlugin.get_sampling(picture),
            "progressive": bool(picture.info.get("progressive")),
        }
    return {}
