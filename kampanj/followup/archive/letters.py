"""The approved letters on their way into the archive: byte for byte, as one recipient's message, and as a PDF."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from html import escape
from pathlib import PurePosixPath
from urllib.parse import unquote

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from lxml import html

from kampanj.channels.contents import File
from kampanj.channels.lms.pictures import KEPT_FORMATS
from kampanj.channels.pressroom import press
from kampanj.content.models import Edition
from kampanj.distribution.approval import approved_message
from kampanj.distribution.envelope import Addressee, LetterForm
from kampanj.distribution.models import ApprovedLetter
from kampanj.followup.archive.packing import sha256

EXAMPLE = "exempel@example.org"
# What only mail programs know: on paper each of them would be a warning in the log.
_FOR_MAIL_PROGRAMS = re.compile(r"(?<![\w-])(?:-webkit-|-ms-|mso-|word-break|color-scheme|supported-color)[a-z-]*\s*:[^;\"}]*;?")
STYLE = """
@font-face { font-family: Paper; font-weight: 400; src: url("file:///package/fonts/DejaVuSans.ttf"); }
@font-face { font-family: Paper; font-weight: 700; src: url("file:///package/fonts/DejaVuSans-Bold.ttf"); }
@page { size: A4; margin: 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Paper; } }
body { background: #fff !important; }
* { font-family: Paper, sans-serif !important; }
.archive-head { font-size: 9pt; line-height: 1.5; color: #16202A; border-bottom: 0.5pt solid #5B6167; padding-bottom: 3mm;
  margin: 0 0 5mm; }
.archive-head p { margin: 0; }
img { max-width: 100%; height: auto; }
div, table { margin-left: 0 !important; margin-right: 0 !important; max-width: 100% !important; }
div:not([style*="display:none"]) { display: block !important; }
"""


def example(letter: ApprovedLetter, approved: bytes, *, at: dt.datetime) -> bytes:
    """The approved message as it left for one recipient, with an example's address and the campaign's page as its links."""
    edition = letter.edition
    domain = edition.municipality.sender_email.rpartition("@")[2]
    addressee = Addressee(
        address=EXAMPLE,
        message_id=f"<archive.{letter.approval_id}.{letter.language}@{domain}>",
        date=format_datetime(at),
        links={"unsubscribe": edition.web_url, "package": edition.web_url, "via": ""},
    )
    return LetterForm(approved).fill(addressee)


def approved(letter: ApprovedLetter) -> bytes:
    """The message as it was approved; DistributionError when the file is not what was approved."""
    return approved_message(letter)


def as_pdf(message: bytes, edition: Edition) -> bytes:
    """What a recipient saw of the message, with its sender and subject above. PaperMissing without Pango, ChannelError when the
    PDF cannot be made."""
    parsed: EmailMessage = BytesParser(policy=policy.default).parsebytes(message)
    body = parsed.get_body(preferencelist=("html",))
    document = html.document_fromstring(str(body.get_content()) if body is not None else "<p></p>")
    files = list(_with_own_pictures(document, edition))
    document.head.append(html.fragment_fromstring(f"<style>{STYLE}</style>"))
    document.body.insert(0, html.fragment_fromstring(_head(parsed)))
    text = html.tostring(document, encoding="unicode", doctype="<!DOCTYPE html>")
    press.require_paper()
    return press.printed(_FOR_MAIL_PROGRAMS.sub("", text), files, identifier=sha256(message)).content


def _head(parsed: EmailMessage) -> str:
    lines = ((_("From"), parsed["From"]), (_("Answers to"), parsed["Reply-To"]), (_("Subject"), parsed["Subject"]))
    shown = "".join(f"<p><strong>{escape(name)}:</strong> {escape(str(value))}</p>" for name, value in lines if value)
    return f'<div class="archive-head" lang="sv" dir="ltr">{shown}</div>'


def _with_own_pictures(document: html.HtmlElement, edition: Edition) -> Iterator[File]:
    """The pictures that lie with us, each address in the document changed to the file's; another's becomes its words."""
    media = edition.municipality.absolute(settings.MEDIA_URL)
    for image in list(document.iter("img")):
        address = image.get("src") or ""
        found = _picture(unquote(address.removeprefix(media))) if address.startswith(media) else None
        if found is None:
            words = html.fragment_fromstring("<em></em>")
            words.text, words.tail = image.get("alt") or "", image.tail
            image.getparent().replace(image, words)
        else:
            image.set("src", f"{press.HOME}/{found.path}")
            yield found


def _picture(name: str) -> File | None:
    """A file of the public storage; None when it is gone or no picture that paper can show."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in KEPT_FORMATS:
        return None
    try:
        with default_storage.open(name) as opened:
            content = opened.read()
    except FileNotFoundError:
        return None
    return File(f"media/{sha256(content)[:16]}{suffix}", KEPT_FORMATS[suffix], content)
