"""What a drawing process complains of: style that is written for mail programs fills no log, what is missing stands in it."""

from __future__ import annotations

import logging

import pytest

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import File
from kampanj.channels.pressroom.press import HOME, Press, can_print

LOGGER = "kampanj.channels.pressroom.press"
DOCUMENT = """<!DOCTYPE html><html lang="sv"><head><title>T</title><style>
p { mso-line-height-rule: exactly; -ms-text-size-adjust: 100%; } p:nonsense { color: red }
@media only screen and (max-width:480px) { p { foo: bar } }
@font-face { font-family: Gone; src: url("file:///package/fonts/gone.ttf"); }
</style></head><body><p style="supported-color-schemes: light">Hej</p>
<img src="file:///package/media/torn.png" alt="Trasig"></body></html>"""


pytestmark = pytest.mark.skipif(not can_print(), reason="Pango is not installed")


def told(caplog: pytest.LogCaptureFixture, *, loud: bool) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == LOGGER and (one.levelno >= logging.WARNING) == loud]


def test_style_for_mail_programs_is_quiet_and_what_is_broken_is_told(caplog: pytest.LogCaptureFixture) -> None:
    torn = File("media/torn.png", "image/png", b"torn")
    assert f"{HOME}/{torn.path}" in DOCUMENT
    with caplog.at_level(logging.DEBUG, logger=LOGGER), Press([torn]) as press:
        press.measure(DOCUMENT)
    loud, quiet = told(caplog, loud=True), told(caplog, loud=False)
    assert any("torn.png" in line for line in loud)
    assert any("Gone" in line for line in loud)
    assert len(loud) == 2, loud
    assert any("nonsense" in line for line in quiet)
    assert any("mso-line-height-rule" in line or "text-size-adjust" in line for line in quiet)


def test_what_the_process_dies_of_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger=LOGGER), pytest.raises(ChannelError), Press() as press:
        press.measure(DOCUMENT)
    assert any("torn.png is not in the package" in line for line in told(caplog, loud=True))
