"""The letter: HTML compiled from MJML, and a real text part, for guardians and for schools.

A letter is the same for everybody who gets it. Two slots stand where distribution writes a recipient's own addresses, and one
after the campaign's address, where it writes which mailing's letter this is, the same for all. Nothing in it reports back to
us: no tracking pixel, no remote font, no link that tells whose letter it was or leads by way of somebody else.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache, partial
from html import escape
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from mjml import mjml2html

from kampanj.channels.artifact import Artifact, Channel, ChannelError
from kampanj.channels.drawing import draw
from kampanj.channels.mjml_rules import require_sound
from kampanj.channels.rich_text import as_plain, without_controls
from kampanj.channels.timing import timed
from kampanj.content.doors import Door
from kampanj.content.models import Edition
from kampanj.municipality.look import dark_scheme

Audience = Literal["guardians", "schools", "schools_reminder", "schools_new_version"]
Part = Literal["html", "text"]

UNSUBSCRIBE_SLOT = "KAMPANJ-SLOT-unsubscribe"
PACKAGE_SLOT = "KAMPANJ-SLOT-package"
# After the address of the campaign's web page: from which letter its reader comes (`content/entrances`).
VIA_SLOT = "KAMPANJ-SLOT-via"
TEXT_WIDTH = 72
# The typeface of headings, as on the web: what the reader's own device has.
VOICE = "'Iowan Old Style', Palatino, 'Palatino Linotype', Georgia, serif"
# Gmail cuts off the rest of a longer letter, and with it the way to unsubscribe.
CLIPPED_FROM = 102_000
NEARLY_CLIPPED_FROM = 90_000
_TITLE = re.compile(r"<title>([^<]*)</title>")
_LABEL = re.compile(r' aria-label="[^>]*?" (?=aria-roledescription="email")')


class LetterIncomplete(ChannelError):
    """Something that the letter needs is not written; the message names it."""


class LetterTooLong(ChannelError):
    """The letter's HTML is so long that mail programs cut it off."""


@dataclass(frozen=True)
class Letter:
    """One language's letter to one audience, before personal addresses are written into its slots."""

    subject: str
    preheader: str
    html: str
    text: str
    language: str

    @property
    def size(self) -> int:
        """Bytes of the HTML, which is what mail programs count."""
        return len(self.html.encode())

    @property
    def is_nearly_clipped(self) -> bool:
        """Whether the editor should be warned that there is room for little more."""
        return self.size >= NEARLY_CLIPPED_FROM

    def filled(self, *, unsubscribe: str, package: str, via: str = "") -> Letter:
        """The letter with addresses in its slots (escaped in the HTML); without `via` its links count no visit."""
        html, text = self.html, self.text
        for slot, address in ((UNSUBSCRIBE_SLOT, unsubscribe), (PACKAGE_SLOT, package), (VIA_SLOT, via)):
            html, text = html.replace(slot, escape(address)), text.replace(slot, address)
        return replace(self, html=html, text=text)


def letter(edition: Edition, audience: Audience = "guardians") -> Letter:
    """The edition's letter to guardians or to schools: their first, a reminder of it, or the notice of a new version.

    Raises LetterIncomplete when something is not written, BrokenMjml when a template breaks MJML's rules, and
    LetterTooLong when mail programs would cut it off.
    """
    words = _words(edition, audience)
    extra = {
        "subject": words.subject,
        "preheader": words.preheader,
        "greeting": words.greeting,
        "unsubscribe": UNSUBSCRIBE_SLOT,
        "package": PACKAGE_SLOT,
        "voice": VOICE,
        "dark": dark_scheme(edition.municipality),
    }
    html = compiled(without_controls(draw(edition, f"kampanj/email/{audience}.mjml", channel="email", **extra)))
    text = wrapped(without_controls(draw(edition, f"kampanj/email/{audience}.txt", channel="text", **extra)))
    html, text = _with_way_in(html, text, edition.web_url)
    written = Letter(subject=words.subject, preheader=words.preheader, html=html, text=text, language=edition.language)
    if written.size >= CLIPPED_FROM:
        raise LetterTooLong(_("The letter is too long: mail programs would cut it off. Take a panel out of the letter."))
    return written


def _with_way_in(html: str, text: str, web_url: str) -> tuple[str, str]:
    """Both parts with a slot after the campaign's own address wherever a link leads there, whoever has written the link."""
    in_html = re.compile(rf'( href="{re.escape(escape(web_url))})(?=["#])')
    in_text = re.compile(rf"({re.escape(web_url)})(?=[\s)#]|$)")
    return in_html.sub(rf"\1{VIA_SLOT}", html), in_text.sub(rf"\1{VIA_SLOT}", text)


@lru_cache(maxsize=64)
def compiled(mjml: str) -> str:
    """HTML of a checked MJML document; each document is compiled once per process."""
    require_sound(mjml)
    with timed("mjml"):
        html = mjml2html(mjml, disable_comments=False, fonts={})
    return _with_readable_label(html)


def _with_readable_label(html: str) -> str:
    """The letter's label for screen readers as its title is written: MRML writes combining signs and backslashes as code."""
    title = _TITLE.search(html)
    return _LABEL.sub(lambda _found: f' aria-label="{title.group(1)}" ', html, count=1) if title else html


def wrapped(text: str) -> str:
    """Plain text with lines of at most 72 characters, except for addresses, and never two empty lines in a row."""
    lines = [line for written in text.split("\n") for line in _wrapped_line(written.rstrip())]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _wrapped_line(line: str) -> list[str]:
    if len(line) <= TEXT_WIDTH:
        return [line]
    hanging = "  " if line.startswith("– ") else ""
    return textwrap.wrap(line, TEXT_WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False) or [""]


@dataclass(frozen=True)
class _Words:
    subject: str
    preheader: str
    greeting: str


def _words(edition: Edition, audience: Audience) -> _Words:
    """The words that an editor has written for this audience; LetterIncomplete when some are missing."""
    page = edition.campaign
    if audience == "guardians":
        words = _Words(_one_line(page.letter_subject), _one_line(page.letter_preheader), page.letter_greeting)
    else:
        with translation.override(edition.language):
            subject = _school_subject(_one_line(page.school_subject), audience)
        words = _Words(subject, _one_line(page.summary), page.school_greeting)
    missing = list(_missing(edition, words, audience))
    if missing:
        raise LetterIncomplete(
            _("The letter of “%(title)s” (%(language)s) is not complete. Fill in: %(missing)s.")
            % {"title": page.title, "language": edition.language, "missing": ", ".join(missing)}
        )
    return words


def _school_subject(subject: str, audience: Audience) -> str:
    """The subject with what is new about the letter before it; empty when nobody has written one."""
    if audience == "schools_reminder" and subject:
        return _("Reminder: %(subject)s") % {"subject": subject}  # for readers
    if audience == "schools_new_version" and subject:
        return _("New version: %(subject)s") % {"subject": subject}  # for readers
    return subject


def _missing(edition: Edition, words: _Words, audience: Audience) -> Iterator[str]:
    municipality = edition.municipality
    if not words.subject:
        yield _("the subject") if audience == "guardians" else _("the subject to schools")
    if not as_plain(words.greeting, municipality):
        yield _("the greeting") if audience == "guardians" else _("the message to schools")
    if audience == "guardians" and not edition.campaign.panels_in_letter:
        yield _("at least one panel marked “Include in the letter”")
    if not (municipality.municipality_name or municipality.sender_name):
        yield _("the municipality's name in the settings")


def _one_line(text: str) -> str:
    return " ".join(without_controls(text).split())


# --- Files ----------------------------------------------------------------------------------------------------------


def render(edition: Edition) -> tuple[Artifact, ...]:
    """The guardians' letter as HTML, as text and as a message that a mail program opens.

    Files have no recipient: in them the personal addresses lead to the campaign's web page.
    """
    written = letter(edition).filled(unsubscribe=edition.web_url, package=edition.web_url)
    stem = f"{edition.slug}-{edition.language}-brev"
    return (
        Artifact(f"{stem}.html", "text/html; charset=utf-8", written.html.encode()),
        Artifact(f"{stem}.txt", "text/plain; charset=utf-8", written.text.encode()),
        Artifact(f"{stem}.eml", "message/rfc822", message(edition, written).as_bytes()),
    )


def message(edition: Edition, written: Letter) -> EmailMessage:
    """The letter as an RFC 5322 message (multipart/alternative) without a recipient; the same bytes every time."""
    municipality = edition.municipality
    made = EmailMessage(policy=SMTP)
    made["Subject"] = written.subject
    made["From"] = Address(
        municipality.sender_name or municipality.municipality_name,
        addr_spec=municipality.sender_email or settings.DEFAULT_FROM_EMAIL,
    )
    made["Date"] = format_datetime(edition.created_at)
    made["Content-Language"] = written.language
    made.set_content(written.text, cte="quoted-printable")
    made.add_alternative(written.html, subtype="html", cte="quoted-printable")
    made.set_boundary(f"kampanj-{edition.fingerprint[:32]}")
    return made


CHANNEL = Channel("email", gettext_lazy("Letter"), render)


# --- Previews -------------------------------------------------------------------------------------------------------


def preview(edition: Edition, _request: HttpRequest, *, audience: Audience = "guardians", part: Part = "html") -> HttpResponse:
    """The letter in the editor, as HTML or as text. Its personal addresses lead nowhere; what is missing is said."""
    try:
        written = letter(edition, audience).filled(unsubscribe="#", package="#")
    except ChannelError as fault:
        return _framed(edition, "kampanj/email/incomplete.html", fault=fault)
    if part == "text":
        direction = "rtl" if edition.is_right_to_left else "ltr"
        return _framed(edition, "kampanj/email/text_preview.html", letter=written, direction=direction)
    return _guarded(HttpResponse(written.html), edition)


def _framed(edition: Edition, template: str, **context: Any) -> HttpResponse:
    return _guarded(HttpResponse(render_to_string(template, context)), edition)


def _guarded(response: HttpResponse, edition: Edition) -> HttpResponse:
    """The response under a policy of its own: a letter's inline styles and the municipality's pictures, nothing else."""
    response._csp_config = {  # type: ignore[attr-defined]
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'", edition.municipality.origin],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
    return response


DOORS = (
    Door("email", gettext_lazy("Letter to guardians"), preview),
    Door("email_text", gettext_lazy("Letter to guardians, as text"), partial(preview, part="text")),
    Door("email_schools", gettext_lazy("Letter to schools"), partial(preview, audience="schools")),
    Door("email_schools_reminder", gettext_lazy("Reminder to schools"), partial(preview, audience="schools_reminder")),
    Door("email_schools_new_version", gettext_lazy("New version, to schools"), partial(preview, audience="schools_new_version")),
)
