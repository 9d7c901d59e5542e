"""The folder and the teacher's guide as A4 PDFs for everybody: tagged, with language and title (PDF/UA-1, ISO 14289-1).

The bytes depend on nothing but the edition: no times, an identifier that follows from the fingerprint, fonts of our own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import html

from kampanj.channels.artifact import Artifact, Channel, ChannelError, artifacts
from kampanj.channels.lms.package import Package, Page, Part, package_of
from kampanj.channels.pressroom.press import PDF, printed, require_paper, what_is_installed
from kampanj.content.models import Edition

STYLES = Path(__file__).with_name("paper.css")
DEEPEST = 6
# A picture's height as a share of the column's width.
TALLEST = 0.68


def opener(channel: Channel, edition: Edition) -> Callable[[], BinaryIO]:
    """Gives what opens the channel's PDF of an edition, which is made when it is opened for the first time."""

    def opened() -> BinaryIO:
        return artifacts(channel, edition)[0].open()

    return opened


def render_folder(edition: Edition) -> tuple[Artifact, ...]:
    """The folder's panels and the help lines. PaperMissing without Pango."""
    require_paper()
    package = package_of(edition, parts=(Part.FOLDER, Part.LINKS))
    pages = _pages(package)
    return (_artifact(edition, "folder", package.title, pages, is_guide=False),)


def render_guide(edition: Edition) -> tuple[Artifact, ...]:
    """The teacher's guide with hints and answers. PaperMissing without Pango, ChannelError when nothing is written."""
    require_paper()
    package = package_of(edition, parts=(Part.TEACHER,))
    pages = _pages(package)
    if not pages:
        raise ChannelError(
            _("“%(title)s” has no teacher's guide. Write one under Lesson in the editor.") % {"title": package.title}
        )
    with translation.override(edition.language):
        title = _("For the teacher: %(campaign)s") % {"campaign": package.title}  # for readers
    return (_artifact(edition, "handledning", title, pages, is_guide=True),)


FOLDER_CHANNEL = Channel(
    "pdf", gettext_lazy("The folder to print (PDF)"), render_folder, depends_on=what_is_installed
)  # for readers
GUIDE_CHANNEL = Channel(
    "guide",
    gettext_lazy("The teacher's guide to print (PDF)"),  # for readers
    render_guide,
    depends_on=what_is_installed,
)


def _pages(package: Package) -> list[Page]:
    return [item for section in package.sections for item in section.items if isinstance(item, Page)]


def _artifact(edition: Edition, name: str, title: str, pages: list[Page], *, is_guide: bool) -> Artifact:
    parts = [_body(page, shift=1 if is_guide or number else 0) for number, page in enumerate(pages)]
    with translation.override(edition.language):
        document = render_to_string(
            "kampanj/lms/paper.html",
            {
                "edition": edition,
                "municipality": edition.municipality,
                "language": edition.language,
                "title": title,
                "parts": parts,
                "heading": title if is_guide else "",
                "styles": STYLES.read_text(encoding="utf-8"),
            },
        )
    files = list({file.path: file for page in pages for file in page.files}.values())
    stem = f"{slugify(edition.slug) or 'kampanj'}-{slugify(edition.language)}"
    made = printed(document, files, identifier=f"{edition.fingerprint}{name}")
    return Artifact(f"{stem}-{name}.pdf", PDF, made.open)


def _body(page: Page, *, shift: int) -> str:
    """What stands in a page, its headings `shift` levels lower, with the addresses of its links."""
    body = page.body()
    for heading in body.iter("h1", "h2", "h3", "h4", "h5"):
        heading.tag = f"h{min(int(heading.tag[1]) + shift, DEEPEST)}"
    for link in list(body.iter("a")):
        _write_out(link)
    for image in list(body.iter("img")):
        if not image.get("alt"):
            _make_decoration(image)
    return "".join(html.tostring(child, encoding="unicode") for child in body)


def _make_decoration(image: html.HtmlElement) -> None:
    """Turn a picture without words into a background: only that is drawn outside the document's structure (PDF/UA-1, 7.3)."""
    share = float(image.get("height") or 1) / float(image.get("width") or 1)
    width = min(100.0, 100 * TALLEST / share)
    image.tag = "div"
    source, tail = image.get("src"), image.tail
    image.attrib.clear()
    image.set(
        "style", f"background: url({source}) left / contain no-repeat; width: {width:.2f}%; padding-top: {width * share:.2f}%"
    )
    image.tail = tail


def _write_out(link: html.HtmlElement) -> None:
    """On paper nobody can follow a link: its address after the words, unless they say it already."""
    address = link.get("href") or ""
    short = address.removeprefix("http://").removeprefix("https://").removeprefix("www.").rstrip("/")
    if address.startswith(("http://", "https://")) and short not in link.text_content():
        shown = html.fromstring('<small class="address" dir="ltr"></small>')
        shown.text = f" ({short})"
        link.append(shown)
