"""One picture for sharing: its size, its words within the safe zone and readable, its letters joined; or one clear sentence."""

from __future__ import annotations

import dataclasses
import importlib.util
import io
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, features

from kampanj.channels.social.card import FORMATS, LINK, SQUARE, STORY, Card, Format, Theme, parted
from kampanj.channels.social.contrast import measured
from kampanj.channels.social.exceptions import LettersMissing, NotDrawable, TextTooLong, TooPale
from kampanj.channels.social.fitting import SOFT_HYPHEN, Measured, pieces_of
from kampanj.channels.social.fonts import typeface
from kampanj.channels.social.layout import arranged
from kampanj.channels.social.painting import MOST_BYTES, as_jpeg, drawn, ground
from kampanj.municipality.colour import AA_TEXT
from tests.channels.social import (
    ARABIC,
    LONG_GERMAN,
    LONG_SWEDISH,
    SOMALI,
    THEMES,
    UKRAINIAN,
    a_card,
    noise,
    worst_contrast,
    written_within,
)

LONGEST = 280
LETTERS = {"sv": "abcdefghijklmnoprstuvyåäöÅÄÖ", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"}
PHOTOS: dict[str, Callable[[], Image.Image | None]] = {
    "none": lambda: None,
    "white": lambda: Image.new("RGB", (1600, 1000), "white"),
    "black": lambda: Image.new("RGB", (1600, 1000), "black"),
    "noise": noise,
}


def is_within(box: tuple[int, int, int, int] | None, zone: tuple[int, int, int, int]) -> bool:
    return box is not None and box[0] >= zone[0] and box[1] >= zone[1] and box[2] <= zone[2] and box[3] <= zone[3]


def in_language(language: str, text: str) -> Card:
    lead, rest = parted(text)
    return a_card(lead=lead, rest=rest, language=language, right_to_left=language == "ar")


@pytest.mark.parametrize("form", FORMATS, ids=str)
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Kort."),
        ("sv", LONG_SWEDISH),
        ("sv", LONG_GERMAN),
        ("sv", ("Att fråga är att bry sig, och det är lättare än man tror. " * 5)[:LONGEST]),
        ("ar", ARABIC),
        ("ar", (ARABIC * 4)[:LONGEST]),
        ("ar", "هل أنت قلق؟ لا يلزم أن تكون متأكدًا لتتصل. Kontaktcenter: 0152-291 00."),
        ("uk", UKRAINIAN),
        ("so", SOMALI),
    ],
)
def test_a_picture_has_its_size_and_its_words_within_the_safe_zone(form: Format, language: str, text: str) -> None:
    card = in_language(language, text)
    content = drawn(card, form)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (form.width, form.height), "RGB")
    assert len(content) <= MOST_BYTES
    for photo in (None, noise()):
        layout = arranged(dataclasses.replace(card, photo=photo), form)
        assert is_within(written_within(layout), form.zone)
        assert layout.logo is None or is_within(layout.logo, form.zone)


@st.composite
def share_texts(draw: st.DrawFn) -> tuple[str, str]:
    """(language, text of at most 280 characters), with words from one letter to longer than any picture."""
    language = draw(st.sampled_from(list(LETTERS)))
    words = st.text(LETTERS[language], min_size=1, max_size=70)
    signs = st.sampled_from(["", ".", "?", ",", "…", ":", "!", "”", " –", f"{SOFT_HYPHEN}es", "-", " 12 3", "/"])
    pieces = draw(st.lists(st.tuples(words, signs), min_size=1, max_size=30))
    return language, " ".join(word + sign for word, sign in pieces)[:LONGEST]


@given(found=share_texts(), form=st.sampled_from(FORMATS), has_photo=st.booleans(), title=st.text("Jag åÖ…", max_size=200))
@settings(max_examples=120)
def test_any_text_is_within_the_safe_zone_or_refused_in_words(
    found: tuple[str, str], form: Format, has_photo: bool, title: str
) -> None:
    language, text = found
    photo = PHOTOS["white"]() if has_photo else None
    card = dataclasses.replace(in_language(language, text), photo=photo, kicker=title.strip())
    try:
        layout = arranged(card, form)
    except TextTooLong as fault:
        assert str(fault).endswith(".")
        assert fault.field in ("share_texts", "title")
        return
    assert is_within(written_within(layout), form.zone)
    boxes = sorted((box for words in layout.words for box in words.boxes()), key=lambda box: box[1])
    assert all(upper[1] < lower[1] for upper, lower in itertools.pairwise(boxes)), "lines lie upon each other"


@given(st.lists(st.text(LETTERS["sv"], min_size=1, max_size=24), min_size=1, max_size=60), st.sampled_from(FORMATS))
@settings(max_examples=60)
def test_words_as_people_write_them_always_fit(words: list[str], form: Format) -> None:
    lead, rest = parted(" ".join(words)[:LONGEST])
    for photo in (None, PHOTOS["white"]()):
        arranged(a_card(lead=lead, rest=rest, photo=photo), form)


@given(st.text(LETTERS["sv"] + " -/–\n" + SOFT_HYPHEN, max_size=200))
def test_no_letter_is_lost_when_lines_are_broken(text: str) -> None:
    face = typeface("a", "strong", language="sv", right_to_left=False)
    measured_text = Measured(text, face)
    fitted = measured_text.fitted(40, 100_000)
    kept = [letter for letter in text if letter.isalpha()]
    assert [letter for line in (fitted.lines if fitted else ()) for letter in line if letter.isalpha()] == kept


def test_lines_break_where_a_reader_would() -> None:
    assert [piece.text for piece in pieces_of("Ring 0152-291 00 – nu")] == ["Ring", "0152-291\u00a000\u00a0–", "nu"]
    assert [piece.text for piece in pieces_of("e-post och/eller tele­fon")] == ["e-", "post", "och/", "eller", "tele", "fon"]
    face = typeface("x", "strong", language="sv", right_to_left=False)
    narrow = Measured("Barn­omsorgen", face)
    width = face.width("omsorgen", 60) + 4
    fitted = narrow.fitted(60, width)
    assert fitted is not None
    assert fitted.lines == ("Barn-", "omsorgen")


def test_lines_are_about_as_long() -> None:
    face = typeface("x", "strong", language="sv", right_to_left=False)
    text = Measured("Att fråga är att bry sig och det är lättare än man tror att börja", face)
    fitted = text.fitted(60, 1000)
    assert fitted is not None
    widths = [face.width(line, 60) for line in fitted.lines]
    assert len(widths) > 1
    assert min(widths) > 0.7 * max(widths)


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("”Jag trodde aldrig…” Hur slutar din mening?", "”Jag trodde aldrig…”"),
        ("Kom kl. 18 till skolan. Välkommen!", "Kom kl. 18 till skolan."),
        ("Läs t.ex. om tecken. Ring oss.", "Läs t.ex. om tecken."),
        ("Bara en mening", "Bara en mening"),
        ("هل أنت قلق؟ اتصل بنا.", "هل أنت قلق؟"),
    ],
)
def test_the_first_sentence_is_large(text: str, lead: str) -> None:
    assert parted(text)[0] == lead
    assert " ".join(filter(None, parted(text))) == text


# --- Contrast --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS, ids=str)
@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.ground)
def test_every_text_is_read_on_every_pixel_behind_it(form: Format, photo: str, theme: Theme) -> None:
    for card in (a_card(), in_language("ar", ARABIC), in_language("sv", ("Hej du som är vuxen " * 14)[:LONGEST])):
        layout = arranged(dataclasses.replace(card, photo=PHOTOS[photo](), theme=theme), form)
        # As it is seen: after JPEG.
        with Image.open(io.BytesIO(as_jpeg(ground(layout)))) as seen:
            assert worst_contrast(seen, layout) >= AA_TEXT


@given(st.binary(min_size=48, max_size=48), st.sampled_from(["#FBF9F4", "#16202A", "#0B4A6F", "#808080"]))
def test_the_measure_is_never_better_than_the_worst_pixel(levels: bytes, colour: str) -> None:
    from kampanj.municipality.colour import contrast

    picture = Image.frombytes("RGB", (4, 4), levels)
    worst = min(contrast(colour, f"#{r:02X}{g:02X}{b:02X}") for _count, (r, g, b) in picture.getcolors())
    many = picture.resize((400, 400), Image.Resampling.BICUBIC)
    assert measured(picture, (0, 0, 4, 4), colour) == pytest.approx(worst)
    exact = min(contrast(colour, f"#{r:02X}{g:02X}{b:02X}") for _count, (r, g, b) in many.getcolors(160_000))
    assert measured(many, (0, 0, 400, 400), colour) <= exact + 1e-9


def test_colours_that_cannot_be_read_are_refused() -> None:
    pale = Theme(ground="#888888", text="#999999", kicker="#999999", mark="#FFFFFF", paper="#FFFFFF")
    with pytest.raises(TooPale, match=r"4[.,]5"):
        drawn(a_card(theme=pale), SQUARE)


# --- Letters ---------------------------------------------------------------------------------------------------------


def test_arabic_letters_are_joined_and_run_from_right_to_left() -> None:
    face = typeface(ARABIC, "strong", language="ar", right_to_left=True)
    word = "الحديث"
    assert face.width(word, 100) != pytest.approx(sum(face.width(letter, 100) for letter in word), rel=0.02)
    plain = ImageFont.truetype(face.path, 100, layout_engine=ImageFont.Layout.BASIC)

    def shown(font: Any, **options: Any) -> bytes:
        image = Image.new("L", (700, 260))
        ImageDraw.Draw(image).text((40, 180), word, font=font, fill=255, anchor="ls", **options)
        return image.tobytes()

    assert shown(face.at(100), **face.options) != shown(plain)
    # The first letter of the word stands at its right end.
    first = face.at(100).getbbox("ا", anchor="rs", **face.options)
    whole = face.box(word, 100)
    assert whole[2] == pytest.approx(first[2], abs=3)
    assert face.anchor == "rs"


def test_latin_names_in_an_arabic_picture_keep_their_direction() -> None:
    assert not typeface("strangnas.se/ar", "plain", language="ar", right_to_left=True).right_to_left
    layout = arranged(in_language("ar", ARABIC), LINK)
    middle = LINK.width / 2
    assert all(box[2] > middle for words in layout.texts for box in words.boxes())


def test_without_fribidi_arabic_is_refused_and_the_rest_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check_feature", lambda name: False if name in ("raqm", "fribidi") else None)
    with pytest.raises(LettersMissing, match="libfribidi0"):
        drawn(in_language("ar", ARABIC), SQUARE)
    with pytest.raises(LettersMissing, match="libfribidi0"):
        drawn(in_language("sv", "Säg مرحبا."), SQUARE)
    assert drawn(a_card(), SQUARE)
    assert drawn(in_language("uk", UKRAINIAN), SQUARE)


def test_letters_that_no_font_has_are_named() -> None:
    with pytest.raises(LettersMissing, match="💙") as caught:
        drawn(a_card(rest="Vi bryr oss 💙"), SQUARE)
    assert caught.value.field == "share_texts"


def test_without_any_font_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(LettersMissing, match="make setup"):
        drawn(a_card(), SQUARE)


def test_long_words_are_hyphenated_only_where_they_would_not_fit() -> None:
    (words,) = arranged(a_card(lead="Vårdnadshavarsamverkansgruppen möts.", rest=""), SQUARE).words
    assert not any(line.endswith("-") for line in words.fitted.lines)
    (words,) = arranged(a_card(lead=f"Läs om {'vårdnadshavar' * 5}.", rest=""), SQUARE).words
    assert any(line.endswith("-") for line in words.fitted.lines)


def test_a_word_that_is_longer_than_any_line_is_named() -> None:
    word = "b" * 120
    with pytest.raises(TextTooLong, match=word) as caught:
        drawn(a_card(lead=f"Säg {word} nu."), STORY)
    assert isinstance(caught.value, NotDrawable)
