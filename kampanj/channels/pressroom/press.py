"""PDFs of HTML documents, drawn in a process of its own, which lives as long as one `Press` and gives its memory back.

WeasyPrint needs Pango, a system library. Without it everything but PDFs works; `can_print` says which it is.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, Self

from django.conf import settings
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError
from kampanj.channels.contents import Contents, File
from kampanj.channels.letters import Family, Use, families_here
from kampanj.channels.pressroom.turns import a_turn
from kampanj.channels.timing import timed

logger = logging.getLogger(__name__)

PDF = "application/pdf"
PROGRAM = Path(__file__).with_name("process.py")
# As `process` has it, which is not imported: that would load WeasyPrint here.
HOME = "file:///package"
MEGABYTE = 1_000_000
# What the drawing process, or the system about it, says when there is no more memory to be had.
OUT_OF_MEMORY = ("MemoryError", "failed to allocate", "std::bad_alloc")


class PaperMissing(ChannelError):
    """This machine cannot make PDFs."""


@dataclass(frozen=True)
class Making:
    """How a document becomes a PDF. Lengths are in points (1/72 inch).

    `variant` is WeasyPrint's (“pdf/ua-1”, “pdf/x-4”); `dpi` the most that pictures keep (0: all). `bleed` and `slug` are what
    lies outside the trim: between it and the BleedBox, and between it and the edge of the sheet. `profile` is the address
    of an ICC profile among the files: all colours and pictures are converted to its CMYK, but for `inks` (`rrggbb` →
    four parts of one).
    """

    variant: str = "pdf/ua-1"
    dpi: int = 0
    bleed: float = 0
    slug: float = 0
    profile: str = ""
    inks: dict[str, tuple[float, float, float, float]] | None = None


UNIVERSAL = Making()

# An element's id → its page (from 0), left, top, right and bottom in CSS pixels from the page's corner.
Places = dict[str, tuple[int, float, float, float, float]]


@functools.cache
def can_print() -> bool:
    """Whether WeasyPrint and the system's Pango are here; neither is loaded, since both would stay in memory."""
    return importlib.util.find_spec("weasyprint") is not None and find_library("pangoft2-1.0") is not None


def what_is_installed() -> str:
    """Part of the cache's key: packages made without papers are made anew when papers can be made, or with other fonts."""
    return " ".join(["papers" if can_print() else "no papers", *(family.package for family in families_here())])


def require_paper() -> None:
    """PaperMissing, saying what to install, when this machine cannot make PDFs."""
    if not can_print():
        raise PaperMissing(
            _("PDFs cannot be made here because Pango is not installed. Install it (%(command)s) and start again.")
            % {"command": "apt-get install libpango-1.0-0 libpangoft2-1.0-0"}
        )


def printed(document: str, files: Iterable[File], *, identifier: str) -> Contents:
    """The PDF/UA of an HTML document that shows `files`. PaperMissing and ChannelError as `Press` raises them."""
    with Press(files) as press:
        return press.draw(document, identifier=identifier)[0]


class Press:
    """A drawing process with `files` at hand; documents are given to it one after the other.

    It is given nothing of our settings but its limits: settings.PDF_MEMORY_MB for what it holds, and settings.PDF_SECONDS for all
    that one press draws. PaperMissing when the fonts are missing; PressBusy when there is no turn; ChannelError when it fails or
    passes a limit. Its complaints go to the log.
    """

    def __init__(self, files: Iterable[File] = ()) -> None:
        self._files = list(files)

    def __enter__(self) -> Self:
        fonts = {name: str(path) for name, path in fonts_here().items()}
        with ExitStack() as held:
            turn = held.enter_context(a_turn())
            self._ends = time.monotonic() + settings.PDF_SECONDS
            self._folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="kampanj-paper-")))
            self._numbers = 0
            (self._folder / "fonts.json").write_text(json.dumps(fonts), encoding="utf-8")
            self.lay(self._files)
            self._complaints: IO[str] = held.enter_context(
                (self._folder / "complaints").open("w+", encoding="utf-8", errors="replace")
            )
            self._process = self._started(turn)
            self._held = held.pop_all()
        return self

    def _started(self, turn: int) -> subprocess.Popen[str]:
        limits = (settings.PDF_MEMORY_MB * MEGABYTE, settings.PDF_SECONDS)
        return subprocess.Popen(  # noqa: S603 - our own program, with a folder and numbers as its arguments
            [sys.executable, "-I", "-X", "utf8", str(PROGRAM), str(self._folder), *map(str, limits)],
            # Nothing of ours, and no programs: who looks for a library would ask the C compiler. Fonts are looked up, and that
            # is remembered where it may be. A font that is cut to size says when, and the same edition must give the same bytes.
            env={"PATH": "", "XDG_CACHE_HOME": str(self._folder), "SOURCE_DATE_EPOCH": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            encoding="utf-8",
            pass_fds=[turn],
        )

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        with self._held:
            self._process.kill()
            self._process.communicate()
            for line in self._complained().splitlines():
                weight, _tab, words = line.partition("\t")
                # Whatever else it writes, such as what it died of, counts.
                logger.log(*((int(weight), "%s", words) if weight.isdecimal() else (logging.WARNING, "%s", line)))

    def _complained(self) -> str:
        self._complaints.seek(0)
        return self._complaints.read()

    def lay(self, files: Iterable[File]) -> None:
        """Put more files at hand; the documents drawn from now on may show them."""
        for file in files:
            name = f"{self._numbers}.file"
            self._numbers += 1
            with (self._folder / name).open("wb") as laid:
                for piece in file.chunks():
                    laid.write(piece)
            # A file for each, so that the process finds what has come since it began.
            listed = {"address": f"{HOME}/{file.path}", "media_type": file.media_type, "name": name}
            (self._folder / f"{name}.json").write_text(json.dumps(listed), encoding="utf-8")

    def measure(self, document: str) -> Places:
        """Where everything with an id stands when the document is laid out; nothing is drawn."""
        return self._press(document, {})

    def draw(self, document: str, *, identifier: str, making: Making = UNIVERSAL) -> tuple[Contents, Places]:
        """The PDF, kept in a temporary file, and where everything with an id stands in it."""
        with timed("pdf"):
            places = self._press(document, {"making": asdict(making), "identifier": identifier})
        made = tempfile.NamedTemporaryFile(prefix="kampanj-paper-", suffix=".pdf")  # noqa: SIM115
        with (self._folder / "made.pdf").open("rb") as pressed:
            shutil.copyfileobj(pressed, made)
        made.flush()
        # The lambda keeps the temporary file, and with it the bytes, alive.
        return Contents(lambda: Path(made.name).open("rb")), places

    def _press(self, document: str, errand: dict[str, object]) -> Places:
        (self._folder / "document.html").write_text(document, encoding="utf-8")
        is_late = False

        def stop() -> None:
            nonlocal is_late
            is_late = True
            self._process.kill()

        timer = Timer(max(self._ends - time.monotonic(), 0), stop)
        timer.start()
        try:
            answer = self._ask(json.dumps(errand))
        finally:
            timer.cancel()
        if is_late:
            raise _too_late()
        if not answer:
            raise self._ended()
        told = json.loads(answer)
        if "too_large" in told:
            raise _too_large()
        if "unprintable" in told:
            raise _unprintable(told["unprintable"])
        return {name: tuple(place) for name, place in told["places"].items()}

    def _ask(self, errand: str) -> str:
        """The process's answer to an errand, one line; empty when it has ended."""
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            return ""
        try:
            to.write(f"{errand}\n")
            to.flush()
        except BrokenPipeError:
            return ""
        return back.readline()

    def _ended(self) -> ChannelError:
        """What to say of a process that has ended by itself, or was ended by the system."""
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return _too_late()
        if code == -signal.SIGKILL or any(words in self._complained() for words in OUT_OF_MEMORY):
            return _too_large()
        return ChannelError(
            _("The PDF could not be made (code %(code)d). The server's log says why; show it to whoever runs the program.")
            % {"code": code}
        )


def _too_large() -> ChannelError:
    return ChannelError(
        _("The PDF needs more than the %(memory)d megabytes of memory that it may have. Use fewer or smaller pictures.")
        % {"memory": settings.PDF_MEMORY_MB}
    )


def _too_late() -> ChannelError:
    return ChannelError(
        _("The PDF was not ready after %(seconds)d seconds. Try again; if it happens again, use fewer or smaller pictures.")
        % {"seconds": settings.PDF_SECONDS}
    )


def _unprintable(name: str) -> ChannelError:
    return ChannelError(
        _(
            "The PDF for the printer cannot be made: a picture or a chart has colours that cannot be turned into the printer's "
            "inks (%(name)s). Save the picture anew as JPEG or PNG and upload it again."
        )
        % {"name": name}
    )


def fonts_here() -> dict[str, Path]:
    """The fonts that documents may name (`../fonts/NAME`): DejaVu's, and those of `letters.FAMILIES` as `family_file` has them.

    PaperMissing when DejaVu is not there, which comes with the plotting library and has Latin, Arabic and Cyrillic letters.
    """
    spec = importlib.util.find_spec("matplotlib")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" if spec and spec.origin else None
    if folder is None or not (folder / "DejaVuSans.ttf").is_file():
        raise PaperMissing(_("The fonts for PDFs are missing: install the program's packages again (make setup)."))
    found = {path.name: path for path in folder.glob("DejaVuS*.ttf")}
    for family in families_here():
        found |= {family_file(family, use): path for use in ("running", "strong") if (path := family.path(use))}
    return found


def family_file(family: Family, use: Use) -> str:
    """The name under which documents find a family's font: both uses have one where one file holds all weights."""
    return f"{family.package}-{'all' if family.weights else use}.ttf"
