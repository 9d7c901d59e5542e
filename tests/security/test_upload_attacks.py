"""Files made to hurt: two kinds in one, bombs, false names. What is taken in is harmless where it is shown again."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image
from pytest_django import Settings

from config import media
from kampanj.municipality.models import CampaignDocument, CampaignImage
from kampanj.municipality.roles import COMMUNICATOR
from kampanj.municipality.uploads.pictures import PictureRefused, TooManyPixels, reencoded
from kampanj.municipality.uploads.sniffing import is_markup, is_what_it_is_called
from tests.municipality.test_uploads import logged_in, singly

SCRIPT = b"<html><script>alert(document.cookie)</script></html>"


@pytest.fixture
def desk(db: None, page_client: type[Client]) -> Client:
    return logged_in(page_client(), COMMUNICATOR)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("x.html", SCRIPT)
    return out.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG's chunk (RFC 2083, 3.2)."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# --- Two kinds in one ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("tail", [archive(), SCRIPT, b"%PDF-1.7\n" + SCRIPT, b"<?php system($_GET['c']);", b"MZ" + b"\0" * 60])
def test_of_two_kinds_in_one_only_the_picture_is_kept(kind: str, tail: bytes) -> None:
    kept = reencoded(io.BytesIO(picture(kind) + tail))
    assert tail not in kept
    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert b"script" not in kept
    assert Image.open(io.BytesIO(kept)).format == kind


def test_a_picture_that_is_also_a_script_is_drawn_anew_or_refused() -> None:
    double = b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)"
    with contextlib.suppress(PictureRefused):
        assert b"alert" not in reencoded(io.BytesIO(double))


@pytest.mark.parametrize(
    "content", [SCRIPT, archive(), b"%PDF-1.7\n", gzip.compress(b"<svg/>", mtime=0), b"RIFF\0\0\0\0WEBPVP8 ", b"II*\0", b"8BPS"]
)
def test_what_is_no_picture_under_a_picture_s_name_is_refused(desk: Client, content: bytes) -> None:
    before = CampaignImage.objects.count()
    for name in ("a.png", "a.jpg", "a.php.png", "a.png.html", "a.png\0.html"):
        singly(desk, "images", SimpleUploadedFile(name, content))
    assert CampaignImage.objects.count() == before


# --- Bombs -----------------------------------------------------------------------------------------------------------


def bomb(kind: bytes, *, size: tuple[int, int] = (1, 1), megabytes: int = 300) -> bytes:
    """A small PNG that swells: in its pixels, its colour profile or a text."""
    packer = zlib.compressobj(9)
    swollen = b"".join([*(packer.compress(bytes(1 << 20)) for _number in range(megabytes)), packer.flush()])
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    extra = {b"iCCP": chunk(b"iCCP", b"x\0\0" + swollen), b"zTXt": chunk(b"zTXt", b"x\0\0" + swollen), b"IDAT": b""}[kind]
    pixels = swollen if kind == b"IDAT" else zlib.compress(b"\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"IDAT"])
def test_a_picture_that_swells_is_refused_or_drawn_without_what_swells(kind: bytes) -> None:
    content = bomb(kind)
    assert len(content) < 1_000_000
    try:
        kept = reencoded(io.BytesIO(content))
    except PictureRefused:
        return
    assert len(kept) < 10_000


@pytest.mark.parametrize("size", [(60_000, 60_000), (16_001, 1), (50_001, 1000), (2**31 - 1, 2**31 - 1)])
def test_absurd_sizes_are_refused_by_the_header(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused):
        reencoded(io.BytesIO(bomb(b"IDAT", size=size, megabytes=1)))


def test_a_thousand_frames_count_together(settings: Settings) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40 * 30 * 10
    frames = [Image.new("P", (40, 30), number) for number in range(20)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], optimize=False, duration=list(range(10, 210, 10)))
    with pytest.raises(TooManyPixels):
        reencoded(io.BytesIO(out.getvalue()))


def test_an_archive_that_swells_is_kept_as_it_is_and_never_opened(desk: Client) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x", bytes(200 << 20))
    singly(desk, "docs", SimpleUploadedFile("a.zip", out.getvalue()), title="Bomb")
    assert CampaignDocument.objects.get(title="Bomb").file.size == len(out.getvalue()) < 1_000_000


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../a.png",
        "..\\..\\a.png",
        "/etc/a.png",
        "a\u202egnp.png",
        "a b;c&d.png",
        "x" * 400 + ".png",
        "CON.png",
        ".htaccess.png",
    ],
)
def test_no_name_leads_out_of_the_library(desk: Client, settings: Settings, name: str) -> None:
    before = CampaignImage.objects.count()
    singly(desk, "images", SimpleUploadedFile(name, picture()))
    for image in CampaignImage.objects.order_by("pk")[before:]:
        assert Path(settings.MEDIA_ROOT) in Path(image.file.path).resolve().parents
        stored = PurePosixPath(image.file.name).name
        assert stored.isascii()
        assert stored.isprintable()
        assert stored.endswith(".png")


# --- Shown again -----------------------------------------------------------------------------------------------------


def harmless(response: Any, *, inline: bool) -> None:
    """Whatever the bytes are, a browser runs nothing of them."""
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"].split(";")[0] not in ("text/html", "application/xhtml+xml", "text/javascript")
    assert response.headers.get("Content-Disposition", "inline").startswith("inline" if inline else "attachment")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "inline"),
    [("a.pdf", True), ("a.csv", False), ("a.txt", False), ("a.zip", False), ("a.docx", False), ("a.ics", False)],
)
def test_a_document_is_a_download_and_a_pdf_runs_nothing(client: Client, name: str, inline: bool) -> None:
    document = CampaignDocument.objects.create(title="x", file=ContentFile(b"%PDF-1.7 " + SCRIPT, name=name))
    harmless(client.get(urlsplit(document.url).path), inline=inline)


@pytest.mark.parametrize(
    ("name", "inline"),
    [
        ("a.png", True),
        ("a.webp", True),
        ("a.svg", True),
        ("a.pdf", True),
        ("a.html", False),
        ("a.js", False),
        ("a.xhtml", False),
        ("a", False),
    ],
)
def test_whatever_lies_among_public_files_runs_nothing(
    client: Client, settings: Settings, tmp_path: Path, name: str, inline: bool
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / name).write_bytes(SCRIPT)
    response = client.get(f"/media/{name}")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    if name in ("a.html", "a.js", "a.xhtml"):
        assert response.headers["Content-Disposition"] == "attachment"
    else:
        harmless(response, inline=inline)
    assert set(media.SHOWN_INLINE) <= {*media.SHOWN_INLINE, "application/pdf"}


@examples(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=40), st.sampled_from([b"<svg ", b"<script>", b"<!DOCTYPE html>", b"<?xml ", b"#!/bin/sh"]))
def test_markup_is_seen_behind_white_space_marks_and_wide_letters(noise: bytes, begins: bytes) -> None:
    for written in (begins, b"\xef\xbb\xbf" + begins, b" \r\n\t" + begins, begins.decode().encode("utf-16"), begins.upper()):
        assert is_markup(written + noise)
        for extension in ("csv", "ics", "txt", "vtt"):
            assert not is_what_it_is_called(written + noise, extension)
