"""The folder and the teacher's guide as A4 PDFs for everybody: tagged, with language and title (PDF/UA-1, ISO 14289-1).

WeasyPrint needs Pango, a system library. Without it everything but PDFs works; `can_print` says which it is. The bytes
depend on nothing but the edition: no times, an identifier that follows from the fingerprint, fonts of our own.
"""

from __future__ import annotations

import functools
import importlib.util
import io
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
from kampanj.content.models import Edition

PDF = "application/pdf"
STYLES = Path(__file__).with_name("paper.css")
# Where the pages believe that they lie: their pictures are then at HOME/media/…
HOME = "file:///package"
FONTS = f"{HOME}/fonts/"
DEEPEST = 6
# A picture's height as a share of the column's width.
TALLEST = 0.68


class PaperMissing(ChannelError):
    """This machine cannot make PDFs."""


@functools.cache
def can_print() -> bool:
    """Whether WeasyPrint and the system's Pango are here."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):  # OSError: the library is here and Pango is not.
        return False
    return True


def what_is_installed() -> str:
    """Part of the cache's key: packages made without papers are made anew when papers can be made."""
    return "papers" if can_print() else "no papers"


def require_paper() -> None:
    """PaperMissing, saying what to install, when this machine cannot make PDFs."""
    if not can_print():
        raise PaperMissing(
            _("PDFs cannot be made here because Pango is not installed. Install it (%(command)s) and start again.")
            % {"command": "apt-get install libpango-1.0-0 libpangoft2-1.0-0"}
        )


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
    files = {f"{HOME}/{file.path}": (file.media_type, file.content) for page in pages for file in page.files}
    stem = f"{slugify(edition.slug) or 'kampanj'}-{slugify(edition.language)}"
    return Artifact(f"{stem}-{name}.pdf", PDF, _printed(document, files, identifier=f"{edition.fingerprint}{name}"))


def _body(page: Page, *, shift: int) -> str:
    """What stands in a page, its headings `shift` levels lower, without its foot, with the addresses of its links."""
    body = html.document_fromstring(page.html).find("body")
    for rule in body.findall("hr"):
        for element in [*rule.itersiblings(), rule]:
            element.drop_tree()
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


def _printed(document: str, files: dict[str, tuple[str, bytes]], *, identifier: str) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Shelf(URLFetcher):
        """Gives the package's own files and our fonts; nothing is fetched from anywhere else."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            if url.startswith(FONTS):
                return URLFetcherResponse(url, _font(Path(url).name), {"Content-Type": "font/ttf"})
            if url not in files:
                raise FatalURLFetchingError(f"{url} is not in the package")
            media_type, content = files[url]
            return URLFetcherResponse(url, content, {"Content-Type": media_type})

    made = HTML(string=document, base_url=f"{HOME}/pages/page.html", url_fetcher=Shelf()).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode()
    )
    return _with_scopes(made)


def _font(name: str) -> bytes:
    """A file of DejaVu, which comes with the plotting library and has Latin, Arabic and Cyrillic letters."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise PaperMissing(_("The fonts for PDFs are missing: install the program's packages again (make setup)."))
    return (Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name).read_bytes()


def _with_scopes(made: bytes) -> bytes:
    """The PDF with a scope on every table header, which WeasyPrint leaves out (PDF/UA-1, 7.5)."""
    import pikepdf

    with pikepdf.open(io.BytesIO(made)) as document:
        for element in document.objects:
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/TR":
                _scope(element)
        stream = io.BytesIO()
        document.save(stream, deterministic_id=True)
    return stream.getvalue()


def _scope(row: object) -> None:
    """Headers beside data head their row; headers in a row of headers head their columns."""
    import pikepdf

    cells = [cell for cell in row.get("/K", []) if isinstance(cell, pikepdf.Dictionary)]  # type: ignore[attr-defined]
    scope = "/Row" if any(cell.get("/S") == "/TD" for cell in cells) else "/Column"
    for cell in cells:
        if cell.get("/S") == "/TH":
            described = cell.get("/A", pikepdf.Dictionary(O=pikepdf.Name("/Table")))
            described["/Scope"] = pikepdf.Name(scope)
            cell["/A"] = described
