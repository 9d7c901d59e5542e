"""Whether a file is captions that a browser can show: WebVTT (W3C, Candidate Recommendation 4 April 2019)."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Section 4.1: the signature, then the end of the line or a space and a comment.
SIGNATURE = re.compile(r"WEBVTT(?:[ \t\n]|$)")
TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
# A cue: its two times on one line, and at least one line of text.
CUE = re.compile(rf"^[ \t]*{TIME}[ \t]+-->[ \t]+{TIME}(?:[ \t][^\n]*)?\n[ \t]*[^\s]", re.MULTILINE | re.ASCII)


def check_captions(content: bytes) -> None:
    """Raise ValidationError, in one sentence that says what to do, when `content` is not captions in WebVTT."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ValidationError(
            _("The captions are not saved as UTF-8 (byte %(number)s cannot be read). Save the file as UTF-8 and upload it again.")
            % {"number": fault.start + 1},
            code="not_utf8",
        ) from fault
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if not SIGNATURE.match(text):
        raise ValidationError(
            _("The captions do not begin with the word WEBVTT. Save them as WebVTT (.vtt), not as SubRip (.srt) or plain text."),
            code="not_webvtt",
        )
    if not CUE.search(text):
        raise ValidationError(
            _(
                "There are no captions in the file. Each needs a line with its times, such as "
                "“00:01.000 --> 00:04.000”, and its text on the line below."
            ),
            code="no_cue",
        )
