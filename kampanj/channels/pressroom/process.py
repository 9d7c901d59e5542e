"""Draws PDFs until its input ends: the only place where WeasyPrint is loaded, so that its memory goes when the papers are made.

A program of its own: `python process.py FOLDER MEMORY SECONDS`, with the bytes of data that it may hold and the seconds of
processor time that it may take. FOLDER holds the files that documents may show (`N.file`, and `N.file.json` with its address and
media type) and `fonts.json` (name → path). Each line of its input is an errand in JSON for `document.html` in FOLDER, as
`press.Press` writes it; each is answered with a line of JSON: `places`, where everything with an id stands, `unprintable`, what
has colours that cannot be turned into inks, or `too_large`, when the memory was not enough. An errand with a `making` also writes
`made.pdf`. What WeasyPrint complains of is written to the standard error, a line each: its weight (of `logging`), a tab, and
the words.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pikepdf
from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# Isolated Python (-I) finds only what is installed; nothing of ours that is imported here knows Django.
sys.path.insert(0, str(Path(__file__).parents[3]))

from kampanj.channels.pressroom.colours import Unprintable

# Where the pages believe that they lie: their pictures are then at HOME/media/…
HOME = "file:///package"
FONT_HOME = f"{HOME}/fonts/"
# How complaints of a style sheet begin that name no line.
OF_STYLE = ("Invalid or unsupported selector", "Expected a media type")
# An annotation's flag “print” (ISO 32000-1, table 165).
PRINTED = 4


class Complaints(logging.StreamHandler[Any]):
    """WeasyPrint's complaints, on the standard error. A picture for which it has no memory it leaves out: that must not pass."""

    def __init__(self) -> None:
        super().__init__()
        self.is_too_large = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, and remember if memory was the reason."""
        for said in record.args if isinstance(record.args, tuple) else ():
            if isinstance(said, BaseException) and isinstance(said.__cause__ or said, MemoryError):
                self.is_too_large = True
        super().emit(record)


class Shelf(URLFetcher):
    """Gives the documents' own files and our fonts; nothing is fetched from anywhere else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.fonts: dict[str, str] = json.loads((folder / "fonts.json").read_text(encoding="utf-8"))
        self.files: dict[str, tuple[str, str]] = {}

    def look_again(self) -> None:
        """Learn of files that have come."""
        for listed in self.folder.glob("*.file.json"):
            told = json.loads(listed.read_text(encoding="utf-8"))
            self.files[told["address"]] = told["media_type"], told["name"]

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file of an address of the package; FatalURLFetchingError of any other."""
        if url.startswith(FONT_HOME):
            return URLFetcherResponse(url, Path(self.fonts[Path(url).name]).read_bytes(), {"Content-Type": "font/ttf"})
        if url not in self.files:
            raise FatalURLFetchingError(f"{url} is not in the package")
        media_type, name = self.files[url]
        return URLFetcherResponse(url, (self.folder / name).read_bytes(), {"Content-Type": media_type})


class Room:
    """One folder: the files and the fonts are read once for all of its documents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = Shelf(folder)
        self.letters = FontConfiguration()

    def do(self, errand: dict[str, Any]) -> dict[str, list[float]]:
        """One errand; gives id → page, left, top, right and bottom."""
        self.shelf.look_again()
        making = errand.get("making")
        html = HTML(
            string=(self.folder / "document.html").read_text(encoding="utf-8"),
            base_url=f"{HOME}/pages/page.html",
            url_fetcher=self.shelf,
        )
        options = options_of(making, errand["identifier"]) if making else {}
        laid_out = html.render(font_config=self.letters, **options)
        if making:
            self.draw(laid_out, making, options)
        pages = enumerate(laid_out.pages)
        return {name: [number, *place] for number, page in pages for name, place in page.anchors.items()}

    def draw(self, laid_out: Document, making: dict[str, Any], options: dict[str, Any]) -> None:
        """Write `made.pdf`."""
        with pikepdf.open(io.BytesIO(laid_out.write_pdf(**options))) as document:
            if making["variant"].startswith("pdf/ua"):
                for element in document.objects:
                    if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/TR":
                        scope(element)
                mend_links(document)
            if making["profile"]:
                from kampanj.channels.pressroom.plates import make_plates

                profile = self.folder / self.shelf.files[making["profile"]][1]
                make_plates(document, {**making, "profile": str(profile)}, options["pdf_identifier"])
            document.save(self.folder / "made.pdf", deterministic_id=True)


class Weighed(logging.Formatter):
    """A complaint with its weight before it.

    What of a style sheet paper does not know (it is told by line and column, or as a selector) is no fault of the document:
    letters are written for mail programs. A picture or a font that is missing is.
    """

    def format(self, record: logging.LogRecord) -> str:
        is_of_style = "%d:%d" in str(record.msg) or str(record.msg).startswith(OF_STYLE)
        weight = logging.DEBUG if is_of_style else record.levelno
        return f"{weight}\t{' '.join(super().format(record).split())}"


def options_of(making: dict[str, Any], identifier: str) -> dict[str, Any]:
    """What WeasyPrint is told."""
    options: dict[str, Any] = {"pdf_variant": making["variant"], "pdf_identifier": identifier.encode()}
    if making["dpi"]:
        options |= {"dpi": making["dpi"], "jpeg_quality": 88}
    return options


def mend_links(document: pikepdf.Pdf) -> None:
    """Links once each, within a Link of the structure, and on paper as on the screen (PDF/UA-1, 7.18).

    WeasyPrint makes a second annotation of a bold word within a link, and gives it to an element that is no Link.
    """
    twice = set()
    for element in document.objects:
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/NonStruct":
            parts = list(element.get("/K", []))
            links = [part for part in parts if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/OBJR"]
            twice |= {part.Obj.objgen for part in links}
            if links:
                element["/K"] = pikepdf.Array([part for part in parts if part not in links])
    for page in document.pages:
        if "/Annots" in page:
            kept = [note for note in list(page["/Annots"]) if note.objgen not in twice]
            for note in kept:
                note["/F"] = PRINTED
            page["/Annots"] = pikepdf.Array(kept)


def scope(row: pikepdf.Dictionary) -> None:
    """Give every header of a table's row its scope, which WeasyPrint leaves out (PDF/UA-1, 7.5).

    Headers beside data head their row; headers in a row of headers head their columns.
    """
    # pikepdf's objects answer to more than its types tell: a list here, a dictionary there.
    cells = [cell for cell in list(row.get("/K", [])) if isinstance(cell, pikepdf.Dictionary)]
    name = "/Row" if any(cell.get("/S") == "/TD" for cell in cells) else "/Column"
    for cell in cells:
        if cell.get("/S") == "/TH":
            described = cell.get("/A", pikepdf.Dictionary(O=pikepdf.Name("/Table")))
            described["/Scope"] = pikepdf.Name(name)
            cell["/A"] = described


def limit(*, memory: int, seconds: int) -> None:
    """Bound this process, as far as the system can.

    RLIMIT_DATA counts what a process itself has asked for; RLIMIT_AS would count libraries and fonts that all processes share.
    """
    try:
        import resource
    except ImportError:
        return
    # At the first limit of time comes SIGXCPU, which tells the reason; at the second SIGKILL, which tells none.
    for name, soft, hard in (("RLIMIT_DATA", memory, memory), ("RLIMIT_CPU", seconds, seconds + 1), ("RLIMIT_CORE", 0, 0)):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (soft, hard))


def main() -> None:
    """Do errands until there are no more."""
    limit(memory=int(sys.argv[2]), seconds=int(sys.argv[3]))
    complaints = Complaints()
    complaints.setFormatter(Weighed())
    logging.getLogger("weasyprint").handlers = [complaints]
    room = Room(Path(sys.argv[1]))
    for line in sys.stdin:
        try:
            answer: dict[str, Any] = {"places": room.do(json.loads(line))}
        except Unprintable as fault:
            answer = {"unprintable": str(fault)}
        except MemoryError:
            complaints.is_too_large = True
        if complaints.is_too_large:
            answer = {"too_large": True}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
