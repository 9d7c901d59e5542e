"""The drawing process and its limits: memory, time, and so many at once; each is one sentence, and the next PDF is drawn."""

from __future__ import annotations

import io
import threading
import time

import pytest
from PIL import Image
from pytest_django import Settings

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import File
from kampanj.channels.pressroom.press import Press, printed
from kampanj.channels.pressroom.turns import PressBusy

pytestmark = pytest.mark.django_db
WORDS = "<html lang='sv'><head><title>Prov</title></head><body><p>Hej</p></body></html>"
# Pages whose layout takes far longer than any test waits.
ENDLESS = WORDS.replace("Hej", "<p>Hej hej</p>" * 40_000)


def picture(side: int) -> File:
    """A white PNG: a few kilobytes that become `side` * `side` * 3 bytes."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), "white").save(file, "PNG")
    return File("media/stor.png", "image/png", file.getvalue())


def drawn(*files: File, body: str = "Hej") -> bytes:
    return printed(WORDS.replace("Hej", body), files, identifier="prov").content


def test_a_picture_that_needs_more_memory_than_there_is_gets_a_sentence(settings: Settings) -> None:
    settings.PDF_MEMORY_MB = 250
    shown = '<img src="../media/stor.png" alt="Prov" style="opacity: 0.5; width: 5cm">'
    with pytest.raises(ChannelError, match="250 megabyte"):
        drawn(picture(9000), body=shown)
    assert drawn(picture(90), body=shown).startswith(b"%PDF")


def test_all_that_one_press_draws_has_a_time(settings: Settings) -> None:
    settings.PDF_SECONDS = 3
    began = time.monotonic()

    def measured_on_and_on() -> None:
        with Press() as press:
            for _again in range(100):
                press.measure(WORDS)
                time.sleep(0.1)

    with pytest.raises(ChannelError, match="3 sekunder"):
        measured_on_and_on()
    assert time.monotonic() - began < 20
    assert drawn().startswith(b"%PDF")


def test_a_document_that_is_never_ready_ends(settings: Settings) -> None:
    settings.PDF_SECONDS = 2
    with pytest.raises(ChannelError, match="2 sekunder"):
        printed(ENDLESS, [], identifier="prov")


def test_only_so_many_draw_at_once_and_the_others_wait_for_their_turn(settings: Settings) -> None:
    settings.PDF_AT_ONCE, settings.PDF_WAIT_SECONDS = 1, 1
    with Press() as press:
        press.measure(WORDS)
        with pytest.raises(PressBusy, match="flera andra PDF:er"):
            drawn()
    settings.PDF_WAIT_SECONDS = 60
    measured: list[bool] = []

    def measure() -> None:
        with Press() as second:
            measured.append(second.measure(WORDS) == {})

    waiting = threading.Thread(target=measure)
    with Press() as press:
        waiting.start()
        press.measure(WORDS)
        assert not measured
    waiting.join(timeout=60)
    assert measured == [True]


def test_a_press_that_could_not_be_set_up_keeps_no_turn(settings: Settings) -> None:
    settings.PDF_AT_ONCE, settings.PDF_WAIT_SECONDS = 1, 1

    def unreadable() -> io.BytesIO:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"), Press([File("media/borta.png", "image/png", unreadable)]):
        pass
    assert drawn().startswith(b"%PDF")
