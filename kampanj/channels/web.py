"""The campaign as one HTML file that needs nothing else: styles within, pictures as data: addresses (RFC 2397), no script.

A school opens it from disk or puts it in a learning platform that takes files. It shows the web faces of the blocks.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import html

from kampanj.channels.artifact import Artifact, Channel
from kampanj.channels.drawing import PictureMissing, draw
from kampanj.content.models import Edition
from kampanj.content.statistics.store import stored_bytes
from kampanj.municipality.look import colour_css
from kampanj.municipality.models import CampaignRendition

STYLE_SHEET = Path(__file__).parent.parent / "static" / "kampanj" / "site.css"
# Pixels: twice what a phone shows, and small enough that a file with ten pictures can be uploaded anywhere.
WIDEST = 1000
LEFT_OUT = "//script | //link | //*[contains(concat(' ', @class, ' '), ' quiz-question ')]//details"


def render(edition: Edition) -> tuple[Artifact, ...]:
    """One self-contained HTML file, `<slug>-<language>.html`."""
    styles = STYLE_SHEET.read_text(encoding="utf-8") + colour_css(edition.municipality)
    drawn = draw(edition, "kampanj/web/standalone.html", channel="web", styles=styles)
    return (Artifact(f"{edition.slug}-{edition.language}.html", "text/html; charset=utf-8", standalone(drawn, edition).encode()),)


CHANNEL = Channel("web", gettext_lazy("Web page as a file"), render)  # for readers


def standalone(drawn: str, edition: Edition) -> str:
    """The drawn page without anything that would be fetched: pictures inlined, links absolute, answers taken out."""
    document = html.document_fromstring(drawn)
    for element in document.xpath(LEFT_OUT):
        element.drop_tree()
    # The tag alone: to libxml2, which knows HTML 4, the picture's <img> stands within it.
    for source in document.xpath("//source"):
        source.drop_tag()
    for image in document.iter("img"):
        _inline(image)
    for element in document.iter("a", "area", "blockquote", "q"):
        for name in ("href", "cite"):
            address = element.get(name)
            if address and not address.startswith("#"):
                try:
                    element.set(name, urljoin(edition.web_url, address))
                except ValueError:  # An address that nobody can read, such as http://[abc: its words stay.
                    del element.attrib[name]
    return html.tostring(document, doctype="<!doctype html>", encoding="unicode")


def _inline(image: html.HtmlElement) -> None:
    """Put the picture itself in place of its address."""
    address = best_address(image)
    media_type = mimetypes.guess_type(urlsplit(address).path)[0]
    if not media_type:
        raise _unreadable(address)
    encoded = base64.b64encode(picture_bytes(address)).decode()
    for name in ("srcset", "sizes", "loading", "decoding", "fetchpriority"):
        image.attrib.pop(name, None)
    image.set("src", f"data:{media_type};base64,{encoded}")


def best_address(image: html.HtmlElement) -> str:
    """The widest candidate of at most WIDEST pixels, else what `src` says."""
    fitting = [candidate for candidate in _candidates(image.get("srcset", "")) if candidate[0] <= WIDEST]
    return max(fitting)[1] if fitting else image.get("src", "")


def _candidates(srcset: str) -> Iterator[tuple[int, str]]:
    """(width in pixels, address) of each candidate with a width descriptor."""
    for found in re.finditer(r"(\S+)\s+(\d+)w", srcset):
        yield int(found[2]), found[1]


def picture_bytes(address: str) -> bytes:
    """The bytes of a rendition or a chart, or of a drawing that belongs to the site itself."""
    if (chart := stored_bytes(address)) is not None:
        return chart
    path = unquote(urlsplit(address).path)
    if path.startswith(settings.STATIC_URL):
        return _drawing_of_the_site(path.removeprefix(settings.STATIC_URL), address)
    # By file name, so that it does not matter which storage gave the address.
    rendition = CampaignRendition.objects.filter(file__endswith=f"/{Path(path).name}").first()
    if rendition is None:
        raise _unreadable(address)
    try:
        with rendition.file.open("rb") as file:
            return file.read()
    except OSError as fault:
        raise _unreadable(address) from fault


def _drawing_of_the_site(name: str, address: str) -> bytes:
    """From the app that it belongs to; in production it has been collected, under a name made of what it holds."""
    if found := finders.find(name):
        return Path(found).read_bytes()
    if not staticfiles_storage.exists(name):
        raise _unreadable(address)
    with staticfiles_storage.open(name) as file:
        return bytes(file.read())


def _unreadable(address: str) -> PictureMissing:
    return PictureMissing(
        _("The picture “%(title)s” cannot be read. Upload it again or take it out of the campaign.")
        % {"title": Path(address).name}
    )
