"""Uploads through the desk's real views: what is refused, with which sentence, and what is left of a picture that is taken in."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from pytest_django import Settings
from wagtail.models import Collection, UploadedFile

from kampanj.municipality.media.captions import check_captions
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import CampaignDocument, CampaignImage, User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from kampanj.municipality.uploads.pictures import PictureRefused, reencoded
from kampanj.municipality.uploads.sniffing import is_markup, is_what_it_is_called

SECRET = b"59.3775N 17.0314E"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
HTML = b"\xef\xbb\xbf  <!doctype html><script>alert(1)</script>"
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:04.000\nVälkommen.\n".encode()
MP4 = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0" * 64
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture
def desk(db: None, page_client: type[Client]) -> Client:
    """A communicator at the desk."""
    return logged_in(page_client(), COMMUNICATOR)


def logged_in(client: Client, role: str) -> Client:
    user = User.objects.create_user(f"prov-{role}", password="x")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def photograph(kind: str) -> bytes:
    """A picture on its side (EXIF orientation 6) that tells where it was taken; turned, its upper right corner is red."""
    picture = Image.new("RGB", (120, 80), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 40, 30), fill="red")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 22.0, 39.0), 3: "E", 4: (17.0, 1.0, 53.0)})
    options: dict[str, Any] = {"exif": exif.tobytes(), "icc_profile": PROFILE}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET.decode())
        notes.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>")
        options["pnginfo"] = notes
    else:
        options["xmp"] = b"<x>" + SECRET + b"</x>"
    if kind == "JPEG":
        options["comment"] = SECRET
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue() + b"<script>" + SECRET


# --- Three ways in -----------------------------------------------------------------------------------------------------


def singly(desk: Client, kind: str, file: SimpleUploadedFile, title: str = "Bild") -> str:
    """Through the form; the answer as text."""
    data = {"title": title, "file": file, "collection": Collection.objects.get(depth=1).pk, "consent": "not_needed"}
    return desk.post(reverse(f"wagtail{kind}:add"), data, follow=True).content.decode()


def several(desk: Client, kind: str, file: SimpleUploadedFile, title: str = "Bild") -> str:
    """Through the screen that takes many at once."""
    answer = desk.post(reverse(f"wagtail{kind}:add_multiple"), {"title": title, "files[]": file})
    return " ".join(map(str, json.loads(answer.content).values()))


def in_the_chooser(desk: Client, kind: str, file: SimpleUploadedFile, title: str = "Bild") -> str:
    """Through the tab of a chooser within the editor."""
    prefix = {"images": "image-chooser-upload", "docs": "document-chooser-upload"}[kind]
    data = {f"{prefix}-title": title, f"{prefix}-file": file, f"{prefix}-consent": "not_needed"}
    data[f"{prefix}-collection"] = Collection.objects.get(depth=1).pk
    answer = desk.post(reverse(f"wagtail{kind}_chooser:create"), data)
    return " ".join(map(str, json.loads(answer.content).values()))


Way = Callable[..., str]
every_way = pytest.mark.parametrize("way", [singly, several, in_the_chooser])


@every_way
@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("AVIF", "a.avif")])
def test_nothing_but_the_picture_is_kept(desk: Client, way: Way, kind: str, name: str) -> None:
    sent = photograph(kind)
    assert SECRET in sent
    before = CampaignImage.objects.count()
    way(desk, "images", SimpleUploadedFile(name, sent))
    image = CampaignImage.objects.latest("pk")
    assert CampaignImage.objects.count() == before + 1
    stored = image.file.storage.open(image.file.name).read()
    kept = Image.open(io.BytesIO(stored))
    assert SECRET not in stored
    assert b"<script>" not in stored
    assert not dict(kept.getexif())
    assert not {"exif", "xmp", "comment"} & set(kept.info)
    assert (kept.format, kept.size, (image.width, image.height)) == (kind, (80, 120), (80, 120))
    red, green, blue = kept.convert("RGB").getpixel((75, 5))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)
    assert kept.info["icc_profile"] == PROFILE
    assert image.file_size == len(stored)


@every_way
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.svg", SVG, "Filen innehåller SVG, HTML eller ett skript"),
        ("a.png", SVG, "Filen innehåller SVG, HTML eller ett skript"),
        ("a.jpg", HTML, "Filen innehåller SVG, HTML eller ett skript"),
        ("a.png", "<svg/>".encode("utf-16"), "Filen innehåller SVG, HTML eller ett skript"),
        ("a.png", b"", "tom"),
        ("a.gif", b"GIF89a, but no more", "Filen är ingen bild som vi kan läsa"),
        ("a.jpg", photograph("PNG"), "Filen heter .jpeg men innehåller png"),
        ("a.png", photograph("PNG")[:200], "Filen är ingen bild som vi kan läsa"),
        ("a.bmp", b"BM" + b"\0" * 60, "Välj en bild i något av de här formaten: AVIF"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(desk: Client, way: Way, name: str, content: bytes, sentence: str) -> None:
    before = CampaignImage.objects.count()
    assert sentence in way(desk, "images", SimpleUploadedFile(name, content))
    assert CampaignImage.objects.count() == before
    assert not UploadedFile.objects.exists()


@pytest.mark.parametrize("size", [(30_000, 30_000), (17_000, 2), (9_000, 9_000)])
def test_an_absurdly_large_picture_is_refused_before_it_is_decoded(desk: Client, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    assert "för många bildpunkter" in singly(desk, "images", SimpleUploadedFile("a.png", out.getvalue()))
    assert out.tell() < 200_000


@every_way
def test_a_heavy_picture_is_refused_with_its_size_and_the_limit(desk: Client, way: Way, settings: Settings) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1024
    answer = way(desk, "images", SimpleUploadedFile("a.png", photograph("PNG") + b"\0" * 2048))
    assert "får vara högst 1,0" in answer.replace("\xa0", " ").replace("&nbsp;", " ")


@pytest.mark.parametrize("way", [several])
@pytest.mark.parametrize(
    ("kind", "file"),
    [("images", ("a.jpg", photograph("JPEG"))), ("docs", ("a.pdf", b"%PDF-1.7 hemligt"))],
    ids=["picture", "document"],
)
def test_a_fault_elsewhere_keeps_no_file_as_it_came_in(desk: Client, way: Way, kind: str, file: tuple[str, bytes]) -> None:
    answer = way(desk, kind, SimpleUploadedFile(*file), title="x" * 300)
    assert "Välj filen en gång till" in answer
    assert not UploadedFile.objects.exists()


def test_an_animation_keeps_moving(desk: Client) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, comment=SECRET)
    singly(desk, "images", SimpleUploadedFile("a.gif", out.getvalue()))
    kept = Image.open(CampaignImage.objects.latest("pk").file.open())
    durations = []
    for number in range(3):
        kept.seek(number)
        durations.append(kept.info["duration"])
    assert (kept.n_frames, durations) == (3, [100, 200, 300])  # type: ignore[attr-defined]


def test_several_pictures_may_not_be_published_until_somebody_has_said_who_is_in_them(desk: Client) -> None:
    answer = json.loads(
        desk.post(reverse("wagtailimages:add_multiple"), {"files[]": SimpleUploadedFile("a.png", photograph("PNG"))}).content
    )
    image = CampaignImage.objects.get(pk=answer["image_id"])
    assert image.consent == CampaignImage.Consent.MISSING
    prefix = f"image-{image.pk}"
    data = {f"{prefix}-title": "Bryggan", f"{prefix}-consent": "given", f"{prefix}-collection": image.collection_id}
    desk.post(reverse("wagtailimages:edit_multiple", args=[image.pk]), data)
    image.refresh_from_db()
    assert (image.title, image.consent) == ("Bryggan", CampaignImage.Consent.GIVEN)


def test_changing_the_words_of_a_picture_leaves_its_file_alone(desk: Client) -> None:
    image = CampaignImage.objects.order_by("pk").first()
    assert image is not None
    before = image.file.name
    data = {"title": "Ny titel", "collection": image.collection_id, "consent": "not_needed"}
    desk.post(reverse("wagtailimages:edit", args=[image.pk]), data)
    image.refresh_from_db()
    assert (image.title, image.file.name) == ("Ny titel", before)


@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    at=st.integers(0, 4000),
    scratch=st.binary(max_size=40),
    cut=st.integers(0, 400),
)
def test_a_damaged_picture_is_refused_or_drawn_anew(kind: str, at: int, scratch: bytes, cut: int) -> None:
    out = io.BytesIO()
    Image.effect_noise((24, 16), 90).convert("RGB").save(out, kind)
    content = bytearray(out.getvalue())
    place = at % len(content)
    content[place : place + len(scratch)] = scratch
    try:
        kept = reencoded(io.BytesIO(bytes(content[: len(content) - cut])))
    except PictureRefused:
        return
    Image.open(io.BytesIO(kept)).load()


# --- Documents ----------------------------------------------------------------------------------------------------------


@every_way
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", HTML, "Filen innehåller SVG, HTML eller ett skript"),
        ("a.txt", SVG, "Filen innehåller SVG, HTML eller ett skript"),
        ("a.csv", b"#!/bin/sh\nrm -r .", "Filen innehåller SVG, HTML eller ett skript"),
        ("a.docx", b"MZ\x90\0", "Filen heter .docx men innehåller något annat"),
        ("a.pdf", b"PK\x03\x04", "Filen heter .pdf men innehåller något annat"),
        ("a.html", HTML, "Välj en fil av något av de här slagen"),
        ("a.exe", b"MZ", "Välj en fil av något av de här slagen"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(desk: Client, way: Way, name: str, content: bytes, sentence: str) -> None:
    assert sentence in way(desk, "docs", SimpleUploadedFile(name, content))
    assert not CampaignDocument.objects.filter(title="Bild").exists()
    assert not UploadedFile.objects.exists()


@every_way
@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", b"%PDF-1.7\n"), ("a.csv", b"namn;antal\n<3;4\n"), ("a.zip", b"PK\x05\x06" + b"\0" * 18)]
)
def test_an_ordinary_document_is_kept_byte_for_byte(desk: Client, way: Way, name: str, content: bytes) -> None:
    way(desk, "docs", SimpleUploadedFile(name, content))
    assert CampaignDocument.objects.latest("pk").file.open().read() == content


@every_way
def test_a_heavy_document_is_refused(desk: Client, way: Way, settings: Settings) -> None:
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 8
    assert "högst" in way(desk, "docs", SimpleUploadedFile("a.txt", b"x" * 9)) or not CampaignDocument.objects.filter(
        title="Bild"
    )


@given(st.binary(max_size=300))
def test_sniffing_answers_for_any_bytes(head: bytes) -> None:
    assert is_markup(b" \n<SVG " + head)
    assert not is_markup(b"%PDF-1.7" + head.replace(b"<", b""))
    assert isinstance(is_what_it_is_called(head, "mp3"), bool)


# --- Films --------------------------------------------------------------------------------------------------------------


def film(**changes: Any) -> dict[str, Any]:
    """What the form for films is sent; a value of None leaves the field out."""
    data = {
        "title": "Föreläsningen",
        "file": SimpleUploadedFile("film.mp4", MP4),
        "captions": SimpleUploadedFile("textning.vtt", CAPTIONS),
        "captions_language": "sv",
        "collection": Collection.objects.get(depth=1).pk,
        "duration": "20",
        "consent": "not_needed",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def add_film(desk: Client, kind: str = "video", **changes: Any) -> str:
    return desk.post(reverse("wagtailmedia:add", args=[kind]), film(**changes), follow=True).content.decode()


def test_a_film_goes_to_private_storage_and_is_seen_from_the_desk(desk: Client, settings: Settings) -> None:
    assert "är tillagd" in add_film(desk)
    media = CampaignMedia.objects.latest("pk")
    for stored in (media.file, media.captions):
        assert str(settings.VAR_DIR / "private") in stored.path
        assert desk.get(f"/media/{stored.name}").status_code == 404
    seen = desk.get(media.url)
    assert (b"".join(seen.streaming_content), seen["Content-Type"]) == (MP4, "video/mp4")  # type: ignore[attr-defined]
    assert "default-src 'none'" in seen["Content-Security-Policy"]
    assert desk.get(reverse("kampanj_media_captions", args=[media.pk])).status_code == 200
    for name, args in (("edit", [media.pk]), ("index", []), ("media_usage", [media.pk]), ("chooser", []), ("delete", [media.pk])):
        assert desk.get(reverse(f"wagtailmedia:{name}", args=args)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"captions": None}, "En film behöver textning"),
        ({"captions": b"1\n00:00:00,000 --> 00:00:04,000\nHej\n"}, "Textningen börjar inte med ordet WEBVTT"),
        ({"captions": b"WEBVTT\n\n"}, "Det finns ingen textning i filen"),
        ({"captions": "WEBVTT\n\nå".encode("latin-1")}, "inte sparad som UTF-8 (byte 9"),
        ({"captions": b"WEBVTT\n" + b"x" * 1_100_000}, "Filen är 1,0"),
        ({"file": b"<html>"}, "Filen heter .mp4 men innehåller något annat"),
        ({"file": SimpleUploadedFile("film.avi", MP4)}, "Välj en fil av något av de här slagen: .mp4, .webm."),
        ({"file": SimpleUploadedFile("ljud.mp3", b"ID3")}, "Välj en fil av något av de här slagen: .mp4, .webm."),
        ({"file": None}, "obligatorisk"),
    ],
)
def test_a_film_that_cannot_be_shown_to_everybody_is_refused(desk: Client, changes: dict[str, Any], sentence: str) -> None:
    names = {"captions": "textning.vtt", "file": "film.mp4"}
    sent = {
        name: SimpleUploadedFile(names[name], value) if isinstance(value, bytes) else value for name, value in changes.items()
    }
    before = CampaignMedia.objects.count()
    assert sentence in add_film(desk, **sent).replace("\xa0", " ")
    assert CampaignMedia.objects.count() == before


def test_a_heavy_film_is_refused_with_its_size_and_the_limit(desk: Client, settings: Settings) -> None:
    settings.MEDIA_MAX_UPLOAD_SIZE = 50
    assert f"Filen är {len(MP4)} byte och får vara högst 50 byte." in add_film(desk).replace("\xa0", " ")


@pytest.mark.parametrize(("name", "content"), [("a.mp3", b"\xff\xfb\x90\x00"), ("a.m4a", MP4), ("a.ogg", b"OggS\0")])
def test_sound_needs_no_captions(desk: Client, name: str, content: bytes) -> None:
    assert "är tillagd" in add_film(desk, "audio", file=SimpleUploadedFile(name, content), captions=None)


def test_the_chooser_takes_and_refuses_by_the_same_rules(desk: Client) -> None:
    address = reverse("wagtailmedia:chooser_upload", args=["video"])

    def upload(**changes: Any) -> str:
        return desk.post(
            address, {f"media-chooser-upload-{name}": value for name, value in film(**changes).items()}
        ).content.decode()

    assert "media_chosen" in upload()
    assert "behöver textning" in json.loads(upload(captions=None))["html"]


def test_new_captions_replace_the_old_and_a_deleted_film_leaves_nothing(
    desk: Client, django_capture_on_commit_callbacks: Any
) -> None:
    add_film(desk)
    media = CampaignMedia.objects.latest("pk")
    storage, first = media.captions.storage, media.captions.name
    desk.post(reverse("wagtailmedia:edit", args=[media.pk]), film(file=None))
    media.refresh_from_db()
    assert media.captions.name != first
    assert not storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("wagtailmedia:delete", args=[media.pk]))
    assert not storage.exists(media.captions.name)
    assert not storage.exists(media.file.name)


def test_only_those_who_work_with_films_or_pages_see_one_in_the_desk(desk: Client, page_client: type[Client]) -> None:
    add_film(desk)
    address = CampaignMedia.objects.latest("pk").url
    stranger = page_client()
    assert stranger.get(address).status_code == 302
    assert logged_in(page_client(), APPROVER).get(address).status_code == 200
    clerks = Group.objects.create(name="Registrator")
    clerks.permissions.add(Group.objects.get(name=APPROVER).permissions.get(codename="access_admin"))
    assert logged_in(page_client(), clerks.name).get(address).status_code == 302


@given(st.text(max_size=200))
def test_captions_of_any_text_are_judged(text: str) -> None:
    from django.core.exceptions import ValidationError

    try:
        check_captions(f"WEBVTT {text}".encode())
    except ValidationError as refusal:
        assert refusal.messages
    check_captions(b"\xef\xbb\xbfWEBVTT - namn\r\n\r\n1\r\n01:00:00.000 --> 01:00:04.000 line:0\r\nHej\r\n")


def test_a_made_up_header_is_no_film() -> None:
    assert not is_what_it_is_called(struct.pack(">I", 32) + b"moov", "mp4")
    assert is_what_it_is_called(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "webm")
