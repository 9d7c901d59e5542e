"""What a drawing process complains of: style that is written for mail programs fills no log, what is missing stands in it."""

from __future__ import annotations

import logging

import pytest

from kampanj.channels.pressroom.press import Press, can_print

LOGGER = "kampanj.channels.pressroom.press"
DOCUMENT = """<!DOCTYPE html><html lang="sv"><head><title>T</title><style>
p { mso-line-height-rule: exactly; -ms-text-size-adjust: 100%; width: calc(; } p:nonsense { color: red }
@media only screen and (max-width:480px) { p { foo: bar } }
@font-face { font-family: Gone; src: url("file:///package/fonts/gone.ttf"); }
</style></head><body><p style="supported-color-schemes: light">Hej</p><img src="media/gone.png" alt="Borta"></body></html>"""


@pytest.mark.skipif(not can_print(), reason="Pango is not installed")
def test_style_for_mail_programs_is_quiet_and_what_is_missing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger=LOGGER), Press() as press:
        press.measure(DOCUMENT)
    loud = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    quiet = [record.getMessage() for record in caplog.records if record.levelno < logging.WARNING]
    assert any("gone.png" in line for line in loud)
    assert any("Gone" in line for line in loud)
    assert len(loud) == 2, loud
    assert any("nonsense" in line for line in quiet)
    assert any("mso-line-height-rule" in line or "text-size-adjust" in line for line in quiet)
